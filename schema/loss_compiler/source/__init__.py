"""Files as they are read: text with positions, problems, the syntax of a losses schema.

Imports `shared`.
"""
