"""What the trainers of stable-audio-tools are set up with, to compare their losses with ours.

`setups(version)` has each pair of values of two factors in it, but for those that are impossible.
"""

from __future__ import annotations

import copy
import functools
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from support.stable_audio.covering import covering
from support.stable_audio.real import ARGUMENTS, CHANNELS

SAMPLE_RATE = 44100
SAMPLES = 4096
BATCH = 2
WARMUP_STEPS = 3


@dataclass(frozen=True)
class Setup:
    """One training. What nothing is said of is what every training has, in stereo."""

    version: str = "0.0.19"
    bottleneck: str = "vae"
    spectral: str = "perceptual"
    channels: int = 2
    discriminator: str = "encodec"
    warmup: str = "none"
    time: str = "both"
    teacher: str = "none"
    encoder: str = "trained"
    mask: str = "none"
    mel: str = "none"
    weights: str = "written"
    precision: str = "32-true"
    clip: float = 0.0
    contrastive: str = "none"
    jepa: str = "none"
    generative: str = "none"
    semantic_regressors: str = "none"

    def __str__(self) -> str:
        return " ".join(f"{name}={getattr(self, name)}" for name in FACTORS[self.version])

    @property
    def samples(self) -> int:
        """How long the audio is: the regressors' spectrogram has windows of 8,192 samples."""
        return SAMPLES if self.semantic_regressors == "none" else 2 * SAMPLES


QUIET = Setup()

_BOTTLENECKS = (
    *("none", "vae", "rvq", "rvq_vae", "dac_rvq", "dac_rvq_vae", "wasserstein"),
    *("l2_norm", "fsq", "dithered_fsq", "tanh"),
)
_OF_BOTH: dict[str, tuple[Any, ...]] = {
    "bottleneck": _BOTTLENECKS,
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
_LEARNT = ("none", "at once", "late")

FACTORS: dict[str, dict[str, tuple[Any, ...]]] = {
    "0.0.19": _OF_BOTH,
    "0.0.20": {
        **_OF_BOTH,
        "bottleneck": (*_BOTTLENECKS, "softnorm"),
        "spectral": (*_OF_BOTH["spectral"], "absent"),
        "time": (*_OF_BOTH["time"], "mmd"),
        "teacher": (*_OF_BOTH["teacher"], "l1", "l2"),
        "contrastive": _LEARNT,
        "jepa": _LEARNT,
        "generative": _LEARNT,
        "semantic_regressors": _LEARNT,
    },
}
"""By version. `weights` are the bottleneck's: whether there is a section. A frozen encoder is
frozen once the warm-up is over. `mask` is the share of latents that is masked, `clip` the largest
norm. With "l1" and "l2" a teacher's latents are distilled. What is learnt beside the autoencoder
trains it "at once", or "late", after a warm-up of its own."""

_OF_QUANTIZERS: dict[str, Mapping[str, Any]] = {
    "vector-quantize-pytorch averages codes in float32 only": {
        "bottleneck": "rvq",
        "precision": "bf16-mixed",
    },
    "the same quantizer": {"bottleneck": "rvq_vae", "precision": "bf16-mixed"},
}
_NO_AUDIO: dict[str, Any] = {"spectral": "absent", "mel": "none"}
IMPOSSIBLE: dict[str, dict[str, Mapping[str, Any]]] = {
    "0.0.19": _OF_QUANTIZERS,
    "0.0.20": {
        **_OF_QUANTIZERS,
        "nothing to train, if nothing else is there": _NO_AUDIO | {"time": "none"},
        "neither is there with weights of 0": _NO_AUDIO | {"time": "zero"},
    },
}
"""What the trainer of a version itself fails at, by the reason; or may fail at."""

_OOBLECK: tuple[Mapping[str, Any], ...] = (
    {"channels": 1, "bottleneck": "vae", "warmup": "adv", "clip": 0.1},
    {"channels": 2, "bottleneck": "dac_rvq", "teacher": "there", "mel": "there"},
    {"channels": 4, "bottleneck": "none", "warmup": "full", "precision": "bf16-mixed"},
)
_HEAVY: dict[str, dict[str, tuple[Mapping[str, Any], ...]]] = {
    "0.0.19": {"oobleck": _OOBLECK},
    "0.0.20": {
        "oobleck": _OOBLECK[1:2],
        "transformer": (
            {"warmup": "adv", "mask": "half"},
            {"channels": 1, "teacher": "l1", "clip": 0.1, "precision": "bf16-mixed"},
        ),
        "hil": (
            {"bottleneck": "softnorm", "time": "mmd", "warmup": "full"},
            {"bottleneck": "rvq", "teacher": "l2", "spectral": "plain"},
        ),
        "big_vgan": ({"channels": 4, "teacher": "there", "jepa": "at once"},),
    },
}
"""By version, discriminators that few set-ups have: they have millions of parameters."""


@functools.cache
def setups(version: str) -> list[Setup]:
    """Those that cover all pairs, then those with heavy discriminators."""
    rows = covering(FACTORS[version], list(IMPOSSIBLE[version].values()))
    heavy = [
        {"discriminator": name, **each} for name, some in _HEAVY[version].items() for each in some
    ]
    return [Setup(version, **row) for row in (*rows, *heavy)]  # type: ignore[arg-type]


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
        "sample_size": setup.samples,
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
    config: dict[str, Any] = {"time": {"type": "l1", "weights": _TIME[setup.time]}}
    if setup.spectral != "absent":
        config["spectral"] = {
            "type": "mrstft",
            "config": _SPECTRAL[setup.spectral],
            "weights": {"mrstft": 0.7},
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
    if setup.teacher in _DISTILLED:
        config["latent_distillation"] = {"weights": _DISTILLED[setup.teacher]}
    for name, section in _LEARNT_SECTIONS.items():
        if (when := getattr(setup, name)) != "none":
            config[name] = section | {"warmup": _LEARNT_AFTER[when]}
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
    "softnorm": "SoftNormBottleneck",
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
    "mmd": {"l1": 0.5, "mmd": 0.3},
}
_MEL = {
    "n_mels": [8, 16],
    "window_lengths": [256, 512],
    "pow": 1.0,
    "log_weight": 1.0,
    "mag_weight": 0.5,
}
_STFT = {"n_ffts": [256, 128], "hop_lengths": [64, 32], "win_lengths": [256, 128]}
_BLOCK = {"depths": [1], "strides": [2], "sliding_window_widths": [4]}
_DISCRIMINATORS: dict[str, dict[str, Any]] = {
    "encodec": {"filters": 4, **_STFT},
    "dac": {"periods": [3], "fft_sizes": [128]},
    "transformer": {
        "patched_kwargs": {"patch_sizes": [29], **_BLOCK},
        "mfb_kwargs": {"enabled": True, "levels": [4], **_BLOCK},
    },
    "hil": {"filters": 4, **_STFT, "channels": [4, 8, 8, 8, 8], "add_noise": True},
    "big_vgan": {
        "periods": [2, 3],
        "fmin": 2000.0,
        "cqtd_filters": 4,
        "cqtd_hop_lengths": [256],
        "cqtd_n_octaves": [3],
        "cqtd_bins_per_octaves": [12],
    },
}
_BOTTLENECK: dict[str, dict[str, float]] = {
    "vae": {"kl": 1e-4},
    "rvq_vae": {"kl": 1e-3},
    "dac_rvq_vae": {"kl": 0.0},
    "wasserstein": {"mmd": 10},
    "softnorm": {"softnorm": 1e-3},
}
_DISTILLED: dict[str, dict[str, float]] = {"l1": {"l1": 0.3}, "l2": {"l1": 0, "l2": 0.2}}
_SMALL = {"transformer_dim": 64, "depth": 1}
_LEARNT_SECTIONS: dict[str, dict[str, Any]] = {
    "contrastive": {"config": _SMALL, "weights": {"contrastive": 0.1}},
    "jepa": {"config": _SMALL, "weights": {"jepa": 0.2}},
    "generative": {
        "type": "diffusion",
        "config": {"embed_dim": 512, "depth": 1},
        "weights": {"diffusion": 0.4},
    },
    "semantic_regressors": {"weights": {"semantic_regressors_l1": 2.0}},
}
_LEARNT_AFTER = {"at once": 0, "late": WARMUP_STEPS}
