"""What objectives contradict: losses that don't exist, places in a circle, names that meet."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from ..shared.wording import did_you_mean, did_you_mean_name
from ..source.objectives import in_order
from ..source.problems import Problem
from ..source.syntax import CARRIED, LossesSchema, ObjectiveEntry, Summand


def objective_problems(schema: LossesSchema) -> Iterator[Problem]:
    """Everything that is wrong with the objectives of the schema's trainers."""
    for trainer in schema.trainers:
        if trainer.objective is None:
            continue
        lost = list(_lost_losses(trainer.objective, schema))
        for turn in trainer.objective.turns:
            lost += _lost_places(turn)
        yield from lost or _meeting_names(trainer.objective, schema)


def _lost_losses(objective: ObjectiveEntry, schema: LossesSchema) -> Iterator[Problem]:
    for turn in objective.turns:
        for each in turn:
            if each.target != CARRIED and each.target not in schema.losses:
                near = did_you_mean_name(each.target, [*schema.losses, CARRIED])
                message, about = f"'$defs/{each.target}' does not exist", ("$defs", each.target)
                yield Problem(each.path, message, at_key=True, about=(about,), near=near)


def _lost_places(turn: Sequence[Summand]) -> Iterator[Problem]:
    names = [each.target for each in turn]
    placed = {each.target for each in in_order(turn)}
    for each in turn:
        if each.before is None or each.target in placed:
            continue
        path = (*each.path, "before")
        if each.before not in names:
            near = did_you_mean(each.before, [name for name in names if name != each.target])
            yield Problem(path, f"there is no {each.before!r} in this turn", near=near)
        elif each.before == each.target:
            yield Problem(path, f"{each.target} can't stand before itself")
        else:
            yield Problem(path, f"{each.target} and {each.before} stand before each other")


def _meeting_names(objective: ObjectiveEntry, schema: LossesSchema) -> Iterator[Problem]:
    """Two losses of one name that can be there at once."""
    carried = {each.name: name for name, each in schema.carried.items()}
    has_bottleneck = any(each.target == CARRIED for each in objective.generator)
    earlier: dict[str, list[Summand]] = {}
    for each in (each for turn in objective.turns for each in turn if each.target != CARRIED):
        name = schema.losses[each.target].name
        met = [other for other in earlier.get(name, []) if not _exclude(each, other)]
        if met:
            message = f"{each.target} and {met[0].target} are both called {name!r}"
            advice = "give one another name, or conditions that exclude each other"
            about = (met[0].path,)
            yield Problem(each.path, f"{message}; {advice}", at_key=True, about=about)
        elif has_bottleneck and name in carried:
            message = f"{each.target} and {carried[name]}, which a bottleneck may carry, are both"
            yield Problem(each.path, f"{message} called {name!r}", at_key=True)
        earlier.setdefault(name, []).append(each)


def _exclude(one: Summand, other: Summand) -> bool:
    """Whether the two are never there at once."""
    pairs = (
        (one.discriminator, other.discriminator),
        (one.teacher, other.teacher),
        (one.channels, other.channels),
    )
    return any(None not in pair and pair[0] != pair[1] for pair in pairs)
