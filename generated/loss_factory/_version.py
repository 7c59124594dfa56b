# Generated from schema/losses.schema.json and templates/_version.py.jinja.
# Do not edit; change them and run: python -m nox -s generate

"""The version of this package, and of the schema that it was compiled from."""

from typing import Final

__version__ = "0.1.0"

SCHEMA_VERSION: Final = "0.1.0"
"""`x-version` of the schema."""

SCHEMA_SHA256: Final = "08f581d579a42322f1acb4920347c8043baa93f06aecf1f7f8c391786bbd4ef9"
"""SHA-256 of the schema, which is `losses.schema.json` in this package."""
