# Generated from schema/losses.schema.json and templates/_version.py.jinja.
# Do not edit; change them and run: python -m nox -s generate

"""The version of this package, and of the schema that it was compiled from."""

from typing import Final

__version__ = "0.1.0"

SCHEMA_VERSION: Final = "0.1.0"
"""`x-version` of the schema."""

SCHEMA_SHA256: Final = "73915bd71332ed74c997905b8a77f7f0843bc42521e850de56eb1c399eaf8224"
"""SHA-256 of the schema, which is `losses.schema.json` in this package."""
