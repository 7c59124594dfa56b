"""What the tests of this folder train."""

from __future__ import annotations

import dataclasses

from support.stable_audio.setups import Setup

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

TAUGHT = dataclasses.replace(QUIET, teacher="there")
"""The same with a teacher."""
