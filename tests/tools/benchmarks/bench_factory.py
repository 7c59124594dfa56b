"""From a bottleneck and a config to loss modules: ours with all its checks, and the real one."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

import pytest
from pytest_benchmark.fixture import BenchmarkFixture

from loss_factory import create_bottleneck_loss, create_loss_modules_from_bottleneck, plan_losses
from support.stable_audio.real import load, make_bottleneck
from tools.benchmarks import report
from tools.benchmarks.by_hand import MODULES
from tools.benchmarks.cases import (
    BY_HAND,
    OVERLOOKED,
    REAL,
    TAGS,
    WITHOUT_LOSSES,
    one_section,
    weights_of,
    whole_config,
)
from tools.benchmarks.interleaved import Contestant, race
from tools.benchmarks.profiles import profile_of
from tools.benchmarks.report import DROP_IN_LIST, ONE_MODULE, PLAN, Figures, Rounds

ROUNDS = 300
CONFIGS: Mapping[str, Callable[[str], dict[str, Any]]] = {
    report.ONE_SECTION: one_section,
    report.WHOLE: whole_config,
}


@pytest.mark.parametrize("class_name", [name for name in TAGS if name != OVERLOOKED], ids=TAGS.get)
@pytest.mark.parametrize("kind", CONFIGS)
def test_factory(
    kind: str, class_name: str, benchmark: BenchmarkFixture, figures: Figures, rounds: Rounds
) -> None:
    real = load("0.0.19")
    bottleneck = make_bottleneck(real, class_name)
    config = CONFIGS[kind](class_name)
    weights = weights_of(class_name)
    factories: dict[str, Contestant] = {
        DROP_IN_LIST: lambda: create_loss_modules_from_bottleneck(bottleneck, config),
        ONE_MODULE: lambda: create_bottleneck_loss(bottleneck, config),
        PLAN: lambda: plan_losses(bottleneck, config),
        REAL: lambda: real.factory(bottleneck, config),
        BY_HAND: lambda: MODULES[class_name](*weights),
    }
    measured = race(benchmark, factories, rounds=rounds(ROUNDS))
    ratios = {name: measured.ratio(name, REAL) for name in factories}
    figures.add(
        report.FACTORY_TABLES[kind],
        TAGS[class_name],
        [
            measured.median(REAL),
            *(ratios[name] for name in (DROP_IN_LIST, ONE_MODULE, PLAN, BY_HAND)),
        ],
    )
    for name in (DROP_IN_LIST, ONE_MODULE):
        if class_name == WITHOUT_LOSSES:
            aim = report.FACTORY_WITHOUT_LOSSES_AIMS[kind]
        else:
            aim = report.FACTORY_AIMS[kind, name]
        profile = partial(profile_of, factories[name])
        figures.judge(aim, ratios[name], where=TAGS[class_name], profile=profile)
