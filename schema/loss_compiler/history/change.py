"""A difference between two schemas that users may notice."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import Enum

from ..meaning.words import as_json
from ..shared.jsontext import JsonPath
from ..shared.wording import shortened


class Effect(Enum):
    """What a change means for those who have configs, imports and checkpoints."""

    BREAKING = "breaking"
    COMPATIBLE = "compatible"
    WORDING = "wording"


@dataclass(frozen=True)
class Change:
    """One thing that is different for users.

    `where` is a path in a config, a class or an entry of $defs; `was` and `now` are in words, and
    empty where there is nothing. `path` leads to what breaks in the new schema, or to its key.
    """

    effect: Effect
    where: str
    what: str
    was: str
    now: str
    path: JsonPath = ()
    at_key: bool = False


def wording(where: str, was: str, now: str) -> Iterator[Change]:
    """A description that reads differently."""
    if was != now:
        yield Change(Effect.WORDING, where, "description", was, now)


def in_words(change: Change) -> str:
    """What changed, and from what to what."""
    was, now = shortened(change.was), shortened(change.now)
    said = " → ".join(filter(None, (was, now)))
    return f"{change.what} ({said})" if said else change.what


def listed(values: Iterable[object]) -> str:
    """JSON values, with commas between them."""
    return ", ".join(map(as_json, values))
