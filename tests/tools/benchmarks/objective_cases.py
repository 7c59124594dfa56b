"""What the objective is measured in: a small stereo VAE on 8,192 samples, two at a time."""

from __future__ import annotations

import copy
from typing import Any

import torch

from support.stable_audio.setups import SAMPLE_RATE as SAMPLE_RATE
from support.stable_audio.setups import Setup

BATCH = 2
CHANNELS = 2
SAMPLES = 8192

SETUP = Setup(channels=CHANNELS)

_SIZES = [1024, 512, 256, 128]
_QUARTERS = [each // 4 for each in _SIZES]

DISCRIMINATORS: dict[str, dict[str, Any]] = {
    "encodec": {"filters": 8, "n_ffts": _SIZES, "hop_lengths": _QUARTERS, "win_lengths": _SIZES},
    "dac": {"periods": [2, 3], "fft_sizes": [512, 256]},
}

TRAININGS = {
    "encodec": ("0.0.19", "encodec"),
    "dac": ("0.0.19", "dac"),
    "0.0.20, encodec": ("0.0.20", "encodec"),
}
"""Version and discriminator of what is trained step by step, by its name in the report."""

_LOSSES: dict[str, Any] = {
    "spectral": {
        "type": "mrstft",
        "config": {
            "fft_sizes": _SIZES,
            "hop_sizes": _QUARTERS,
            "win_lengths": _SIZES,
            "perceptual_weighting": True,
        },
        "weights": {"mrstft": 1.0},
    },
    "time": {"type": "l1", "weights": {"l1": 0.5, "l2": 0.25}},
    "bottleneck": {"type": "kl", "weights": {"kl": 1e-4}},
}


def loss_config(discriminator: str) -> dict[str, Any]:
    """All losses, with this discriminator."""
    section = {
        "type": discriminator,
        "config": DISCRIMINATORS[discriminator],
        "weights": {"adversarial": 0.1, "feature_matching": 5.0},
    }
    return copy.deepcopy({"discriminator": section, **_LOSSES})


def spectral_only() -> dict[str, Any]:
    """The spectral losses, and the bottleneck's with a weight of 0."""
    losses = copy.deepcopy(_LOSSES)
    losses["time"]["weights"] = {}
    losses["bottleneck"]["weights"]["kl"] = 0.0
    return losses


def batch() -> tuple[torch.Tensor, list[dict[str, Any]]]:
    """Noise, as the trainer's data loader gives it."""
    generator = torch.Generator().manual_seed(0)
    return torch.randn(BATCH, CHANNELS, SAMPLES, generator=generator) * 0.1, [{}, {}]
