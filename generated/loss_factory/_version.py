# Generated from schema/losses.schema.json and templates/_version.py.jinja.
# Do not edit; change them and run: python -m nox -s generate

"""The version of this package, and of the schema that it was compiled from."""

from typing import Final

__version__ = "0.1.0"

SCHEMA_VERSION: Final = "0.1.0"
"""`x-version` of the schema."""

SCHEMA_SHA256: Final = "7507804c8cc00d3d88c1f42d19053bf6fe026a2a63dffac18d4ff078668a77db"
"""SHA-256 of the schema, which is `losses.schema.json` in this package."""
