"""A training step's losses: ours, by hand and the real ones, as they are and compiled."""

from __future__ import annotations

import warnings
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import pytest
import torch
from pytest_benchmark.fixture import BenchmarkFixture
from torch import nn

from support.stable_audio.real import load
from tools.benchmarks import report
from tools.benchmarks.cases import (
    BY_HAND,
    DROP_IN,
    OURS,
    REAL,
    SHORTER,
    TAGS,
    WITH_LOSSES,
    WITHOUT_LOSSES,
    Competition,
    competition,
)
from tools.benchmarks.interleaved import Contestant, Measured, race
from tools.benchmarks.profiles import profile_of
from tools.benchmarks.report import BACKWARD, COMPILED, EAGER, FORWARD, Figures, Rounds

ROUNDS = 300
MODES = (EAGER, COMPILED)
CASES = [(mode, class_name) for mode in MODES for class_name in WITH_LOSSES]


@pytest.fixture(
    scope="module", params=CASES, ids=[f"{mode}-{TAGS[class_name]}" for mode, class_name in CASES]
)
def case(request: pytest.FixtureRequest) -> Iterator[tuple[str, str, Competition]]:
    """The mode, the bottleneck's class, and its modules; compiled once for both tests."""
    mode, class_name = request.param
    with _prepared(mode, class_name) as prepared:
        yield mode, class_name, prepared


def test_forward(
    case: tuple[str, str, Competition],
    benchmark: BenchmarkFixture,
    figures: Figures,
    rounds: Rounds,
) -> None:
    mode, class_name, prepared = case
    _measure_forward(mode, class_name, prepared, benchmark, figures, rounds)


def test_forward_and_backward(
    case: tuple[str, str, Competition],
    benchmark: BenchmarkFixture,
    figures: Figures,
    rounds: Rounds,
) -> None:
    mode, class_name, prepared = case
    steps = {
        name: _forward_and_backward(module, prepared.info)
        for name, module in prepared.modules.items()
    }
    measured = race(benchmark, steps, rounds=rounds(ROUNDS))
    _note(measured, mode, BACKWARD, class_name, figures)


@pytest.mark.parametrize("mode", MODES)
def test_forward_without_losses(
    mode: str, benchmark: BenchmarkFixture, figures: Figures, rounds: Rounds
) -> None:
    with _prepared(mode, WITHOUT_LOSSES) as prepared:
        _measure_forward(mode, WITHOUT_LOSSES, prepared, benchmark, figures, rounds)


@contextmanager
def _prepared(mode: str, class_name: str) -> Iterator[Competition]:
    """The modules of one bottleneck, compiled if that is the mode."""
    real = load("0.0.19")
    with real.importable():  # a compiled real module looks its own files up
        made = competition(real, class_name)
        if mode == EAGER:
            yield made
            return
        # Several of these share their code. In one process, each of them would wait for the
        # guards of all before it, and after eight the compiler would give up.
        torch.compiler.reset()
        yield Competition(_compiled(made), made.info)
        torch.compiler.reset()


def _compiled(made: Competition) -> dict[str, Any]:
    """The modules, compiled for forward and backward by the time that they are timed."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # torch uses what it has deprecated
        compiled: dict[str, Any] = {
            name: torch.compile(module, fullgraph=name != REAL)  # the real one has graph breaks
            for name, module in made.modules.items()
        }
        for module in compiled.values():
            total, _ = module(made.info)
            if made.info:
                total.backward()
    return compiled


def _measure_forward(
    mode: str,
    class_name: str,
    prepared: Competition,
    benchmark: BenchmarkFixture,
    figures: Figures,
    rounds: Rounds,
) -> None:
    steps = {name: _forward(module, prepared.info) for name, module in prepared.modules.items()}
    measured = race(benchmark, steps, rounds=rounds(ROUNDS))
    _note(measured, mode, FORWARD, class_name, figures)
    figures.judge(
        report.FORWARD_AIMS[mode],
        measured.ratio(OURS, BY_HAND),
        where=TAGS[class_name],
        profile=lambda: profile_of(steps[OURS]),
    )
    if (mode, class_name) == (EAGER, "DACRVQVAEBottleneck"):
        figures.judge(
            report.MULTI_LOSS_AIM,
            measured.ratio(REAL, OURS),
            where=TAGS[class_name],
            profile=lambda: profile_of(steps[OURS]),
        )


def _note(measured: Measured, mode: str, step: str, class_name: str, figures: Figures) -> None:
    figures.add(
        report.FORWARD_TABLES[mode, step],
        TAGS[class_name],
        [
            measured.median(BY_HAND),
            measured.ratio(OURS, BY_HAND),
            measured.ratio(DROP_IN, BY_HAND),
            measured.ratio(REAL, BY_HAND),
            measured.ratio(REAL, OURS),
        ],
    )
    if SHORTER in measured.seconds:
        figures.add(
            report.SHORTER_TABLE,
            f"{step}, {mode}",
            [measured.median(SHORTER), *(measured.ratio(each, SHORTER) for each in (OURS, REAL))],
        )


def _forward(module: nn.Module, info: Mapping[str, torch.Tensor]) -> Contestant:
    return lambda: module(info)


def _forward_and_backward(module: nn.Module, info: Mapping[str, torch.Tensor]) -> Contestant:
    def step() -> None:
        total, _ = module(info)
        total.backward()

    return step
