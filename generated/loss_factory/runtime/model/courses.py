# Generated from templates/runtime/model/courses.py.
# Do not edit; change it and run: python -m nox -s generate

"""Weights as trainings use them: numbers, or courses, which have a number for each step."""

from __future__ import annotations

import math
from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TypeAlias

from .float32 import as_float32
from .schedules import AnySchedule, Schedule, checked_step


class Course(ABC):
    """What a weight is at each generator step, as modules hold it: rounded to float32."""

    @abstractmethod
    def at(self, step: int) -> float:
        """The weight at a step.

        Raises:
            TypeError: `step` is no integer.
            ValueError: `step` is negative.
        """

    @property
    @abstractmethod
    def largest(self) -> float:
        """What it is at most, not rounded."""


@dataclass(frozen=True)
class Scheduled(Course):
    """A schedule, times a constant."""

    schedule: AnySchedule
    scale: float

    def at(self, step: int) -> float:
        """The weight at a step."""
        return as_float32(self.scale * self.schedule.weight_at(step))

    @property
    def largest(self) -> float:
        """What it is at most, not rounded."""
        return self.scale * self.schedule.largest


@dataclass(frozen=True)
class Decaying(Course):
    """A weight that is multiplied by a factor in each step, as stable-audio-tools does it.

    At step n it has been multiplied n + 1 times, and rounded to float32 each time. One that grows
    beyond float32 is infinite, as it is there.
    """

    weight: float
    factor: float
    _known: dict[str, tuple[int, float]] = field(
        default_factory=dict[str, tuple[int, float]], init=False, repr=False, compare=False
    )
    """The last step that was asked for, and its weight: the next one is mostly near."""

    def at(self, step: int) -> float:
        """The weight at a step."""
        checked_step(step)
        start = (-1, as_float32(self.weight))
        known, weight = self._known.get("last", start)
        if known > step:
            known, weight = start
        factor = as_float32(self.factor)
        for _ in range(step - known):
            before, weight = weight, _product(weight, factor)
            if weight == before:
                break  # it stays so
        self._known["last"] = (step, weight)
        return weight

    @property
    def largest(self) -> float:
        """What it is at most, not rounded."""
        return self.weight * max(self.factor, 1.0)


def _product(weight: float, factor: float) -> float:
    try:
        return as_float32(weight * factor)
    except OverflowError:
        return math.copysign(math.inf, weight * factor)


PlannedWeight: TypeAlias = float | Course
"""What a training multiplies a value by."""


WeightArgument: TypeAlias = float | Mapping[str, object] | AnySchedule | Course
"""What modules take as a weight: a number or a schedule, as configs write it or as they hold it."""


def course_of(weight: float | AnySchedule, scale: float) -> PlannedWeight:
    """What a config says, times a constant."""
    return Scheduled(weight, scale) if isinstance(weight, Schedule) else scale * weight


def weight_at(weight: PlannedWeight, step: int) -> float:
    """The number at a step; a constant is not rounded."""
    return weight.at(step) if isinstance(weight, Course) else weight


def rounded(weight: PlannedWeight) -> PlannedWeight:
    """The same as modules hold it.

    Raises:
        OverflowError: float32 has no such number.
    """
    return weight if isinstance(weight, Course) else as_float32(weight)


def largest(weight: PlannedWeight) -> float:
    """What it is at most."""
    return weight.largest if isinstance(weight, Course) else weight
