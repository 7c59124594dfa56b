"""The distances in time are those of stable-audio-tools, bit for bit, values and gradients."""

from __future__ import annotations

from collections.abc import Callable

import pytest
import torch
from torch import Tensor

from loss_factory.runtime.tensors.terms import distances
from real.objective.real import assert_same, values_and_gradients
from support.stable_audio.real import VERSIONS, load


@pytest.mark.parametrize("dtype", [torch.float32, torch.float64, torch.bfloat16])
@pytest.mark.parametrize(("ours", "real"), [(distances.l1, "L1Loss"), (distances.mse, "MSELoss")])
@pytest.mark.parametrize("version", VERSIONS)
def test_distances_are_the_same(
    version: str, ours: Callable[[Tensor, Tensor], Tensor], real: str, dtype: torch.dtype
) -> None:
    module = getattr(load(version).losses, real)("x", "y")
    x, y = (torch.randn(2, 2, 2, 333) * 0.1).to(dtype)
    for autocast in (False, True):
        with torch.autocast("cpu", torch.bfloat16, autocast):
            weighted = values_and_gradients(lambda x, y: ours(x, y) * module.weight, x, y)
            there = values_and_gradients(lambda x, y: module({"x": x, "y": y}), x, y)
        assert_same(weighted, there)


@pytest.mark.parametrize("dtype", [torch.float32, torch.float64, torch.bfloat16])
@pytest.mark.parametrize("shape", [(2, 2, 333), (1, 1, 7), (3, 333)])
def test_the_discrepancy_is_the_same(shape: tuple[int, ...], dtype: torch.dtype) -> None:
    """0.0.19 has none."""
    module = load("0.0.20").losses.TimeDomainMMDLoss("x", "y")
    generator = torch.Generator().manual_seed(len(shape))
    x, y = (torch.randn(2, *shape, generator=generator) * 0.1).to(dtype)
    for autocast in (False, True):
        with torch.autocast("cpu", torch.bfloat16, autocast):
            weighted = values_and_gradients(
                lambda x, y: distances.mmd(x, y) * module.weight, x, y, both=True
            )
            there = values_and_gradients(lambda x, y: module({"x": x, "y": y}), x, y, both=True)
        assert_same(weighted, there)
