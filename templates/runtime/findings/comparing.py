"""What differs between two trainers' objectives for one config."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from difflib import SequenceMatcher
from typing import NamedTuple, TypeAlias

from .explaining import Row

_Key: TypeAlias = tuple[str, str]
"""Turn and name of a loss; no two losses of an objective have the same."""


class Pair(NamedTuple):
    """A loss as each of two trainers has it; None stands for one that doesn't have it.

    `differs` says in what, if both have it; two schedules differ in the weight at some other step.
    """

    turn: str
    name: str
    one: Row | None
    other: Row | None
    differs: tuple[str, ...]

    @property
    def sides(self) -> tuple[Row | None, Row | None]:
        """What both trainers have."""
        return self.one, self.other


def compared(one: Sequence[Row], other: Sequence[Row]) -> list[Pair]:
    """The losses of both, in the first's order; each that only the other has comes at its place."""
    mine, theirs = _by_key(one), _by_key(other)
    moved = _moved([key for key in mine if key in theirs], [key for key in theirs if key in mine])
    return [
        Pair(*key, mine.get(key), theirs.get(key), tuple(_differences(key, mine, theirs, moved)))
        for key in _merged([*mine], [*theirs])
    ]


def _by_key(rows: Sequence[Row]) -> dict[_Key, Row]:
    return {(row.turn, row.name): row for row in rows}


def _differences(
    key: _Key, mine: dict[_Key, Row], theirs: dict[_Key, Row], moved: Collection[_Key]
) -> Iterator[str]:
    if key not in mine or key not in theirs:
        return
    if mine[key].definition != theirs[key].definition:
        yield "value"
    if _is_weighted_otherwise(mine[key], theirs[key]):
        yield "weight"
    if key in moved:
        yield "order"


def _is_weighted_otherwise(one: Row, other: Row) -> bool:
    both_change = one.schedule is not None and other.schedule is not None
    return one.weight != other.weight or (both_change and one.course != other.course)


def _moved(mine: list[_Key], theirs: list[_Key]) -> set[_Key]:
    """Of losses that both have, those that stand at another place among them."""
    blocks = SequenceMatcher(None, mine, theirs, autojunk=False).get_matching_blocks()
    kept = [key for block in blocks for key in mine[block.a : block.a + block.size]]
    return {*mine}.difference(kept)


def _merged(mine: list[_Key], theirs: list[_Key]) -> list[_Key]:
    merged = list(mine)
    place = 0
    for key in theirs:
        if key not in mine:
            merged.insert(place, key)
        place = merged.index(key) + 1
    return merged
