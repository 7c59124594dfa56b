"""What the generated classes and tables are made of: base classes, records, errors.

Imports text, and Pydantic.
"""
