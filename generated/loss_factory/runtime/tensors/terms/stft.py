# Generated from templates/runtime/tensors/terms/stft.py.
# Do not edit; change it and run: python -m nox -s generate

"""Distances between the spectra of two signals, at several resolutions.

Spectral convergence and log magnitudes are those of Arik et al., "Fast Spectrogram Inversion using
Multi-head Convolutional Neural Networks" (2018); several resolutions, of Yamamoto et al., "Parallel
WaveGAN" (2020); sum and difference, of Steinmetz et al., "Automatic Multitrack Mixing with a
Differentiable Mixing Console of Neural Audio Effects" (2020). The bits are those of
stable-audio-tools 0.0.19, whose copy of auraloss differs from the published one.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Final

from torch import Tensor, nn

from .arguments import Arguments, RefusedArgument
from .magnitudes import DISTANCES, REDUCTIONS, MagnitudeDistance
from .prefilter import AWeighting, Unfiltered
from .signals import refuse_unlike_signals
from .spectrum import WINDOWS, Spectrum

_DEFAULT_SIZES: Final = {
    "fft_sizes": (1024, 2048, 512),
    "hop_sizes": (120, 240, 50),
    "win_lengths": (600, 1200, 240),
}
_KNOWN: Final = (
    *("fft_sizes", "hop_sizes", "win_lengths", "window", "w_sc", "w_log_mag", "w_lin_mag"),
    *("w_phs", "scale", "n_bins", "perceptual_weighting", "scale_invariance", "eps", "output"),
    *("reduction", "mag_distance", "device", "retain_batch_dim", "log_eps", "log_fac"),
)


class MultiResolutionSTFT(nn.Module):
    """The mean, over resolutions, of the distance between two signals' magnitudes.

    Works on any device, under autocast, in float32 and, at the cost of it, float64. Half precision
    becomes float32, as far as autocast doesn't say otherwise. It has no state.

    Args:
        arguments: those of stable-audio-tools' `spectral.config`. `n_bins` and `device` have no
            effect there without `scale`, which is refused, and none here.
        sample_rate: samples per second, for `perceptual_weighting`.

    Raises:
        RefusedArgument: an argument is unknown, or is none that a training can work with.
    """

    def __init__(self, arguments: Mapping[str, object], *, sample_rate: int) -> None:
        super().__init__()
        given = Arguments(arguments)
        given.refuse_unknown(_KNOWN)
        _refuse_what_is_not_computed(given)
        spectra = _spectra(given)
        self.spectra: Final = nn.ModuleList(spectra)
        self.least_samples: Final = max(spectrum.fft_size for spectrum in spectra) // 2
        self.prefilter: Final = _prefilter(given, sample_rate)
        self.distance: Final = _distance(given)

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
        refuse_unlike_signals(x, y, self.least_samples, "fft_sizes")
        x_filtered, y_filtered = self.prefilter.once(x), self.prefilter.once(y)
        distances: list[Tensor] = []
        for spectrum in self.spectra:
            # Autograd adds gradients in the order of uses, so none is made before its time.
            x_use, y_use = self.prefilter.use(x, x_filtered), self.prefilter.use(y, y_filtered)
            distances.append(self.distance.between(spectrum(x_use), spectrum(y_use)))
        return sum(distances[1:], start=distances[0]) / len(distances)


class SumAndDifferenceSTFT(nn.Module):
    """The mean of two MultiResolutionSTFT: of left + right, and of left − right.

    Args:
        arguments: those of MultiResolutionSTFT, of which `fft_sizes`, `hop_sizes` and
            `win_lengths` have no defaults here.
        sample_rate: samples per second, for `perceptual_weighting`.

    Raises:
        RefusedArgument: an argument is missing, is unknown, or is none that a training can work
            with.
    """

    def __init__(self, arguments: Mapping[str, object], *, sample_rate: int) -> None:
        super().__init__()
        given = Arguments(arguments)
        given.refuse_unknown(_KNOWN)
        for name in _DEFAULT_SIZES:
            given.sizes(name)
        self.stft: Final = MultiResolutionSTFT(arguments, sample_rate=sample_rate)

    if TYPE_CHECKING:

        def __call__(self, x: Tensor, y: Tensor) -> Tensor: ...

    def forward(self, x: Tensor, y: Tensor) -> Tensor:
        """The distance, without dimensions.

        Args:
            x, y: shape (batch, 2, samples), as MultiResolutionSTFT takes them.

        Raises:
            ValueError: there are not two channels, or MultiResolutionSTFT raises it.
        """
        for signal in (x, y):
            if signal.dim() != 3 or signal.shape[1] != 2:
                raise ValueError(
                    "expected a signal of shape (batch, 2, samples), left and right, not "
                    f"{tuple(signal.shape)}"
                )
        x_sum, x_difference = _sum_and_difference(x)
        y_sum, y_difference = _sum_and_difference(y)
        of_sum, of_difference = self.stft(x_sum, y_sum), self.stft(x_difference, y_difference)
        return (of_sum + of_difference) / 2


def stereo_stft(
    arguments: Mapping[str, object], *, sample_rate: int, channels: int
) -> SumAndDifferenceSTFT | MultiResolutionSTFT:
    """The spectral loss for so many channels: of sum and difference for two, else of each channel.

    Raises:
        RefusedArgument: as the two modules say.
    """
    if channels == 2:
        return SumAndDifferenceSTFT(arguments, sample_rate=sample_rate)
    return MultiResolutionSTFT(arguments, sample_rate=sample_rate)


def _sum_and_difference(signal: Tensor) -> tuple[Tensor, Tensor]:
    """Left + right and left − right, each of shape (batch, 1, samples)."""
    total = (signal[:, 0] + signal[:, 1]).unsqueeze(1)
    return total, (signal[:, 0] - signal[:, 1]).unsqueeze(1)


def _refuse_what_is_not_computed(given: Arguments) -> None:
    if given.number("w_phs", 0.0) != 0:
        raise RefusedArgument(
            "w_phs", "expected 0: phases aren't compared; w_sc, w_log_mag and w_lin_mag work"
        )
    if given.has("scale"):
        raise RefusedArgument(
            "scale", "expected null: frequencies are compared as they are; the term mel scales them"
        )
    given.choice("output", ("loss",), "loss")
    if given.flag("retain_batch_dim", False):
        raise RefusedArgument(
            "retain_batch_dim", "expected false: a loss is one number for the whole batch"
        )


def _spectra(given: Arguments) -> list[Spectrum]:
    fft_sizes, hop_sizes, win_lengths = (
        given.sizes(name, default) for name, default in _DEFAULT_SIZES.items()
    )
    for name, sizes in (("hop_sizes", hop_sizes), ("win_lengths", win_lengths)):
        if len(sizes) != len(fft_sizes):
            raise RefusedArgument(
                name,
                f"expected as many entries as fft_sizes has, {len(fft_sizes)}, not {len(sizes)}",
            )
    for fft_size, win_length in zip(fft_sizes, win_lengths, strict=True):
        if win_length > fft_size:
            raise RefusedArgument(
                "win_lengths",
                f"expected at most the fft_size at the same place, {fft_size}, not {win_length}",
            )
    window, eps = given.choice("window", WINDOWS, "hann_window"), given.number("eps", 1e-8)
    return [
        Spectrum(*sizes, window, eps)
        for sizes in zip(fft_sizes, hop_sizes, win_lengths, strict=True)
    ]


def _prefilter(given: Arguments, sample_rate: int) -> AWeighting | Unfiltered:
    if not given.flag("perceptual_weighting", False):
        return Unfiltered()
    try:
        return AWeighting(sample_rate)
    except ValueError as error:
        raise RefusedArgument("perceptual_weighting", f"expected false: {error}") from None


def _distance(given: Arguments) -> MagnitudeDistance:
    distance = MagnitudeDistance(
        w_sc=given.number("w_sc", 1.0),
        w_log_mag=given.number("w_log_mag", 1.0),
        w_lin_mag=given.number("w_lin_mag", 0.0),
        log_fac=given.number("log_fac", 1.0),
        log_eps=given.number("log_eps", 0.0),
        distance=given.choice("mag_distance", DISTANCES, "L1"),
        reduction=given.choice("reduction", REDUCTIONS, "mean"),
        scale_invariance=given.flag("scale_invariance", False),
    )
    if not (distance.w_sc or distance.w_log_mag or distance.w_lin_mag):
        raise RefusedArgument(
            "w_sc", "expected another number than 0, as w_log_mag and w_lin_mag are 0, too"
        )
    return distance
