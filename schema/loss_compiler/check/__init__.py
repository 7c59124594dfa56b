"""From the syntax of a losses schema to its problems.

Imports `shared` and `source`.
"""
