# Generated from schema/losses.schema.json and templates/_version.py.jinja.
# Do not edit; change them and run: python -m nox -s generate

"""The version of this package, and of the schema that it was compiled from."""

from typing import Final

__version__ = "0.1.0"

SCHEMA_VERSION: Final = "0.1.0"
"""`x-version` of the schema."""

SCHEMA_SHA256: Final = "f1d1bddad0ccac0b3a621deebc9d216f6663d44f4d483a8a2b5e63b0a060f740"
"""SHA-256 of the schema, which is `losses.schema.json` in this package."""
