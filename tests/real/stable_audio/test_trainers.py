"""What the schema says of trainers (`x-trainers`) against the real ones."""

from __future__ import annotations

import copy
import json
from collections.abc import Iterator
from typing import Any

import pytest

from loss_factory import SpectralArguments
from loss_factory.dispatch import TABLES
from loss_factory.runtime.config.documents import Written
from loss_factory.runtime.findings.checking import Question, check
from loss_factory.trainers import TRAINERS
from real.stable_audio.constructors import constructors
from real.stable_audio.test_sections import CLASSES, SMALL, UNREAD
from real.stable_audio.trainer import KeyPath, reads
from support.stable_audio.real import VERSIONS

pytestmark = pytest.mark.usefixtures("_loss_factory_only")

OURS = {each.name.removeprefix("stable-audio-tools "): each for each in TRAINERS}

every_version = pytest.mark.parametrize("version", VERSIONS)

ATTENTION = {"transformer_dim": 64, "depth": 1}
STFT = {"fft_sizes": [64], "hop_sizes": [16], "win_lengths": [64]}
FULL: dict[str, Any] = {
    "bottleneck": {"type": "kl", "weights": {"kl": 1.0}},
    "spectral": {"type": "mrstft", "config": STFT, "weights": {"mrstft": 1.0}, "decay": 1.0},
    "time": {"type": "l1", "weights": {"l1": 0.5, "l2": 0.5, "mmd": 0.5}, "decay": 1.0},
    "discriminator": {
        "type": "encodec",
        "config": SMALL["encodec"],
        "weights": {"adversarial": 0.1, "feature_matching": 5.0},
        "decay": 1.0,
    },
    "mrmel": {
        "config": {
            "n_mels": [8],
            "window_lengths": [64],
            "pow": 2.0,
            "log_weight": 1.0,
            "mag_weight": 1.0,
        },
        "weights": {"mrmel": 1.0},
    },
    "hubert": {"config": {"feature_ids": [1]}, "weights": {"hubert": 1.0}, "decay": 1.0},
    "clap": {"config": {"feature_ids": [1]}, "weights": {"clap": 1.0}, "decay": 1.0},
    "contrastive": {
        "config": ATTENTION,
        "weights": {"contrastive": 1.0},
        "warmup": 1,
        "decay_contrastive": 1.0,
    },
    "jepa": {"config": ATTENTION, "weights": {"jepa": 1.0}, "warmup": 1, "decay": 1.0},
    "generative": {
        "type": "diffusion",
        "config": {"embed_dim": 8, "depth": 1},
        "weights": {"diffusion": 1.0},
        "warmup": 1,
        "decay": 1.0,
    },
    "latent_distillation": {"weights": {"l1": 1.0, "l2": 1.0}, "decay": 1.0},
    "semantic_regressors": {"weights": {"semantic_regressors_l1": 1.0}, "decay": 1.0, "warmup": 1},
    "reconstruction": {"weight": 1.0},
    "adversarial": {"weight": 1.0},
}
"""Every section with every key that a trainer reads, where `config` does not go on elsewhere."""


def found(config: object, version: str) -> dict[str, str]:
    """What `check` says for the trainer of a version: the messages by their pointers."""
    question = Question(TABLES, frozenset(), None, (OURS[version],))
    return {
        problem.pointer: problem.message
        for _, problem in check(Written("config.json", json.dumps(config)), question).told
    }


def paths(value: object, above: KeyPath = ()) -> Iterator[KeyPath]:
    """The paths to all keys."""
    match value:
        case dict():
            for key, inner in value.items():
                yield (*above, key)
                yield from paths(inner, (*above, key))


def at(config: Any, path: KeyPath) -> Any:
    for key in path:
        config = config[key]
    return config


def is_passed_on(path: KeyPath, version: str) -> bool:
    """Whether it is an argument that the trainer passes on as it is."""
    return any(path[: len(other)] == other != path for other in reads(version).passed_on)


def unread(version: str) -> set[KeyPath]:
    """The outermost keys of FULL that the trainer does not read, but for labels."""
    known = {path[:length] for path in reads(version).paths for length in range(len(path) + 1)}
    every = {path for path in paths(FULL) if path not in known and not is_passed_on(path, version)}
    ours = {path for path in UNREAD if path[0] not in ("reconstruction", "adversarial")}
    return {path for path in every - ours if path[:-1] not in every}


@every_version
def test_what_a_trainer_does_not_read_is_told(version: str) -> None:
    told = {pointer for pointer, text in found(FULL, version).items() if "is not read by" in text}
    assert told == {"/" + "/".join(path) for path in unread(version)}
    assert len(told) == {"0.0.19": 10, "0.0.20": 2}[version]


@every_version
def test_nothing_is_wrong_with_a_config_that_the_trainer_reads(version: str) -> None:
    config = copy.deepcopy(FULL)
    for path in unread(version):
        del at(config, path[:-1])[path[-1]]
    assert found(config, version) == {}


def needed(version: str) -> set[KeyPath]:
    """What is read as `owner[key]`, and neither asked for before nor read with a default."""
    every = reads(version)
    return {
        path
        for path in every.subscripted - every.looked_for - every.defaults.keys()
        if path[0] != "bottleneck"
    }


@every_version
def test_what_a_trainer_needs_is_told(version: str) -> None:
    """And nothing else, of all keys that can be left out: as an error or a warning."""
    config = copy.deepcopy(FULL)
    for path in unread(version):
        del at(config, path[:-1])[path[-1]]
    required = {("discriminator", "config", "filters")}  # by the constructor
    for path in paths(config):
        less = copy.deepcopy(config)
        del at(less, path[:-1])[path[-1]]
        told = [text for text in found(less, version).values() if "missing" in text]
        assert bool(told) == (path in needed(version) | required), (path, told)


@every_version
def test_a_section_that_is_null_fails(version: str) -> None:
    """Trainers ask whether the key is there."""
    for section in FULL.keys() - {"bottleneck"} - {path[0] for path in unread(version)}:
        told = found({**FULL, section: None}, version)
        assert "can't use null here" in told["/" + section], section


@every_version
@pytest.mark.parametrize("name", ["encodec", "dac", "big_vgan", "hubert", "clap"])
def test_arguments_that_the_trainer_passes(name: str, version: str) -> None:
    section = name if name in FULL else "discriminator"
    by_class = reads(version).passed_on.get((section, "config"), {})
    constructor = "BigVGANDiscriminator" if name == "big_vgan" else CLASSES[name][0]
    for key in by_class.get(constructor, ()):
        config = copy.deepcopy(FULL)
        config[section] |= {"type": name} if section == "discriminator" else {}
        config[section]["config"] = {**SMALL.get(name, {}), key: 1}
        message = found(config, version)[f"/{section}/config/{key}"]
        assert message.startswith(f"unknown key '{key}'; leave it out: the trainer passes it")
        assert version in message


def test_masks_are_read_in_vain() -> None:
    """0.0.20 passes both on, to a class that has its own."""
    masks = {"mask_rate": 0.9, "mask_block_size": 3}
    made = constructors("0.0.20").make(
        "LatentJEPA", latent_dim=1, transformer_dim=64, depth=0, **masks
    )
    assert (made.mask_rate, made.mask_block_size) == (0.4, 8)
    told = found({**FULL, "jepa": {**FULL["jepa"], "config": ATTENTION | masks}}, "0.0.20")
    for key in masks:
        message = f"'{key}' is not read by stable-audio-tools 0.0.20"
        assert told[f"/jepa/config/{key}"] == message


STFT_CLASSES = ("SumAndDifferenceSTFTLoss", "MultiResolutionSTFTLoss")


@every_version
def test_arguments_of_the_stft_loss(version: str) -> None:
    """A stereo model makes both, with the same arguments: what one refuses can't be written."""
    real = constructors(version)
    every = {
        key: default
        for name in (*STFT_CLASSES, "STFTLoss", "STFTMagnitudeLoss")
        for key, default in real.parameters(name).items()
    }
    taken: set[str] = set()
    for key, default in ({**every, **STFT}).items():
        try:
            for name in STFT_CLASSES:
                real.make(name, **{"sample_rate": 44100, **STFT, key: default})
        except TypeError:
            pass
        else:
            taken.add(key)
    arguments = set(SpectralArguments.model_fields)
    lacked = {key for key in arguments if f"SpectralArguments.{key}" in OURS[version].lacks}
    assert taken - {"sample_rate"} == arguments - lacked
    assert OURS[version].passes["SpectralArguments"] == ("sample_rate",)


@pytest.mark.parametrize("name", ["big_vgan", "transformer", "hil"])
def test_0_0_19_has_four_discriminators_and_builds_three(name: str) -> None:
    config = {**FULL, "discriminator": {**FULL["discriminator"], "type": name, "config": {}}}
    if name == "hil":
        config["discriminator"]["config"] = {"filters": 2}
    assert f'can\'t use the string "{name}"' in found(config, "0.0.19")["/discriminator/type"]
    assert "/discriminator/type" not in found(config, "0.0.20")
