# Generated from templates/runtime/tensors/details.py.
# Do not edit; change it and run: python -m nox -s generate

"""What a step shows of its losses besides the total: their values, and which of them are bad."""

from __future__ import annotations

from collections.abc import Mapping
from math import isfinite
from typing import Any, NamedTuple, cast

import torch
from torch import Tensor

from ..text.wording import shown


class LossDetails(NamedTuple):
    """A sum of losses, and what it was made of: what `.detailed(info)` returns.

        total, losses, values = module.detailed(info)

    Total and losses are those of `module(info)`. Nothing is computed twice, and nothing is
    detached: go backward from the total, and take `.detach()` of what is kept longer than a step.
    """

    total: Tensor
    """The sum, without dimensions."""

    losses: dict[str, Tensor]
    """The weighted values by loss name, in the order of the sum, without dimensions."""

    values: dict[str, Tensor]
    """The same before they are multiplied with their weights, also those with a weight of 0.

    A value that stood in `info` is that tensor itself, unless it had to be converted to float32.
    """


def non_finite(losses: Mapping[str, Tensor | float]) -> list[str]:
    """The names of the losses that are NaN or infinite, in their order.

    It waits for the device once, however many losses there are; for numbers, not at all.

    Args:
        losses: by name, tensors without dimensions or numbers: the losses or the values of a step,
            say. They may be of several dtypes and on several devices.

    Raises:
        TypeError: `losses` is no mapping, or holds something else.
        ValueError: a tensor has dimensions.
    """
    _refuse_what_is_no_mapping(losses)
    checked = {name: _checked(name, value) for name, value in losses.items()}
    bad = {name for name, each in checked.items() if isinstance(each, float) and not isfinite(each)}
    tensors = {name: each for name, each in checked.items() if isinstance(each, Tensor)}
    if tensors:
        # A number in `info` is on the CPU, where all others may be elsewhere.
        places = [each.device for each in tensors.values()]
        place = next((each for each in places if each.type != "cpu"), places[0])
        # Apart by dtype, since another one may not hold a number; but the device is asked once.
        by_dtype: dict[torch.dtype, dict[str, Tensor]] = {}
        for name, each in tensors.items():
            by_dtype.setdefault(each.dtype, {})[name] = each.to(place)
        finite = [torch.stack([*group.values()]).isfinite() for group in by_dtype.values()]
        told = cast("Any", torch.cat(finite)).tolist()
        names = [name for group in by_dtype.values() for name in group]
        bad |= {name for name, is_finite in zip(names, told, strict=True) if not is_finite}
    return [name for name in losses if name in bad]


def _refuse_what_is_no_mapping(losses: object) -> None:
    if not isinstance(losses, Mapping):
        raise TypeError(f"losses: expected a mapping of names to tensors, not {shown(losses)}")


def _checked(name: str, value: object) -> Tensor | float:
    if isinstance(value, (float, int)):
        return value
    if not isinstance(value, Tensor):
        raise TypeError(
            f"losses[{name!r}]: expected a tensor without dimensions, not {shown(value)}"
        )
    if value.dim() != 0:
        raise ValueError(
            f"losses[{name!r}]: expected a tensor without dimensions, not one of shape "
            f"{tuple(value.shape)}"
        )
    return value.detach()
