"""The intermediate representation: what a losses schema means, with every reference resolved.

Everything that is written is rendered from these values, so that no two outputs can disagree.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from ..shared.jsontext import Json, JsonPath
from ..source.paths import Step
from ..source.syntax import Values, class_stem


@dataclass(frozen=True)
class Weight:
    """A number in the config that a loss is multiplied by, unless it is null."""

    steps: tuple[Step, ...]
    default: float

    @property
    def path(self) -> str:
        """The config path, such as `bottleneck.weights.kl`."""
        return ".".join(step.key for step in self.steps)


@dataclass(frozen=True)
class Loss:
    """A value that a bottleneck leaves in `info`, and the name and weight it is summed under.

    `definition` is its entry in $defs. The weight in the config is multiplied by the constant
    `scale`.
    """

    definition: str
    constant: str
    key: str
    name: str
    weight: Weight
    scale: float
    description: str

    @property
    def default_weight(self) -> float:
        """What the value is multiplied by unless a config says otherwise."""
        return self.scale * self.weight.default

    @property
    def origin(self) -> str:
        """Where a config says its weight: `bottleneck.weights.kl`, or `0.25 × …` of it."""
        path = self.weight.path
        return path if self.scale == 1 else f"{self.scale!r} × {path}"

    @property
    def stem(self) -> str:
        """What variables of this loss begin with: `kl` in `kl_weight`."""
        return self.constant.removesuffix("_LOSS").lower()


@dataclass(frozen=True)
class Place:
    """An object or a number in the config that a loss reads."""

    steps: tuple[Step, ...]

    @property
    def path(self) -> str:
        """The config path, such as `spectral.config`."""
        return ".".join(step.key for step in self.steps)


@dataclass(frozen=True)
class Term:
    """What a loss computes of two values of `info`, and where the config has its arguments."""

    kind: str
    reads: tuple[str, ...]
    arguments: Place | None


@dataclass(frozen=True)
class Summand:
    """A loss in an objective, and when it is there.

    Its value is in `info` under a key, or a term. Its weight stands in the config, and is there
    only if it is written or has a default; or it is a number. It is multiplied by `scale`, and in
    each step by the number at `decay`. `discriminator` and `teacher` say whether there has to be
    one or none, `channels` how many there have to be; at a weight of 0, it may be off.
    """

    definition: str
    stem: str
    name: str
    description: str
    value: str | Term
    weight: Place | float
    default: float | None
    scale: float
    decay: Place | None
    discriminator: bool | None
    teacher: bool | None
    channels: int | None
    off_at_zero: bool

    @property
    def reads(self) -> tuple[str, ...]:
        """The keys of `info` that it needs."""
        return self.value.reads if isinstance(self.value, Term) else (self.value,)

    @property
    def origin(self) -> str:
        """Where a config says its weight: `time.weights.l1`, or `0.25 × …` of it."""
        if not isinstance(self.weight, Place):
            return f"{self.weight!r}"
        path = self.weight.path
        return path if self.scale == 1 else f"{self.scale!r} × {path}"

    @property
    def conditions(self) -> tuple[str, ...]:
        """When it is there, in words."""
        said = [
            f"with{'' if wanted else 'out'} a {what}"
            for what, wanted in (("discriminator", self.discriminator), ("teacher", self.teacher))
            if wanted is not None
        ]
        if self.channels is not None:
            said.append(f"{self.channels} channel{'' if self.channels == 1 else 's'}")
        if self.off_at_zero:
            said.append("weight above 0")
        return tuple(said)


@dataclass(frozen=True)
class Objective:
    """What a trainer sums in each turn, in this order.

    The bottleneck's losses stand between `before_bottleneck` and `after_bottleneck`, if it has a
    place for them. `missing` says what becomes of a loss without a value. Where the config has the
    object at `scores`, its type says what is made of a discriminator's scores.
    """

    missing: str
    scores: Place | None
    before_bottleneck: tuple[Summand, ...]
    has_bottleneck: bool
    after_bottleneck: tuple[Summand, ...]
    discriminator: tuple[Summand, ...]

    @property
    def generator(self) -> tuple[Summand, ...]:
        """What the generator is trained with, but for the losses of the bottleneck."""
        return (*self.before_bottleneck, *self.after_bottleneck)

    @property
    def summands(self) -> tuple[Summand, ...]:
        """Those of both turns."""
        return (*self.generator, *self.discriminator)


@dataclass(frozen=True)
class Bottleneck:
    """A bottleneck class and the losses it carries, in the order of the total."""

    class_name: str
    member: str
    config_type: str
    description: str
    losses: tuple[Loss, ...]

    @property
    def loss_class(self) -> str:
        """The class of the module that weighs and sums these losses."""
        return f"{self.class_name}Loss"


@dataclass(frozen=True)
class Field(Values):
    """A property of an object.

    `name` is what it is called in Python, and `key` in a config. `default` is what JSON says, or
    None where there is none; `unit` is what its numbers count; `also` is what people call it
    elsewhere. One that is `deprecated` is there for old configs alone.
    """

    name: str
    key: str
    description: str
    required: bool
    nullable: bool
    default: Json
    deprecated: bool
    unit: str | None
    also: tuple[str, ...]
    examples: tuple[Json, ...]


@dataclass(frozen=True)
class Model:
    """A closed object of the schema: one generated class.

    `place` is the path to the object in a config, which is empty for the root, or its name if it
    stands at several places. `path` leads to it in the schema. `needs` says beside which of its
    keys which others have to be written.
    """

    name: str
    description: str
    path: JsonPath
    place: str
    fields: tuple[Field, ...]
    needs: Mapping[str, tuple[str, ...]]

    def tag(self, key: str) -> str:
        """The value of `key` that tells objects of this class apart from others."""
        [value] = (value for each in self.fields if each.key == key for value in each.choices)
        assert isinstance(value, str), value
        return value

    @property
    def needs_in_python(self) -> Mapping[str, tuple[str, ...]]:
        """The same by what the keys are called in Python."""
        names = {field.key: field.name for field in self.fields}
        return {
            names[key]: tuple(names[other] for other in others)
            for key, others in self.needs.items()
        }


@dataclass(frozen=True)
class Condition:
    """What holds of the value of a key: it is one of some, or none of them.

    Or it is a list of another length than `length`, or one `shorter_than` that of another key. Or
    it is `above` or `below` that of another key, which is multiplied by `times` first.
    """

    key: str
    one_of: tuple[Json, ...] | None
    none_of: tuple[Json, ...] | None
    length: int | None
    shorter_than: str | None
    above: str | None
    below: str | None
    times: float


@dataclass(frozen=True)
class Failure:
    """What a trainer fails on: all conditions hold, and there are as many `channels`.

    `why` says what would be right.
    """

    conditions: tuple[Condition, ...]
    channels: int | None
    why: str


@dataclass(frozen=True)
class Trainer:
    """A trainer that reads configs, and what it makes of places such as `TimeLossConfig.weights`.

    It fails without what it `needs`, never reads what it `ignores`, fails on what it `lacks` and on
    the values that it `refuses`, or on a key beside one that it `excludes`. It `passes` some
    keyword arguments itself, and `refuses_comments` among some. By the class of an object: lists
    that have to have the `same_length`, and on which of its values the trainer `fails`; by place,
    the `defaults` that it has where the schema leaves them to it. `model_types` says which
    trainings sum its objective, and which the losses of the bottleneck with their defaults. `stem`
    names its classes in Python.
    """

    name: str
    description: str
    assumed: bool
    model_types: Mapping[str, str]
    needs: tuple[str, ...]
    ignores: tuple[str, ...]
    refuses: Mapping[str, tuple[Json, ...]]
    passes: Mapping[str, tuple[str, ...]]
    refuses_comments: tuple[str, ...]
    lacks: tuple[str, ...]
    excludes: Mapping[str, tuple[str, ...]]
    same_length: Mapping[str, tuple[tuple[str, ...], ...]]
    defaults: Mapping[str, Json]
    fails: Mapping[str, tuple[Failure, ...]]
    objective: Objective | None

    @property
    def stem(self) -> str:
        """What classes for it begin with: `StableAudioTools0019`."""
        return class_stem(self.name)


@dataclass(frozen=True)
class Schema:
    """A whole losses schema; the first of its `models` is the root.

    `schedules` are what may stand in the place of a weight's number, if it has such.
    """

    name: str | None
    version: str
    bottleneck_description: str
    models: tuple[Model, ...]
    results: tuple[Model, ...]
    schedules: tuple[Model, ...]
    losses: tuple[Loss, ...]
    bottlenecks: tuple[Bottleneck, ...]
    trainers: tuple[Trainer, ...]

    @property
    def summands(self) -> tuple[Summand, ...]:
        """The losses of all objectives, once each, but for those of bottlenecks."""
        objectives = (each.objective for each in self.trainers if each.objective is not None)
        found = (each for one in objectives for each in one.summands)
        return tuple({each.definition: each for each in found}.values())

    def is_ambiguous(self, name: str) -> bool:
        """Whether several losses of objectives have this name."""
        return sum(each.name == name for each in self.summands) > 1

    def summed_by(self, summand: Summand) -> tuple[str, ...]:
        """The names of the trainers whose objective has the loss."""
        return tuple(
            trainer.name
            for trainer in self.trainers
            if trainer.objective is not None
            and summand.definition in {each.definition for each in trainer.objective.summands}
        )

    @property
    def title(self) -> str:
        """What people call it: its name, if it has one, and its version."""
        return f"{self.name or 'schema'} {self.version}"
