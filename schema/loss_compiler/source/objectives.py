"""The order of an objective, and what its trainer doesn't read."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from .syntax import (
    CARRIED,
    ROOT,
    WEIGHT,
    LossesSchema,
    ObjectiveEntry,
    Property,
    PropertyReference,
    Summand,
)


def in_order(summands: Sequence[Summand]) -> list[Summand]:
    """The summands of a turn, each with `before` moved there.

    Those that stand before one another in a circle, or before nothing that is there, are left out.
    """
    order = [each for each in summands if each.before is None]
    moved = [each for each in summands if each.before is not None]
    while moved:
        places = {each.target: index for index, each in enumerate(order)}
        ready = next((each for each in moved if each.before in places), None)
        if ready is None:
            break
        order.insert(places[str(ready.before)], ready)
        moved.remove(ready)
    return order


def unread(objective: ObjectiveEntry, schema: LossesSchema) -> Iterator[str]:
    """Places such as `TimeWeights.mmd` that lead to no loss of `objective`.

    A section is one of them if nothing in it leads to a loss; else the weights in it are.
    """
    names = [each.target for turn in objective.turns for each in turn if each.target != CARRIED]
    losses = [schema.losses[name] for name in names]
    if any(each.target == CARRIED for each in objective.generator):
        losses += schema.carried.values()
    used = {
        f"{each.weight.owner}.{each.weight.key}"
        for each in losses
        if isinstance(each.weight, PropertyReference)
    }
    for section in schema.root.properties.values():
        held = _held(section, schema)
        weights = [
            f"{name}.{key}"
            for name in held
            for key, each in schema.objects[name].properties.items()
            if any(reference.target == WEIGHT for reference in each.references)
        ]
        if held and not used.intersection(weights):
            yield f"{ROOT}.{section.key}"
        else:
            yield from (place for place in weights if place not in used)


def _held(section: Property, schema: LossesSchema) -> list[str]:
    """The objects that a section can hold, and those in them."""
    found = [each.target for each in section.references if each.target in schema.objects]
    for name in found:  # grows while it is read
        found += [each for each in schema.objects[name].held if each not in found]
    return found
