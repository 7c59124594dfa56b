# Generated from schema/losses.schema.json and templates/_version.py.jinja.
# Do not edit; change them and run: python -m nox -s generate

"""The version of this package, and of the schema that it was compiled from."""

from typing import Final

__version__ = "0.1.0"

SCHEMA_VERSION: Final = "0.1.0"
"""`x-version` of the schema."""

SCHEMA_SHA256: Final = "0618585caf50d381d62a6de4863f8ed41395afb8e8b7be230c3353237b7c2a40"
"""SHA-256 of the schema, which is `losses.schema.json` in this package."""
