# Generated from templates/runtime/tensors/terms/stft.py.
# Do not edit; change it and run: python -m nox -s generate

"""Distances between the spectra of two signals, at several resolutions.

Spectral convergence and log magnitudes are those of Arik et al., "Fast Spectrogram Inversion using
Multi-head Convolutional Neural Networks" (2018); several resolutions, of Yamamoto et al., "Parallel
WaveGAN" (2020). The bits are those of stable-audio-tools 0.0.19, whose copy of auraloss differs
from the published one.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Final

from torch import Tensor, nn

from . import spectral_arguments as read
from .arguments import Arguments, RefusedArgument
from .signals import refuse_short_signal, refuse_unlike_signals
from .spectra.magnitudes import MagnitudeDistance
from .spectra.prefilter import AWeighting
from .spectra.spectrum import WINDOWS, Spectrum
from .stereo import SumAndDifference


class MultiResolutionSTFT(nn.Module):
    """The mean, over resolutions, of the distance between two signals' magnitudes.

    Works on any device, under autocast, in float32 and, at the cost of it, float64. Half precision
    becomes float32, as far as autocast doesn't say otherwise. It has no state.

    Args:
        arguments: those of stable-audio-tools' `spectral.config`.
        sample_rate: samples per second, for `perceptual_weighting`.

    Raises:
        RefusedArgument: an argument is unknown, or is none that a training can work with.
    """

    def __init__(self, arguments: Mapping[str, object], *, sample_rate: int) -> None:
        super().__init__()
        given = Arguments(arguments)
        given.refuse_unknown(read.KNOWN)
        read.refuse_what_is_not_computed(given)
        spectra = _spectra(given)
        self.spectra: Final = nn.ModuleList(spectra)
        self.least_samples: Final = max(spectrum.fft_size for spectrum in spectra) // 2 + 1
        self.prefilter: Final = read.prefilter(given, AWeighting, sample_rate)
        self.distance: Final = MagnitudeDistance(
            read.comparison(given),
            log_fac=given.number("log_fac", 1.0),
            log_eps=given.number("log_eps", 0.0),
        )

    if TYPE_CHECKING:

        def __call__(self, x: Tensor, y: Tensor) -> Tensor: ...

    def forward(self, x: Tensor, y: Tensor) -> Tensor:
        """The distance, without dimensions.

        Args:
            x, y: shape (batch, channels, samples), more than half of the largest fft_size. They
                are no equals: spectral convergence is relative to y.

        Raises:
            ValueError: the shapes differ, there are too few samples, or `scale_invariance` is on
                and there is more than one signal of one channel.
        """
        refuse_unlike_signals(x, y)
        refuse_short_signal(x, self.least_samples, "more than half of the largest of fft_sizes")
        x_filtered, y_filtered = self.prefilter.once(x), self.prefilter.once(y)
        distances: list[Tensor] = []
        for spectrum in self.spectra:
            # Autograd adds gradients in the order of uses, so none is made before its time.
            x_use, y_use = self.prefilter.use(x, x_filtered), self.prefilter.use(y, y_filtered)
            distances.append(self.distance.between(spectrum(x_use), spectrum(y_use)))
        return sum(distances[1:], start=distances[0]) / len(distances)


def stereo_stft(
    arguments: Mapping[str, object], *, sample_rate: int, channels: int
) -> SumAndDifference | MultiResolutionSTFT:
    """The spectral loss for so many channels: of sum and difference for two, else of each channel.

    Raises:
        RefusedArgument: as MultiResolutionSTFT says, or `fft_sizes`, `hop_sizes` or `win_lengths`
            is missing, which have no defaults for two channels.
    """
    if channels != 2:
        return MultiResolutionSTFT(arguments, sample_rate=sample_rate)
    given = Arguments(arguments)
    given.refuse_unknown(read.KNOWN)
    read.need_sizes(given)
    return SumAndDifference(MultiResolutionSTFT(arguments, sample_rate=sample_rate))


def _spectra(given: Arguments) -> list[Spectrum]:
    resolutions = read.resolutions(given)
    for fft_size, _, win_length in resolutions:
        if win_length > fft_size:
            raise RefusedArgument(
                "win_lengths",
                f"expected at most the fft_size at the same place, {fft_size}, not {win_length}",
            )
    window, eps = given.choice("window", WINDOWS, "hann_window"), given.number("eps", 1e-8)
    return [Spectrum(*sizes, window, eps) for sizes in resolutions]
