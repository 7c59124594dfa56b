# Generated from schema/losses.schema.json and templates/_version.py.jinja.
# Do not edit; change them and run: python -m nox -s generate

"""The version of this package, and of the schema that it was compiled from."""

from typing import Final

__version__ = "0.1.0"

SCHEMA_VERSION: Final = "0.1.0"
"""`x-version` of the schema."""

SCHEMA_SHA256: Final = "5e7971932cf5adac5dd1526858ba635e0fd331b1d66e541431fe000e3b255bf3"
"""SHA-256 of the schema, which is `losses.schema.json` in this package."""
