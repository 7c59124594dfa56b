"""Which name was meant by another that does not exist.

Names of definitions, losses and bottlenecks end alike: much of `TanhBottleneck` is that of
`VAEBottleneck`, which nobody means by it. So what differs has to be little.
"""

from __future__ import annotations

from collections.abc import Iterable
from difflib import SequenceMatcher
from itertools import takewhile

from ..shared.wording import MOST_CHOICES, nearest

_SHORT = 5
_MANY = 0.85
"""Of long names, so much is the same if two slips are made."""


def slip_for(word: str, names: Iterable[str]) -> str | None:
    """The one of `names` that `word` is a slip of the pen for, if any is."""
    choices = list(names)
    if len(choices) > MOST_CHOICES:
        return None
    return nearest(word, [name for name in choices if _differ_little(word, name)])


def did_you_mean_name(word: str, names: Iterable[str]) -> str:
    """`; did you mean 'x'?` for the name that `word` is a slip for, or nothing."""
    meant = slip_for(word, names)
    return "" if meant is None else f"; did you mean {meant!r}?"


def _differ_little(one: str, other: str) -> bool:
    one, other = one.casefold(), other.casefold()
    rest, other_rest = _without_common_ends(one, other)
    most = 2 if min(len(one), len(other)) > _SHORT else 1
    is_one_slip = max(len(rest), len(other_rest)) <= most and min(len(rest), len(other_rest)) < 2
    are_two_swapped = len(rest) == 2 and rest == other_rest[::-1]
    return is_one_slip or are_two_swapped or SequenceMatcher(None, one, other).ratio() >= _MANY


def _without_common_ends(one: str, other: str) -> tuple[str, str]:
    start = _length_in_common(one, other)
    one, other = one[start:], other[start:]
    end = _length_in_common(reversed(one), reversed(other))
    return one[: len(one) - end], other[: len(other) - end]


def _length_in_common(one: Iterable[str], other: Iterable[str]) -> int:
    return sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], zip(one, other, strict=False)))
