"""How weights change: points of their curves, and words."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import NamedTuple

from ..model.courses import Course, Decaying, PlannedWeight, Scheduled
from ..model.float32 import as_float32
from ..model.schedules import CyclicSchedule, ExponentialSchedule

_FLAT = 2  # points before and after what changes
_MOST_POINTS = 12  # of what changes
_POINTS_OF_A_PERIOD = 8
_PERIODS = 2
_LITTLE = 0.01  # of the first weight: where the curve of one that only nears 0 ends
_MUCH = 100.0  # times the first weight: where the curve of one that grows without end ends

_ALL_DIGITS = 9  # tell any two numbers of float32 apart
_ENOUGH_DIGITS = 6  # of a weight that has others in other steps
_FEW_DIGITS = 2  # of a weight that is near a round one


class Curve(NamedTuple):
    """The weights at some steps, in their order, and what it is in words.

    Of a curve that has an end, it is all; of another one, what there is to see.
    """

    points: tuple[tuple[int, float], ...]
    """Steps, and the weight at each; where nothing changes, a step may be there twice."""

    words: str


def curve_of(course: Course) -> Curve:
    """The curve of a weight; it takes a few points, however many steps there are."""
    if isinstance(course, Decaying):
        return _decaying(course)
    assert isinstance(course, Scheduled)
    schedule = course.schedule
    if isinstance(schedule, ExponentialSchedule):
        steps, words = _exponential(course, schedule)
    elif isinstance(schedule, CyclicSchedule):
        steps, words = _cyclic(course, schedule)
    else:
        steps, words = _between(course, schedule.start_step, schedule.end_step)
    points = tuple((step, course.at(step)) for step in steps)
    return Curve(points, f"{words} ({schedule.schedule})")


def in_words(weight: PlannedWeight) -> str:
    """What a weight is, at each step."""
    return curve_of(weight).words if isinstance(weight, Course) else short(weight)


def short(weight: float, course: PlannedWeight | None = None) -> str:
    """A weight with the digits that make a difference; with fewer if it is one of a course."""
    return _with_digits(weight, _ENOUGH_DIGITS if isinstance(course, Course) else _ALL_DIGITS)


def _with_digits(weight: float, digits: int) -> str:
    return repr(float(f"{weight:.{digits}g}"))


def _between(course: Scheduled, first: int, last: int) -> tuple[list[int], str]:
    after = [last] * _FLAT
    if last == 0:
        return after, _constant(course)
    start, end = course.at(max(0, first - 1)), course.at(last)
    when = f" at step {last}" if first == last else f", steps {first} to {last}"
    steps = [*_before(first), *_spread(first, last, _MOST_POINTS), *after]
    return steps, f"{_from_to(start, end)}{when}"


def _exponential(course: Scheduled, schedule: ExponentialSchedule) -> tuple[list[int], str]:
    start, floor, rate = schedule.start_weight, schedule.floor, schedule.rate
    if start <= floor or rate == 1:
        return [0] * _FLAT, _constant(course)
    share = math.log(floor) - math.log(start) if floor else math.log(_LITTLE)
    first = schedule.start_step
    last = first + max(1, math.ceil(share / math.log(rate)))
    steps = [*_before(first), *_spread(first, last, _MOST_POINTS)]
    if floor:
        said = f"{_from_to(course.at(first), course.at(last))}, steps {first} to {last}"
        return [*steps, *[last] * _FLAT], said
    return steps, _from_to_about(course.at(first), course.at(last), first, last)


def _cyclic(course: Scheduled, schedule: CyclicSchedule) -> tuple[list[int], str]:
    period = schedule.period
    points = list(_spread(0, period - 1, _POINTS_OF_A_PERIOD))
    ends = course.at(0), course.at(period - 1)
    if ends[0] == ends[1]:
        return [0] * _FLAT, _constant(course)
    said = f"{_from_to(*ends)} in the first {schedule.ramp * period:g} of each {period} steps"
    return [period * done + step for done in range(_PERIODS) for step in points], said


def _decaying(course: Decaying) -> Curve:
    """By its formula: step by step, there may be millions of steps."""
    start, factor = course.at(0), as_float32(course.factor)
    if start == 0 or factor == 1:
        steps, said = [0] * _FLAT, _constant(course)
    else:
        share = _LITTLE if factor < 1 else _MUCH
        last = max(1, math.ceil(math.log(share) / math.log(factor)))
        steps = list(_spread(0, last, _MOST_POINTS))
        said = _from_to_about(start, start * factor**last, 0, last)
    points = tuple((step, start * factor**step) for step in steps)
    return Curve(points, f"{said} (decay {course.factor!r})")


def _before(first: int) -> list[int]:
    """The steps of the flat part, if the change does not begin at once."""
    return [first - 1] * _FLAT if first else []


def _spread(first: int, last: int, most: int) -> Iterator[int]:
    """At most so many steps at nearly equal distances, both ends among them."""
    distances = min(most - 1, last - first)
    yield first
    for number in range(1, distances + 1):
        yield first + (last - first) * number // distances


def _constant(course: Course) -> str:
    return f"{short(course.at(0), course)} at each step"


def _from_to(start: float, end: float) -> str:
    return f"{_with_digits(start, _ENOUGH_DIGITS)} → {_with_digits(end, _ENOUGH_DIGITS)}"


def _from_to_about(start: float, end: float, first: int, last: int) -> str:
    """Of a weight that goes on after the last step that is shown."""
    said = f"{_with_digits(start, _ENOUGH_DIGITS)} → {_with_digits(end, _FEW_DIGITS)}"
    return f"{said}, steps {first} to {last}, and on"
