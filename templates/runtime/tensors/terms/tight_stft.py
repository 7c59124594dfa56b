"""Distances between the spectra of two signals, as stable-audio-tools 0.0.20 has them.

It calls them what 0.0.19 does (see stft.py) and reads the same arguments, but computes otherwise:
tight frames, K-weighting, contrasts. The bits are those of its copy of auraloss.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Final

import torch
from torch import Tensor, nn

from . import spectral_arguments as read
from .arguments import Arguments, RefusedArgument
from .signals import refuse_short_signal, refuse_unlike_signals
from .spectra.contrasts import ContrastDistance
from .spectra.prefilter import KWeighting, Prefilter
from .spectra.spectrum import WINDOWS
from .spectra.tight_spectrum import MOST_OVERLAP, TightSpectrum
from .stereo import SumAndDifference

_KNOWN: Final = (*read.KNOWN, "w_cep", "residual_loss")


class MultiResolutionTightSTFT(nn.Module):
    """The mean, over resolutions, of the distance between two signals' magnitudes.

    Works on any device, and in float32: other dtypes become that. Autocast is off on "cuda", and on
    other devices does what it likes. It has no state.

    Args:
        arguments: those of stable-audio-tools' `spectral.config`. `win_lengths`, `window`,
            `log_fac` and `log_eps` have no effect there, and none here.
        sample_rate: samples per second, for `perceptual_weighting`.

    Raises:
        RefusedArgument: an argument is unknown, or is none that a training can work with.
    """

    def __init__(self, arguments: Mapping[str, object], *, sample_rate: int) -> None:
        super().__init__()
        given = Arguments(arguments)
        given.refuse_unknown(_KNOWN)
        _refuse_what_is_not_computed(given)
        _refuse_what_fails_without_effect(given)
        spectra = _spectra(given)
        self.spectra: Final = nn.ModuleList(spectra)
        self.least_samples: Final = max(spectrum.fft_size for spectrum in spectra)
        self.prefilter: Final[Prefilter] = read.prefilter(given, KWeighting, sample_rate)
        self.distance: Final = ContrastDistance(read.comparison(given))

    if TYPE_CHECKING:

        def __call__(self, x: Tensor, y: Tensor) -> Tensor: ...

    def forward(self, x: Tensor, y: Tensor) -> Tensor:
        """The distance, in float32, without dimensions.

        Args:
            x, y: shape (batch, channels, samples), as many as the largest fft_size or more, and
                with `perceptual_weighting` more than 128. They are equals, but for
                `scale_invariance`.

        Raises:
            ValueError: the shapes differ, there are too few samples, or `scale_invariance` is on
                and there is more than one signal of one channel.
        """
        refuse_unlike_signals(x, y)
        refuse_short_signal(x, self.least_samples, "the largest of fft_sizes")
        refuse_short_signal(x, self.prefilter.least_samples, "which perceptual_weighting reflects")
        with torch.autocast("cuda", enabled=False):
            return self._distance(x, y)

    def _distance(self, x: Tensor, y: Tensor) -> Tensor:
        filtered = [self.prefilter.once(each.float()) for each in (x, y)]
        distances: list[Tensor] = []
        for spectrum in self.spectra:
            # Autograd adds gradients in the order of uses, in x's dtype, so none is made before
            # its time, nor converted for two uses at once.
            x_use, y_use = (
                self.prefilter.use(each.float(), once)
                for each, once in zip((x, y), filtered, strict=True)
            )
            distances.append(self.distance.between(spectrum(x_use), spectrum(y_use)))
        return sum(distances[1:], start=distances[0]) / len(distances)


def stereo_tight_stft(
    arguments: Mapping[str, object], *, sample_rate: int, channels: int
) -> SumAndDifference | MultiResolutionTightSTFT:
    """The spectral loss for so many channels: of sum and difference for two, else of each channel.

    Raises:
        RefusedArgument: as MultiResolutionTightSTFT says, or `fft_sizes`, `hop_sizes` or
            `win_lengths` is missing, which have no defaults for two channels.
    """
    if channels != 2:
        return MultiResolutionTightSTFT(arguments, sample_rate=sample_rate)
    given = Arguments(arguments)
    given.refuse_unknown(_KNOWN)
    read.need_sizes(given)
    return SumAndDifference(MultiResolutionTightSTFT(arguments, sample_rate=sample_rate))


def _refuse_what_is_not_computed(given: Arguments) -> None:
    read.refuse_what_is_not_computed(given)
    if given.number("w_cep", 0.0) != 0:
        raise RefusedArgument(
            "w_cep", "expected 0: cepstra aren't compared; w_sc, w_log_mag and w_lin_mag work"
        )
    if given.flag("residual_loss", False):
        raise RefusedArgument(
            "residual_loss", "expected false: two signals are compared, not their difference with 0"
        )


def _refuse_what_fails_without_effect(given: Arguments) -> None:
    """Refuse what the trainer fails with when it reads what it doesn't use."""
    given.choice("window", WINDOWS, "hann_window")
    given.number("log_fac", 1.0)
    given.number("log_eps", 0.0)


def _spectra(given: Arguments) -> list[TightSpectrum]:
    eps = given.number("eps", 1e-8)
    spectra: list[TightSpectrum] = []
    for fft_size, hop_size, _ in read.resolutions(given):
        if fft_size % 2:
            raise RefusedArgument("fft_sizes", f"expected even numbers, not {fft_size}")
        if not 2 <= fft_size // hop_size <= MOST_OVERLAP:
            raise RefusedArgument(
                "hop_sizes",
                f"expected at most half of the fft_size at the same place, {fft_size}, and more "
                f"than a {MOST_OVERLAP + 1}th of it, not {hop_size}",
            )
        spectra.append(TightSpectrum(fft_size, hop_size, eps))
    return spectra
