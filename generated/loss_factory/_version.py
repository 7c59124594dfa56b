# Generated from schema/losses.schema.json and templates/_version.py.jinja.
# Do not edit; change them and run: python -m nox -s generate

"""The version of this package, and of the schema that it was compiled from."""

from typing import Final

__version__ = "0.1.0"

SCHEMA_VERSION: Final = "0.1.0"
"""`x-version` of the schema."""

SCHEMA_SHA256: Final = "4f21aa9cc3877ec074106ec332cf7b7c332ce787334fc061b86ee8ac49fb91c7"
"""SHA-256 of the schema, which is `losses.schema.json` in this package."""
