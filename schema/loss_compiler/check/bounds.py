"""Limits of a property that leave nothing between them, or of which one says nothing."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from ..shared.jsontext import JsonPath
from ..source.problems import Problem

_PAIRS = (
    ("minimum", "maximum"),
    ("minimum", "exclusiveMaximum"),
    ("exclusiveMinimum", "maximum"),
    ("exclusiveMinimum", "exclusiveMaximum"),
    ("minLength", "maxLength"),
)


def bound_problems(path: JsonPath, subschema: Any) -> Iterator[Problem]:
    """What is wrong with the limits of the property at `path`."""
    for low, high in _PAIRS:
        if low in subschema and high in subschema:
            message = _contradiction(subschema, low, high)
            if message is not None:
                yield Problem((*path, low), message, about=((*path, high),))
    yield from _weaker(path, subschema, "minimum", "exclusiveMinimum", sign=1)
    yield from _weaker(path, subschema, "maximum", "exclusiveMaximum", sign=-1)


def _contradiction(subschema: Any, low: str, high: str) -> str | None:
    least, most = subschema[low], subschema[high]
    exclusive = (low, high).count("exclusiveMinimum") + (low, high).count("exclusiveMaximum")
    if least > most or (exclusive and least == most):
        return f"expected {'less than' if exclusive else 'at most'} {high!r}, which is {most!r}"
    if "integer" in subschema["type"] and most - least < exclusive:
        return f"no integer is between this and {high!r}, which is {most!r}"
    return None


def _weaker(
    path: JsonPath, subschema: Any, bound: str, exclusive: str, sign: int
) -> Iterator[Problem]:
    if bound in subschema and exclusive in subschema:
        is_within = subschema[bound] * sign <= subschema[exclusive] * sign
        idle, strict = (bound, exclusive) if is_within else (exclusive, bound)
        message = f"has no effect beside {strict!r}"
        yield Problem((*path, idle), message, at_key=True, about=((*path, strict),))
