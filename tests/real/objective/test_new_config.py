"""What `new-config` prints: the real trainer makes a model and a training of it as it is."""

from __future__ import annotations

import itertools
import json
from contextlib import redirect_stdout
from typing import Any

import pytest
import torch

from loss_factory.dispatch import TABLES
from support.command_line import typed
from support.stable_audio.real import VERSIONS

DISCRIMINATORS = {
    "0.0.19": ("encodec", "dac", "oobleck"),
    "0.0.20": ("encodec", "dac", "oobleck", "big_vgan", "transformer", "hil"),
}
WITH_BOTTLENECKS = [
    (version, tag)
    for version, tag in itertools.product(VERSIONS, TABLES.config_types)
    if (version, tag) != ("0.0.19", "softnorm")
]
WITH_DISCRIMINATORS = [
    (version, each) for version, types in DISCRIMINATORS.items() for each in types
]
CHANNELS = {"encodec": 4, "oobleck": 1, "transformer": 1}
"""Of how many channels the audio is; otherwise it is stereo."""

SAMPLES = 16384


def printed(version: str, tag: str, channels: int, *options: str) -> dict[str, Any]:
    words = ("--bottleneck", tag, "--trainer", version, "--channels", str(channels), *options)
    done = typed("new-config", *words)
    assert (done.code, done.err) == (0, "")
    config: dict[str, Any] = json.loads(done.out)
    return config


def training_of(config: dict[str, Any]) -> Any:
    """The real model and its real wrapper, as train.py of that version makes them."""
    from stable_audio_tools.models.factory import create_model_from_config  # type: ignore[import-not-found]
    from stable_audio_tools.training.factory import create_training_wrapper_from_config  # type: ignore[import-not-found]

    with redirect_stdout(None):  # where nnAudio tells how it makes filters
        wrapper = create_training_wrapper_from_config(config, create_model_from_config(config))
    wrapper.configure_optimizers()
    return wrapper


def narrow(config: dict[str, Any]) -> dict[str, Any]:
    """The same with an encoder and a decoder of few weights: three of each are made."""
    for part in ("encoder", "decoder"):
        config["model"][part]["config"]["channels"] = 2
    return config


@pytest.mark.parametrize("version", VERSIONS)
def test_as_it_is(version: str) -> None:
    """All of it, but for the values of its hundred million weights."""
    with torch.device("meta"):
        wrapper = training_of(printed(version, "vae", 2, "--discriminator", "encodec"))
    assert sum(each.numel() for each in wrapper.autoencoder.parameters()) > 100_000_000


@pytest.mark.parametrize(("version", "tag"), WITH_BOTTLENECKS)
def test_with_a_bottleneck(version: str, tag: str) -> None:
    """Its latents are what the decoder takes, and it leaves in `info` what its losses read."""
    from stable_audio_tools.models.factory import create_model_from_config

    config = narrow(printed(version, tag, 2))
    model = create_model_from_config(config)
    latents, info = model.encode(torch.randn(2, 2, SAMPLES), return_info=True)
    frames = SAMPLES // config["model"]["downsampling_ratio"]
    assert latents.shape == (2, config["model"]["latent_dim"], frames)
    assert {each.key for each in TABLES.losses[TABLES.config_types[tag]]} <= info.keys()
    assert model.decode(latents).shape == (2, 2, SAMPLES)


@pytest.mark.parametrize(("version", "discriminator"), WITH_DISCRIMINATORS)
def test_with_a_discriminator(version: str, discriminator: str) -> None:
    channels = CHANNELS.get(discriminator, 2)
    config = narrow(printed(version, "vae", channels, "--discriminator", discriminator))
    wrapper = training_of(config)
    names = [each.name for each in wrapper.losses_gen.losses]
    assert names[:3] == ["loss_adv", "feature_matching_loss", "mrstft_loss"]
    assert names[-1] == "kl_loss"
    assert ("lrstft" in dir(wrapper)) == (channels == 2)


@pytest.mark.parametrize("version", VERSIONS)
def test_without_a_discriminator(version: str) -> None:
    assert not training_of(narrow(printed(version, "tanh", 1))).use_disc
