# Generated from templates/support/_records.py.
# Do not edit; change it and run: python -m nox -s generate

"""The records that dispatch.py is made of."""

from __future__ import annotations

from collections.abc import Callable
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
