"""The intermediate representation: what a losses schema means, with every reference resolved.

Everything that is written is rendered from these values, so that no two outputs can disagree.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TypeAlias


@dataclass(frozen=True)
class Step:
    """One attribute on the way from the config's root to a weight."""

    name: str
    nullable: bool


@dataclass(frozen=True)
class Weight:
    """A number in the config that a loss is multiplied by, unless it is null."""

    steps: tuple[Step, ...]
    default: float

    @property
    def path(self) -> str:
        """The config path, such as `bottleneck.weights.kl`."""
        return ".".join(step.name for step in self.steps)


@dataclass(frozen=True)
class Loss:
    """A value that a bottleneck leaves in `info`, and the name and weight it is summed under.

    The weight in the config is multiplied by the constant `scale`.
    """

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
class Plain:
    """What JSON calls a string, number, integer or boolean, or an object that takes any keys."""

    name: str


@dataclass(frozen=True)
class Array:
    """An array of any length."""

    items: Kind


@dataclass(frozen=True)
class Objects:
    """A closed object: of the one class, or of one of several, which the key `tag` tells apart."""

    classes: tuple[str, ...]
    tag: str | None


Kind: TypeAlias = Plain | Array | Objects
"""What values a property takes, but for null."""


@dataclass(frozen=True)
class Field:
    """A property of an object, as the generated class has to have it.

    `default` is what JSON says, or None where there is none; `choices` are the values of an enum;
    `types` are the names in its annotation, and `limits` the constraints by Pydantic's names;
    `unit` is what its numbers count.
    """

    name: str
    key: str
    description: str
    required: bool
    nullable: bool
    kind: Kind
    default: object
    choices: tuple[str, ...]
    types: frozenset[str]
    limits: Mapping[str, float]
    unit: str | None


@dataclass(frozen=True)
class Model:
    """A closed object of the schema: one generated class."""

    name: str
    description: str
    fields: tuple[Field, ...]


@dataclass(frozen=True)
class Trainer:
    """A trainer that reads configs, and what it makes of places such as `TimeLossConfig.weights`.

    It fails without what it `needs`, never reads what it `ignores`, fails on the values that it
    `refuses`; of keyword arguments, it `passes` some itself, and `takes` these only.
    """

    name: str
    description: str
    assumed: bool
    needs: tuple[str, ...]
    ignores: tuple[str, ...]
    refuses: Mapping[str, tuple[str | float | bool | None, ...]]
    passes: Mapping[str, tuple[str, ...]]
    takes: Mapping[str, tuple[str, ...]]


@dataclass(frozen=True)
class Schema:
    """A whole losses schema. `document` is its JSON, for the parts that go on as JSON Schema."""

    name: str | None
    version: str
    bottleneck_description: str
    models: tuple[Model, ...]
    losses: tuple[Loss, ...]
    bottlenecks: tuple[Bottleneck, ...]
    trainers: tuple[Trainer, ...]
    document: Mapping[str, object]

    @property
    def title(self) -> str:
        """What people call it: its name, if it has one, and its version."""
        return f"{self.name or 'schema'} {self.version}"
