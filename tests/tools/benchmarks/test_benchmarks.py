"""The benchmarks compare like with like, and only a whole run of them writes a file."""

from __future__ import annotations

import math
import os
import random
import subprocess
import sys
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
import torch

from support.stable_audio.compare import differences, same_bits, step
from support.stable_audio.real import load
from support.stable_audio.trainer import whole_trainer
from support.stable_audio.training import make_wrapper
from tools.benchmarks.by_hand import ShorterDACRVQVAE
from tools.benchmarks.cases import (
    BY_HAND,
    DROP_IN,
    OURS,
    REAL,
    SHORTER,
    TAGS,
    WITHOUT_LOSSES,
    competition,
    weights_of,
)
from tools.benchmarks.interleaved import race
from tools.benchmarks.objective_cases import SETUP, batch, loss_config
from tools.benchmarks.report import (
    AIMS,
    FACTORY_AIMS,
    IMPORT_AIM,
    MULTI_LOSS_AIM,
    TABLES,
    Aim,
    Figures,
)
from tools.benchmarks.stepwise import Stepwise

pytestmark = pytest.mark.long

ROOT = Path(__file__).parents[3]
SPECIAL_VALUES = (0.0, -0.0, math.inf, -math.inf, math.nan, 1e-45, 1e38)


# --- like with like


@pytest.mark.parametrize("class_name", TAGS)
def test_all_contestants_compute_the_same_bits(class_name: str) -> None:
    rng = random.Random(class_name)
    made = competition(load("0.0.19"), class_name)
    for _ in range(50):
        values = {key: torch.tensor(_random_value(rng)) for key in made.info}
        outcomes = {name: step(module, values) for name, module in made.modules.items()}
        for name in (BY_HAND, DROP_IN):
            assert differences(outcomes[OURS], outcomes[name]) == []
        if class_name != WITHOUT_LOSSES:  # where the real total is the integer 0
            assert differences(outcomes[REAL], outcomes[OURS]) == []


@pytest.mark.parametrize("class_name", TAGS)
def test_all_contestants_are_measured_on_values_that_need_gradients(class_name: str) -> None:
    made = competition(load("0.0.19"), class_name)
    assert {OURS, BY_HAND, REAL, DROP_IN} <= made.modules.keys()
    assert (SHORTER in made.modules) == (class_name == "DACRVQVAEBottleneck")
    assert all(value.requires_grad for value in made.info.values())
    assert bool(made.info) == (class_name != WITHOUT_LOSSES)


@pytest.mark.parametrize(
    "values",
    [[-0.0, -0.0, -0.0], [torch.tensor(1.0, dtype=torch.bfloat16), 1.0, 1.0]],
    ids=["minus zero", "dtypes"],
)
def test_the_shorter_sum_has_other_bits(values: list[Any]) -> None:
    class_name = "DACRVQVAEBottleneck"
    by_hand = competition(load("0.0.19"), class_name).modules[BY_HAND]
    keys = ("kl", "vq/codebook_loss", "vq/commitment_loss")
    info = {key: torch.as_tensor(value) for key, value in zip(keys, values, strict=True)}
    total, losses = by_hand(info)
    shorter_total, shorter_losses = ShorterDACRVQVAE(*weights_of(class_name))(info)
    assert not same_bits(total, shorter_total)
    assert shorter_total.item() == pytest.approx(total.item(), rel=1e-2)
    assert all(same_bits(losses[name], shorter_losses[name]) for name in losses)


def _random_value(rng: random.Random) -> float:
    return rng.choice(SPECIAL_VALUES) if rng.random() < 0.2 else rng.gauss(0, 10)


# --- taking turns


class Benchmark:
    """What of pytest-benchmark's fixture a race needs, with a clock that always says 1 second."""

    def __init__(self) -> None:
        self.extra_info: dict[str, object] = {}
        self.stats = SimpleNamespace(iterations=1, stats=SimpleNamespace(data=[]))

    def pedantic(
        self,
        target: Callable[[], None],
        setup: Callable[[], None],
        teardown: Callable[[], None],
        rounds: int,
    ) -> None:
        for _ in range(rounds):
            setup()
            target()
            self.stats.stats.data.append(1 / self.stats.iterations)
            teardown()


def test_every_contestant_has_one_turn_a_round_at_any_place() -> None:
    names = ("first", "second", "third")
    happened: list[str] = []
    contestants = {name: lambda name=name: happened.append(name) for name in names}
    rounds = 200
    benchmark: Any = Benchmark()
    measured = race(benchmark, contestants, rounds=rounds, calls=dict.fromkeys(names, 1))
    orders = Counter(tuple(happened[at : at + 3]) for at in range(0, len(happened), 3))
    assert len(happened) == 3 * rounds
    assert all(sorted(order) == sorted(names) for order in orders)
    assert len(orders) == 6
    assert min(orders.values()) > rounds / 6 / 3
    assert {name: len(times) for name, times in measured.seconds.items()} == dict.fromkeys(
        names, rounds
    )
    assert benchmark.extra_info.keys() == {"first / second", "first / third"}


def test_times_are_those_of_one_call() -> None:
    calls = {"first": 4, "second": 3}
    happened: Counter[str] = Counter()
    contestants = {name: lambda name=name: happened.update([name]) for name in calls}
    benchmark: Any = Benchmark()
    measured = race(benchmark, contestants, rounds=1, calls=calls)
    assert happened == calls
    assert measured.median("first") == 0.25


def test_a_ratio_is_the_median_of_the_ratios_of_rounds() -> None:
    benchmark: Any = Benchmark()
    measured = race(
        benchmark, {"first": int, "second": int}, rounds=3, calls={"first": 1, "second": 1}
    )
    measured.seconds["first"][:] = [1.0, 10.0, 3.0]  # type: ignore[index]
    measured.seconds["second"][:] = [2.0, 10.0, 1.0]  # type: ignore[index]
    assert measured.ratio("first", to="second") == 1.0
    assert measured.ratios("first", to="second") == [0.5, 1.0, 3.0]


def test_a_training_makes_a_step_when_it_is_asked_to() -> None:
    losses = loss_config("encodec")
    with whole_trainer(SETUP.version).importable():
        from stable_audio_tools.training.autoencoders import AutoencoderTrainingWrapper  # type: ignore[import-not-found]

        wrapper = make_wrapper(AutoencoderTrainingWrapper, SETUP, losses=losses)
        with Stepwise(wrapper, batch(), 9) as training:
            assert training.step() > 0
            assert wrapper.global_step == 1
            assert training.step() > 0
        assert wrapper.global_step == 2
        with (
            pytest.raises(ValueError, match="not enough values to unpack"),
            Stepwise(wrapper, batch()[:1], 9) as training,
        ):
            training.step()


# --- the report


def test_what_is_reached_has_no_explanation() -> None:
    figures = _whole()
    document = figures.document()
    assert figures.missing() == []
    assert document.count("| reached |") == len(AIMS)
    assert "not reached" not in document.lower()
    assert "The load average of the machine was 0.5 when the run began." in document
    assert all(f"\n## {table.title}\n" in document for table in TABLES)


@pytest.mark.parametrize(("aim", "figure"), [(IMPORT_AIM, 1.26), (MULTI_LOSS_AIM, 2.99)])
def test_what_is_not_reached_has_a_reason_and_a_profile(aim: Aim, figure: float) -> None:
    figures = _whole()
    figures.judge(aim, figure, "there", lambda: "half of it: here")
    figures.judge(aim, aim.limit, "elsewhere", lambda: "asked for although it is reached")
    document = figures.document()
    assert f"| {figure:.2f} (there) | **not reached** |" in document
    assert f"### Not reached: {aim.reason.heading}\n\n{aim.reason.text}\n" in document
    assert f"$ {aim.reason.command}\n# {aim.text}: there\nhalf of it: here\n```" in document
    assert "asked for" not in document


def test_aims_that_are_missed_for_one_reason_are_told_of_together() -> None:
    figures = _whole()
    first, *others = FACTORY_AIMS.values()
    figures.judge(first, 2.0, "vae", lambda: "bad")
    for aim in others:
        figures.judge(aim, 3.0, "rvq", lambda: "worse")
    document = figures.document()
    assert document.count("### Not reached") == document.count(first.reason.text) == 1
    assert document.count("**not reached**") == 1 + len(others)
    assert f"# {others[0].text}: rvq\nworse\n" in document
    assert "\nbad\n" not in document


def test_a_figure_that_is_written_like_the_limit_reaches_it() -> None:
    assert IMPORT_AIM.reached(1.2549)
    assert not IMPORT_AIM.reached(1.2551)


def test_what_was_not_measured_is_known() -> None:
    table = TABLES[0]
    figures = _whole()
    del figures.cells[table.title, table.rows[1]]
    del figures.verdicts[IMPORT_AIM.text]
    assert figures.missing() == [f"{table.title}: {table.rows[1]}", IMPORT_AIM.text]


def test_an_unknown_row_is_refused() -> None:
    with pytest.raises(ValueError, match="no row 'x'"):
        Figures().add(TABLES[0], "x", [1.0] * len(TABLES[0].columns))


def test_the_file_has_all_that_a_run_measures() -> None:
    text = (ROOT / "tests" / "BENCHMARKS.md").read_text(encoding="utf-8")
    for table in TABLES:
        section = text.partition(f"\n## {table.title}\n")[2].partition("\n## ")[0]
        assert all(f"\n| {row} | " in section for row in table.rows), table.title
    assert all(f"\n| {aim.text} | " in text for aim in AIMS)


def _whole() -> Figures:
    figures = Figures(load=0.5)
    for table in TABLES:
        for row in table.rows:
            figures.add(table, row, [1.0] * len(table.columns))
    for aim in AIMS:
        figures.judge(aim, aim.limit, "everywhere")
    return figures


# --- the command


def bench(*arguments: str) -> subprocess.CompletedProcess[str]:
    """Run benchmarks as `nox -s bench` does."""
    command = ("-m", "pytest", "-p", "no:cacheprovider", "-o", "python_files=bench_*.py")
    # In a worker of pytest-xdist, nothing is measured.
    own = {name: value for name, value in os.environ.items() if "XDIST" not in name}
    return subprocess.run(
        [sys.executable, *command, "tests/tools/benchmarks", *arguments],
        cwd=ROOT,
        env=own | {"OMP_NUM_THREADS": "1"},
        capture_output=True,
        encoding="utf-8",
        check=False,
    )


def test_a_quick_run_prints_its_tables() -> None:
    done = bench("--rounds", "1", "-k", "test_factory and tanh or eager and dac_rvq_vae")
    assert done.returncode == 0, done.stdout + done.stderr
    for title in ("Forward, eager", "Forward and backward, eager"):
        assert f"## {title}\n" in done.stdout
    assert "\n| dac_rvq_vae | " in done.stdout
    assert "\n| tanh | " in done.stdout
    assert "## Growth" not in done.stdout


def test_a_run_that_is_not_whole_writes_nothing(tmp_path: Path) -> None:
    file = tmp_path / "BENCHMARKS.md"
    done = bench(f"--write-benchmarks={file}", "-k", "test_forward_without_losses and eager")
    assert done.returncode == pytest.ExitCode.TESTS_FAILED, done.stdout + done.stderr
    assert f"{file} is left as it was; not measured:\n" in done.stdout
    assert "  Forward, eager: vae\n" in done.stdout
    assert "  Forward, eager: tanh\n" not in done.stdout
    assert not file.exists()


def test_a_quick_run_can_not_write(tmp_path: Path) -> None:
    file = tmp_path / "BENCHMARKS.md"
    done = bench(f"--write-benchmarks={file}", "--rounds=1")
    assert done.returncode == pytest.ExitCode.USAGE_ERROR
    assert "--write-benchmarks needs all rounds, so not --rounds" in done.stderr
    assert not file.exists()
