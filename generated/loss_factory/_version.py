# Generated from schema/losses.schema.json and templates/_version.py.jinja.
# Do not edit; change them and run: python -m nox -s generate

"""The version of this package, and of the schema that it was compiled from."""

from typing import Final

__version__ = "0.1.0"

SCHEMA_VERSION: Final = "0.1.0"
"""`x-version` of the schema."""

SCHEMA_SHA256: Final = "9b6c37c073139f926728338561f49d3cff264dcacbcb26504763117d5fde76f6"
"""SHA-256 of the schema, which is `losses.schema.json` in this package."""
