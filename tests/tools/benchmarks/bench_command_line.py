"""What `loss-factory check` costs beside the libraries that any such command needs."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest
from pytest_benchmark.fixture import BenchmarkFixture

from tools.benchmarks import report
from tools.benchmarks.fresh import import_times_of
from tools.benchmarks.interleaved import Contestant, race
from tools.benchmarks.report import BROKEN, GOOD, MANY, Figures, Rounds

ROUNDS = 21
ROUNDS_OF_MANY = 5

LIBRARIES = """\
import click, rich.console, rich.table, rich.text
from pydantic import BaseModel


class Model(BaseModel):
    x: float = 1.0
"""
START = "from loss_compiler.entry import main; main()"
SIZES = {
    "fft_sizes": [2048, 512, 128],
    "hop_sizes": [512, 128, 32],
    "win_lengths": [2048, 512, 128],
}
ENCODER = {
    "type": "oobleck",
    "config": {"channels": 128, "c_mults": [1, 2, 4, 8, 16], "strides": [2, 4, 4, 8, 8]},
    "latent_dim": 128,
}
OPTIMIZER = {
    "optimizer": {"type": "AdamW", "config": {"betas": [0.8, 0.99], "lr": 1.5e-4}},
    "scheduler": {"type": "InverseLR", "config": {"inv_gamma": 200000, "power": 0.5}},
}


def model_config(number: int, weight: str) -> str:
    """A model config of 3 kB, as trainers have them; `weight` is a key of the bottleneck's."""
    loss_configs = {
        "bottleneck": {"type": "kl", "weights": {weight: (number + 1) * 1e-6}},
        "spectral": {"type": "mrstft", "config": SIZES, "weights": {"mrstft": 1.0}},
        "time": {"type": "l1", "weights": {"l1": 0.0}},
        "discriminator": {
            "type": "encodec",
            "config": {"filters": 64, "n_ffts": [2048, 512], "hop_lengths": [512, 128]},
            "weights": {"adversarial": 0.1, "feature_matching": 5.0},
        },
    }
    document = {
        "model_type": "autoencoder",
        "sample_rate": 44100,
        "model": {"encoder": ENCODER, "decoder": ENCODER, "bottleneck": {"type": "vae"}},
        "training": {
            "optimizer_configs": {"autoencoder": OPTIMIZER, "discriminator": OPTIMIZER},
            "loss_configs": loss_configs,
        },
    }
    return json.dumps(document, indent=2)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with a config that is right, one that is not, and what imports the libraries."""
    (tmp_path / "libraries.py").write_text(LIBRARIES, encoding="utf-8")
    (tmp_path / "good.json").write_text(model_config(0, "kl"), encoding="utf-8")
    (tmp_path / "broken.json").write_text(model_config(0, "kll"), encoding="utf-8")
    return tmp_path


def process(folder: Path, *arguments: str, code: int = 0) -> Contestant:
    """Runs Python in `folder`, to the end."""

    def run() -> None:
        command = [sys.executable, *arguments]
        done = subprocess.run(command, cwd=folder, stdout=subprocess.DEVNULL, check=False)
        assert done.returncode == code

    return run


def test_check(folder: Path, benchmark: BenchmarkFixture, figures: Figures, rounds: Rounds) -> None:
    contestants = {
        GOOD: process(folder, "-c", START, "check", "good.json"),
        BROKEN: process(folder, "-c", START, "check", "broken.json", code=1),
        "libraries": process(folder, "libraries.py"),
    }
    for each in contestants.values():
        each()
    calls = dict.fromkeys(contestants, 1)
    measured = race(benchmark, contestants, rounds=rounds(ROUNDS), calls=calls)
    for name in (GOOD, BROKEN):
        ratio = measured.ratio(name, "libraries")
        medians = [measured.median(each) for each in ("libraries", name)]
        figures.add(report.CHECK_TABLE, name, [*medians, ratio])
        figures.judge(
            report.CHECK_AIM,
            ratio,
            where=name,
            profile=lambda: import_times_of(
                "import loss_factory.runtime.cli.check", folder, "loss_factory"
            ),
        )


def test_check_many(
    folder: Path, benchmark: BenchmarkFixture, figures: Figures, rounds: Rounds
) -> None:
    (folder / "many").mkdir()
    for number in range(1000):
        text = model_config(number, "kl")
        (folder / "many" / f"{number}.json").write_text(text, encoding="utf-8")
    contestants = {
        "many": process(folder, "-c", START, "check", "many/*.json"),
        "one": process(folder, "-c", START, "check", "good.json"),
    }
    calls = dict.fromkeys(contestants, 1)
    measured = race(benchmark, contestants, rounds=rounds(ROUNDS_OF_MANY), calls=calls)
    medians = [measured.median(each) for each in ("one", "many")]
    figures.add(report.CHECK_MANY_TABLE, MANY, [*medians, measured.ratio("many", "one")])
    figures.judge(report.CHECK_MANY_AIM, measured.median("many"), where=MANY)
