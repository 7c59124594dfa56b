"""Weights that change with the generator's step, as configs write them.

A schedule stands in the place of a number. What it is at a step follows from the step alone.
"""

from __future__ import annotations

import math
from abc import ABC, abstractmethod
from collections.abc import Mapping
from numbers import Integral
from typing import Annotated, Final, Generic, Literal, TypeAlias, TypeVar, cast

from pydantic import (
    ConfigDict,
    Field,
    TypeAdapter,
    ValidationInfo,
    ValidatorFunctionWrapHandler,
    WrapValidator,
    field_validator,
)

from ..text.wording import shown
from .base import LossFactoryModel
from .float32 import LARGEST, ZERO_IN_FLOAT32
from .kinds import Also, Integer, Number

KindT = TypeVar("KindT", bound=str)
"""The literal name of a schedule."""

_FAR: Final = 10**300
"""Steps to which no training comes; a float may hold no more."""

_START = Also(
    *("initial_weight", "initial_value", "init_weight", "init_value", "start_value", "initial"),
    *("from", "start"),
)
_END = Also(
    *("final_weight", "final_value", "target_weight", "target_value", "end_value", "target"),
    *("final", "to", "end"),
)
_START_STEP = Also("begin_step", "first_step", "delay", "begin", "start")
_END_STEP = Also(
    *("warmup_steps", "warmup_len", "warmup", "n_steps", "num_steps", "steps", "duration", "end")
)

_Weight: TypeAlias = Annotated[Number, Field(ge=0.0, le=LARGEST)]
_Positive: TypeAlias = Annotated[Number, Field(gt=ZERO_IN_FLOAT32, le=LARGEST)]
_Step: TypeAlias = Annotated[Integer, Field(ge=0)]


class Schedule(LossFactoryModel, ABC):
    """What a weight is at each step; as with a number, another one is another value."""

    model_config = ConfigDict(frozen=True)

    def weight_at(self, step: int) -> float:
        """The weight at a generator step, not rounded.

        Args:
            step: from 0 on.

        Raises:
            TypeError: `step` is no integer.
            ValueError: `step` is negative.
        """
        return self._weight_at(checked_step(step))

    @property
    @abstractmethod
    def largest(self) -> float:
        """The largest weight that it ever has."""

    @abstractmethod
    def _weight_at(self, step: int) -> float: ...


class _Named(Schedule, Generic[KindT]):
    schedule: KindT
    """Which schedule it is."""


class _Between(_Named[KindT]):
    """From one weight to another one."""

    start_weight: Annotated[_Weight, _START]
    """The weight before `start_step`."""

    end_weight: Annotated[_Weight, _END]
    """The weight from `end_step` on."""

    start_step: Annotated[_Step, _START_STEP] = 0
    """The last step with the weight `start_weight`."""

    end_step: Annotated[_Step, _END_STEP]
    """The first step with the weight `end_weight`."""

    @field_validator("end_step")
    @classmethod
    def _not_before_the_start(cls, end_step: int, info: ValidationInfo) -> int:
        start_step = info.data.get("start_step", 0)
        if end_step < start_step:
            raise ValueError(f"expected a step from start_step ({start_step}) on, not {end_step}")
        return end_step

    @property
    def largest(self) -> float:
        """The largest weight that it ever has."""
        return max(self.start_weight, self.end_weight)

    def _weight_at(self, step: int) -> float:
        if step >= self.end_step:
            return self.end_weight
        if step <= self.start_step:
            return self.start_weight
        share = (step - self.start_step) / (self.end_step - self.start_step)
        return _clamped(self._between(share), self.start_weight, self.end_weight)

    @abstractmethod
    def _between(self, share: float) -> float:
        """The weight after a share of the way, from 0 to 1."""


class LinearSchedule(_Between[Literal["linear"]]):
    """Along a straight line."""

    def _between(self, share: float) -> float:
        return self.start_weight + share * (self.end_weight - self.start_weight)


class CosineSchedule(_Between[Literal["cosine"]]):
    """Along half a period of a cosine: slowly at both ends."""

    def _between(self, share: float) -> float:
        way = (1 - math.cos(math.pi * share)) / 2
        return self.start_weight + way * (self.end_weight - self.start_weight)


class LogSchedule(_Between[Literal["log"]]):
    """By the same factor in each step."""

    start_weight: Annotated[_Positive, _START]
    """The weight before `start_step`."""

    end_weight: Annotated[_Positive, _END]
    """The weight from `end_step` on."""

    def _between(self, share: float) -> float:
        start, end = math.log(self.start_weight), math.log(self.end_weight)
        return math.exp(start + share * (end - start))


class ExponentialSchedule(_Named[Literal["exponential"]]):
    """Multiplied by `rate` in each step, down to `floor`."""

    start_weight: Annotated[_Weight, _START]
    """The weight up to `start_step`."""

    rate: Annotated[Number, Field(gt=0.0, le=1.0), Also("gamma", "decay", "decay_rate", "factor")]
    """What it is multiplied by in each step from then on."""

    start_step: Annotated[_Step, _START_STEP] = 0
    """The last step with the weight `start_weight`."""

    floor: Annotated[_Weight, Also("min_weight", "min_value", "minimum", "min")] = 0.0
    """The least weight."""

    @property
    def largest(self) -> float:
        """The largest weight that it ever has."""
        return max(self.floor, self.start_weight)

    def _weight_at(self, step: int) -> float:
        steps = min(max(0, step - self.start_step), _FAR)
        return max(self.floor, self.start_weight * self.rate**steps)


class CyclicSchedule(_Named[Literal["cyclic"]]):
    """From `start_weight` to `end_weight`, again and again."""

    start_weight: Annotated[_Weight, _START]
    """The weight at the beginning of each period."""

    end_weight: Annotated[_Weight, _END]
    """The weight at its end."""

    period: Annotated[
        Integer, Field(ge=1), Also("cycle_length", "cycle_len", "cycle_steps", "cycle")
    ]
    """How many steps a period has."""

    ramp: Annotated[Number, Field(gt=0.0, le=1.0), Also("ramp_ratio", "ratio", "proportion")]
    """The share of a period in which the weight changes, along a straight line."""

    @property
    def largest(self) -> float:
        """The largest weight that it ever has."""
        return max(self.start_weight, self.end_weight)

    def _weight_at(self, step: int) -> float:
        share = min((step % self.period) / (self.ramp * min(self.period, _FAR)), 1.0)
        weight = self.start_weight + share * (self.end_weight - self.start_weight)
        return _clamped(weight, self.start_weight, self.end_weight)


def _clamped(weight: float, one: float, other: float) -> float:
    """The nearest number between two; arithmetic may have left it just outside."""
    if one > other:
        one, other = other, one
    return one if weight < one else other if weight > other else weight


def checked_step(step: int, what: str = "step") -> int:
    """`step`, if it is one; `what` names it in messages.

    Raises:
        TypeError: it is no integer.
        ValueError: it is negative.
    """
    given = cast("object", step)
    if type(given) is int and given >= 0:
        return given  # at once: this is asked several times in each step of a training
    if isinstance(given, bool) or not isinstance(given, Integral):
        raise TypeError(f"{what}: expected an integer from 0 on, not {shown(given)}")
    if given < 0:
        raise ValueError(f"{what}: expected an integer from 0 on, not {given}")
    return int(given)


SCHEDULES: Final[tuple[type[Schedule], ...]] = (
    *(LinearSchedule, CosineSchedule, LogSchedule, ExponentialSchedule, CyclicSchedule),
)
"""All of them."""

AnySchedule: TypeAlias = Annotated[
    LinearSchedule | CosineSchedule | LogSchedule | ExponentialSchedule | CyclicSchedule,
    Field(discriminator="schedule"),
]
"""One of them; its key `schedule` says which."""

_NUMBER: Final[TypeAdapter[float]] = TypeAdapter(_Weight, config=LossFactoryModel.model_config)
_SCHEDULE: Final[TypeAdapter[AnySchedule]] = TypeAdapter(AnySchedule)


def _number_or_schedule(value: object, _handler: ValidatorFunctionWrapHandler) -> object:
    """Validate what it was meant to be: a number has no mistakes of a schedule."""
    if isinstance(value, (Mapping, Schedule)):
        return _SCHEDULE.validate_python(value)
    return _NUMBER.validate_python(value)


Weight: TypeAlias = Annotated[float | AnySchedule, WrapValidator(_number_or_schedule)]
"""A number from 0 to the largest finite float32, or a schedule of such."""
