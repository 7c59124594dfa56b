"""The package to write: what it is called, and how it is compared and swapped in.

Imports `shared` and `source`.
"""
