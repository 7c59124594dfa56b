"""Few rows of values in which each pair of values of two factors comes up."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from itertools import combinations

Row = Mapping[str, object]
Chosen = tuple[str, object]
Pair = tuple[Chosen, Chosen]


def covering(factors: Mapping[str, Sequence[object]], impossible: Sequence[Row]) -> list[Row]:
    """Rows that have every pair in them that is possible, always the same ones.

    Each row begins with the first pair that is missing; each other factor gets the value that adds
    most pairs that are missing, of several the one that came up least so far, of those the first.

    Args:
        factors: the values of each factor.
        impossible: values that no row may have together.
    """
    missing = dict.fromkeys(_pairs_of(factors, impossible))
    used: Counter[Chosen] = Counter()
    rows: list[Row] = []
    while missing:
        row: dict[str, object] = dict(next(iter(missing)))
        for name in [each for each in factors if each not in row]:
            fitting = [
                each for each in factors[name] if is_possible({**row, name: each}, impossible)
            ]
            gains = [(_gain(row, (name, each), missing), -used[name, each]) for each in fitting]
            row[name] = fitting[gains.index(max(gains))]
        rows.append({name: row[name] for name in factors})
        used.update(rows[-1].items())
        for pair in combinations(rows[-1].items(), 2):
            missing.pop(pair, None)
    return rows


def is_possible(row: Row, impossible: Sequence[Row]) -> bool:
    """Whether a row, or a part of one, has nothing impossible in it."""
    return not any(each.items() <= row.items() for each in impossible)


def _pairs_of(factors: Mapping[str, Sequence[object]], impossible: Sequence[Row]) -> Iterator[Pair]:
    for (name, values), (other, others) in combinations(factors.items(), 2):
        for value in values:
            for beside in others:
                if is_possible({name: value, other: beside}, impossible):
                    yield (name, value), (other, beside)


def _gain(row: Row, new: Chosen, missing: Mapping[Pair, None]) -> int:
    """How many pairs that are missing come with one more value."""
    return sum((each, new) in missing or (new, each) in missing for each in row.items())
