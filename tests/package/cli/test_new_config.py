"""`new-config`: what somebody begins with."""

from __future__ import annotations

import itertools
import json
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from loss_factory.dispatch import TABLES
from support.command_line import Done, piped, typed

TRAINERS = ("stable-audio-tools 0.0.19", "stable-audio-tools 0.0.20", "loss-factory")
DISCRIMINATORS = ("encodec", "dac", "oobleck", "big_vgan", "transformer", "hil")
THERE = [
    (trainer, tag, 2, None)
    for trainer, tag in itertools.product(TRAINERS, TABLES.config_types)
    if (trainer, tag) != (TRAINERS[0], "softnorm")
] + [
    (trainer, "vae", channels, each)
    for trainer, channels, each in itertools.product(TRAINERS, (1, 2, 6), DISCRIMINATORS)
    if trainer != TRAINERS[0] or each in DISCRIMINATORS[:3]
]


def words(
    tag: str = "vae", trainer: str = "0.0.20", channels: int = 2, discriminator: str | None = None
) -> list[str]:
    found = ["new-config", "--bottleneck", tag, "--trainer", trainer, "--channels", str(channels)]
    return found if discriminator is None else [*found, "--discriminator", discriminator]


def config(*of: Any) -> dict[str, Any]:
    done = typed(*words(*of))
    assert (done.code, done.err) == (0, "")
    found: dict[str, Any] = json.loads(done.out)
    return found


@pytest.fixture(scope="module")
def validators() -> list[Draft202012Validator]:
    """Of a loss_configs object, and of a whole model config."""
    schemas = (typed("schema", *options).out for options in ([], ["--model-config"]))
    return [Draft202012Validator(json.loads(each)) for each in schemas]


@pytest.mark.parametrize(("trainer", "tag", "channels", "discriminator"), THERE)
def test_what_is_printed_has_no_problems(
    trainer: str,
    tag: str,
    channels: int,
    discriminator: str | None,
    validators: list[Draft202012Validator],
) -> None:
    done = typed(*words(tag, trainer, channels, discriminator))
    assert (done.code, done.err) == (0, "")
    checked = typed("check", "--strict", "--trainer", trainer, "-", stdin=done.out)
    assert checked == Done(0, "<stdin>: no problems\n")
    found = json.loads(done.out)
    of_losses, of_models = validators
    of_losses.validate(found["training"]["loss_configs"])
    of_models.validate(found)
    assert found["model"]["bottleneck"]["type"] == tag
    assert ("discriminator" in found["training"]["loss_configs"]) == (discriminator is not None)


def test_the_values_are_those_of_a_published_model() -> None:
    assert config("vae", "stable-audio-tools 0.0.20", 2, "encodec")["training"]["loss_configs"] == {
        "bottleneck": {"weights": {"kl": 1e-4}},
        "spectral": {
            "type": "mrstft",
            "config": {
                "fft_sizes": [2048, 1024, 512, 256, 128, 64, 32],
                "hop_sizes": [512, 256, 128, 64, 32, 16, 8],
                "win_lengths": [2048, 1024, 512, 256, 128, 64, 32],
                "perceptual_weighting": True,
            },
            "weights": {"mrstft": 1.0},
        },
        "time": {"type": "l1", "weights": {"l1": 0.0}},
        "discriminator": {
            "type": "encodec",
            "config": {
                "filters": 64,
                "n_ffts": [2048, 1024, 512, 256, 128],
                "hop_lengths": [512, 256, 128, 64, 32],
                "win_lengths": [2048, 1024, 512, 256, 128],
            },
            "weights": {"adversarial": 0.1, "feature_matching": 5.0},
        },
    }


def test_each_weight_of_the_bottleneck_is_written() -> None:
    losses = config("dac_rvq_vae")["training"]["loss_configs"]
    assert losses["bottleneck"] == {"weights": {"kl": 1e-4, "codebook": 1.0, "commitment": 0.25}}
    assert "bottleneck" not in config("tanh")["training"]["loss_configs"]


def test_whatever_counts_channels_is_the_number() -> None:
    found = config("vae", "0.0.20", 1, "oobleck")
    model = found["model"]
    assert found["audio_channels"] == model["io_channels"] == 1
    assert model["encoder"]["config"]["in_channels"] == 1
    assert model["decoder"]["config"]["out_channels"] == 1
    assert found["training"]["loss_configs"]["discriminator"]["config"] == {"in_channels": 1}


def test_an_optimizer_for_whom_it_needs_one() -> None:
    assert [*config()["training"]["optimizer_configs"]] == ["autoencoder"]
    both = config("vae", "0.0.20", 2, "dac")["training"]["optimizer_configs"]
    assert [*both] == ["autoencoder", "discriminator"]


def test_people_can_read_it() -> None:
    """A line for each key, lists in one line; and the same bytes in each process."""
    done = typed(*words())
    assert '"strides": [2, 4, 4, 8, 8],\n' in done.out
    assert done.out.startswith('{\n  "model_type": "autoencoder",\n')
    assert done.out.endswith("}\n")
    assert piped(*words()) == done


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("va",), "'va' is no bottleneck's class name or config tag; did you mean 'vae'?"),
        (("vae", "0.0.21"), "unknown trainer '0.0.21'; did you mean '0.0.20'?"),
        (("vae", "0.0.20", 0), "Invalid value for '--channels': 0 is not in the range x>=1."),
        (
            ("softnorm", "0.0.19"),
            "Error: stable-audio-tools 0.0.19 has no bottleneck 'softnorm'; there is vae, rvq, "
            "rvq_vae, dac_rvq, dac_rvq_vae, wasserstein, tanh, l2_norm, fsq or dithered_fsq",
        ),
        (
            ("vae", "0.0.19", 2, "hil"),
            "Error: stable-audio-tools 0.0.19 has no discriminator 'hil'; there is encodec, dac or "
            "oobleck",
        ),
        (
            ("vae", "0.0.20", 2, "encodek"),
            "Error: unknown discriminator 'encodek'; did you mean 'encodec'?",
        ),
        (
            ("vae", "0.0.20", 2, "waves"),
            "Error: unknown discriminator 'waves'; there is encodec, dac, oobleck, big_vgan, "
            "transformer or hil",
        ),
    ],
)
def test_what_there_is_not(arguments: tuple[Any, ...], message: str) -> None:
    done = typed(*words(*arguments))
    assert (done.code, done.out) == (2, "")
    assert done.err.endswith(f"{message}\n")


@pytest.mark.parametrize("option", ["--bottleneck", "--trainer", "--channels"])
def test_what_has_to_be_said(option: str) -> None:
    said = words()
    place = said.index(option)
    done = typed(*said[:place], *said[place + 2 :])
    assert (done.code, done.out) == (2, "")
    assert done.err.endswith(f"Error: Missing option '{option}'.\n")
