"""Limits of a property that leave nothing between them, or of which one says nothing."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

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
_ENDS = ("minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum")


def bound_problems(of: Property) -> Iterator[Problem]:
    """What is wrong with the limits of a property, or of the items in it."""
    yield from _problems(of.path, of)


def _problems(path: JsonPath, of: Values) -> Iterator[Problem]:
    if of.choices:
        return  # they are told to have no effect
    for low, high in _PAIRS:
        if low in of.limits and high in of.limits:
            message = _contradiction(of, low, high)
            if message is not None:
                yield Problem((*path, low), message, about=((*path, high),))
    yield from _no_multiple(path, of)
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


def _no_multiple(path: JsonPath, of: Values) -> Iterator[Problem]:
    """That no multiple is in the range; what else is wrong with the range is told elsewhere."""
    low, high = whole_range(of.limits)
    if "multipleOf" not in of.limits or low is None or high is None or low > high:
        return
    divisor = int(of.limits["multipleOf"])
    if low + -low % divisor > high:
        ends = tuple((*path, rule) for rule in _ENDS if rule in of.limits)
        message = f"no multiple of {divisor} is from {low} to {high}"
        yield Problem((*path, "multipleOf"), message, about=ends)


def whole_range(limits: Mapping[str, int | float]) -> tuple[int | None, int | None]:
    """The least and the greatest integer in a range; None where it has no end."""
    low = [int(limits["minimum"])] if "minimum" in limits else []
    low += [int(limits["exclusiveMinimum"]) + 1] if "exclusiveMinimum" in limits else []
    high = [int(limits["maximum"])] if "maximum" in limits else []
    high += [int(limits["exclusiveMaximum"]) - 1] if "exclusiveMaximum" in limits else []
    return max(low, default=None), min(high, default=None)


def _weaker(path: JsonPath, of: Values, bound: str, exclusive: str, sign: int) -> Iterator[Problem]:
    if bound in of.limits and exclusive in of.limits:
        is_within = of.limits[bound] * sign <= of.limits[exclusive] * sign
        idle, strict = (bound, exclusive) if is_within else (exclusive, bound)
        message = f"has no effect beside {strict!r}"
        yield Problem((*path, idle), message, at_key=True, about=((*path, strict),))


def _too_many_to_differ(path: JsonPath, of: Values, array: Array) -> Iterator[Problem]:
    """More items than there are values, if no two may be the same."""
    there = _how_many(array.items)
    if array.unique and there and of.limits.get("minItems", 0) > there:
        message = f"expected at most {there}, as many as there are values: no two are the same"
        yield Problem((*path, "minItems"), message, about=((*path, "uniqueItems"),))


def _how_many(values: Values) -> int:
    """How many values there are; 0 if there is no end to them."""
    low, high = whole_range(values.limits)
    if values.choices:
        return len(values.choices)
    if values.kind == Plain("integer") and low is not None and high is not None:
        divisor = int(values.limits.get("multipleOf", 1))
        return max(0, high // divisor - (low - 1) // divisor)
    return 2 if values.kind == Plain("boolean") else 0
