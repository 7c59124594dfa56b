"""Loss configs: reading, validating, and saying what is wrong with them and where.

Imports text and model.
"""
