# Generated from schema/losses.schema.json and templates/_version.py.jinja.
# Do not edit; change them and run: python -m nox -s generate

"""The version of this package, and of the schema that it was compiled from."""

from typing import Final

__version__ = "0.1.0"

SCHEMA_VERSION: Final = "0.1.0"
"""`x-version` of the schema."""

SCHEMA_SHA256: Final = "9a3e214f9a647e78088f213a6189eef4d4e5419c38a4e86f08f2c23f175355e5"
"""SHA-256 of the schema, which is `losses.schema.json` in this package."""
