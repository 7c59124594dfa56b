# Generated from templates/support/_values.py.
# Do not edit; change it and run: python -m nox -s generate

"""Values of `info` and weights of a config, made ready to be multiplied."""

from __future__ import annotations

import math
import numbers
import struct
from collections.abc import Mapping
from typing import Literal, TypeAlias

import torch
from torch import Tensor

from ._wording import shown

Missing: TypeAlias = Literal["error", "skip"]
"""What happens to a loss whose value is not in `info`: an error, or it is left out."""

_WIDE_ENOUGH = (torch.float32, torch.float64)
_NUMBERS: tuple[type, ...] = (float, int, bool)


def checked_missing(missing: Missing) -> Missing:
    """`missing`, if it is one of its two words.

    Raises:
        ValueError: it is not.
    """
    if missing not in ("error", "skip"):
        raise ValueError(f"missing: expected 'error' or 'skip', not {shown(missing)}")
    return missing


def value_of(info: Mapping[str, Tensor], key: str, name: str) -> Tensor:
    """`info[key]`, without dimensions, in float32 or, for a float64 value, float64.

    Raises:
        ValueError: the value has dimensions.
    """
    value = info[key]
    if type(value) in _NUMBERS:  # stable-audio-tools takes them too
        value = torch.as_tensor(value)
    # Asking torch to convert what is right already would cost more than looking.
    if value.dtype in _WIDE_ENOUGH and value.dim() == 0:
        return value
    return _widened(_as_tensor(value), key, name)


def _as_tensor(value: object) -> Tensor:
    match value:
        case float():  # NumPy's float64 is one, and stable-audio-tools takes it for that
            return torch.as_tensor(float(value))
        case _:
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
    match total:
        case int() | float():
            return torch.tensor(float(total))
        case _:
            return total


def checked_weight(what: str, value: object) -> float:
    """A weight, rounded to float32; `what` names it in messages.

    Raises:
        TypeError: it is no real number.
        ValueError: it is NaN or infinite, also once it is rounded.
    """
    number = checked_number(what, value)
    try:
        # Of the formats of struct, only those with a byte order refuse what overflows.
        rounded: float = struct.unpack("<f", struct.pack("<f", number))[0]
    except OverflowError:
        raise ValueError(f"{what}: {number!r} is too large for float32") from None
    return rounded


def checked_number(what: str, value: object) -> float:
    """A finite real number as a float; `what` names it in messages.

    Raises:
        TypeError: it is no real number; a bool is none.
        ValueError: it is NaN or infinite.
    """
    match value:
        case bool():
            pass
        case numbers.Real():
            return _finite(what, value)
        case _:
            pass
    raise TypeError(f"{what}: expected a number, not {shown(value)}")


def _finite(what: str, value: numbers.Real) -> float:
    try:
        number = float(value)
    except OverflowError:
        number = math.inf
    if not math.isfinite(number):
        raise ValueError(f"{what}: expected a finite number, not {shown(value)}")
    return number
