"""Writes the entries of a new bottleneck into a schema or an overlay.

Imports `compile`, `history` and what these import.
"""
