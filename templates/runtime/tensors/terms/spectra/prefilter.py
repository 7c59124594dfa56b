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
from typing import Any, ClassVar, Protocol

import torch
from torch import Tensor
from torch.nn import functional as F

from . import a_weighting, k_weighting
from .constants import HasConstants


class Prefilter(Protocol):
    """What is done to a signal, of shape (batch, channels, samples), for several uses."""

    least_samples: ClassVar[int]
    """How many samples it needs."""

    def once(self, signal: Tensor) -> Tensor:
        """What `use` is to be given beside the signal; it has no gradient."""
        ...

    def use(self, signal: Tensor, filtered: Tensor) -> Tensor:
        """The filtered signal for one use, of shape (rows, samples); its gradient is `signal`'s.

        Args:
            signal: what was filtered.
            filtered: what `once` made of it.
        """
        ...


class Unfiltered:
    """Leaves signals as they are."""

    least_samples: ClassVar[int] = 1

    def once(self, signal: Tensor) -> Tensor:
        """See Prefilter."""
        return signal

    def use(self, signal: Tensor, filtered: Tensor) -> Tensor:
        """See Prefilter."""
        return _rows(signal)


class AWeighting(HasConstants):
    """The A-weighting filter, for each channel alone; the signal is 0 before and after.

    Under autocast it filters in autocast's dtype, else in the signal's, at least in float32.

    Args:
        sample_rate: samples per second.
    """

    least_samples: ClassVar[int] = 1
    kernel: Tensor

    def __init__(self, sample_rate: int) -> None:
        super().__init__()
        self.keep_constant("kernel", partial(_a_kernel, sample_rate))

    @torch.no_grad()
    def once(self, signal: Tensor) -> Tensor:
        """See Prefilter."""
        wide = torch.promote_types(signal.dtype, self.kernel.dtype)
        if not _has_autocast(signal.device.type):
            signal = signal.to(wide)
        rows = _rows(signal).unsqueeze(1)
        return F.conv1d(rows, self.kernel.to(wide), padding=a_weighting.TAPS // 2).squeeze(1)

    def use(self, signal: Tensor, filtered: Tensor) -> Tensor:
        """See Prefilter."""
        return _a_weighted(signal, filtered, self.kernel)


class KWeighting(HasConstants):
    """The K-weighting filter, for each channel alone; the signal is reflected at its ends.

    Under autocast it filters in autocast's dtype, else in float32.

    Args:
        sample_rate: samples per second.
    """

    least_samples: ClassVar[int] = k_weighting.TAPS // 2 + 1
    kernel: Tensor

    def __init__(self, sample_rate: int) -> None:
        super().__init__()
        self.keep_constant("kernel", partial(_k_kernel, sample_rate))

    @torch.no_grad()
    def once(self, signal: Tensor) -> Tensor:
        """See Prefilter; `signal` is float32."""
        padded = F.pad(_rows(signal).unsqueeze(1), _K_PADDING, mode="reflect")
        return F.conv1d(padded, self.kernel).squeeze(1)

    def use(self, signal: Tensor, filtered: Tensor) -> Tensor:
        """See Prefilter."""
        return _k_weighted(signal, filtered, self.kernel)


class _AWeighted(torch.autograd.Function):
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
        back = _back_through(rows, rows, kernel, a_weighting.TAPS // 2)
        return back.view(ctx.shape).to(ctx.dtype), None, None


class _KWeighted(torch.autograd.Function):
    """The same, for the other filter."""

    @staticmethod
    def forward(ctx: Any, signal: Tensor, filtered: Tensor, kernel: Tensor) -> Tensor:
        ctx.save_for_backward(signal, kernel)
        return filtered.view_as(filtered)

    @staticmethod
    def backward(ctx: Any, *gradients: Any) -> tuple[Tensor, None, None]:
        (gradient,) = gradients
        signal, kernel = ctx.saved_tensors
        rows = _rows(signal).unsqueeze(1)
        like_padded = gradient.new_empty(*rows.shape[:2], rows.shape[2] + sum(_K_PADDING))
        back = _back_through(gradient.unsqueeze(1), like_padded, kernel, 0).to(signal.dtype)
        back = torch.ops.aten.reflection_pad1d_backward(back, rows, _K_PADDING)
        return back.view(signal.shape), None, None


# Torch leaves out the types of these.
_a_weighted: Callable[[Tensor, Tensor, Tensor], Tensor] = attrgetter("apply")(_AWeighted)
_k_weighted: Callable[[Tensor, Tensor, Tensor], Tensor] = attrgetter("apply")(_KWeighted)


def _back_through(gradient: Tensor, like_input: Tensor, kernel: Tensor, padding: int) -> Tensor:
    """The gradient at a convolution's input, of which torch looks at nothing but the shape."""
    back: Tensor
    back, _, _ = torch.ops.aten.convolution_backward(
        *(gradient, like_input, kernel.to(gradient.dtype), None),
        *([1], [padding], [1], False, [0], 1),
        [True, False, False],
    )
    return back


_K_PADDING = [k_weighting.TAPS // 2] * 2


def _rows(signal: Tensor) -> Tensor:
    """Each channel of each signal of the batch, one below the other."""
    return signal.reshape(-1, signal.shape[-1])


def _has_autocast(device: str) -> bool:
    return torch.amp.is_autocast_available(device) and torch.is_autocast_enabled(device)


def _a_kernel(sample_rate: int) -> Tensor:
    return _kernel(a_weighting.a_weighting(sample_rate))


def _k_kernel(sample_rate: int) -> Tensor:
    return _kernel(k_weighting.k_weighting(sample_rate))


def _kernel(taps: tuple[float, ...]) -> Tensor:
    return torch.tensor([[taps]], dtype=torch.float32, device="cpu")
