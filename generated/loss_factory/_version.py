# Generated from schema/losses.schema.json and templates/_version.py.jinja.
# Do not edit; change them and run: python -m nox -s generate

"""The version of this package, and of the schema that it was compiled from."""

from typing import Final

__version__ = "0.1.0"

SCHEMA_VERSION: Final = "0.1.0"
"""`x-version` of the schema."""

SCHEMA_SHA256: Final = "fae75cdbf11aa7bad5004915f6c29e96b97769361e8d8b5b13f9ce016d7b60d8"
"""SHA-256 of the schema, which is `losses.schema.json` in this package."""
