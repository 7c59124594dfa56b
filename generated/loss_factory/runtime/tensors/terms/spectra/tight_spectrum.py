# Generated from templates/runtime/tensors/terms/spectra/tight_spectrum.py.
# Do not edit; change it and run: python -m nox -s generate

"""The magnitudes of a short-time Fourier transform that keeps a signal's energy.

Its window is a power of a sine, made so that the squares of the windows that meet at a sample add
up to 1; frequencies that stand for their negative ones, too, count √2. So, except at the ends, the
transform has the energy of the signal: it is a tight frame.
"""

from __future__ import annotations

import math
from functools import partial
from typing import Final

import torch
from torch import Tensor

from .constants import HasConstants

MOST_OVERLAP: Final = 512
"""How many windows can meet at a sample; the energy of more has no number in double precision."""


class TightSpectrum(HasConstants):
    """How much of each frequency is in a signal, frame by frame.

    Args:
        fft_size: samples in a frame, even.
        hop_size: samples from one frame to the next, at most half of `fft_size`, and not less than
            `fft_size` by `MOST_OVERLAP`.
        eps: the least magnitude; what is below it has no gradient.
    """

    window: Tensor
    sides: Tensor

    def __init__(self, fft_size: int, hop_size: int, eps: float) -> None:
        super().__init__()
        self.fft_size: Final = fft_size
        self.hop_size: Final = hop_size
        self.eps: Final = eps
        self.keep_constant("window", partial(_window, fft_size, fft_size // hop_size))
        self.keep_constant("sides", partial(_sides, fft_size))

    def forward(self, signals: Tensor) -> Tensor:
        """The magnitudes, in float32, of shape (rows, fft_size // 2 + 1, frames).

        The first frame begins with the signal; what is left after the last one isn't looked at.

        Args:
            signals: shape (rows, samples), with fft_size samples or more; float32, or what
                autocast made of it: the window is rounded as the signal was.

        Raises:
            RuntimeError: there are too few samples.
        """
        transform = torch.stft(
            signals,
            self.fft_size,
            self.hop_size,
            window=self.window.to(signals.dtype),
            center=False,
            normalized=True,
            return_complex=True,
        )
        return (transform * self.sides).abs().clamp(min=self.eps)


def _window(length: int, overlap: int) -> Tensor:
    power = overlap - 1
    energy = overlap * (math.comb(2 * power, power) / 2.0 ** (2 * power))
    sine = torch.sin(torch.arange(length, dtype=torch.float32, device="cpu") * math.pi / length)
    return sine**power * (1 / math.sqrt(energy))


def _sides(length: int) -> Tensor:
    """The root of how many frequencies each stands for, of shape (length // 2 + 1, 1)."""
    sides = torch.full((length // 2 + 1, 1), math.sqrt(2), device="cpu")
    sides[0] = sides[-1] = 1
    return sides
