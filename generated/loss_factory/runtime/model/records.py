# Generated from templates/runtime/model/records.py.
# Do not edit; change it and run: python -m nox -s generate

"""The records that the tables of a package are made of, and the tables themselves."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import Enum
from functools import cached_property
from pathlib import Path
from typing import Generic, Literal, TypeAlias, TypeVar

from ..text.jsontext import Json
from .base import LossFactoryModel
from .courses import Decaying, PlannedWeight, course_of
from .schedules import AnySchedule, Schedule
from .shape import fields_of

ConfigT = TypeVar("ConfigT", bound=LossFactoryModel)
"""The class of a package's loss configs."""

BottleneckT = TypeVar("BottleneckT", bound=Enum)
"""The enumeration of a package's bottlenecks; the values are the names of their classes."""


@dataclass(frozen=True)
class Weight(Generic[ConfigT]):
    """Where a config holds the weight of a loss."""

    path: str
    """The config path, with dots."""

    default: float
    """What null means, and a section that is off."""

    read: Callable[[ConfigT], float | AnySchedule | None]
    """Takes it out of a config; None stands for the default."""

    def value(self, config: ConfigT) -> float | AnySchedule:
        """What `config` says, or the default."""
        value = self.read(config)
        return self.default if value is None else value


@dataclass(frozen=True)
class Loss(Generic[ConfigT]):
    """A value that a bottleneck leaves in `info`."""

    definition: str
    """Its entry in the schema's `$defs`."""

    key: str
    """Its key in `info`."""

    name: str
    """The name under which it is logged."""

    argument: str
    """What modules call its weight."""

    weight: Weight[ConfigT]
    """What it is multiplied by."""

    scale: float = 1.0
    """A constant that the weight is multiplied by; several losses may share a weight."""

    def weight_in(self, config: ConfigT) -> PlannedWeight:
        """What `config` says that the value is multiplied by."""
        return course_of(self.weight.value(config), self.scale)


@dataclass(frozen=True)
class Summand(Generic[ConfigT]):
    """A loss in an objective, and when it is there."""

    definition: str
    """Its entry in the schema's `$defs`."""

    name: str
    """The name under which it is logged."""

    argument: str
    """What modules call it."""

    reads: tuple[str, ...]
    """The keys of `info` that it needs."""

    path: str | None
    """The config path of its weight; None if that stands in no config."""

    weight: Callable[[ConfigT], float | AnySchedule | None]
    """Takes its weight out of a config; None stands for a loss that is not written."""

    scale: float = 1.0
    """A constant that the weight is multiplied by."""

    decay_path: str | None = None
    """The config path of what its weight is multiplied by in each step."""

    decay: Callable[[ConfigT], float | None] | None = None
    """Takes that out of a config; None stands for 1."""

    discriminator: bool | None = None
    """Whether there has to be a discriminator, or none."""

    teacher: bool | None = None
    """Whether there has to be a teacher, or none."""

    channels: int | None = None
    """How many channels the autoencoder has to have."""

    off_at_zero: bool = False
    """Whether it is not there if its weight is 0."""

    def weight_in(self, config: ConfigT) -> PlannedWeight | None:
        """What `config` says that the value is multiplied by; None if the loss is off.

        A schedule is never off, whatever its weights are. A number decays, if the config says so.
        """
        weight = self.weight(config)
        if weight is None or (self.off_at_zero and weight == 0):
            return None
        factor = None if self.decay is None else self.decay(config)
        if factor is None or factor == 1 or isinstance(weight, Schedule):
            return course_of(weight, self.scale)
        return Decaying(self.scale * weight, factor)


@dataclass(frozen=True)
class Objective(Generic[ConfigT]):
    """What a trainer sums, loss by loss, in this order."""

    missing: Literal["error", "skip"]
    """What becomes of a loss whose value is not there, unless the caller says otherwise."""

    scores: str | None
    """The config path of what is made of a discriminator's scores, where that is written."""

    before_bottleneck: tuple[Summand[ConfigT], ...]
    """What the generator is trained with, up to the losses of the bottleneck."""

    has_bottleneck: bool
    """Whether the losses of the bottleneck follow."""

    after_bottleneck: tuple[Summand[ConfigT], ...]
    """What follows them."""

    discriminator: tuple[Summand[ConfigT], ...]
    """What the discriminator is trained with."""

    @property
    def summands(self) -> tuple[Summand[ConfigT], ...]:
        """All of it, but for the losses of the bottleneck."""
        return (*self.before_bottleneck, *self.after_bottleneck, *self.discriminator)


@dataclass(frozen=True)
class Condition:
    """What holds of the value of a key.

    For values that it is or isn't, what is not written is null unless the schema has a default;
    what is compared is the trainer's default then.
    """

    key: str
    """The key."""

    one_of: tuple[Json, ...] | None = None
    """Values of which it is one."""

    none_of: tuple[Json, ...] | None = None
    """Values of which it is none."""

    length: int | None = None
    """It is a list, and has not as many items."""

    shorter_than: str | None = None
    """Another key, whose list has more items."""

    above: str | None = None
    """Another key, whose value it is above: of lists, item by item."""

    below: str | None = None
    """Another key, whose value it is below."""

    times: float = 1.0
    """What the value of the other key is multiplied by first."""


@dataclass(frozen=True)
class Failure:
    """Values of one object that a trainer fails on."""

    conditions: tuple[Condition, ...]
    """What holds then, all of it."""

    why: str
    """What would be right, for messages."""

    channels: int | None = None
    """How many the autoencoder puts out then, if that matters."""


@dataclass(frozen=True, eq=False)
class Trainer:
    """A trainer that reads loss configs, and how it does so.

    A place in a config is a class of models.py and one of its keys: `TimeLossConfig.weights`.
    """

    name: str
    """What people call it, with its version."""

    assumed: bool
    """Whether whole model configs are meant for it unless something else is said."""

    model_types: Mapping[str, Literal["objective", "defaults"]]
    """What its trainings sum, by the model type of the config; without any, all sum its objective.

    Others don't read loss configs either.
    """

    needs: frozenset[str]
    """What it fails without where the object around it is there."""

    ignores: frozenset[str]
    """What it doesn't read."""

    refuses: Mapping[str, tuple[str | float | bool | None, ...]]
    """Legal values that it fails on, by place."""

    passes: Mapping[str, tuple[str, ...]]
    """Keyword arguments that it passes itself, so that it fails if a config has them too.

    By the class that holds the other arguments, or the place of the open object that does.
    """

    refuses_comments: frozenset[str]
    """Where a comment is one more keyword argument, on which it fails; said in the same way."""

    lacks: frozenset[str]
    """Keyword arguments that it fails on, and bottlenecks that it can't build, by place."""

    excludes: Mapping[str, tuple[str, ...]]
    """Keys of the same object that it fails on beside this one, by place."""

    same_length: Mapping[str, tuple[tuple[str, ...], ...]]
    """Lists that have to be of one length, by the class that holds them."""

    defaults: Mapping[str, Json]
    """What it takes where nothing is written and the schema leaves it to the trainer, by place."""

    fails: Mapping[str, tuple[Failure, ...]]
    """Values that it fails on together, by the class that holds them."""

    def builds(self, bottleneck: Enum) -> bool:
        """Whether it has this bottleneck, as far as it is known."""
        return f"BottleneckType.{bottleneck.value}" not in self.lacks

    def sums(self, model_type: Json) -> Literal["objective", "defaults"] | None:
        """What a training of this model type sums; of an unknown one, what the config says."""
        if model_type is None or not self.model_types:
            return "objective"
        return self.model_types.get(model_type) if isinstance(model_type, str) else None


@dataclass(frozen=True, eq=False)
class Tables(Generic[ConfigT, BottleneckT]):
    """Everything that a schema says and the runtime needs: what a generated package hands over."""

    file: str
    """A file in the package's folder."""

    version: str
    """The package's version."""

    schema_version: str
    """`x-version` of its schema."""

    schema_sha256: str
    """SHA-256 of its schema."""

    config: type[ConfigT]
    """The class of loss configs."""

    bottleneck_type: type[BottleneckT]
    """The enumeration of bottlenecks."""

    losses: Mapping[BottleneckT, tuple[Loss[ConfigT], ...]]
    """The losses of each bottleneck, in the order in which they are summed and logged."""

    class_names: Mapping[str, BottleneckT]
    """Bottlenecks by the name of their class."""

    config_types: Mapping[str, BottleneckT]
    """Bottlenecks by the tag that model configs use for them."""

    trainers: tuple[Trainer, ...]
    """The trainers that are known to read loss configs."""

    objectives: Mapping[str, Objective[ConfigT]]
    """What trainers sum, by their names, as far as it is known."""

    @property
    def folder(self) -> Path:
        """Where the package lies, with its schemas."""
        return Path(self.file).parent

    @cached_property
    def sections(self) -> frozenset[str]:
        """The names of the sections."""
        return frozenset(fields_of(self.config)) - {"$schema"}

    @cached_property
    def weights(self) -> Mapping[str, Weight[ConfigT]]:
        """The weights by their config paths."""
        return {loss.weight.path: loss.weight for each in self.losses.values() for loss in each}

    @cached_property
    def weights_by_object(self) -> Mapping[tuple[str, ...], Mapping[str, Weight[ConfigT]]]:
        """The weights by the path to the object that holds them, and by their names there."""
        found: dict[tuple[str, ...], dict[str, Weight[ConfigT]]] = {}
        for path, weight in self.weights.items():
            *above, name = path.split(".")
            found.setdefault(tuple(above), {})[name] = weight
        return found

    @cached_property
    def weight_sections(self) -> frozenset[str]:
        """The sections that hold the weights of bottleneck losses."""
        return frozenset(path.partition(".")[0] for path in self.weights)

    @cached_property
    def info_keys(self) -> tuple[str, ...]:
        """The keys of `info` that some loss reads, once each."""
        carried = (loss.key for losses in self.losses.values() for loss in losses)
        summands = (each for objective in self.objectives.values() for each in objective.summands)
        return tuple(dict.fromkeys((*carried, *(key for each in summands for key in each.reads))))

    @cached_property
    def assumed_trainers(self) -> tuple[Trainer, ...]:
        """The trainers that whole model configs are meant for unless something else is said."""
        return tuple(trainer for trainer in self.trainers if trainer.assumed)


AnyTables: TypeAlias = Tables[LossFactoryModel, Enum]
"""Those of some package, for what never hands a config or a bottleneck back to it."""
