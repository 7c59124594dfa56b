# Generated from templates/runtime/tensors/terms/mel.py.
# Do not edit; change it and run: python -m nox -s generate

"""The distance between two signals' mel spectrograms, at several resolutions.

Kumar et al., "High-Fidelity Audio Compression with Improved RVQGAN" (2023). The bits are those of
stable-audio-tools 0.0.19, which takes its spectrograms from audiotools and its filters from
librosa.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import TYPE_CHECKING, Final

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from .arguments import Arguments, RefusedArgument
from .signals import refuse_short_signal, refuse_unlike_signals
from .spectra.constants import HasConstants
from .spectra.mel_filters import mel_filters

_KNOWN: Final = ("n_mels", "window_lengths", "pow", "log_weight", "mag_weight")
_LEAST_LOGGED: Final = 1e-5
_LEAST_WINDOW: Final = 4  # the hop is a quarter of it


class MelSpectrogramDistance(nn.Module):
    """The sum, over resolutions, of two distances between magnitudes on the mel scale.

    `log_weight` times the mean error of log10(magnitude ** pow), of magnitudes from 1e-5 on, and
    `mag_weight` times that of the magnitudes. A weight of 0 multiplies like any other.

    Works on any device, and under autocast; float64 is computed in float32. It has no state.

    Args:
        arguments: those of stable-audio-tools' `mrmel.config`, all of which have to be there. What
            one of `n_mels` and `window_lengths` has more than the other is ignored, as it is there.
        sample_rate: samples per second.

    Raises:
        RefusedArgument: an argument is missing, is unknown, or is none that a training can work
            with.
    """

    def __init__(self, arguments: Mapping[str, object], *, sample_rate: int) -> None:
        super().__init__()
        given = Arguments(arguments)
        given.refuse_unknown(_KNOWN)
        lengths = given.sizes("window_lengths")
        if (least := min(lengths)) < _LEAST_WINDOW:
            raise RefusedArgument(
                "window_lengths", f"expected {_LEAST_WINDOW} samples or more, not {least}"
            )
        self.spectrograms: Final = nn.ModuleList(
            _MelSpectrogram(sample_rate, length, n_mels)
            for length, n_mels in zip(lengths, given.sizes("n_mels"), strict=False)
        )
        self.least_samples: Final = max(lengths) // 2 + 1
        self.pow: Final = given.number("pow")
        self.log_weight: Final = given.number("log_weight")
        self.mag_weight: Final = given.number("mag_weight")

    if TYPE_CHECKING:

        def __call__(self, x: Tensor, y: Tensor) -> Tensor: ...

    def forward(self, x: Tensor, y: Tensor) -> Tensor:
        """The distance, without dimensions.

        Args:
            x, y: one shape (batch, channels, samples), more than half of the longest window.

        Raises:
            ValueError: the shapes differ, or there are too few samples.
        """
        refuse_unlike_signals(x, y)
        refuse_short_signal(
            x, self.least_samples, "more than half of the largest of window_lengths"
        )
        x, y = (each.float() if each.dtype == torch.float64 else each for each in (x, y))
        terms: list[Tensor] = []
        for spectrogram in self.spectrograms:
            of_x, of_y = spectrogram(x), spectrogram(y)
            terms.append(self.log_weight * F.l1_loss(self._log(of_x), self._log(of_y)))
            terms.append(self.mag_weight * F.l1_loss(of_x, of_y))
        return sum(terms[1:], start=terms[0])

    def _log(self, magnitudes: Tensor) -> Tensor:
        return magnitudes.clamp(_LEAST_LOGGED).pow(self.pow).log10()


class _MelSpectrogram(HasConstants):
    """Magnitudes by mel band and frame, with a Hann window and frames at a quarter of it."""

    window: Tensor
    filters: Tensor

    def __init__(self, sample_rate: int, length: int, n_mels: int) -> None:
        super().__init__()
        self.length: Final = length
        self.keep_constant("window", partial(_hann_window, length))
        self.keep_constant("filters", partial(mel_filters, sample_rate, length // 2 * 2, n_mels))

    def forward(self, signal: Tensor) -> Tensor:
        """Shape (batch, channels, n_mels, frames)."""
        transform = torch.stft(
            signal.reshape(-1, signal.shape[-1]),
            self.length,
            self.length // 4,
            window=self.window,
            return_complex=True,
        )
        magnitudes = transform.reshape(*signal.shape[:2], *transform.shape[1:]).abs()
        return (magnitudes.transpose(2, 3) @ self.filters.T).transpose(2, 3)


def _hann_window(length: int) -> Tensor:
    """In float32, rounded from float64, which torch's own in float32 isn't."""
    return torch.hann_window(length, dtype=torch.float64, device="cpu").float()
