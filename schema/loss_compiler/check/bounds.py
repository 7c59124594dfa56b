"""Limits of a property that leave nothing between them, or of which one says nothing."""

from __future__ import annotations

from collections.abc import Iterator

from ..source.problems import Problem
from ..source.syntax import Plain, Property

_PAIRS = (
    ("minimum", "maximum"),
    ("minimum", "exclusiveMaximum"),
    ("exclusiveMinimum", "maximum"),
    ("exclusiveMinimum", "exclusiveMaximum"),
    ("minLength", "maxLength"),
)


def bound_problems(of: Property) -> Iterator[Problem]:
    """What is wrong with the limits of a property."""
    for low, high in _PAIRS:
        if low in of.limits and high in of.limits:
            message = _contradiction(of, low, high)
            if message is not None:
                yield Problem((*of.path, low), message, about=((*of.path, high),))
    yield from _weaker(of, "minimum", "exclusiveMinimum", sign=1)
    yield from _weaker(of, "maximum", "exclusiveMaximum", sign=-1)


def _contradiction(of: Property, low: str, high: str) -> str | None:
    least, most = of.limits[low], of.limits[high]
    exclusive = (low, high).count("exclusiveMinimum") + (low, high).count("exclusiveMaximum")
    if least > most or (exclusive and least == most):
        return f"expected {'less than' if exclusive else 'at most'} {high!r}, which is {most!r}"
    if of.kind == Plain("integer") and most - least < exclusive:
        return f"no integer is between this and {high!r}, which is {most!r}"
    return None


def _weaker(of: Property, bound: str, exclusive: str, sign: int) -> Iterator[Problem]:
    if bound in of.limits and exclusive in of.limits:
        is_within = of.limits[bound] * sign <= of.limits[exclusive] * sign
        idle, strict = (bound, exclusive) if is_within else (exclusive, bound)
        message = f"has no effect beside {strict!r}"
        yield Problem((*of.path, idle), message, at_key=True, about=((*of.path, strict),))
