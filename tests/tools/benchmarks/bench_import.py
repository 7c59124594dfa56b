"""What `import loss_factory` costs beside Pydantic, and its factory beside torch."""

from __future__ import annotations

from pathlib import Path

import pytest
from pytest_benchmark.fixture import BenchmarkFixture

from tools.benchmarks import report
from tools.benchmarks.fresh import import_times_of, race_of_imports
from tools.benchmarks.report import AND_FIRST_USE, PROCESS, STATEMENT, Figures, Rounds

ROUNDS = 31
ROUNDS_WITH_TORCH = 7

ONE_MODEL = """\
from pydantic import BaseModel


class Model(BaseModel):
    x: float = 1.0
"""
OURS = "import loss_factory"
FIRST_USE = """\
from loss_factory import plan_losses
plan_losses("vae", {"bottleneck": {"weights": {"kl": 1e-4}}})
"""
FIRST_USE_OF_ONE_MODEL = """\
from one_model import Model
Model.model_validate({"x": 1e-4})
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with a module of one Pydantic model."""
    (tmp_path / "one_model.py").write_text(ONE_MODEL, encoding="utf-8")
    return tmp_path


def test_import(
    folder: Path, benchmark: BenchmarkFixture, figures: Figures, rounds: Rounds
) -> None:
    statements = {"ours": OURS, "one model": "import one_model"}
    inside, outside = race_of_imports(benchmark, statements, folder, rounds(ROUNDS))
    for row, measured in ((STATEMENT, inside), (PROCESS, outside)):
        medians = [measured.median(name) for name in ("one model", "ours")]
        figures.add(report.IMPORT_TABLE, row, [*medians, measured.ratio("ours", "one model")])
    figures.judge(
        report.IMPORT_AIM,
        inside.ratio("ours", "one model"),
        where=STATEMENT,
        profile=lambda: import_times_of(OURS, folder, "loss_factory"),
    )


def test_import_and_first_use(
    folder: Path, benchmark: BenchmarkFixture, figures: Figures, rounds: Rounds
) -> None:
    statements = {"ours": FIRST_USE, "one model": FIRST_USE_OF_ONE_MODEL}
    inside, _ = race_of_imports(benchmark, statements, folder, rounds(ROUNDS))
    medians = [inside.median(name) for name in ("one model", "ours")]
    figures.add(report.IMPORT_TABLE, AND_FIRST_USE, [*medians, inside.ratio("ours", "one model")])


def test_import_with_torch(
    folder: Path, benchmark: BenchmarkFixture, figures: Figures, rounds: Rounds
) -> None:
    statements = {
        "ours": "import torch; from loss_factory import create_bottleneck_loss",
        "torch": "import torch",
    }
    inside, outside = race_of_imports(benchmark, statements, folder, rounds(ROUNDS_WITH_TORCH))
    for row, measured in ((STATEMENT, inside), (PROCESS, outside)):
        medians = [measured.median(name) for name in ("torch", "ours")]
        figures.add(report.WITH_TORCH_TABLE, row, [*medians, measured.ratio("ours", "torch")])
