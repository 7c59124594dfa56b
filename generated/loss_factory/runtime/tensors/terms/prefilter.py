# Generated from templates/runtime/tensors/terms/prefilter.py.
# Do not edit; change it and run: python -m nox -s generate

"""What the spectral losses do to signals before they look at their spectra: filter, or nothing.

auraloss filters a signal anew for each resolution. The filtered signal is the same each time, so it
is computed once. Its gradient has to go back through the filter once for each resolution:
autograd adds what comes back, and filtering the sum would round otherwise than summing what is
filtered.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from operator import attrgetter
from typing import Any

import torch
from torch import Tensor
from torch.nn import functional as F

from .a_weighting import TAPS, a_weighting
from .constants import HasConstants


class Unfiltered:
    """Leaves signals, of shape (batch, channels, samples), as they are."""

    def once(self, signal: Tensor) -> Tensor:
        """What `use` is to be given beside the signal."""
        return signal

    def use(self, signal: Tensor, filtered: Tensor) -> Tensor:
        """The signal for one use, of shape (rows, samples)."""
        return _rows(signal)


class AWeighting(HasConstants):
    """The A-weighting filter, for each channel alone; the signal is 0 before and after.

    Under autocast it filters in autocast's dtype, else in the signal's, at least in float32.

    Args:
        sample_rate: samples per second.
    """

    kernel: Tensor

    def __init__(self, sample_rate: int) -> None:
        super().__init__()
        self.keep_constant("kernel", partial(_kernel, sample_rate))

    @torch.no_grad()
    def once(self, signal: Tensor) -> Tensor:
        """The filtered signal, without a gradient, of shape (rows, samples); for `use` alone.

        Args:
            signal: shape (batch, channels, samples).
        """
        wide = torch.promote_types(signal.dtype, self.kernel.dtype)
        if not _has_autocast(signal.device.type):
            signal = signal.to(wide)
        rows = _rows(signal).unsqueeze(1)
        return F.conv1d(rows, self.kernel.to(wide), padding=TAPS // 2).squeeze(1)

    def use(self, signal: Tensor, filtered: Tensor) -> Tensor:
        """The filtered signal for one use, of shape (rows, samples); its gradient is `signal`'s.

        Args:
            signal: what was filtered.
            filtered: what `once` made of it.
        """
        return _one_use(signal, filtered, self.kernel)


class _OneUse(torch.autograd.Function):
    """Has the value of the filtered signal, and the filter's gradient."""

    @staticmethod
    def forward(ctx: Any, signal: Tensor, filtered: Tensor, kernel: Tensor) -> Tensor:
        ctx.save_for_backward(kernel)
        ctx.shape, ctx.dtype = signal.shape, signal.dtype
        return filtered.view_as(filtered)

    @staticmethod
    def backward(ctx: Any, *gradients: Any) -> tuple[Tensor, None, None]:
        (gradient,) = gradients
        (kernel,) = ctx.saved_tensors
        rows = gradient.unsqueeze(1)
        # Torch asks for the filter's input, too, and looks at nothing but its shape.
        back, _, _ = torch.ops.aten.convolution_backward(
            *(rows, rows, kernel.to(rows.dtype), None),
            *([1], [TAPS // 2], [1], False, [0], 1),
            [True, False, False],
        )
        return back.view(ctx.shape).to(ctx.dtype), None, None


# Torch leaves out its type.
_one_use: Callable[[Tensor, Tensor, Tensor], Tensor] = attrgetter("apply")(_OneUse)


def _rows(signal: Tensor) -> Tensor:
    """Each channel of each signal of the batch, one below the other."""
    return signal.reshape(-1, signal.shape[-1])


def _has_autocast(device: str) -> bool:
    return torch.amp.is_autocast_available(device) and torch.is_autocast_enabled(device)


def _kernel(sample_rate: int) -> Tensor:
    return torch.tensor([[a_weighting(sample_rate)]], dtype=torch.float32, device="cpu")
