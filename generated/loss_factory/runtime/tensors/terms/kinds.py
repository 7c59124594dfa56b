# Generated from templates/runtime/tensors/terms/kinds.py.
# Do not edit; change it and run: python -m nox -s generate

"""What losses can compute, under the names that schemas have for it.

Each takes the arguments that stand in the config, without those that are null, and the audio; and
makes a module that maps two tensors to a value without dimensions.
"""

from __future__ import annotations

from collections.abc import Mapping

from torch import nn

from . import distances
from .audio import Audio
from .mel import MelSpectrogramDistance
from .stft import MultiResolutionSTFT
from .stft import stereo_stft as _stereo_stft


def l1(arguments: Mapping[str, object], audio: Audio) -> nn.Module:
    """The mean absolute difference."""
    return distances.L1()


def mse(arguments: Mapping[str, object], audio: Audio) -> nn.Module:
    """The mean squared difference."""
    return distances.MSE()


def stft(arguments: Mapping[str, object], audio: Audio) -> nn.Module:
    """The multi-resolution STFT distance of stable-audio-tools 0.0.19, over all channels."""
    return MultiResolutionSTFT(arguments, sample_rate=audio.sample_rate)


def stereo_stft(arguments: Mapping[str, object], audio: Audio) -> nn.Module:
    """The same, of the sum and of the difference of the channels if there are two."""
    return _stereo_stft(arguments, sample_rate=audio.sample_rate, channels=audio.channels)


def mel(arguments: Mapping[str, object], audio: Audio) -> nn.Module:
    """The multi-resolution mel spectrogram distance of the Descript Audio Codec."""
    return MelSpectrogramDistance(arguments, sample_rate=audio.sample_rate)
