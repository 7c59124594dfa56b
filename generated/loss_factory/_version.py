# Generated from schema/losses.schema.json and templates/_version.py.jinja.
# Do not edit; change them and run: python -m nox -s generate

"""The version of this package, and of the schema that it was compiled from."""

from typing import Final

__version__ = "0.1.0"

SCHEMA_VERSION: Final = "0.1.0"
"""`x-version` of the schema."""

SCHEMA_SHA256: Final = "9086c62956bdad5d4e73728d3f32107a8702c8050ce0443e67aec4a6f17578b9"
"""SHA-256 of the schema, which is `losses.schema.json` in this package."""
