"""From a bottleneck, a config and a trainer to every loss of the training, without torch."""

from __future__ import annotations

import warnings
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Generic, cast

from pydantic import BaseModel

from ..config.validation import ARGUMENT, as_loss_config, checked_foreign_sections
from ..model.courses import Course, PlannedWeight, largest, rounded, weight_at
from ..model.errors import ConfigProblem, LossConfigError, UnusedWeightWarning
from ..model.float32 import LARGEST
from ..model.objective_plan import ObjectivePlan, PlannedLoss
from ..model.records import BottleneckT, ConfigT, Loss, Objective, Summand, Tables, Trainer
from ..model.shape import held_under
from ..text.jsontext import Json, JsonPath
from ..text.wording import did_you_mean, json_pointer, listed, shown
from .held_objects import Note, objects_of
from .planning import Plan, changed_weights, in_short, plan_of_type
from .resolve import resolve_bottleneck_type
from .trainer_notes import NOT_READ, decays_beside_schedules, failures, in_vain, unread


@dataclass(frozen=True)
class Situation:
    """What a training has, beside its config.

    `channels` is how many the autoencoder puts out, or None if that is not known; `discriminator`
    is None for what the config says.
    """

    channels: int | None
    discriminator: bool | None
    teacher: bool

    def __post_init__(self) -> None:
        for name in ("discriminator", "teacher"):
            value: object = getattr(self, name)
            if not isinstance(value, bool) and not (value is None and name == "discriminator"):
                raise TypeError(f"{name}: expected true or false, not {shown(value)}")
        channels = cast("object", self.channels)
        if channels is None:
            return
        if isinstance(channels, bool) or not isinstance(channels, int):
            raise TypeError(f"channels: expected a whole number, not {shown(channels)}")
        if channels < 1:
            raise ValueError(f"channels: expected a whole number from 1 on, not {channels}")


@dataclass(frozen=True)
class ObjectiveInParts(Generic[ConfigT, BottleneckT]):
    """An objective for one config, as modules are made of it."""

    trainer: str
    objective: Objective[ConfigT]
    config: ConfigT
    before_bottleneck: list[tuple[Summand[ConfigT], PlannedWeight]]
    bottleneck: Plan[ConfigT, BottleneckT] | None
    after_bottleneck: list[tuple[Summand[ConfigT], PlannedWeight]]
    discriminator: list[tuple[Summand[ConfigT], PlannedWeight]]

    @property
    def weights(self) -> dict[str, PlannedWeight]:
        """The weights of all losses but the bottleneck's, by what modules call them."""
        summands = (*self.before_bottleneck, *self.after_bottleneck, *self.discriminator)
        return {summand.argument: rounded(weight) for summand, weight in summands}

    def arguments_at(self, path: str) -> dict[str, object] | None:
        """What the config says at `path`, without what is null; None if it says nothing there."""
        held = self._held_at(path)
        return None if held is None else held.model_dump(exclude_none=True)

    @property
    def scores(self) -> dict[str, object] | None:
        """What the config says of a discriminator's scores; None if it says nothing of them."""
        path = self.objective.scores
        return None if path is None else self.arguments_at(path)

    def _held_at(self, path: str) -> BaseModel | None:
        """The object at `path`, if it is written."""
        held: object = self.config
        for key in path.split("."):
            held = held_under(key, held)
        return held if isinstance(held, BaseModel) else None

    def plan(self, keys: Mapping[str, str]) -> ObjectivePlan:
        """What users see of it; `keys` says what values are called in this trainer's `info`."""
        carried = [] if self.bottleneck is None else self.bottleneck.losses
        summands = (*self.before_bottleneck, *self.after_bottleneck, *self.discriminator)
        weights = {each.name: weight for each, weight in summands}
        weights |= {each.name: weight for each, weight in carried}
        return ObjectivePlan(
            trainer=self.trainer,
            generator=(
                *(_planned(each, weight, keys) for each, weight in self.before_bottleneck),
                *(_planned_of_bottleneck(each, weight, keys) for each, weight in carried),
                *(_planned(each, weight, keys) for each, weight in self.after_bottleneck),
            ),
            discriminator=tuple(
                _planned(each, weight, keys) for each, weight in self.discriminator
            ),
            courses={name: each for name, each in weights.items() if isinstance(each, Course)},
        )


def plan_in_parts(
    tables: Tables[ConfigT, BottleneckT],
    bottleneck: object,
    loss_config: Mapping[str, object] | ConfigT | None,
    trainer: str,
    situation: Situation,
    foreign_sections: Iterable[str],
    *,
    caller_level: int,
) -> ObjectiveInParts[ConfigT, BottleneckT]:
    """Decide what a training sums; `plan_objective` of each package says more.

    Args:
        tables: those of the package.
        bottleneck: what `plan_losses` takes, or None for an autoencoder without one.
        loss_config: the whole `loss_configs` object.
        trainer: the name of a trainer that has an objective.
        situation: what else decides which losses there are.
        foreign_sections: names of its sections that the trainer reads itself.
        caller_level: the `stacklevel` of warnings.
    """
    objective = objective_of(tables, trainer)
    bottleneck_type = None
    if objective.has_bottleneck and bottleneck is not None:
        bottleneck_type = resolve_bottleneck_type(tables, bottleneck)
    if loss_config is None:
        message = (
            f"expected a loss config, not None; what {trainer} does without one has to be written "
            "out"
        )
        raise LossConfigError([ConfigProblem(ARGUMENT, None, None, "", message)])
    foreign = checked_foreign_sections(tables, foreign_sections)
    config = as_loss_config(tables, loss_config, foreign)
    written = loss_config if isinstance(loss_config, tables.config) else config
    situation = settled(objective, config, situation)
    told, ignored = _notes(tables, written, trainer, foreign, situation.channels)
    for note in in_vain(objective, config, situation.teacher):
        ignored.append(f"{'.'.join(map(str, note.path))}: {note.before}{trainer}{note.after}")
    problems = [*told, *_number_problems(objective, config, situation)]
    if problems:
        raise LossConfigError(problems)
    for message in ignored:
        warnings.warn(message, UnusedWeightWarning, stacklevel=caller_level)
    _refuse_unknown_channels(objective, config, situation)
    own = None
    if bottleneck_type is not None:
        own = plan_of_type(tables, bottleneck_type, config, caller_level=caller_level + 1)
    elif objective.has_bottleneck:
        for path, weight in changed_weights(tables, config).items():
            message = f"{path} is {in_short(weight)}, but there is no bottleneck"
            warnings.warn(message, UnusedWeightWarning, stacklevel=caller_level)
    return ObjectiveInParts(
        trainer=trainer,
        objective=objective,
        config=config,
        before_bottleneck=list(there(objective.before_bottleneck, config, situation)),
        bottleneck=own,
        after_bottleneck=list(there(objective.after_bottleneck, config, situation)),
        discriminator=list(there(objective.discriminator, config, situation)),
    )


def objective_of(tables: Tables[ConfigT, BottleneckT], trainer: str) -> Objective[ConfigT]:
    """The objective of a trainer.

    Raises:
        TypeError: `trainer` is no string.
        ValueError: no trainer of this name has an objective.
    """
    if not isinstance(cast("object", trainer), str):
        raise TypeError(f"trainer: expected the name of a trainer, not {shown(trainer)}")
    if trainer not in tables.objectives:
        known = f"; there is one for {listed(tables.objectives)}"
        if any(each.name == trainer for each in tables.trainers):
            raise ValueError(f"trainer: {trainer!r} has no objective{known}")
        near = did_you_mean(trainer, tables.objectives) or known
        raise ValueError(f"trainer: {trainer!r} is no known trainer{near}")
    return tables.objectives[trainer]


def there(
    summands: Iterable[Summand[ConfigT]], config: ConfigT, situation: Situation
) -> Iterator[tuple[Summand[ConfigT], PlannedWeight]]:
    """Those of `summands` that are there, with their weights."""
    for each in summands:
        weight = each.weight_in(config)
        if weight is not None and not _is_excluded(each, situation):
            yield each, weight


def settled(objective: Objective[ConfigT], config: ConfigT, situation: Situation) -> Situation:
    """The situation, where the config says whether there is a discriminator if nothing else does.

    Raises:
        ValueError: there is a discriminator that the config has no section for.
    """
    wanted = _wants_discriminator(objective, config)
    if situation.discriminator is None:
        return replace(situation, discriminator=wanted)
    if situation.discriminator and not wanted and not _has_a_fixed_use_for_one(objective):
        sections = dict.fromkeys(
            each.path.partition(".")[0]
            for each in objective.summands
            if each.discriminator and each.path is not None
        )
        where = f"the config has no section {' or '.join(map(repr, sections))}"
        has = where if sections else "this trainer's objective has no use for one"
        raise ValueError(f"discriminator: there is one, but {has}")
    return situation


def _wants_discriminator(objective: Objective[ConfigT], config: ConfigT) -> bool:
    """Whether the config has a section with losses that need a discriminator."""
    return any(
        each.discriminator and each.path is not None and each.weight(config) is not None
        for each in objective.summands
    )


def _has_a_fixed_use_for_one(objective: Objective[ConfigT]) -> bool:
    """Whether a discriminator rewards the generator with a weight that stands in no config."""
    return any(
        each.discriminator and each.path is None
        for each in (*objective.before_bottleneck, *objective.after_bottleneck)
    )


def _is_excluded(summand: Summand[ConfigT], situation: Situation) -> bool:
    """Whether a loss is not there in this training, whatever its weight."""
    pairs = (
        (summand.discriminator, situation.discriminator),
        (summand.teacher, situation.teacher),
        (summand.channels, situation.channels),
    )
    return any(None not in pair and pair[0] != pair[1] for pair in pairs)


def _refuse_unknown_channels(
    objective: Objective[ConfigT], config: ConfigT, situation: Situation
) -> None:
    if situation.channels is not None:
        return
    for each in objective.summands:
        if (
            each.channels is not None
            and each.weight_in(config) is not None
            and not _is_excluded(each, situation)
        ):
            raise ValueError(
                f"channels: expected how many the autoencoder puts out; {each.name!r} is there "
                f"only for {each.channels}"
            )


def _notes(
    tables: Tables[ConfigT, BottleneckT],
    config: ConfigT,
    trainer: str,
    foreign: frozenset[str],
    channels: int | None,
) -> tuple[list[ConfigProblem], list[str]]:
    """What makes the trainer fail, and what it does not read of what is written in `config`."""
    record = next(each for each in tables.trainers if each.name == trainer)
    written: dict[str, Json] = config.model_dump(exclude_unset=True)
    objects = list(objects_of(tables.config, written))
    failing = (
        *failures(record, objects, foreign, channels, _is_misspelled),
        *decays_beside_schedules(tables.objectives[trainer], config),
    )
    told = [
        ConfigProblem(ARGUMENT, None, None, json_pointer(note.path), _said(note, record))
        for note in failing
    ]
    paths = (".".join(map(str, note.path)) for note in unread(record, objects))
    return told, [f"{path!r}{NOT_READ}{trainer}" for path in paths]


def _is_misspelled(_key: str, _owner: JsonPath) -> bool:
    """No: of a config that is valid, no key is."""
    return False


def _said(note: Note, trainer: Trainer) -> str:
    return f"{note.before}{trainer.name}{note.after}"


def _number_problems(
    objective: Objective[ConfigT], config: ConfigT, situation: Situation
) -> Iterator[ConfigProblem]:
    """Weights that no float32 can hold once they are scaled."""
    for each, weight in there(objective.summands, config, situation):
        if (most := largest(weight)) > LARGEST:
            message = f"expected at most {LARGEST / each.scale!r} for {each.name!r}"
            yield _problem(str(each.path), f"{message}, not {most / each.scale!r}")


def _problem(path: str, message: str) -> ConfigProblem:
    return ConfigProblem(ARGUMENT, None, None, json_pointer(path.split(".")), message)


def _planned(
    summand: Summand[ConfigT], weight: PlannedWeight, keys: Mapping[str, str]
) -> PlannedLoss:
    section = None if summand.path is None else summand.path.partition(".")[0]
    reads = tuple(keys.get(key, key) for key in summand.reads)
    return PlannedLoss(summand.name, section, summand.path, weight_at(weight, 0), reads)


def _planned_of_bottleneck(
    loss: Loss[ConfigT], weight: PlannedWeight, keys: Mapping[str, str]
) -> PlannedLoss:
    path = loss.weight.path
    reads = (keys.get(loss.key, loss.key),)
    section = path.partition(".")[0]
    return PlannedLoss(loss.name, section, path, weight_at(weight, 0), reads)
