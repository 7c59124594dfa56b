# Generated from templates/runtime/config/__init__.py.
# Do not edit; change it and run: python -m nox -s generate

"""Loss configs: reading, validating, and saying what is wrong with them and where.

Imports text and model.
"""
