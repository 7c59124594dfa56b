"""Random configs in the real trainer's constructor and ours: what is listed is met, and no more."""

from __future__ import annotations

import copy
import dataclasses
import importlib
import shutil
from pathlib import Path
from typing import Any

import pytest

import loss_factory
from support.stable_audio.real import KNOWN, VERSIONS
from tools.fuzz.engine import tried
from tools.fuzz.objectives import ODDITIES, Case, target
from tools.fuzz.target import Target

pytestmark = pytest.mark.usefixtures("_loss_factory_only")

CASES = 200
SEED = 7


def noting(target: Target[Case], noted: list[Case]) -> Target[Case]:
    """The target, with each case noted."""

    def check(case: Case) -> str:
        noted.append(case)
        return target.check(case)

    return dataclasses.replace(target, check=check)


def test_random_configs_sum_the_same_but_for_what_is_listed() -> None:
    cases: list[Case] = []
    outcome = tried(noting(target(Path()), cases), SEED, cases=CASES)
    assert outcome.finding is None
    assert outcome.cases == CASES
    assert outcome.classes.keys() <= {
        "same",
        *(name for some in ODDITIES.values() for name in some),
    }
    assert outcome.classes["same"] > CASES / 3
    plain = [each for each in cases if not each.oddity]
    assert len({each.bottleneck for each in plain} & {None, *KNOWN["0.0.20"]}) > 7
    for version in VERSIONS:
        of_version = [each for each in plain if each.version == version]
        assert {each.channels for each in of_version} == {1, 2, 4}
        assert {each.teacher for each in of_version} == {False, True}
        assert {name for each in of_version for name in each.config} >= SECTIONS[version]


OF_BOTH = {"discriminator", "mrmel", "hubert", "bottleneck", "clap"}
SECTIONS = {
    "0.0.19": OF_BOTH,
    "0.0.20": OF_BOTH
    | {"generative", "jepa", "contrastive", "latent_distillation", "semantic_regressors"},
}


@pytest.mark.parametrize(
    ("version", "oddity"), [(version, each) for version in VERSIONS for each in ODDITIES[version]]
)
def test_what_is_listed_is_so(version: str, oddity: str) -> None:
    config = copy.deepcopy(WHOLE)
    ODDITIES[version][oddity].change(config)
    case = Case(version, "VAEBottleneck", 2, False, config, oddity)
    assert target(Path()).check(case) == oddity


WHOLE: dict[str, Any] = {
    "discriminator": {
        "type": "dac",
        "config": {"periods": [2], "fft_sizes": []},
        "weights": {"adversarial": 0.1, "feature_matching": 5.0},
    },
    "spectral": {
        "config": {"fft_sizes": [64, 32], "hop_sizes": [16, 8], "win_lengths": [64, 32]},
        "weights": {"mrstft": 1.0},
    },
    "time": {"weights": {"l1": 0.5, "l2": 0.25}},
}

#: A name, what stands in the tables of objectives, and what is planted there.
PLANTED = {
    "scale": ("scale=0.25", "scale=0.5"),
    "weight": ("config.time.weights.l2", "config.time.weights.l1"),
    "name": ('name="feature_matching_loss"', 'name="feature_matching"'),
    "key": ('reads=("teacher_latents", "latents")', 'reads=("latents", "latents")'),
    "condition": ("channels=2,", "channels=4,"),
    "regressor": ("scale=0.035", "scale=0.05"),
    "later_name": ('name="lr_stft_loss"', 'name="stft_loss_lr"'),
}


@pytest.mark.long
@pytest.mark.parametrize("name", PLANTED)
def test_what_is_planted_is_found(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    right, wrong = PLANTED[name]
    monkeypatch.syspath_prepend(tmp_path)
    package = tmp_path / f"planted_{name}"
    shutil.copytree(
        *(Path(loss_factory.__file__).parent, package), ignore=shutil.ignore_patterns("__pycache__")
    )
    file = package / "trainers.py"
    text = file.read_text(encoding="utf-8")
    assert right in text
    file.write_text(text.replace(right, wrong), encoding="utf-8")
    planted = importlib.import_module(package.name)
    assert tried(target(Path(), planted), SEED, cases=CASES).finding is not None
