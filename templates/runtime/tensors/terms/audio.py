"""The audio that terms compare."""

from __future__ import annotations

from typing import NamedTuple


class Audio(NamedTuple):
    """What is known of the audio when a term is made."""

    sample_rate: int
    """In Hz."""

    channels: int
    """How many the autoencoder puts out."""
