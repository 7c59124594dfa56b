"""The records that dispatch.py is made of."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from .models import AutoencoderLossConfig


@dataclass(frozen=True)
class Weight:
    """Where a config holds the weight of a loss."""

    path: str
    """The config path, with dots."""

    default: float
    """What null means, and a section that is off."""

    read: Callable[[AutoencoderLossConfig], float | None]
    """Takes it out of a config; None stands for the default."""


@dataclass(frozen=True)
class Loss:
    """A value that a bottleneck leaves in `info`."""

    key: str
    """Its key in `info`."""

    name: str
    """The name under which it is logged."""

    weight: Weight
    """What it is multiplied by."""

    scale: float = 1.0
    """A constant that the weight is multiplied by; several losses may share a weight."""


@dataclass(frozen=True, eq=False)
class Trainer:
    """A trainer that reads loss configs, and how it does so.

    A place in a config is a class of models.py and one of its keys: `TimeLossConfig.weights`.
    """

    name: str
    """What people call it, with its version."""

    assumed: bool
    """Whether whole model configs are meant for it unless something else is said."""

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

    takes: Mapping[str, tuple[str, ...]]
    """The only keyword arguments that an open object can have, by its place."""
