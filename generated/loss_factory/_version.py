# Generated from schema/losses.schema.json and templates/_version.py.jinja.
# Do not edit; change them and run: python -m nox -s generate

"""The version of this package, and of the schema that it was compiled from."""

from typing import Final

__version__ = "0.1.0"

SCHEMA_VERSION: Final = "0.1.0"
"""`x-version` of the schema."""

SCHEMA_SHA256: Final = "fb8bbe619569b19ca52b08ba48ae6f6a438a7f536384c384a9e46a647e9415ff"
"""SHA-256 of the schema, which is `losses.schema.json` in this package."""
