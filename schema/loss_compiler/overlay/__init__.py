"""Several files that change one another, as one checked schema.

Imports `shared`, `source`, `check`, `meaning` and `target`.
"""
