# Generated from schema/losses.schema.json and templates/_version.py.jinja.
# Do not edit; change them and run: python -m nox -s generate

"""The version of this package, and of the schema that it was compiled from."""

from typing import Final

__version__ = "0.1.0"

SCHEMA_VERSION: Final = "0.1.0"
"""`x-version` of the schema."""

SCHEMA_SHA256: Final = "b1f10863456ab764ffbc5fbc726d65f54f42f5eb1f22cfba1c67867a3b4e93d2"
"""SHA-256 of the schema, which is `losses.schema.json` in this package."""
