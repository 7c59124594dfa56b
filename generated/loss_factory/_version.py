# Generated from schema/losses.schema.json and templates/_version.py.jinja.
# Do not edit; change them and run: python -m nox -s generate

"""The version of this package, and of the schema that it was compiled from."""

from typing import Final

__version__ = "0.1.0"

SCHEMA_VERSION: Final = "0.1.0"
"""`x-version` of the schema."""

SCHEMA_SHA256: Final = "cc59a4e6527a2c166b93d4720107f935db19d19404c391acc36856821b0717da"
"""SHA-256 of the schema, which is `losses.schema.json` in this package."""
