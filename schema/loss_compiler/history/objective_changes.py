"""What changes for users in what trainers sum."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TypeAlias

from ..meaning.ir import Objective, Place, Schema, Summand, Term
from ..source.syntax import CARRIED, TRAINERS
from .change import Change, Effect, wording

_Place: TypeAlias = tuple[str, str]
"""A turn, and the definition of a loss in it or CARRIED."""


def objective_changes(old: Schema, new: Schema) -> Iterator[Change]:
    """What is different in the objectives of trainers that both know."""
    carried = {each.definition for each in old.losses}  # of which the wording is said already
    now_said = {each.definition: each.description for each in new.summands}
    for each in old.summands:
        if each.definition in now_said and each.definition not in carried:
            yield from wording(each.definition, each.description, now_said[each.definition])
    after = {trainer.name: trainer for trainer in new.trainers}
    for trainer in old.trainers:
        other = after.get(trainer.name)
        if other is None or trainer.objective == other.objective:
            continue
        name = trainer.name
        path = (TRAINERS, name)
        if other.objective is None:
            yield Change(Effect.BREAKING, name, "objective removed", "", "", path, at_key=True)
        elif trainer.objective is None:
            now = ", ".join(_names(other.objective).values())
            yield Change(Effect.COMPATIBLE, name, "new objective", "", now)
        else:
            yield from _changed_sums(name, trainer.objective, other.objective)
            yield from _changed_losses(name, trainer.objective, other.objective)


def _changed_sums(name: str, old: Objective, new: Objective) -> Iterator[Change]:
    """Losses that have come or gone, or stand elsewhere."""
    path = (TRAINERS, name, "objective")
    for what, before, behind in (
        ("losses without a value", old.missing, new.missing),
        ("scores of a discriminator", _place(old.scores), _place(new.scores)),
    ):
        if before != behind:
            what = f"{what} changed"
            yield Change(Effect.BREAKING, name, what, before, behind, path, at_key=True)
    had, has = _names(old), _names(new)
    for place in (each for each in had if each not in has):
        where = f"{name}: {place[1]}"
        yield Change(Effect.BREAKING, where, "loss removed", had[place], "", path, at_key=True)
    for place in (each for each in has if each not in had):
        where = f"{name}: {place[1]}"
        yield Change(Effect.BREAKING, where, "loss added", "", has[place], path, at_key=True)
    was = [had[each] for each in had if each in has]
    now = [had[each] for each in has if each in had]
    while was and was[0] == now[0]:
        del was[0], now[0]
    while was and was[-1] == now[-1]:
        del was[-1], now[-1]
    if was:
        what = "order of losses changed"
        before, behind = ", ".join(was), ", ".join(now)
        yield Change(Effect.BREAKING, name, what, before, behind, path, at_key=True)


def _place(place: Place | None) -> str:
    return "none" if place is None else place.path


def _names(objective: Objective) -> dict[_Place, str]:
    """What is summed, in order, and its names for people."""
    carried = (
        {("generator", CARRIED): "those of the bottleneck"} if objective.has_bottleneck else {}
    )
    return {
        **{("generator", each.definition): each.name for each in objective.before_bottleneck},
        **carried,
        **{("generator", each.definition): each.name for each in objective.after_bottleneck},
        **{
            ("discriminator", each.definition): f"{each.name} of the discriminator"
            for each in objective.discriminator
        },
    }


def _changed_losses(name: str, old: Objective, new: Objective) -> Iterator[Change]:
    """What is different in losses that both have."""
    after = _summands(new)
    for place, summand in _summands(old).items():
        if place not in after:
            continue
        turn, definition = place
        places = (
            ("$defs", definition, "properties", "name"),
            ("$defs", definition),
            ("$defs", definition, "properties", "weight"),
            ("$defs", definition),
            (TRAINERS, name, "objective", turn, definition),
        )
        said = zip(_said(summand), _said(after[place]), places, strict=True)
        for (what, was), (_, now), path in said:
            if was != now:
                where = f"{name}: {definition}"
                yield Change(Effect.BREAKING, where, f"{what} changed", was, now, path, at_key=True)


def _summands(objective: Objective) -> dict[_Place, Summand]:
    return {
        **{("generator", each.definition): each for each in objective.generator},
        **{("discriminator", each.definition): each for each in objective.discriminator},
    }


def _said(summand: Summand) -> Iterator[tuple[str, str]]:
    yield "loss name", summand.name
    yield "value", _value(summand.value)
    yield "weight", summand.origin
    yield "decay", _place(summand.decay)
    yield "condition", ", ".join(summand.conditions) or "always"


def _value(value: str | Term) -> str:
    if isinstance(value, str):
        return value
    arguments = "" if value.arguments is None else f" with {value.arguments.path}"
    return f"{value.kind} of {', '.join(value.reads)}{arguments}"
