# Generated from schema/losses.schema.json and templates/_version.py.jinja.
# Do not edit; change them and run: python -m nox -s generate

"""The version of this package, and of the schema that it was compiled from."""

from typing import Final

__version__ = "0.1.0"

SCHEMA_VERSION: Final = "0.1.0"
"""`x-version` of the schema."""

SCHEMA_SHA256: Final = "80b4f7af5a1c08b3af56ebc76120f2407dd9dacf47c21c80690748d6aa8b830a"
"""SHA-256 of the schema, which is `losses.schema.json` in this package."""
