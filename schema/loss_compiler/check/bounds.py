"""Limits of a property that leave nothing between them, or of which one says nothing."""

from __future__ import annotations

from collections.abc import Iterator

from ..shared.jsontext import JsonPath
from ..source.problems import Problem
from ..source.syntax import Array, Objects, Plain, Property, Values, innermost, values_inside

_PAIRS = (
    ("minimum", "maximum"),
    ("minimum", "exclusiveMaximum"),
    ("exclusiveMinimum", "maximum"),
    ("exclusiveMinimum", "exclusiveMaximum"),
    ("minLength", "maxLength"),
    ("minItems", "maxItems"),
)


def bound_problems(of: Property) -> Iterator[Problem]:
    """What is wrong with the limits of a property, or of the items in it."""
    yield from _problems(of.path, of)


def _problems(path: JsonPath, of: Values) -> Iterator[Problem]:
    for low, high in _PAIRS:
        if low in of.limits and high in of.limits:
            message = _contradiction(of, low, high)
            if message is not None:
                yield Problem((*path, low), message, about=((*path, high),))
    yield from _weaker(path, of, "minimum", "exclusiveMinimum", sign=1)
    yield from _weaker(path, of, "maximum", "exclusiveMaximum", sign=-1)
    if isinstance(of.kind, Array):
        if of.kind.unique and isinstance(innermost(of).kind, Objects):
            message = "objects are not compared with each other; leave it out"
            yield Problem((*path, "uniqueItems"), message, at_key=True)
        yield from _too_many_to_differ(path, of, of.kind)
    for inside, values in values_inside(of):
        yield from _problems((*path, *inside), values)


def _contradiction(of: Values, low: str, high: str) -> str | None:
    least, most = of.limits[low], of.limits[high]
    exclusive = (low, high).count("exclusiveMinimum") + (low, high).count("exclusiveMaximum")
    if least > most or (exclusive and least == most):
        return f"expected {'less than' if exclusive else 'at most'} {high!r}, which is {most!r}"
    if of.kind == Plain("integer") and most - least < exclusive:
        return f"no integer is between this and {high!r}, which is {most!r}"
    return None


def _weaker(path: JsonPath, of: Values, bound: str, exclusive: str, sign: int) -> Iterator[Problem]:
    if bound in of.limits and exclusive in of.limits:
        is_within = of.limits[bound] * sign <= of.limits[exclusive] * sign
        idle, strict = (bound, exclusive) if is_within else (exclusive, bound)
        message = f"has no effect beside {strict!r}"
        yield Problem((*path, idle), message, at_key=True, about=((*path, strict),))


def _too_many_to_differ(path: JsonPath, of: Values, array: Array) -> Iterator[Problem]:
    """More items than there are values, if no two may be the same."""
    there = 2 if array.items.kind == Plain("boolean") else len(array.items.choices)
    if array.unique and there and of.limits.get("minItems", 0) > there:
        message = f"expected at most {there}, as many as there are values: no two are the same"
        yield Problem((*path, "minItems"), message, about=((*path, "uniqueItems"),))
