"""The paths from the root of a config to its objects, and what has none."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

from ..meaning.ir import Step
from ..shared.wording import listed
from ..source.document import (
    RESULTS,
    ROOT,
    WEIGHT,
    losses,
    owners,
    references,
    ways_to,
    weight_place,
)
from ..source.problems import Problem


class NoWay(NamedTuple):
    """Why there is no one way to an object: a message, and the object where the way ends."""

    message: str
    owner: str


def weight_ways(document: Any) -> dict[str, tuple[Step, ...] | NoWay]:
    """The one way from the root of a config into each object that holds weights, or why not."""
    known = {each.name for each in owners(document)}
    named = dict.fromkeys(weight_place(each)[0] for each in losses(document).values())
    return {owner: _way(document, owner) for owner in named if owner in known}


def _way(document: Any, owner: str) -> tuple[Step, ...] | NoWay:
    steps: list[Step] = []
    while owner != ROOT:
        ways = ways_to(document, owner)
        if not ways:
            return NoWay(f"no config holds {_one(owner)}", owner)
        if len(ways) > 1:
            places = listed(f"{way.owner}.{way.name}" for way in ways)
            expected = "expected one place, to know the weight's path"
            return NoWay(f"{owner} stands at {places}; {expected}", owner)
        [way] = ways
        if way.step is None:
            place = f"{way.owner}.{way.name}"
            expected = "expected one fixed path"
            return NoWay(f"{place!r} holds {owner} in an array or by tag; {expected}", owner)
        steps.append(way.step)
        owner = way.owner
    return tuple(reversed(steps))


def way_problems(document: Any) -> Iterator[Problem]:
    """One for each object, at the first loss whose weight it holds."""
    definitions = losses(document)
    ends: set[str] = set()
    for owner, way in weight_ways(document).items():
        match way:
            case NoWay(message, end) if end not in ends and not (
                message.startswith("no") and _has_lost_reference(document)
            ):
                ends.add(end)
                loss = next(
                    name for name, each in definitions.items() if weight_place(each)[0] == owner
                )
                yield Problem(("$defs", loss, *WEIGHT), message, about=(("$defs", end),))


def unheld_objects(document: Any) -> Iterator[Problem]:
    """The objects that are in no config, unless a wrong reference may have been meant for them."""
    if _has_lost_reference(document):
        return
    held = _held(document)
    for owner in owners(document):
        if owner.name not in held and owner.name not in RESULTS:
            message = (
                f"no config holds {_one(owner.name)}; let a property refer to it, or remove it"
            )
            yield Problem(owner.path, message, at_key=True)


def _one(name: str) -> str:
    return f"an {name}" if name.startswith(("A", "E", "I", "O")) else f"a {name}"


def _held(document: Any) -> list[str]:
    """The objects of which the root holds one, directly or in others."""
    held = [ROOT]
    subschemas = {owner.name: owner.subschema for owner in owners(document)}
    for name in held:  # grows while it is read
        inside = _held_by(subschemas[name])
        held += [each for each in inside if each in subschemas and each not in held]
    return held


def _held_by(subschema: Any) -> list[str]:
    """The definitions that the properties of an object refer to."""
    return list(
        dict.fromkeys(
            name for each in subschema["properties"].values() for _, name in references(each)
        )
    )


def _has_lost_reference(document: Any) -> bool:
    """Whether a property refers to no object, or twice to one, and may have meant another."""
    known = {owner.name for owner in owners(document)}
    for owner in owners(document):
        for name, subschema in owner.subschema["properties"].items():
            referred = [each for _, each in references(subschema)]
            is_result = owner.name in RESULTS and name == "bottleneck_type"
            if not is_result and (len(set(referred)) < len(referred) or not known >= {*referred}):
                return True
    return False
