# Generated from schema/losses.schema.json and templates/_version.py.jinja.
# Do not edit; change them and run: python -m nox -s generate

"""The version of this package, and of the schema that it was compiled from."""

from typing import Final

__version__ = "0.1.0"

SCHEMA_VERSION: Final = "0.1.0"
"""`x-version` of the schema."""

SCHEMA_SHA256: Final = "9b73d088d2f9a1d732ea97124e2e69459a5bd4727acc88fc6b43c8d6f4855cd4"
"""SHA-256 of the schema, which is `losses.schema.json` in this package."""
