"""What the tests beside this file compare with: bits, and warnings that are expected."""

from __future__ import annotations

import warnings
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import torch

from support.under_test import (
    BottleneckLoss,
    BottleneckType,
    UnusedWeightWarning,
    ValueLoss,
    create_bottleneck_loss,
)
from support.under_test import create_loss_modules_from_bottleneck as create


def create_ours(
    bottleneck: object,
    loss_config: Any = None,
    *,
    foreign_sections: Sequence[str] = (),
    bottleneck_type: BottleneckType | str | None = None,
) -> tuple[list[ValueLoss], list[str]]:
    """Our modules, and the messages of the UnusedWeightWarnings; any other warning is an error."""
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("error")
        warnings.simplefilter("always", UnusedWeightWarning)
        modules = create(
            bottleneck,
            loss_config,
            foreign_sections=foreign_sections,
            bottleneck_type=bottleneck_type,
        )
    return modules, [str(warning.message) for warning in caught]


def create_fused(
    bottleneck: object, loss_config: Any = None, *, foreign_sections: Sequence[str] = ()
) -> BottleneckLoss:
    """Our one module for the bottleneck; what it warns of is what `create_ours` collects."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", UnusedWeightWarning)
        return create_bottleneck_loss(bottleneck, loss_config, foreign_sections=foreign_sections)


def described(modules: Sequence[Any]) -> list[tuple[str, str, str]]:
    """Key, name and weight of each value loss, in order; the weight to the last bit."""
    return [(m.key, m.name, float(m.weight).hex()) for m in modules]


@dataclass(frozen=True)
class Outcome:
    """What a training step gets out of a MultiLoss; gradients are with respect to the values."""

    total: torch.Tensor | float
    losses: dict[str, torch.Tensor]
    gradients: dict[str, torch.Tensor | None]


def step(multi_loss: torch.nn.Module, values: Mapping[str, torch.Tensor]) -> Outcome:
    """Run forward and backward on copies of the values."""
    info = {key: value.detach().clone().requires_grad_() for key, value in values.items()}
    leaves = list(info.values())
    total, losses = multi_loss(info)
    gradients: Sequence[torch.Tensor | None] = [None] * len(leaves)
    if losses:  # the real MultiLoss returns the integer 0 for none at all
        gradients = torch.autograd.grad(total, leaves, allow_unused=True)
    return Outcome(total, losses, dict(zip(info, gradients, strict=True)))


def differences(expected: Outcome, actual: Outcome) -> list[str]:
    """Everything in which the outcomes are not the same, bit for bit."""
    found = []
    if not same_bits(expected.total, actual.total):
        found.append(f"total: {expected.total!r} became {actual.total!r}")
    if list(expected.losses) != list(actual.losses):
        found.append(f"names: {list(expected.losses)} became {list(actual.losses)}")
    for part in ("losses", "gradients"):
        ours = getattr(actual, part)
        for name, value in getattr(expected, part).items():
            if name in ours and not same_bits(value, ours[name]):
                found.append(f"{part} {name}: {value!r} became {ours[name]!r}")
    return found


def same_bits(expected: object, actual: object) -> bool:
    """Same type, dtype, shape and bits (0.0 is not -0.0); one NaN is as good as another."""
    if not isinstance(expected, torch.Tensor) or not isinstance(actual, torch.Tensor):
        return type(expected) is type(actual) and expected == actual
    if expected.dtype != actual.dtype or expected.shape != actual.shape:
        return False
    return _written_out(expected) == _written_out(actual)


def _written_out(values: torch.Tensor) -> list[str]:
    return [float(value).hex() for value in values.detach().flatten().tolist()]
