# Generated from templates/runtime/tensors/terms/spectra/spectrum.py.
# Do not edit; change it and run: python -m nox -s generate

"""The magnitudes of a signal's short-time Fourier transform."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from operator import attrgetter
from typing import Any, Final

import torch
from torch import Tensor

from .constants import HasConstants

WINDOWS: Final[Mapping[str, Callable[..., Tensor]]] = {
    "hann_window": torch.hann_window,
    "bartlett_window": torch.bartlett_window,
    "blackman_window": torch.blackman_window,
    "hamming_window": torch.hamming_window,
    "kaiser_window": torch.kaiser_window,
}
"""The windows that a config can name."""


class Spectrum(HasConstants):
    """How much of each frequency is in a signal, frame by frame.

    Args:
        fft_size: samples in a frame, above 0.
        hop_size: samples from one frame to the next, above 0.
        win_length: samples of a frame that the window lets through, from 1 to `fft_size`.
        window: one of `WINDOWS`.
        eps: the least square of a magnitude; what is below it has no gradient.
    """

    window: Tensor

    def __init__(
        self, fft_size: int, hop_size: int, win_length: int, window: str, eps: float
    ) -> None:
        super().__init__()
        self.fft_size: Final = fft_size
        self.hop_size: Final = hop_size
        self.win_length: Final = win_length
        self.eps: Final = eps
        make = partial(WINDOWS[window], win_length, dtype=torch.float32, device="cpu")
        self.keep_constant("window", make)

    def forward(self, signals: Tensor) -> Tensor:
        """The magnitudes, of shape (rows, fft_size // 2 + 1, frames).

        The frames are centered, and the signal is reflected at its ends.

        Args:
            signals: shape (rows, samples), with more than fft_size // 2 samples. Half precision
                gives float32, except under an autocast that says otherwise.

        Raises:
            RuntimeError: there are too few samples.
        """
        transform = torch.stft(
            signals, self.fft_size, self.hop_size, self.win_length, self.window, return_complex=True
        )
        return _magnitude(transform, self.eps)


class _Magnitude(torch.autograd.Function):
    """√max(re² + im², eps), with the gradient in fewer passes than torch takes for each step."""

    @staticmethod
    def forward(ctx: Any, transform: Tensor, eps: float) -> Tensor:
        real, imaginary = torch.view_as_real(transform).square().unbind(-1)
        power = real + imaginary
        kept = power >= eps if ctx.needs_input_grad[0] else None
        magnitude = power.clamp_(min=eps).sqrt_()
        ctx.save_for_backward(transform, magnitude, kept)
        return magnitude

    @staticmethod
    def backward(ctx: Any, *gradients: Any) -> tuple[Tensor, None]:
        (gradient,) = gradients
        transform, magnitude, kept = ctx.saved_tensors
        doubled = 2 * torch.where(kept, gradient / (2 * magnitude), 0)
        parts = torch.view_as_real(transform) * doubled.unsqueeze(-1)
        return torch.view_as_complex(parts), None


# Torch leaves out its type.
_magnitude: Callable[[Tensor, float], Tensor] = attrgetter("apply")(_Magnitude)
