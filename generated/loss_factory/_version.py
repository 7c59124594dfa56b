# Generated from schema/losses.schema.json and templates/_version.py.jinja.
# Do not edit; change them and run: python -m nox -s generate

"""The version of this package, and of the schema that it was compiled from."""

from typing import Final

__version__ = "0.1.0"

SCHEMA_VERSION: Final = "0.1.0"
"""`x-version` of the schema."""

SCHEMA_SHA256: Final = "f43c70430e95165d713677a5551c0c91bd8c8e3ccf56bb4b59b43806fce2d80f"
"""SHA-256 of the schema, which is `losses.schema.json` in this package."""
