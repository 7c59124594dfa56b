# Generated from templates/runtime/cli/differences.py.
# Do not edit; change it and run: python -m nox -s generate

"""What `explain --diff` prints: for people, for programs."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from enum import Enum
from typing import NamedTuple

from ..findings.comparing import Pair, compared
from ..findings.explaining import Explanation, Row
from ..plan.objective import Situation
from ..text.wording import one_line
from .output import console, print_table


class Side(NamedTuple):
    """A trainer, what it sums, and what becomes of a loss whose value is missing."""

    trainer: str
    explanation: Explanation
    missing: str


_MISSING = {"error": "is an error", "skip": "leaves the loss out"}


def print_differences(one: Side, other: Side, about: str) -> None:
    """Print tables of the losses of both; then what else differs.

    `about` says in which training.
    """
    out = console()
    pairs = compared(one.explanation.rows, other.explanation.rows)
    out.print(f"{about}: what two trainers make of this config")
    for turn in dict.fromkeys(pair.turn for pair in pairs):
        out.print("" if turn == "generator" else f"\n{turn}")
        headings = ["name", f"weight in {one.trainer}", f"in {other.trainer}", "differs in"]
        print_table(headings, [_cells(pair) for pair in pairs if pair.turn == turn])
    for pair in pairs:
        if pair.one is not None and pair.other is not None and "value" in pair.differs:
            out.print(f"\n{one_line(pair.name)}")
            for side, row in ((one, pair.one), (other, pair.other)):
                out.print(f"  {side.trainer}: {one_line(row.description)}")
    if one.missing != other.missing:
        said = (f"{_MISSING[side.missing]} in {side.trainer}" for side in (one, other))
        out.print(f"\nA missing value {', and '.join(said)}")
    for side, against in ((one, other), (other, one)):
        _print_names(f"Only {side.trainer} takes from info", _alone(side, against))
        _print_names(f"Not read by {side.trainer}", side.explanation.unread)


def differences_as_json(
    one: Side, other: Side, bottleneck: Enum | None, situation: Situation
) -> str:
    """The same for programs."""
    sides = (one, other)
    document = {
        "trainers": [side.trainer for side in sides],
        "bottleneck": None if bottleneck is None else bottleneck.value,
        "channels": situation.channels,
        "teacher": situation.teacher,
        "losses": [
            {
                "turn": pair.turn,
                "name": pair.name,
                "weights": [_weight(row) for row in (pair.one, pair.other)],
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
    weights = ["–" if row is None else row.weight for row in (pair.one, pair.other)]
    return [pair.name, *weights, ", ".join(pair.differs)]


def _weight(row: Row | None) -> float | None:
    return None if row is None else row.weight


def _alone(side: Side, against: Side) -> list[str]:
    return [key for key in side.explanation.info if key not in against.explanation.info]


def _print_names(what: str, names: Iterable[str]) -> None:
    if listed := ", ".join(map(one_line, names)):
        console().print(f"\n{what}: {listed}")
