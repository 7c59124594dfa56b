"""What losses can compute, under the names that schemas have for it.

Each takes the arguments that stand in the config, without those that are null, and what is known of
the audio; and returns what maps two tensors to a value without dimensions.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TypeAlias

from torch import Tensor

from . import distances
from .arguments import Arguments
from .audio import Audio
from .mel import MelSpectrogramDistance
from .stft import MultiResolutionSTFT
from .stft import stereo_stft as _stereo_stft
from .tight_stft import MultiResolutionTightSTFT
from .tight_stft import stereo_tight_stft as _stereo_tight_stft

Term: TypeAlias = Callable[[Tensor, Tensor], Tensor]
"""A module or a function."""


def l1(arguments: Mapping[str, object], audio: Audio) -> Term:
    """The mean absolute difference."""
    return distances.l1


def mse(arguments: Mapping[str, object], audio: Audio) -> Term:
    """The mean squared difference."""
    return distances.mse


def distance(arguments: Mapping[str, object], audio: Audio) -> Term:
    """The mean absolute difference or the squared one, as the argument `type` says."""
    kinds = {"l1": distances.l1, "l2": distances.mse}
    return kinds[Arguments(arguments).choice("type", kinds, "l1")]


def mmd(arguments: Mapping[str, object], audio: Audio) -> Term:
    """The maximum mean discrepancy of the channels, as stable-audio-tools 0.0.20 has it."""
    return distances.mmd


def stft(arguments: Mapping[str, object], audio: Audio) -> Term:
    """The multi-resolution STFT distance of stable-audio-tools 0.0.19, over all channels."""
    return MultiResolutionSTFT(arguments, sample_rate=audio.sample_rate)


def stereo_stft(arguments: Mapping[str, object], audio: Audio) -> Term:
    """The same, of the sum and of the difference of the channels if there are two."""
    return _stereo_stft(arguments, sample_rate=audio.sample_rate, channels=audio.channels)


def tight_stft(arguments: Mapping[str, object], audio: Audio) -> Term:
    """The multi-resolution STFT distance of stable-audio-tools 0.0.20, over all channels."""
    return MultiResolutionTightSTFT(arguments, sample_rate=audio.sample_rate)


def stereo_tight_stft(arguments: Mapping[str, object], audio: Audio) -> Term:
    """The same, of the sum and of the difference of the channels if there are two."""
    return _stereo_tight_stft(arguments, sample_rate=audio.sample_rate, channels=audio.channels)


def mel(arguments: Mapping[str, object], audio: Audio) -> Term:
    """The multi-resolution mel spectrogram distance of the Descript Audio Codec."""
    return MelSpectrogramDistance(arguments, sample_rate=audio.sample_rate)
