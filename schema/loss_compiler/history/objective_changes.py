"""What changes for users in what trainers sum."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from ..meaning.ir import Objective, Schema, Summand, Term
from ..source.syntax import CARRIED, TRAINERS
from .change import Change, Effect, wording


def objective_changes(old: Schema, new: Schema) -> Iterator[Change]:
    """What is different in the objectives of trainers that both know."""
    now_said = {each.definition: each.description for each in new.summands}
    for each in old.summands:
        if each.definition in now_said:
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
            now = ", ".join(_names(other.objective))
            yield Change(Effect.COMPATIBLE, name, "new objective", "", now)
        else:
            yield from _differences(name, trainer.objective, other.objective)


def _differences(name: str, old: Objective, new: Objective) -> Iterator[Change]:
    path = (TRAINERS, name, "objective")
    was, now = _names(old), _names(new)
    if was != now:
        what = "losses changed" if set(was) != set(now) else "order of losses changed"
        yield Change(Effect.BREAKING, name, what, ", ".join(was), ", ".join(now), path, at_key=True)
    after = {each.definition: each for each in (*new.generator, *new.discriminator)}
    for each in (*old.generator, *old.discriminator):
        if (other := after.get(each.definition)) is not None:
            where = f"{name}: {each.definition}"
            for (what, before), (_, behind) in zip(_said(each), _said(other), strict=True):
                if before != behind:
                    what = f"{what} changed"
                    yield Change(Effect.BREAKING, where, what, before, behind, path, at_key=True)


def _names(objective: Objective) -> Sequence[str]:
    carried = [CARRIED] if objective.has_bottleneck else []
    return [
        *(each.name for each in objective.before_bottleneck),
        *carried,
        *(each.name for each in objective.after_bottleneck),
        *(each.name for each in objective.discriminator),
    ]


def _said(summand: Summand) -> Iterator[tuple[str, str]]:
    yield "loss name", summand.name
    yield "value", _value(summand.value)
    yield "weight", summand.origin
    yield "decay", "" if summand.decay is None else summand.decay.path
    yield "condition", ", ".join(summand.conditions)


def _value(value: str | Term) -> str:
    if isinstance(value, str):
        return value
    arguments = "" if value.arguments is None else f" with {value.arguments.path}"
    return f"{value.kind} of {', '.join(value.reads)}{arguments}"
