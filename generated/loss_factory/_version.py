# Generated from schema/losses.schema.json and templates/_version.py.jinja.
# Do not edit; change them and run: python -m nox -s generate

"""The version of this package, and of the schema that it was compiled from."""

from typing import Final

__version__ = "0.1.0"

SCHEMA_VERSION: Final = "0.1.0"
"""`x-version` of the schema."""

SCHEMA_SHA256: Final = "a36fea83326c19a6d359b46e866736c3520cf8a3386ee91b7accd8a792cc200c"
"""SHA-256 of the schema, which is `losses.schema.json` in this package."""
