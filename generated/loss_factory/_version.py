# Generated from schema/losses.schema.json and templates/_version.py.jinja.
# Do not edit; change them and run: python -m nox -s generate

"""The version of this package, and of the schema that it was compiled from."""

from typing import Final

__version__ = "0.1.0"

SCHEMA_VERSION: Final = "0.1.0"
"""`x-version` of the schema."""

SCHEMA_SHA256: Final = "aebce9d2eec5ee96e909cb40ff4843fb9d1d1efe3a4ab2f68f3fbe42ed41ec61"
"""SHA-256 of the schema, which is `losses.schema.json` in this package."""
