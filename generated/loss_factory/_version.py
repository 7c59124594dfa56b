# Generated from schema/losses.schema.json and templates/_version.py.jinja.
# Do not edit; change them and run: python -m nox -s generate

"""The version of this package, and of the schema that it was compiled from."""

from typing import Final

__version__ = "0.1.0"

SCHEMA_VERSION: Final = "0.1.0"
"""`x-version` of the schema."""

SCHEMA_SHA256: Final = "258fda5eb824768f3c4e0414dd77d1036fbc2359a2aa5c9d608c04a6c9c64206"
"""SHA-256 of the schema, which is `losses.schema.json` in this package."""
