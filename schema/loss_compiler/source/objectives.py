"""The order of an objective, and what its trainer doesn't read."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from .syntax import (
    CARRIED,
    ROOT,
    WEIGHT,
    LossDefinition,
    LossesSchema,
    ObjectiveEntry,
    Property,
    PropertyReference,
    Summand,
    Term,
)


def in_order(summands: Sequence[Summand]) -> list[Summand]:
    """The summands of a turn, each with `before` moved there.

    Those that stand before one another in a circle, or before nothing that is there, are left out.
    """
    ahead: dict[str, list[Summand]] = {}
    for each in summands:
        if each.before is not None:
            ahead.setdefault(each.before, []).append(each)
    backwards: list[Summand] = []
    pending = [each for each in summands if each.before is None]
    while pending:
        last = pending.pop()
        backwards.append(last)
        pending += ahead.get(last.target, ())
    return backwards[::-1]


def unread(objective: ObjectiveEntry, schema: LossesSchema) -> Iterator[str]:
    """Places such as `TimeWeights.mmd` that lead to no loss of `objective`.

    A section is one of them if no loss reads anything in it; else the weights in it are.
    """
    names = [each.target for turn in objective.turns for each in turn if each.target != CARRIED]
    losses = [schema.losses[name] for name in names]
    if any(each.target == CARRIED for each in objective.generator):
        losses += schema.carried.values()
    read = {owner for each in losses for owner in _owners(each)}
    used = _weights(losses)
    known = _weights(schema.losses.values())
    for section in schema.root.properties.values():
        held = held_in(section, schema)
        if held and read.isdisjoint(held):
            yield f"{ROOT}.{section.key}"
            continue
        for name in held:
            for key, each in schema.objects[name].properties.items():
                is_weight = any(reference.target == WEIGHT for reference in each.references)
                place = f"{name}.{key}"
                if (is_weight or place in known) and place not in used:
                    yield place


def _owners(loss: LossDefinition) -> Iterator[str]:
    """The objects of a config that a loss reads: for its weight, its decay, its arguments."""
    for each in (loss.weight, loss.decay):
        if isinstance(each, PropertyReference):
            yield each.owner
    if isinstance(loss.value, Term) and loss.value.arguments is not None:
        yield loss.value.arguments


def _weights(losses: Iterable[LossDefinition]) -> set[str]:
    weights = (each.weight for each in losses)
    return {f"{each.owner}.{each.key}" for each in weights if isinstance(each, PropertyReference)}


def held_in(section: Property, schema: LossesSchema) -> list[str]:
    """The objects that a section can hold, and those in them."""
    found = [each.target for each in section.references if each.target in schema.objects]
    for name in found:  # grows while it is read
        found += [each for each in schema.objects[name].held if each not in found]
    return found
