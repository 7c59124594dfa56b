# Generated from schema/losses.schema.json and templates/_version.py.jinja.
# Do not edit; change them and run: python -m nox -s generate

"""The version of this package, and of the schema that it was compiled from."""

from typing import Final

__version__ = "0.1.0"

SCHEMA_VERSION: Final = "0.1.0"
"""`x-version` of the schema."""

SCHEMA_SHA256: Final = "3d8dbb123256a4667701b00d29a2094436037c1a7ed6e9342a98a3e9e5dde5e4"
"""SHA-256 of the schema, which is `losses.schema.json` in this package."""
