"""Modules that the compiler imports and also copies, as they are, into the package it writes.

They use nothing but the standard library, and nothing of the compiler.
"""
