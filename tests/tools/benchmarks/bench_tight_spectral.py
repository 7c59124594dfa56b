"""The spectral losses of stable-audio-tools 0.0.20, with its classes and with our terms."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
import torch
from pytest_benchmark.fixture import BenchmarkFixture
from torch import nn

from loss_factory.runtime.tensors.terms.tight_stft import (
    MultiResolutionTightSTFT,
    stereo_tight_stft,
)
from support.stable_audio.trainer import whole_trainer
from tools.benchmarks import report
from tools.benchmarks.interleaved import Contestant, race
from tools.benchmarks.objective_cases import BATCH, CHANNELS, SAMPLE_RATE, SAMPLES, loss_config
from tools.benchmarks.profiles import profile_of
from tools.benchmarks.report import Figures, Rounds

ROUNDS = 51
OURS = "ours"
REAL = "real"


@pytest.fixture
def auraloss() -> Iterator[Any]:
    """The module with the real classes."""
    with whole_trainer("0.0.20").importable():
        from stable_audio_tools.training.losses import auraloss  # type: ignore[import-not-found]

        yield auraloss


def test_spectral_part(
    auraloss: Any, benchmark: BenchmarkFixture, figures: Figures, rounds: Rounds
) -> None:
    """Forward and backward of what stereo has: sum and difference, then left and right."""
    config = loss_config("encodec")["spectral"]["config"]
    signals = torch.randn(2, BATCH, CHANNELS, SAMPLES, generator=torch.Generator()) * 0.1
    reals, decoded = signals[0], signals[1].requires_grad_()
    losses: dict[str, list[nn.Module]] = {
        OURS: [
            stereo_tight_stft(config, sample_rate=SAMPLE_RATE, channels=CHANNELS),
            MultiResolutionTightSTFT(config, sample_rate=SAMPLE_RATE),
        ],
        REAL: [
            auraloss.SumAndDifferenceSTFTLoss(sample_rate=SAMPLE_RATE, **config),
            auraloss.MultiResolutionSTFTLoss(sample_rate=SAMPLE_RATE, **config),
        ],
    }

    def step(pair: list[nn.Module]) -> Contestant:
        of_sum, of_sides = pair
        return lambda: torch.autograd.grad(
            of_sum(reals, decoded) + 0.5 * of_sides(reals, decoded), decoded
        )

    steps = {name: step(pair) for name, pair in losses.items()}
    measured = race(benchmark, steps, rounds=rounds(ROUNDS), calls=dict.fromkeys(steps, 1))
    ratio = measured.ratio(OURS, REAL)
    medians = [*map(measured.median, (REAL, OURS))]
    figures.add(report.STEP_TABLE, report.TIGHT_SPECTRAL, [*medians, ratio])
    figures.judge(
        report.TIGHT_SPECTRAL_AIM,
        ratio,
        where="forward and backward",
        profile=lambda: profile_of(steps[OURS], calls=20),
    )
