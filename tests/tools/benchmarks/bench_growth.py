"""How generating, importing and planning grow with the number of bottleneck types."""

from __future__ import annotations

import importlib
import json
import statistics
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import pytest
from pytest_benchmark.fixture import BenchmarkFixture

from loss_compiler.compile import compile_schema
from loss_factory.runtime.plan.resolve import resolve_bottleneck_type
from support.schemas import generate
from tools.benchmarks import report
from tools.benchmarks.fresh import race_of_imports
from tools.benchmarks.growing import COUNTS, FAMILIES, class_name, install, last_weight
from tools.benchmarks.interleaved import Contestant, Measured, race
from tools.benchmarks.profiles import profile_of
from tools.benchmarks.report import PLAN, RESOLVE, Figures, Rounds

ROUNDS_OF_GENERATE = 3
ROUNDS_OF_COMPILE = 7
ROUNDS_OF_IMPORT = 11
ROUNDS_OF_DISPATCH = 200
FEW, SOME, MANY = COUNTS

#: A small schema is compiled several times in a turn, or its time would be lost in the noise.
CALLS_OF_COMPILE = {MANY: 1, SOME: 4, FEW: 8}


@dataclass(frozen=True)
class Grown:
    """The schemas of a family, by their number of types, and their packages in one folder."""

    folder: Path
    schemas: Mapping[int, Path]
    packages: Mapping[int, str]


@pytest.fixture(scope="session")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A folder whose packages can be imported."""
    folder = tmp_path_factory.mktemp("grown")
    sys.path.insert(0, str(folder))
    yield folder
    sys.path.remove(str(folder))


@pytest.fixture(scope="session", params=FAMILIES)
def grown(request: pytest.FixtureRequest, folder: Path) -> tuple[str, Grown]:
    """A family's name, and what grew in it."""
    family: str = request.param
    schemas, packages = {}, {}
    for count in COUNTS:
        packages[count] = f"{family}_{count}"
        schemas[count] = folder / f"{packages[count]}.schema.json"
        schemas[count].write_text(json.dumps(FAMILIES[family](count), indent=2), encoding="utf-8")
        install(schemas[count], folder, packages[count])
    return family, Grown(folder, schemas, packages)


def test_generate(
    grown: tuple[str, Grown], benchmark: BenchmarkFixture, figures: Figures, rounds: Rounds
) -> None:
    family, made = grown
    contestants = {str(count): _generates(made, count) for count in _from_many()}
    calls = dict.fromkeys(contestants, 1)
    measured = race(benchmark, contestants, rounds=rounds(ROUNDS_OF_GENERATE), calls=calls)
    figures.add(report.GENERATE_TABLE, family, _times_and_ratio(measured))


def test_compile_schema(
    grown: tuple[str, Grown], benchmark: BenchmarkFixture, figures: Figures, rounds: Rounds
) -> None:
    family, made = grown
    contestants = {str(count): _compiles(made, count) for count in _from_many()}
    contestants[str(FEW)]()  # the first one also imports what the compiler needs
    calls = {str(count): calls for count, calls in CALLS_OF_COMPILE.items()}
    measured = race(benchmark, contestants, rounds=rounds(ROUNDS_OF_COMPILE), calls=calls)
    sizes = [made.schemas[count].stat().st_size for count in COUNTS]
    by_round = zip(*(measured.seconds[str(count)] for count in COUNTS), strict=True)
    late_to_early = statistics.median(_late_to_early(sizes, times) for times in by_round)
    figures.add(
        report.COMPILE_TABLE,
        family,
        [*_times_and_ratio(measured), sizes[-1] / sizes[0], late_to_early],
    )
    figures.judge(
        report.COMPILE_AIMS[family],
        late_to_early,
        where=family,
        profile=lambda: profile_of(contestants[str(MANY)], calls=1),
    )


def test_import(
    grown: tuple[str, Grown], benchmark: BenchmarkFixture, figures: Figures, rounds: Rounds
) -> None:
    family, made = grown
    statements = {str(count): f"import {made.packages[count]}" for count in _from_many()}
    inside, _ = race_of_imports(benchmark, statements, made.folder, rounds(ROUNDS_OF_IMPORT))
    figures.add(report.GROWTH_IMPORT_TABLE, family, _times_and_ratio(inside))


@pytest.mark.parametrize("what", [RESOLVE, PLAN])
def test_dispatch(
    grown: tuple[str, Grown],
    what: str,
    benchmark: BenchmarkFixture,
    figures: Figures,
    rounds: Rounds,
) -> None:
    family, made = grown
    makers = {RESOLVE: _resolves, PLAN: _plans}
    contestants = {str(count): makers[what](family, made, count) for count in _from_many()}
    measured = race(benchmark, contestants, rounds=rounds(ROUNDS_OF_DISPATCH))
    figures.add(report.DISPATCH_TABLE, f"{family}: {what}", _times_and_ratio(measured))
    figures.judge(
        report.DISPATCH_AIMS[family, what],
        measured.ratio(str(MANY), str(FEW)),
        where=family,
        profile=lambda: profile_of(contestants[str(MANY)]),
    )


def _from_many() -> tuple[int, ...]:
    """The sizes, the largest first: pytest-benchmark times and profiles the first contestant."""
    return tuple(reversed(COUNTS))


def _generates(made: Grown, count: int) -> Contestant:
    arguments = ("--schema", made.schemas[count], "--out")

    def run() -> None:
        with tempfile.TemporaryDirectory(dir=made.folder) as out:
            done = generate(*arguments, Path(out, "out"), cwd=made.folder)
        assert done.returncode == 0, done.stderr

    return run


def _compiles(made: Grown, count: int) -> Contestant:
    return lambda: compile_schema(made.schemas[count])


def _resolves(_: str, made: Grown, count: int) -> Contestant:
    tables = importlib.import_module(f"{made.packages[count]}.dispatch").TABLES
    bottleneck = _instance_of_the_last(count)
    return lambda: resolve_bottleneck_type(tables, bottleneck)


def _plans(family: str, made: Grown, count: int) -> Contestant:
    plan_losses = importlib.import_module(made.packages[count]).plan_losses
    bottleneck = _instance_of_the_last(count)
    config = {"bottleneck": {"weights": {last_weight(family, count): 1e-4}}}
    return lambda: plan_losses(bottleneck, config)


def _instance_of_the_last(count: int) -> object:
    return type(class_name(count - 1), (), {})()


def _times_and_ratio(measured: Measured) -> list[float]:
    medians = [measured.median(str(count)) for count in COUNTS]
    return [*medians, measured.ratio(str(MANY), str(FEW))]


def _late_to_early(sizes: Sequence[int], times: Sequence[float]) -> float:
    """The time that a byte adds between the two larger schemas, over that between the smaller."""
    early, late = (
        (times[index + 1] - times[index]) / (sizes[index + 1] - sizes[index]) for index in (0, 1)
    )
    return late / early
