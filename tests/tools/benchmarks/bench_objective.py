"""The trainer of stable-audio-tools with its own losses and with ours."""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import torch
from pytest_benchmark.fixture import BenchmarkFixture
from torch import nn

from loss_factory import create_objective
from support.stable_audio.trainer import whole_trainer
from support.stable_audio.training import make_wrapper
from tools.benchmarks import report
from tools.benchmarks.interleaved import Contestant, Measured, race
from tools.benchmarks.objective_cases import (
    BATCH,
    CHANNELS,
    DISCRIMINATORS,
    SAMPLE_RATE,
    SETUP,
    TRAININGS,
    batch,
    loss_config,
    spectral_only,
)
from tools.benchmarks.profiles import profile_of
from tools.benchmarks.report import Figures, Rounds
from tools.benchmarks.stepwise import Stepwise

ROUNDS = 21
ROUNDS_OF_PARTS = 51
ROUNDS_OF_PROCESSES = 3
OURS = "ours"
REAL = "real"


@pytest.fixture
def version() -> str:
    """Whose trainer it is; parameters may say another one."""
    return SETUP.version


@pytest.fixture(autouse=True)
def _trainer(version: str) -> Iterator[None]:
    with whole_trainer(version).importable():
        yield


def wrappers() -> Mapping[str, Callable[..., Any]]:
    """The real wrapper with our objective in it, and as it is."""
    from stable_audio_tools.training.autoencoders import AutoencoderTrainingWrapper  # type: ignore[import-not-found]

    from support.stable_audio.own_wrapper import Wrapper

    return {OURS: Wrapper, REAL: AutoencoderTrainingWrapper}


@pytest.mark.parametrize(
    ("name", "version", "discriminator"), [(name, *each) for name, each in TRAININGS.items()]
)
def test_step(
    name: str,
    version: str,
    discriminator: str,
    benchmark: BenchmarkFixture,
    figures: Figures,
    rounds: Rounds,
) -> None:
    """A step of the generator, then one of the discriminator, of each by turns."""
    number, setup = rounds(ROUNDS), replace(SETUP, version=version)
    steps: dict[str, dict[str, list[float]]] = {turn: {OURS: [], REAL: []} for turn in report.TURNS}
    losses = loss_config(discriminator)
    with ExitStack() as stack:
        trainings = {
            whose: stack.enter_context(
                Stepwise(make_wrapper(wrapper, setup, losses=losses), batch(), 2 * number + 3)
            )
            for whose, wrapper in wrappers().items()
        }

        def turns(whose: str) -> Contestant:
            def both() -> None:
                for turn in report.TURNS:
                    steps[turn][whose].append(trainings[whose].step())

            return both

        contestants = {whose: turns(whose) for whose in trainings}
        for contestant in contestants.values():
            contestant()  # which fills what is filled once
        for times in steps.values():
            for each in times.values():
                each.clear()
        race(benchmark, contestants, rounds=number, calls=dict.fromkeys(contestants, 1))
    for turn, times in steps.items():
        measured = Measured(times)
        row = f"{name}: {turn}"
        ratio = measured.ratio(OURS, REAL)
        figures.add(report.STEP_TABLE, row, [*map(measured.median, (REAL, OURS)), ratio])
        if turn == report.GENERATOR:
            figures.judge(report.STEP_AIMS[name], ratio, where=turn)


def test_spectral_part(benchmark: BenchmarkFixture, figures: Figures, rounds: Rounds) -> None:
    """Forward and backward of the spectral losses alone."""
    reals, decoded = torch.randn(2, BATCH, CHANNELS, 8192, generator=torch.Generator()) * 0.1
    decoded.requires_grad_()
    info = {"reals": reals, "decoded": decoded, "kl": torch.zeros(())}
    for side, at in (("left", 0), ("right", 1)):
        info |= {f"{key}_{side}": info[key][:, at : at + 1] for key in ("reals", "decoded")}
    modules = {
        name: make_wrapper(wrapper, SETUP, losses=spectral_only()).losses_gen
        for name, wrapper in wrappers().items()
    }

    def step(module: nn.Module) -> Contestant:
        return lambda: torch.autograd.grad(module(info)[0], decoded)

    steps = {name: step(module) for name, module in modules.items()}
    measured = race(benchmark, steps, rounds=rounds(ROUNDS_OF_PARTS), calls=dict.fromkeys(steps, 1))
    _note(measured, report.SPECTRAL, figures)
    figures.judge(
        report.SPECTRAL_AIM,
        measured.ratio(OURS, REAL),
        where="forward and backward",
        profile=lambda: profile_of(steps[OURS], calls=20),
    )


def test_construction(benchmark: BenchmarkFixture, figures: Figures, rounds: Rounds) -> None:
    """`create_objective`, and what the trainer's constructor says in its place."""
    wrapper = make_wrapper(wrappers()[REAL], SETUP, losses=loss_config("encodec"))
    losses = loss_config("encodec")
    contestants: dict[str, Contestant] = {
        OURS: lambda: create_objective(
            wrapper.autoencoder.bottleneck,
            losses,
            trainer="stable-audio-tools 0.0.19",
            channels=CHANNELS,
            sample_rate=SAMPLE_RATE,
            discriminator=wrapper.discriminator,
        ),
        REAL: lambda: _their_constructors(wrapper.autoencoder.bottleneck, losses),
    }
    measured = race(
        benchmark, contestants, rounds=rounds(ROUNDS_OF_PARTS), calls=dict.fromkeys(contestants, 1)
    )
    _note(measured, report.CONSTRUCTION, figures)
    figures.judge(
        report.CONSTRUCTION_AIM,
        measured.ratio(OURS, REAL),
        where="stereo, encodec",
        profile=lambda: profile_of(contestants[OURS], calls=20),
    )


def _their_constructors(bottleneck: object, config: Mapping[str, Any]) -> list[nn.Module]:
    """The lines of AutoencoderTrainingWrapper.__init__ that make losses, for this config."""
    from stable_audio_tools.training import autoencoders as real

    arguments, adversary = config["spectral"]["config"], config["discriminator"]["weights"]
    of_sum = real.auraloss.SumAndDifferenceSTFTLoss(sample_rate=SAMPLE_RATE, **arguments)
    of_sides = real.auraloss.MultiResolutionSTFTLoss(sample_rate=SAMPLE_RATE, **arguments)
    weight, time = config["spectral"]["weights"]["mrstft"], config["time"]["weights"]
    sides = [
        real.AuralossLoss(
            of_sides,
            target_key=f"reals_{side}",
            input_key=f"decoded_{side}",
            name=f"stft_loss_{side}",
            weight=weight / 2,
        )
        for side in ("left", "right")
    ]
    generator = [
        real.ValueLoss(key="loss_adv", weight=adversary["adversarial"], name="loss_adv"),
        real.ValueLoss(
            key="feature_matching_distance",
            weight=adversary["feature_matching"],
            name="feature_matching_loss",
        ),
        real.AuralossLoss(
            of_sum, target_key="reals", input_key="decoded", name="mrstft_loss", weight=weight
        ),
        *sides,
        real.L1Loss(key_a="reals", key_b="decoded", weight=time["l1"], name="l1_time_loss"),
        real.MSELoss(key_a="reals", key_b="decoded", weight=time["l2"], name="l2_time_loss"),
        *real.create_loss_modules_from_bottleneck(bottleneck, config),
    ]
    discriminator = [real.ValueLoss(key="loss_dis", weight=1.0, name="discriminator_loss")]
    return [real.MultiLoss(generator), real.MultiLoss(discriminator)]


_TRAINING = r"""
import re
import sys
from pathlib import Path

import torch

from support.stable_audio.trainer import whole_trainer
from support.stable_audio.training import fit, make_wrapper
from tools.benchmarks import bench_objective
from tools.benchmarks.objective_cases import SETUP, batch, loss_config

torch.set_num_threads(1)
with whole_trainer(SETUP.version).importable():
    wrapper = bench_objective.wrappers()[sys.argv[1]]
    fit(make_wrapper(wrapper, SETUP, losses=loss_config(sys.argv[2])), [batch()] * 4)
# What `getrusage` calls the peak begins with that of the process that started this one.
print(re.search(r"VmHWM:\s*(\d+) kB", Path("/proc/self/status").read_text())[1])
"""


@pytest.mark.parametrize("discriminator", DISCRIMINATORS)
def test_peak_memory(discriminator: str, figures: Figures, rounds: Rounds) -> None:
    """Of whole processes that train for four steps, one after the other."""
    kilobytes: dict[str, list[float]] = {OURS: [], REAL: []}
    for _ in range(rounds(ROUNDS_OF_PROCESSES)):
        for name, found in kilobytes.items():
            found.append(_peak_of(name, discriminator))
    measured = Measured(kilobytes)
    ratio = measured.ratio(OURS, REAL)
    medians = [statistics.median(kilobytes[name]) * 1024 for name in (REAL, OURS)]
    figures.add(report.MEMORY_TABLE, discriminator, [*medians, ratio])
    figures.judge(report.MEMORY_AIM, ratio, where=discriminator)


def _peak_of(name: str, discriminator: str) -> float:
    tests = Path(__file__).parents[2]
    done = subprocess.run(
        [sys.executable, "-c", _TRAINING, name, discriminator],
        env=os.environ | {"PYTHONPATH": str(tests)},
        stdout=subprocess.PIPE,
        encoding="utf-8",
        check=True,
    )
    return float(done.stdout.splitlines()[-1])


def _note(measured: Measured, row: str, figures: Figures) -> None:
    medians = [measured.median(name) for name in (REAL, OURS)]
    figures.add(report.STEP_TABLE, row, [*medians, measured.ratio(OURS, REAL)])
