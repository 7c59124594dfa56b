# Generated from templates/runtime/tensors/terms/spectra/mel_filters.py.
# Do not edit; change it and run: python -m nox -s generate

"""Filters that sum up the frequencies of a spectrum as ears do, on the mel scale.

Slaney, "Auditory Toolbox" (1998): the scale is linear up to 1 kHz and logarithmic above; each
filter is a triangle between the middles of its neighbours, and all of them have the same area.
These are librosa's, to the last bit of float32.
"""

from __future__ import annotations

import math

import torch
from torch import Tensor

_HZ_PER_MEL = 200 / 3
_BREAK_HZ = 1000.0
_BREAK_MEL = _BREAK_HZ / _HZ_PER_MEL
_STEP = math.log(6.4) / 27  # of the logarithm, for each mel above the break


def mel_filters(sample_rate: int, fft_size: int, n_mels: int) -> Tensor:
    """The filters from 0 Hz to half the sample rate.

    Args:
        sample_rate: samples per second, above 0.
        fft_size: samples in a frame, even.
        n_mels: how many filters.

    Returns:
        float32, of shape (n_mels, fft_size // 2 + 1), on the CPU.
    """
    edges = _table(_edges_hz(sample_rate / 2, n_mels + 2))
    spacing = 1.0 / (fft_size * (1.0 / sample_rate))
    frequencies = _table([bin * spacing for bin in range(fft_size // 2 + 1)])
    distances = edges[:, None] - frequencies
    widths = edges.diff()[:, None]
    rising, falling = -distances[:-2] / widths[:-1], distances[2:] / widths[1:]
    triangles = torch.minimum(rising, falling).clamp(min=0).float()
    areas = 2.0 / (edges[2:] - edges[:-2])
    return (triangles * areas[:, None]).float()


def _edges_hz(highest: float, count: int) -> list[float]:
    """So many frequencies from 0 to `highest`, at equal distances on the mel scale."""
    top = _mel(highest)
    step = top / (count - 1)
    return [_hz(each * step) for each in range(count - 1)] + [_hz(top)]


def _mel(hz: float) -> float:
    if hz < _BREAK_HZ:
        return hz / _HZ_PER_MEL
    return _BREAK_MEL + math.log(hz / _BREAK_HZ) / _STEP


def _hz(mel: float) -> float:
    if mel < _BREAK_MEL:
        return mel * _HZ_PER_MEL
    return _BREAK_HZ * math.exp(_STEP * (mel - _BREAK_MEL))


def _table(numbers: list[float]) -> Tensor:
    return torch.tensor(numbers, dtype=torch.float64, device="cpu")
