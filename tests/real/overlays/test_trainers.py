"""What overlays say of trainers, and what `check` of a package compiled from them makes of it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from loss_compiler.compile import compile_schema
from loss_compiler.target.package import package_of_overlays
from support.schemas import CANONICAL, document, unpacked

NAME = "lab_losses"
STABLE_AUDIO = ("stable-audio-tools 0.0.19", "stable-audio-tools 0.0.20")

OURS: dict[str, Any] = {
    "x-trainers": {"our trainer": {"description": "Ours.", "assumed": True}},
    "properties": {
        "sisdr": {
            "anyOf": [{"$ref": "#/$defs/SISDRLossConfig"}, {"type": "null"}],
            "x-trainers": {"our trainer": {"needs": True}},
            "description": "A section that is an object.",
        },
        "extras": {
            "type": ["object", "null"],
            "additionalProperties": True,
            "x-trainers": {
                "our trainer": {"refuses": [None], "passes": ["device"]},
                STABLE_AUDIO[0]: {"ignores": True},
                STABLE_AUDIO[1]: {"ignores": True},
            },
            "description": "A section that is free.",
        },
        "reconstruction": {"x-trainers": {"our trainer": {"ignores": True}}},
    },
    "$defs": {
        "SISDRLossConfig": {
            "x-trainers": {"our trainer": {"passes": ["channels"]}},
            "description": "A loss of ours.",
            "properties": {
                "scale": {
                    "type": "number",
                    "default": 1,
                    "x-trainers": {"our trainer": {"refuses": [0]}},
                    "description": "Its weight.",
                },
                "start": {
                    "type": ["integer", "null"],
                    "x-trainers": {"our trainer": {"lacks": True}},
                    "description": "An argument of other trainers.",
                },
            },
        }
    },
}
"""A trainer of ours that is assumed beside those below, with a note of each kind."""

NOT_ASSUMED = {name: {"assumed": False} for name in STABLE_AUDIO}
OURS_ALONE = {**OURS, "x-trainers": {**OURS["x-trainers"], **NOT_ASSUMED}}
NONE = {"x-trainers": NOT_ASSUMED}


def compiled_from(changes: dict[str, Any], folder: Path) -> Path:
    """A source root with the package that is compiled from an overlay with `changes`."""
    schema = document(CANONICAL)
    frame = {
        "x-extends": {key: schema[key] for key in ("x-name", "x-version")},
        "x-name": "lab",
        "x-version": "1.0.0",
    }
    overlay = folder / "lab.json"
    overlay.write_text(json.dumps({**frame, **changes}), encoding="utf-8")
    files = compile_schema(CANONICAL, [overlay], package_of_overlays(NAME, [overlay])).files
    return unpacked(files, folder / "out", NAME)


@pytest.fixture(scope="module")
def ours(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return compiled_from(OURS, tmp_path_factory.mktemp("ours"))


@pytest.fixture(scope="module")
def ours_alone(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return compiled_from(OURS_ALONE, tmp_path_factory.mktemp("ours_alone"))


@pytest.fixture(scope="module")
def none(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return compiled_from(NONE, tmp_path_factory.mktemp("none"))


def checked(out: Path, loss_configs: object, *options: str) -> list[str]:
    """What `check` of the package in `out` finds in a model config: `severity pointer: message`."""
    config = {"model": {"bottleneck": {"type": "tanh"}}, "training": {"loss_configs": loss_configs}}
    done = subprocess.run(
        [sys.executable, "-W", "error", "-m", NAME, "check", "--format", "json", "-", *options],
        env=os.environ | {"PYTHONPATH": str(out)},
        input=json.dumps(config),
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    assert done.stderr == ""
    return [
        f"{each['severity']} {each['pointer'].removeprefix('/training/loss_configs')}: "
        f"{each['message']}"
        for each in json.loads(done.stdout)["problems"]
    ]


GOOD: dict[str, Any] = {
    "spectral": {"config": {}, "weights": {"mrstft": 1}},
    "time": {"weights": {"l1": 1}},
    "sisdr": {},
}
"""Everything that one of the trainers needs."""

MISTAKES: list[tuple[dict[str, Any], list[str]]] = [
    ({}, []),
    ({"sisdr": {"scale": 0.5}, "extras": {}}, []),
    ({"extras": {"size": 1, "rate": None}}, []),
    ({"sisdr": {"scale": 0}}, ["warning /sisdr/scale: our trainer can't use 0 here"]),
    (
        {"sisdr": {"channels": 2}},
        [
            "error /sisdr/channels: unknown key 'channels'; leave it out: the trainer passes it "
            "itself, and fails if it is written (our trainer)"
        ],
    ),
    ({"extras": None}, ["warning /extras: our trainer can't use null here; leave 'extras' out"]),
    (
        {"extras": {"device": "cpu", "rate": 1}},
        [
            "warning /extras/device: our trainer can't take 'device' here: the trainer passes it "
            "itself"
        ],
    ),
    (
        {"sisdr": {"start": 1, "scale": 2}},
        ["warning /sisdr/start: our trainer can't take 'start' here"],
    ),
]


@pytest.mark.parametrize(("sections", "told"), MISTAKES)
def test_a_trainer_of_ours_beside_others(
    sections: dict[str, Any], told: list[str], ours: Path
) -> None:
    assert checked(ours, GOOD | sections) == told


def test_what_each_of_them_needs(ours: Path) -> None:
    assert checked(ours, {}) == [
        "warning : 'spectral' is missing, and stable-audio-tools 0.0.19 can't do without it",
        "warning : 'time' is missing, and stable-audio-tools 0.0.19 and 0.0.20 can't do without it",
        "warning : 'sisdr' is missing, and our trainer can't do without it",
    ]


def test_what_all_of_them_ignore(ours: Path) -> None:
    """Not what one of them reads: `hubert`, as far as is known of ours, and `extras`."""
    config = GOOD | {
        "reconstruction": {"weight": 1},
        "hubert": {"config": {}, "weights": {"hubert": 1}},
        "extras": {},
    }
    assert checked(ours, config) == [
        "warning /reconstruction: 'reconstruction' is not read by stable-audio-tools 0.0.19, "
        "0.0.20 and our trainer; loss-factory reads it"
    ]
    assert checked(ours, config, "--trainer", STABLE_AUDIO[1]) == [
        f"warning /sisdr: 'sisdr' is not read by {STABLE_AUDIO[1]}",
        f"warning /reconstruction: 'reconstruction' is not read by {STABLE_AUDIO[1]}; "
        "loss-factory reads it",
        f"warning /extras: 'extras' is not read by {STABLE_AUDIO[1]}",
    ]


def test_a_trainer_of_ours_alone(ours_alone: Path) -> None:
    assert checked(ours_alone, {"reconstruction": {"weight": 1}}) == [
        "warning : 'sisdr' is missing, and our trainer can't do without it",
        "warning /reconstruction: 'reconstruction' is not read by our trainer; loss-factory "
        "reads it",
    ]


def test_no_trainer_is_assumed(none: Path) -> None:
    """Those below are known all the same."""
    config = {"reconstruction": {"weight": 1}, "mrmel": None}
    assert checked(none, config) == []
    assert checked(none, config, "--trainer", STABLE_AUDIO[1]) == [
        f"warning : 'time' is missing, and {STABLE_AUDIO[1]} can't do without it",
        f"warning /reconstruction: 'reconstruction' is not read by {STABLE_AUDIO[1]}; "
        "loss-factory reads it",
        f"warning /mrmel: {STABLE_AUDIO[1]} can't use null here; leave 'mrmel' out",
    ]
