# Generated from schema/losses.schema.json and templates/_version.py.jinja.
# Do not edit; change them and run: python -m nox -s generate

"""The version of this package, and of the schema that it was compiled from."""

from typing import Final

__version__ = "0.1.0"

SCHEMA_VERSION: Final = "0.1.0"
"""`x-version` of the schema."""

SCHEMA_SHA256: Final = "d9f9e77e2f0260a16396e9711ec5ee541769a5c99c9d9567c92b74f5207d1c2b"
"""SHA-256 of the schema, which is `losses.schema.json` in this package."""
