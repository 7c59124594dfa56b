"""Ways from the root of a document to its parts."""

from __future__ import annotations

from typing import TypeAlias

Step: TypeAlias = str | int
"""A key or an index."""

JsonPath: TypeAlias = tuple[Step, ...]
"""Keys and indices that lead from the root of a document to a value."""

Way: TypeAlias = "tuple[Way, Step] | None"
"""The same, as the way to what is around the value and the last step; None leads to the root.

All that is in an object or array has the way to that in common, so that ways take no more room than
the document, however deep it is.
"""


def path_of(way: Way) -> JsonPath:
    """`way` as a path."""
    steps: list[Step] = []
    while way is not None:
        way, step = way
        steps.append(step)
    return tuple(reversed(steps))
