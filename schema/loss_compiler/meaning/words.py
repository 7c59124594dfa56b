"""What a property takes, in words: in the reference of the config, and where it has changed."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator

from ..source.syntax import MAX_FLOAT32, Array, Kind, Objects, Plain
from .ir import Field

_BOUNDS = (
    *(("minimum", "≥"), ("exclusiveMinimum", ">")),
    *(("maximum", "≤"), ("exclusiveMaximum", "<")),
)
_LENGTHS = (("minLength", "≥"), ("maxLength", "≤"))
_LARGEST_EXACT = 1e15
_NAMES = {"object": "open object"}


def kind_in_words(kind: Kind, plural: str = "") -> str:
    """What values of a kind are called."""
    if isinstance(kind, Array):
        return f"array{plural} of {kind_in_words(kind.items, 's')}"
    if isinstance(kind, Objects):
        return f"object{plural}"
    name = _NAMES.get(kind.name, kind.name)
    return f"{name}{plural}"


def range_in_words(field: Field) -> str:
    """What the values of `field` are limited to, apart from its choices."""
    if field.kind == Plain("object"):
        return "any keyword arguments"
    if field.kind != Plain("string"):
        return ", ".join(_limits(field, _BOUNDS))
    if field.limits == {"minLength": 1}:
        return "not empty"
    return ", ".join(_limits(field, _LENGTHS)) + (" characters" if field.limits else "")


def as_json(value: object) -> str:
    """A value as a config says it."""
    return json.dumps(value, ensure_ascii=False)


def _limits(field: Field, signs: Iterable[tuple[str, str]]) -> Iterator[str]:
    for rule, sign in signs:
        if rule in field.limits:
            yield f"{sign} {_number(field.limits[rule])}"


def _number(value: int | float) -> str:
    if value == MAX_FLOAT32:
        return "max float32"
    is_whole = value == int(value) and abs(value) < _LARGEST_EXACT
    return as_json(int(value) if is_whole else value)
