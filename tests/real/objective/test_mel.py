"""The mel loss is that of stable-audio-tools 0.0.19, bit for bit, values and gradients."""

from __future__ import annotations

from typing import Any

import pytest
import torch
from torch import Tensor, nn

from loss_factory.runtime.tensors.terms.mel import MelSpectrogramDistance
from real.objective.real import assert_same, semantic, values_and_gradients

pytestmark = [
    pytest.mark.filterwarnings("ignore:Empty filters detected:UserWarning"),  # librosa's
    pytest.mark.filterwarnings("ignore:stft_data changed shape:UserWarning"),  # audiotools'
]

CONFIG: dict[str, Any] = {
    "n_mels": [20, 10],
    "window_lengths": [256, 64],
    "pow": 2.0,
    "log_weight": 1.0,
    "mag_weight": 1.0,
}


def signals(batch: int, channels: int) -> tuple[Tensor, Tensor]:
    generator = torch.Generator().manual_seed(batch * channels)
    x, y = torch.randn(2, batch, channels, 1000, generator=generator) * 0.1
    return x, y


def both(config: dict[str, Any], rate: int = 44100) -> tuple[nn.Module, nn.Module]:
    real: nn.Module = semantic().MelSpectrogramLoss(rate, **config)
    return MelSpectrogramDistance(config, sample_rate=rate), real


@pytest.mark.parametrize("channels", [1, 2, 4])
@pytest.mark.parametrize(
    "config",
    [
        {},
        {"pow": 1},
        {"pow": 0.5, "log_weight": 0},
        {"mag_weight": 0.0},
        {"n_mels": [150, 80, 40], "window_lengths": [2000, 513]},
        {"n_mels": [5], "window_lengths": [32, 64]},
    ],
)
def test_values_and_gradients_are_the_same(config: dict[str, Any], channels: int) -> None:
    ours, real = both({**CONFIG, **config})
    x, y = signals(2, channels)
    x, y = (nn.functional.pad(each, (0, 1001)) for each in (x, y))
    results = [values_and_gradients(loss, x, y, both=True) for loss in (ours, real)]
    assert_same(*results)


@pytest.mark.parametrize("rate", [16000, 48000])
def test_rates_are_the_same(rate: int) -> None:
    ours, real = both(CONFIG, rate)
    results = [values_and_gradients(loss, *signals(1, 2)) for loss in (ours, real)]
    assert_same(*results)


@pytest.mark.parametrize("dtype", [torch.float64, torch.float32, torch.bfloat16])
@pytest.mark.parametrize("autocast", [False, True])
def test_dtypes_are_the_same(dtype: torch.dtype, autocast: bool) -> None:
    ours, real = both(CONFIG)
    x, y = (each.to(dtype) for each in signals(2, 2))
    with torch.autocast("cpu", torch.bfloat16, autocast):
        results = [values_and_gradients(loss, x, y) for loss in (ours, real)]
    assert_same(*results)
