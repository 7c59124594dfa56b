"""The bottlenecks that are measured, and the loss modules that compete for each of them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import torch
from torch import nn

from loss_factory import (
    MultiLoss,
    create_bottleneck_loss,
    create_loss_modules_from_bottleneck,
    plan_losses,
)
from support.stable_audio.real import StableAudio, make_bottleneck
from tools.benchmarks.by_hand import MODULES, ShorterDACRVQVAE

OURS = "ours"
BY_HAND = "by hand"
REAL = "real"
DROP_IN = "drop-in"
SHORTER = "a + b + c"

WITH_LOSSES: Mapping[str, str] = {
    "VAEBottleneck": "vae",
    "RVQBottleneck": "rvq",
    "RVQVAEBottleneck": "rvq_vae",
    "DACRVQBottleneck": "dac_rvq",
    "DACRVQVAEBottleneck": "dac_rvq_vae",
    "WassersteinBottleneck": "wasserstein",
    "SoftNormBottleneck": "softnorm",
}
"""The classes with losses, each with its tag."""

WITHOUT_LOSSES = "TanhBottleneck"
"""One of those without: they are all alike."""

TAGS: Mapping[str, str] = {**WITH_LOSSES, WITHOUT_LOSSES: "tanh"}

OVERLOOKED = "SoftNormBottleneck"
"""The factory of 0.0.19 gives it no losses."""

_WEIGHTS: Mapping[str, Mapping[str, float]] = {
    "VAEBottleneck": {"kl": 1e-4},
    "RVQVAEBottleneck": {"kl": 1e-4},
    "DACRVQVAEBottleneck": {"kl": 1e-4},
    "WassersteinBottleneck": {"mmd": 75.0},
    "SoftNormBottleneck": {"softnorm": 2e-5},
}


@dataclass(frozen=True)
class Competition:
    """Modules that compute the same from the same values."""

    modules: Mapping[str, nn.Module]
    info: Mapping[str, torch.Tensor]


def one_section(class_name: str) -> dict[str, Any]:
    """The least that a user writes: the weights that the bottleneck reads."""
    return {"bottleneck": {"weights": dict(_WEIGHTS.get(class_name, {}))}}


def whole_config(class_name: str) -> dict[str, Any]:
    """A `loss_configs` object as the model configs of stable-audio-tools have it."""
    resolutions = [2048, 1024, 512, 256, 128, 64, 32]
    hops = [512, 256, 128, 64, 32, 16, 8]
    return {
        "discriminator": {
            "type": "encodec",
            "config": {
                "filters": 64,
                "n_ffts": resolutions,
                "hop_lengths": hops,
                "win_lengths": resolutions,
            },
            "weights": {"adversarial": 0.1, "feature_matching": 5.0},
        },
        "spectral": {
            "type": "mrstft",
            "config": {
                "fft_sizes": resolutions,
                "hop_sizes": hops,
                "win_lengths": resolutions,
                "perceptual_weighting": True,
            },
            "weights": {"mrstft": 1.0},
        },
        "time": {"type": "l1", "weights": {"l1": 0.0}},
        "bottleneck": {"type": "kl", **one_section(class_name)["bottleneck"]},
    }


def weights_of(class_name: str) -> list[float]:
    """The weights of the bottleneck's losses, in their order."""
    return [loss.weight for loss in plan_losses(class_name, one_section(class_name)).losses]


def competition(real: StableAudio, class_name: str) -> Competition:
    """The modules for one bottleneck, and values of which each needs a gradient."""
    config = one_section(class_name)
    weights = weights_of(class_name)
    modules: dict[str, nn.Module] = {
        OURS: create_bottleneck_loss(class_name, config),
        BY_HAND: MODULES[class_name](*weights),
        REAL: _real_multi_loss(real, class_name),
        DROP_IN: MultiLoss(create_loss_modules_from_bottleneck(class_name, config)),
    }
    if class_name == "DACRVQVAEBottleneck":
        modules[SHORTER] = ShorterDACRVQVAE(*weights)
    keys = [loss.key for loss in plan_losses(class_name).losses]
    info = {key: torch.tensor(0.5 + index, requires_grad=True) for index, key in enumerate(keys)}
    return Competition(modules, info)


def _real_multi_loss(real: StableAudio, class_name: str) -> nn.Module:
    config = one_section(class_name)
    if class_name == OVERLOOKED:  # the loss that a later version's factory makes of it
        losses = [
            real.losses.ValueLoss(loss.key, loss.name, loss.weight)
            for loss in plan_losses(class_name, config).losses
        ]
    else:
        losses = real.factory(make_bottleneck(real, class_name), config)
    multi_loss: nn.Module = real.losses.MultiLoss(losses)
    return multi_loss
