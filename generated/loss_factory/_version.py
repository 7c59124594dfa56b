# Generated from schema/losses.schema.json and templates/_version.py.jinja.
# Do not edit; change them and run: python -m nox -s generate

"""The version of this package, and of the schema that it was compiled from."""

from typing import Final

__version__ = "0.1.0"

SCHEMA_VERSION: Final = "0.1.0"
"""`x-version` of the schema."""

SCHEMA_SHA256: Final = "54d5a69e9dd5a6bfcda780152160063bd33c50451564f1751a53160c339ea85b"
"""SHA-256 of the schema, which is `losses.schema.json` in this package."""
