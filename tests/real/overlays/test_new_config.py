"""`new-config` of a package that is compiled from an overlay."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from support.command_line import Done

from .test_trainers import NAME, compiled_from

OURS: dict[str, Any] = {
    "x-trainers": {
        "ours": {
            "description": "Ours.",
            "assumed": True,
            "objective": {"generator": {"SpectralLoss": {}, "LossMapping": {}}},
        },
        "other": {"description": "Another one of ours.", "assumed": False},
        "third": {"description": "A third one.", "assumed": False},
    },
    "properties": {
        "sisdr": {
            "anyOf": [{"$ref": "#/$defs/SISDRLossConfig"}, {"type": "null"}],
            "default": None,
            "x-trainers": {"other": {"needs": True}, "third": {"ignores": True}},
            "description": "A section of ours.",
        },
        "bands": {
            "anyOf": [{"$ref": "#/$defs/BandsConfig"}, {"type": "null"}],
            "x-trainers": {"ours": {"ignores": True}, "other": {"ignores": True}},
            "examples": [{"low": 2, "high": 1}],
            "description": "Another one.",
        },
    },
    "$defs": {
        "SISDRLossConfig": {
            "description": "A loss of ours.",
            "properties": {"scale": {"type": "number", "default": 1, "description": "Its weight."}},
        },
        "BandsConfig": {
            "description": "A band.",
            "properties": {
                "low": {"type": "integer", "default": 1, "description": "From."},
                "high": {"type": "integer", "default": 2, "description": "To."},
            },
            "x-trainers": {
                "third": {"fails": [{"if": {"low": {"above": "high"}}, "why": "low is below high"}]}
            },
        },
        "BottleneckWeights": {
            "properties": {"ours": {"$ref": "#/$defs/Weight", "default": 3, "description": "Ours."}}
        },
        "BottleneckType": {
            "oneOf": {
                "FirstBottleneck": {
                    "title": "FIRST",
                    "x-config-type": "first",
                    "x-model": {"bottleneck": {"config": {"groups": 4}}, "latent_dim": 16},
                    "description": "Says what models have.",
                },
                "SecondBottleneck": {
                    "title": "SECOND",
                    "x-config-type": "second",
                    "description": "Doesn't say it.",
                },
            }
        },
        "OursLoss": {
            "allOf": [{"$ref": "#/$defs/ValueLossConfig"}],
            "properties": {
                "key": {"const": "ours"},
                "name": {"const": "our_loss"},
                "weight": {"$ref": "#/$defs/BottleneckWeights/properties/ours"},
            },
            "description": "Ours.",
        },
        "LossMapping": {
            "properties": {
                "FirstBottleneck": {"prefixItems": [{"$ref": "#/$defs/OursLoss"}]},
                "SecondBottleneck": {"maxItems": 0},
            }
        },
    },
}


@pytest.fixture(scope="module")
def package(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return compiled_from(OURS, tmp_path_factory.mktemp("ours"))


def run(package: Path, tag: str, trainer: str, *more: str) -> Done:
    done = subprocess.run(
        [
            *(sys.executable, "-W", "error", "-m", NAME, "new-config"),
            *("--bottleneck", tag, "--trainer", trainer, "--channels", "1", *more),
        ],
        env=os.environ | {"PYTHONPATH": str(package)},
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    return Done(done.returncode, done.stdout, done.stderr)


def test_its_own_bottleneck(package: Path) -> None:
    """With what its entry says of models, and the sections that its trainer reads."""
    done = run(package, "first", "ours")
    assert (done.code, done.err) == (0, "")
    config = json.loads(done.out)
    assert config["model"]["bottleneck"] == {"type": "first", "config": {"groups": 4}}
    assert config["model"]["latent_dim"] == 16
    losses = config["training"]["loss_configs"]
    assert [*losses] == ["bottleneck", "spectral"]
    assert losses["bottleneck"] == {"weights": {"ours": 3.0}}


def test_a_bottleneck_that_says_nothing_of_models(package: Path) -> None:
    done = run(package, "second", "ours")
    assert done.code == 0
    assert json.loads(done.out)["model"]["bottleneck"] == {"type": "second"}
    assert done.err == (
        "note: the schema doesn't say what models with 'second' look like (x-model): complete "
        "model.bottleneck.config, and the latent_dim of the encoder\n"
    )


def test_a_section_without_an_example(package: Path) -> None:
    done = run(package, "first", "other")
    assert (done.code, done.out) == (2, "")
    assert "error: 'sisdr' is missing, and other can't do without it\n" in done.err
    assert done.err.endswith("Error: other needs more than the schema has examples of\n")


def test_an_example_that_the_trainer_fails_on(package: Path) -> None:
    done = run(package, "first", "third")
    assert (done.code, done.out) == (2, "")
    assert "error: third can't use 2 here: low is below high\n" in done.err
    assert done.err.endswith(
        "Error: third can't use what the schema has as examples; change them there\n"
    )


def test_a_trainer_without_discriminators(package: Path) -> None:
    done = run(package, "first", "ours", "--discriminator", "dac")
    assert (done.code, done.out) == (2, "")
    assert done.err.endswith("Error: ours reads no section that names a discriminator\n")
