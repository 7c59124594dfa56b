# Generated from schema/losses.schema.json and templates/_version.py.jinja.
# Do not edit; change them and run: python -m nox -s generate

"""The version of this package, and of the schema that it was compiled from."""

from typing import Final

__version__ = "0.1.0"

SCHEMA_VERSION: Final = "0.1.0"
"""`x-version` of the schema."""

SCHEMA_SHA256: Final = "f1ced79674a61affcc97ae62b31face92f2ed2d0ccd74b50626ed45c3bd9e4c4"
"""SHA-256 of the schema, which is `losses.schema.json` in this package."""
