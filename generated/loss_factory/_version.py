# Generated from schema/losses.schema.json and templates/_version.py.jinja.
# Do not edit; change them and run: python -m nox -s generate

"""The version of this package, and of the schema that it was compiled from."""

from typing import Final

__version__ = "0.1.0"

SCHEMA_VERSION: Final = "0.1.0"
"""`x-version` of the schema."""

SCHEMA_SHA256: Final = "ead75f2a34c3bdd092188a77fbad3ac089db84f96c8c8039e01002f5972d4033"
"""SHA-256 of the schema, which is `losses.schema.json` in this package."""
