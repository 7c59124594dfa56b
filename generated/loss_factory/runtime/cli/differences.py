# Generated from templates/runtime/cli/differences.py.
# Do not edit; change it and run: python -m nox -s generate

"""What `explain --diff` prints: for people, for programs."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from enum import Enum
from typing import NamedTuple

from ..findings.comparing import Pair, compared
from ..findings.curves import in_words, short
from ..findings.explaining import Explanation
from ..plan.objective import Situation
from ..text.wording import one_line
from .output import at_step, console, print_table, with_arrows


class Side(NamedTuple):
    """A trainer, what it sums, and what becomes of a loss whose value is missing."""

    trainer: str
    explanation: Explanation
    missing: str


_MISSING = {"error": "is an error", "skip": "leaves the loss out"}


def print_differences(one: Side, other: Side, about: str, step: int) -> None:
    """Print tables of the losses of both, with the weights of a step; then what else differs.

    `about` says in which training.
    """
    out = console()
    pairs = compared(one.explanation.rows, other.explanation.rows)
    changes = one.explanation.changes or other.explanation.changes
    when = at_step(step) if changes else ""
    out.print(f"{about}: what two trainers make of this config{when}")
    for turn in dict.fromkeys(pair.turn for pair in pairs):
        out.print("" if turn == "generator" else f"\n{turn}")
        headings = ["name", f"weight in {one.trainer}", f"in {other.trainer}", "differs in"]
        print_table(headings, [_cells(pair) for pair in pairs if pair.turn == turn])
    for pair in pairs:
        if told := [*_in_words(pair)]:
            out.print(f"\n{one_line(pair.name)}")
            for texts in told:
                for side, text in zip((one, other), texts, strict=True):
                    out.print(f"  {side.trainer}: {text}")
    if one.missing != other.missing:
        said = (f"{_MISSING[side.missing]} in {side.trainer}" for side in (one, other))
        out.print(f"\nA missing value {', and '.join(said)}")
    for side, against in ((one, other), (other, one)):
        _print_names(f"Only {side.trainer} takes from info", _alone(side, against))
        _print_names(f"Not read by {side.trainer}", side.explanation.unread)


def differences_as_json(
    one: Side, other: Side, bottleneck: Enum | None, situation: Situation, step: int
) -> str:
    """The same for programs."""
    sides = (one, other)
    document = {
        "trainers": [side.trainer for side in sides],
        "bottleneck": None if bottleneck is None else bottleneck.value,
        "channels": situation.channels,
        "teacher": situation.teacher,
        "step": step,
        "losses": [
            {
                "turn": pair.turn,
                "name": pair.name,
                "weights": [each if each is None else each.weight for each in pair.sides],
                "schedules": [each if each is None else each.schedule for each in pair.sides],
                "differs": pair.differs,
            }
            for pair in compared(one.explanation.rows, other.explanation.rows)
        ],
        "missing": [side.missing for side in sides],
        "info": [side.explanation.info for side in sides],
        "unread": [side.explanation.unread for side in sides],
    }
    return json.dumps(document, indent=2)


def _cells(pair: Pair) -> Sequence[object]:
    weights = ["–" if row is None else short(row.weight, row.course) for row in pair.sides]
    return [pair.name, *weights, ", ".join(pair.differs)]


def _in_words(pair: Pair) -> Iterator[tuple[str, str]]:
    """What a table has no room for, of both trainers: other values, and weights that change."""
    one, other = pair.sides
    if one is None or other is None:
        return
    if "value" in pair.differs:
        yield one_line(one.description), one_line(other.description)
    if "weight" in pair.differs and (one.schedule or other.schedule):
        mine, theirs = (with_arrows(f"weight {in_words(each.course)}") for each in (one, other))
        yield mine, theirs


def _alone(side: Side, against: Side) -> list[str]:
    return [key for key in side.explanation.info if key not in against.explanation.info]


def _print_names(what: str, names: Iterable[str]) -> None:
    if listed := ", ".join(map(one_line, names)):
        console().print(f"\n{what}: {listed}")
