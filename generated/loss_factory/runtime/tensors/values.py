# Generated from templates/runtime/tensors/values.py.
# Do not edit; change it and run: python -m nox -s generate

"""Values of `info` and weights of a config, made ready to be multiplied."""

from __future__ import annotations

import math
import numbers
import warnings
from collections.abc import Mapping
from typing import Literal, TypeAlias, cast

import torch
from torch import Tensor

from ..config.weights import as_schedule
from ..model.courses import Course, PlannedWeight, Scheduled
from ..model.errors import UnusedWeightWarning
from ..model.float32 import as_float32
from ..model.schedules import AnySchedule, Schedule
from ..text.wording import shown

Missing: TypeAlias = Literal["error", "skip"]
"""What happens to a loss whose value is not in `info`: an error, or it is left out."""

_WIDE_ENOUGH = (torch.float32, torch.float64)
_VALUES = (Tensor, float, int)


def checked_missing(missing: Missing) -> Missing:
    """`missing`, if it is one of its two words.

    Raises:
        ValueError: it is not.
    """
    if missing not in ("error", "skip"):
        raise ValueError(f"missing: expected 'error' or 'skip', not {shown(missing)}")
    return missing


def refuse_what_is_no_info(info: object) -> None:
    """Tell a mapping that lacks a value from something else, which lacks all of them.

    Raises:
        TypeError: `info` is no mapping.
    """
    if not isinstance(info, Mapping):
        raise TypeError(
            f"info: expected a mapping, not {shown(info)}; a bottleneck returns latents and info"
        )


def value_of(info: Mapping[str, object], key: str, name: str) -> Tensor:
    """`info[key]`, without dimensions, in float32 or, for a float64 value, float64.

    Raises:
        TypeError: the value is no tensor and no number.
        ValueError: the value has dimensions.
    """
    value = info[key]
    # Asking torch to convert what is right already would cost more than looking.
    if isinstance(value, Tensor) and value.dtype in _WIDE_ENOUGH and value.dim() == 0:
        return value
    if not (isinstance(value, _VALUES) or hasattr(value, "__array__")):
        raise TypeError(
            f"info[{key!r}]: expected a tensor without dimensions for loss {name!r}, "
            f"not {shown(value)}"
        )
    return _widened(_as_tensor(value), key, name)


def widened(value: Tensor) -> Tensor:
    """A computed value in float32, or in float64 if it is."""
    return value if value.dtype in _WIDE_ENOUGH else value.float()


def _as_tensor(value: object) -> Tensor:
    if isinstance(value, float):  # NumPy's float64 is one, and stable-audio-tools takes it for that
        value = float(value)
    return torch.as_tensor(value)


def _widened(value: Tensor, key: str, name: str) -> Tensor:
    if value.dim() != 0:
        raise ValueError(
            f"info[{key!r}]: expected a tensor without dimensions for loss {name!r}, "
            f"not one of shape {tuple(value.shape)}; reduce it first, with .mean() say"
        )
    return value.to(torch.promote_types(value.dtype, torch.float32))


def as_total(total: Tensor | float) -> Tensor:
    """A sum that began with 0, also if nothing was added to it, or numbers only."""
    return total if isinstance(total, Tensor) else torch.tensor(float(total))


def checked_weight(what: str, value: object, *, caller_level: int) -> PlannedWeight:
    """A weight, rounded to float32, or its course; `what` names it in messages.

    `caller_level` is the `stacklevel` of the warning.

    Raises:
        LossConfigError: it is a mapping that is no schedule.
        TypeError: it is no real number.
        ValueError: it is NaN or infinite, also once it is rounded.

    Warns:
        UnusedWeightWarning: it is 0 once it is rounded.
    """
    if isinstance(value, Mapping):
        value = as_schedule(what, cast("Mapping[str, object]", value))
    if isinstance(value, Schedule):
        value = Scheduled(cast("AnySchedule", value), 1.0)
    if isinstance(value, Course):
        return value
    number = checked_number(what, value)
    try:
        rounded = as_float32(number)
    except OverflowError:
        raise ValueError(f"{what}: {number!r} is too large for float32") from None
    if rounded == 0 and number != 0:
        warnings.warn(
            f"{what}: {number!r} is 0 in float32", UnusedWeightWarning, stacklevel=caller_level
        )
    return rounded


def checked_number(what: str, value: object) -> float:
    """A finite real number as a float; `what` names it in messages.

    Raises:
        TypeError: it is no real number; a bool is none.
        ValueError: it is NaN or infinite.
    """
    if isinstance(value, bool) or not isinstance(value, numbers.Real):
        raise TypeError(f"{what}: expected a number, not {shown(value)}")
    try:
        number = float(value)
    except OverflowError:
        number = math.inf
    if not math.isfinite(number):
        raise ValueError(f"{what}: expected a finite number, not {shown(value)}")
    return number
