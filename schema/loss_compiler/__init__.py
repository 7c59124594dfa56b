"""Compiles a losses schema into the Python package that trainers import.

Data flows one way: source (text with positions) → dialect and analysis (IR) → rendering (text of
every file, in memory) → formatting → verification → publication (one swap).
"""
