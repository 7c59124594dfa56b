"""What the trainer of stable-audio-tools 0.0.19 is set up with, to compare its losses with ours.

`SETUPS` has each pair of values of two factors in it, but for those that are impossible.
"""

from __future__ import annotations

import copy
import functools
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from support.stable_audio.covering import covering
from support.stable_audio.real import ARGUMENTS, CHANNELS

SAMPLE_RATE = 44100
SAMPLES = 4096
BATCH = 2
WARMUP_STEPS = 3

FACTORS: dict[str, tuple[Any, ...]] = {
    "bottleneck": (
        *("none", "vae", "rvq", "rvq_vae", "dac_rvq", "dac_rvq_vae", "wasserstein"),
        *("l2_norm", "fsq", "dithered_fsq", "tanh"),
    ),
    "spectral": ("perceptual", "plain", "linear", "uneven"),
    "channels": (2, 1, 4),
    "discriminator": ("encodec", "dac", "none"),
    "warmup": ("none", "adv", "full"),
    "time": ("both", "none", "zero"),
    "teacher": ("none", "there"),
    "encoder": ("trained", "frozen"),
    "mask": ("none", "half"),
    "mel": ("none", "there"),
    "weights": ("written", "default"),
    "precision": ("32-true", "bf16-mixed"),
    "clip": (0.0, 0.1),
}
"""`weights` are the bottleneck's: whether there is a section. A frozen encoder is frozen once the
warm-up is over. `mask` is the share of latents that is masked, `clip` the largest norm."""


@dataclass(frozen=True)
class Setup:
    """One training."""

    bottleneck: str
    spectral: str
    channels: int
    discriminator: str
    warmup: str
    time: str
    teacher: str
    encoder: str
    mask: str
    mel: str
    weights: str
    precision: str
    clip: float

    def __str__(self) -> str:
        return " ".join(f"{name}={value}" for name, value in asdict(self).items())


QUIET = Setup(
    bottleneck="vae",
    spectral="perceptual",
    channels=2,
    discriminator="encodec",
    warmup="none",
    time="both",
    teacher="none",
    encoder="trained",
    mask="none",
    mel="none",
    weights="written",
    precision="32-true",
    clip=0.0,
)
"""Nothing but what every training has, in stereo."""


IMPOSSIBLE: dict[str, Mapping[str, Any]] = {
    "vector-quantize-pytorch averages codes in float32 only": {
        "bottleneck": "rvq",
        "precision": "bf16-mixed",
    },
    "the same quantizer": {"bottleneck": "rvq_vae", "precision": "bf16-mixed"},
}
"""What the trainer itself fails at, by the reason."""

_OOBLECK: tuple[Mapping[str, Any], ...] = (
    {"channels": 1, "bottleneck": "vae", "warmup": "adv", "clip": 0.1},
    {"channels": 2, "bottleneck": "dac_rvq", "teacher": "there", "mel": "there"},
    {"channels": 4, "bottleneck": "none", "warmup": "full", "precision": "bf16-mixed"},
)
"""Few of them: it has 50 million parameters."""


@functools.cache
def setups() -> list[Setup]:
    """Those that cover all pairs, then those with the discriminator of 50 million parameters."""
    first = {name: values[0] for name, values in FACTORS.items()}
    heavy = [{**first, "discriminator": "oobleck", **each} for each in _OOBLECK]
    rows = [*covering(FACTORS, list(IMPOSSIBLE.values())), *heavy]
    return [Setup(**row) for row in rows]  # type: ignore[arg-type]


def model_config(setup: Setup) -> dict[str, Any]:
    """What `create_model_from_config` takes."""
    inner = {"channels": 4, "c_mults": [1, 2], "strides": [4, 8], "use_snake": True}
    own, made = {}, setup.bottleneck
    halves = made in ("vae", "rvq_vae", "dac_rvq_vae")
    if made != "none":
        own = {
            "bottleneck": {"type": made, "config": ARGUMENTS[_CLASSES[made]] | _SIZE.get(made, {})}
        }
    channels = setup.channels
    latent = CHANNELS // 2 if halves else CHANNELS
    encoder = {"in_channels": channels, "latent_dim": CHANNELS, **inner}
    decoder = {"out_channels": channels, "latent_dim": latent, "final_tanh": False, **inner}
    return {
        "model_type": "autoencoder",
        "sample_size": SAMPLES,
        "sample_rate": SAMPLE_RATE,
        "audio_channels": channels,
        "model": {
            "encoder": {"type": "oobleck", "config": encoder},
            "decoder": {"type": "oobleck", "config": decoder},
            **own,
            "latent_dim": latent,
            "downsampling_ratio": 32,
            "io_channels": channels,
        },
    }


def loss_config(setup: Setup) -> dict[str, Any]:
    """What the trainer takes as `loss_configs`."""
    config: dict[str, Any] = {
        "spectral": {
            "type": "mrstft",
            "config": _SPECTRAL[setup.spectral],
            "weights": {"mrstft": 0.7},
        },
        "time": {"type": "l1", "weights": _TIME[setup.time]},
    }
    if setup.discriminator != "none":
        config["discriminator"] = {
            "type": setup.discriminator,
            "config": _DISCRIMINATORS.get(setup.discriminator, {"in_channels": setup.channels}),
            "weights": {"adversarial": 0.1, "feature_matching": 5.0},
        }
    if setup.mel == "there":
        config["mrmel"] = {"config": _MEL, "weights": {"mrmel": 0.3}}
    if setup.weights == "written":
        config["bottleneck"] = {"type": "kl", "weights": _BOTTLENECK.get(setup.bottleneck, {})}
    return copy.deepcopy(config)


_CLASSES = {
    "vae": "VAEBottleneck",
    "rvq": "RVQBottleneck",
    "rvq_vae": "RVQVAEBottleneck",
    "dac_rvq": "DACRVQBottleneck",
    "dac_rvq_vae": "DACRVQVAEBottleneck",
    "wasserstein": "WassersteinBottleneck",
    "l2_norm": "L2Bottleneck",
    "fsq": "FSQBottleneck",
    "dithered_fsq": "DitheredFSQBottleneck",
    "tanh": "TanhBottleneck",
}

_SIZE: dict[str, dict[str, object]] = {"dac_rvq_vae": {"codebook_dim": CHANNELS // 4}}
"""It puts the latents of all its codebooks, two here, in the place of those that teachers have."""

_SIZES = [512, 256, 128]
_QUARTERS = [each // 4 for each in _SIZES]
_PLAIN = {"fft_sizes": _SIZES, "hop_sizes": _QUARTERS, "win_lengths": _SIZES}
_SPECTRAL: dict[str, dict[str, Any]] = {
    "perceptual": {**_PLAIN, "perceptual_weighting": True},
    "plain": _PLAIN,
    "linear": {
        **_PLAIN,
        "w_sc": 0.0,
        "w_log_mag": 0.5,
        "w_lin_mag": 1.5,
        "mag_distance": "L2",
        "eps": 1e-6,
        "window": "hamming_window",
    },
    "uneven": {
        "fft_sizes": [500, 200],
        "hop_sizes": [111, 70],
        "win_lengths": [300, 200],
        "w_lin_mag": 0.1,
        "log_eps": 0.1,
        "log_fac": 2.0,
        "perceptual_weighting": True,
    },
}
_TIME: dict[str, dict[str, float]] = {
    "both": {"l1": 0.5, "l2": 0.25},
    "none": {},
    "zero": {"l1": 0.0, "l2": 0},
}
_MEL = {
    "n_mels": [8, 16],
    "window_lengths": [256, 512],
    "pow": 1.0,
    "log_weight": 1.0,
    "mag_weight": 0.5,
}
_STFT = {"n_ffts": [256, 128], "hop_lengths": [64, 32], "win_lengths": [256, 128]}
_DISCRIMINATORS: dict[str, dict[str, Any]] = {
    "encodec": {"filters": 4, **_STFT},
    "dac": {"periods": [2, 3], "fft_sizes": [256, 128]},
}
_BOTTLENECK: dict[str, dict[str, float]] = {
    "vae": {"kl": 1e-4},
    "rvq_vae": {"kl": 1e-3},
    "dac_rvq_vae": {"kl": 0.0},
    "wasserstein": {"mmd": 10},
}
