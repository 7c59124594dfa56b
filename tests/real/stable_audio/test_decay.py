"""Weights that decay: those of the real losses at each of their forward passes."""

from __future__ import annotations

import pytest
import torch

from loss_factory import ValueLoss
from support.stable_audio.real import VERSIONS, load

STEPS = 200


@pytest.mark.parametrize("version", VERSIONS)
@pytest.mark.parametrize("weight", [1.0, 1e-6, 0.1, 100.0, 3e-40, -1.0])
@pytest.mark.parametrize("decay", [0.999, 0.5, 0.9999999, 1.001, 4.0, 0.0])
def test_a_weight_decays_as_the_real_one(version: str, weight: float, decay: float) -> None:
    """With the same bits at every generator step, in whatever order the steps are asked for."""
    real = load(version).losses.ValueLoss(key="kl", name="kl_loss", weight=weight, decay=decay)
    ours = ValueLoss("kl", "kl_loss", weight, decay)
    info = {"kl": torch.tensor(0.3)}
    expected = [real(info).item().hex() for _ in range(STEPS)]
    found: dict[int, str] = {}
    for step in (*range(STEPS), 7, 3, 199, 0):
        ours.set_step(step)
        found[step] = ours(info).item().hex()
        assert found[step] == expected[step], step
    assert len(found) == STEPS


@pytest.mark.parametrize("version", VERSIONS)
def test_the_real_weight_decays_in_eval_too(version: str) -> None:
    """Ours follows the step alone: a validation in between changes nothing."""
    real = load(version).losses.ValueLoss(key="kl", name="kl_loss", decay=0.5).eval()
    ours = ValueLoss("kl", "kl_loss", decay=0.5).eval()
    info = {"kl": torch.tensor(1.0)}
    ours.set_step(0)
    assert [real(info).item() for _ in range(2)] == [0.5, 0.25]
    assert [ours(info).item() for _ in range(2)] == [0.5, 0.5]
