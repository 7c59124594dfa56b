"""What JSON Schema's limits are called in Pydantic."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

PYDANTIC: Final[Mapping[str, str]] = {
    "minimum": "ge",
    "maximum": "le",
    "exclusiveMinimum": "gt",
    "exclusiveMaximum": "lt",
    "multipleOf": "multiple_of",
    "minLength": "min_length",
    "maxLength": "max_length",
    "minItems": "min_length",
    "maxItems": "max_length",
}
