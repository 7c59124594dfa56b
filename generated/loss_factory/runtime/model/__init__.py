# Generated from templates/runtime/model/__init__.py.
# Do not edit; change it and run: python -m nox -s generate

"""What the generated classes and tables are made of: base classes, records, errors.

Imports text, and Pydantic.
"""
