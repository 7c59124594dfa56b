"""Weights that change with the step: what they cost in a forward pass, and what set_step costs."""

from __future__ import annotations

import itertools
import warnings
from typing import Any

import pytest
import torch
from pytest_benchmark.fixture import BenchmarkFixture

from loss_factory import create_bottleneck_loss, create_objective
from tools.benchmarks import report
from tools.benchmarks.interleaved import race
from tools.benchmarks.profiles import profile_of
from tools.benchmarks.report import COMPILED, EAGER, FORWARD, Figures, Rounds

ROUNDS = 300
CONSTANT, CHANGING = "constant", "changing"
KEYS = ("kl", "vq/codebook_loss", "vq/commitment_loss")
_STFT = {"fft_sizes": [64], "hop_sizes": [16], "win_lengths": [64]}


def _between(kind: str) -> dict[str, Any]:
    return {"schedule": kind, "start_weight": 1e-6, "end_weight": 1e-4, "end_step": 20_000}


_LINEAR, _COSINE, _LOG = map(_between, ("linear", "cosine", "log"))
_EXPONENTIAL = {"schedule": "exponential", "start_weight": 1.0, "rate": 0.9999}
_CYCLIC = {**_LINEAR, "schedule": "cyclic", "period": 1000, "ramp": 0.5}
del _CYCLIC["end_step"]


@pytest.mark.parametrize("mode", [EAGER, COMPILED])
def test_a_forward_pass(
    mode: str, benchmark: BenchmarkFixture, figures: Figures, rounds: Rounds
) -> None:
    """The three losses of dac_rvq_vae: all of their weights change, or none."""
    weights = {
        CONSTANT: {"kl": 1e-4},
        CHANGING: dict.fromkeys(("kl", "codebook", "commitment"), _LINEAR),
    }
    info = {key: torch.tensor(0.5, requires_grad=True) for key in KEYS}
    modules: dict[str, Any] = {}
    for name, each in weights.items():
        module = create_bottleneck_loss("dac_rvq_vae", {"bottleneck": {"weights": each}})
        module.set_step(1000)
        modules[name] = module
    if mode == COMPILED:
        torch.compiler.reset()
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", DeprecationWarning)  # torch uses what it has deprecated
            for name, module in modules.items():
                modules[name] = torch.compile(module, fullgraph=True)
                modules[name](info)
    steps = {name: lambda module=module: module(info) for name, module in modules.items()}
    measured = race(benchmark, steps, rounds=rounds(ROUNDS))
    torch.compiler.reset()
    row = f"{FORWARD}, {mode}"
    medians = [measured.median(name) for name in (CONSTANT, CHANGING)]
    figures.add(report.SCHEDULE_TABLE, row, [*medians, measured.ratio(CHANGING, CONSTANT)])
    figures.judge(
        report.SCHEDULE_AIM,
        measured.ratio(CHANGING, CONSTANT),
        where=row,
        profile=lambda: profile_of(steps[CHANGING]),
    )


def test_set_step(benchmark: BenchmarkFixture, figures: Figures, rounds: Rounds) -> None:
    """An objective with eight weights that change, in all ways."""
    config = {
        "reconstruction": {"weight": _LINEAR},
        "adversarial": {"weight": _COSINE, "feature_matching": _LINEAR},
        "spectral": {"config": _STFT, "weights": {"mrstft": _LOG}},
        "time": {"weights": {"l1": _EXPONENTIAL}},
        "bottleneck": {"weights": {"kl": _LINEAR, "codebook": _COSINE, "commitment": _CYCLIC}},
    }
    objective = create_objective(
        "dac_rvq_vae",
        config,
        trainer="loss-factory",
        channels=1,
        sample_rate=16_000,
        discriminator=torch.nn.Conv1d(1, 1, 3),
    )
    assert len(objective.plan.courses) == 8
    steps = itertools.cycle(range(20_000))

    def tell() -> None:
        objective.set_step(next(steps))

    measured = race(benchmark, {report.SET_STEP: tell}, rounds=rounds(ROUNDS))
    seconds = measured.median(report.SET_STEP)
    figures.add(report.SET_STEP_TABLE, report.SET_STEP, [seconds])
    figures.judge(
        report.SET_STEP_AIM, seconds * 1e6, report.SET_STEP, profile=lambda: profile_of(tell)
    )
