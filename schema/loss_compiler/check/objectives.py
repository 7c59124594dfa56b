"""What objectives contradict: losses that don't exist, places in a circle, names that meet."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import product
from typing import Final

from ..shared.wording import did_you_mean_name, listed
from ..source.objectives import held_in
from ..source.paths import NoWay, Paths
from ..source.problems import Problem
from ..source.syntax import (
    CARRIED,
    LossesSchema,
    ObjectiveEntry,
    PropertyReference,
    Summand,
    TrainerEntry,
)
from .repetitions import in_a_circle

SCORES: Final = ("hinge", "lsgan")
"""What the runtime can make of a discriminator's scores."""


def objective_problems(schema: LossesSchema) -> Iterator[Problem]:
    """Everything that is wrong with the objectives of the schema's trainers."""
    for trainer in schema.trainers:
        if trainer.objective is None:
            continue
        yield from _score_problems(trainer.objective, schema)
        lost = list(_lost_losses(trainer.objective, schema))
        for turn in trainer.objective.turns:
            lost += _lost_places(turn, schema)
        yield from lost or _meeting_names(trainer, trainer.objective, schema)


def _score_problems(objective: ObjectiveEntry, schema: LossesSchema) -> Iterator[Problem]:
    """An object for scores that is none, that has no such type, or that has no one path."""
    if objective.scores is None:
        return
    path = (*objective.path, "scores")
    held = schema.referable.get(objective.scores)
    if held is None:
        near = did_you_mean_name(objective.scores, list(schema.referable))
        message, about = "is no object of a config", ("$defs", objective.scores)
        yield Problem(path, f"'$defs/{objective.scores}' {message}", about=(about,), near=near)
        return
    kind = held.properties.get("type")
    if kind is None or not set(kind.choices or [""]) <= {*SCORES}:
        message = f"{objective.scores} needs a 'type' with choices among {listed(SCORES)}"
        yield Problem(path, message, about=(held.path,))
    paths = Paths(schema)
    if not paths.is_endless and isinstance(way := paths.steps_to(held.name), NoWay):
        yield Problem(path, way.message)


def _lost_losses(objective: ObjectiveEntry, schema: LossesSchema) -> Iterator[Problem]:
    for turn in objective.turns:
        for each in turn:
            if each.target != CARRIED and each.target not in schema.losses:
                near = did_you_mean_name(each.target, [*schema.losses, CARRIED])
                message, about = f"'$defs/{each.target}' does not exist", ("$defs", each.target)
                yield Problem(each.path, message, at_key=True, about=(about,), near=near)


def _lost_places(turn: Sequence[Summand], schema: LossesSchema) -> Iterator[Problem]:
    summands = {each.target: each for each in turn}
    for each in turn:
        if each.before is not None and each.before not in summands:
            near = did_you_mean_name(
                each.before, [name for name in summands if name != each.target]
            )
            if CARRIED in summands and each.before in schema.carried:
                near = f"; a bottleneck carries it: write {CARRIED!r}"
            path, about = (*each.path, "before"), (*each.path[:-1], each.before)
            message = f"there is no {each.before!r} in this turn"
            yield Problem(path, message, about=(about,), near=near)
    for circle in _circles({each.target: each.before for each in turn if each.before is not None}):
        message = f"stands before itself: {in_a_circle(circle)}"
        yield Problem((*summands[circle[0]].path, "before"), message)


def _circles(before: Mapping[str, str]) -> Iterator[list[str]]:
    """The names that lead back to themselves."""
    seen: set[str] = set()
    for name in before:
        chain: dict[str, None] = {}
        while name in before and name not in seen:
            seen.add(name)
            chain[name] = None
            name = before[name]
        if name in chain:
            names = list(chain)
            yield names[names.index(name) :]


def _meeting_names(
    trainer: TrainerEntry, objective: ObjectiveEntry, schema: LossesSchema
) -> Iterator[Problem]:
    """Two losses of one name that can be there at once."""
    apart = set(_never_together(trainer.name, schema))
    carried = {each.name: name for name, each in schema.carried.items()}
    has_bottleneck = any(each.target == CARRIED for each in objective.generator)
    earlier: dict[str, list[Summand]] = {}
    held = Paths(schema).ways
    for each in (each for turn in objective.turns for each in turn if each.target != CARRIED):
        if not _owners(schema, each) <= held.keys():
            continue  # what no config holds is a problem of its own
        name = schema.losses[each.target].name
        others = (
            one
            for one in earlier.get(name, [])
            if not _exclude(each, one) and _owners(schema, each, one) not in apart
        )
        if (met := next(others, None)) is not None:
            message = f"{each.target} and {met.target} are both called {name!r}"
            advice = "give one of them another name, or conditions that exclude each other"
            about = (met.path,)
            yield Problem(each.path, f"{message}; {advice}", at_key=True, about=about)
        elif has_bottleneck and each.target in schema.carried:
            message = f"a bottleneck may carry {each.target}, and {CARRIED} stands for it already"
            yield Problem(each.path, message, at_key=True)
        elif has_bottleneck and name in carried:
            message = f"{each.target} and {carried[name]}, which a bottleneck may carry, are both"
            yield Problem(each.path, f"{message} called {name!r}", at_key=True)
        earlier.setdefault(name, []).append(each)


def _never_together(trainer: str, schema: LossesSchema) -> Iterator[frozenset[str]]:
    """Pairs of objects of which one config has only one, as the trainer fails on both."""
    root = schema.root.properties
    for held in root.values():
        for other in (each for n in held.notes if n.trainer == trainer for each in n.excludes):
            if other in root:
                one, two = set(held_in(held, schema)), set(held_in(root[other], schema))
                yield from (frozenset(pair) for pair in product(one - two, two - one))


def _owners(schema: LossesSchema, *summands: Summand) -> frozenset[str]:
    """The objects that the weights of losses stand in."""
    weights = (schema.losses[each.target].weight for each in summands)
    return frozenset(each.owner for each in weights if isinstance(each, PropertyReference))


def _exclude(one: Summand, other: Summand) -> bool:
    """Whether the two are never there at once."""
    pairs = (
        (one.discriminator, other.discriminator),
        (one.teacher, other.teacher),
        (one.channels, other.channels),
    )
    return any(None not in pair and pair[0] != pair[1] for pair in pairs)
