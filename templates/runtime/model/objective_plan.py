"""What an objective sums for one config: the public records."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from .courses import Course
from .schedules import checked_step


class PlannedLoss(NamedTuple):
    """A loss of the training: its value times `weight`, logged as `name`."""

    name: str
    """The name under which the weighted value is logged; no other loss of the plan has it."""

    section: str | None
    """The section of the config that its weight stands in; None if the trainer fixes the weight."""

    path: str | None
    """The config path of its weight, such as `spectral.weights.mrstft`."""

    weight: float
    """What its value is multiplied by, at the first step."""

    reads: tuple[str, ...]
    """The keys of `info` that its value is, or is computed from."""


@dataclass(frozen=True)
class ObjectivePlan:
    """Every loss of a training, in the order in which they are summed and logged."""

    trainer: str
    """The trainer whose objective it is."""

    generator: tuple[PlannedLoss, ...]
    """What the autoencoder is trained with."""

    discriminator: tuple[PlannedLoss, ...]
    """What the discriminator is trained with; empty without one."""

    courses: Mapping[str, Course] = field(hash=False)
    """The weights that change with the step, by the names of the losses."""

    @property
    def losses(self) -> tuple[PlannedLoss, ...]:
        """Those of both turns, the generator's first."""
        return (*self.generator, *self.discriminator)

    @property
    def reads(self) -> tuple[str, ...]:
        """The keys of `info` that some loss needs, once each."""
        return tuple(dict.fromkeys(key for loss in self.losses for key in loss.reads))

    def weights_at(self, step: int) -> dict[str, float]:
        """The weights at a generator step, by the names of the losses.

        Those that change are rounded to float32, as modules hold them.

        Raises:
            TypeError: `step` is no integer.
            ValueError: `step` is negative.
        """
        checked_step(step)
        now = {name: course.at(step) for name, course in self.courses.items()}
        return {loss.name: now.get(loss.name, loss.weight) for loss in self.losses}
