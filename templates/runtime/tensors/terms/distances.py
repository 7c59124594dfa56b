"""Distances between two tensors."""

from __future__ import annotations

from typing import Final

from torch import Tensor
from torch.nn import functional as F

_BANDWIDTHS: Final = (1e-4, 1e-3, 1e-2, 1e-1, 1.0)


def l1(x: Tensor, y: Tensor) -> Tensor:
    """The mean of |x − y|, without dimensions.

    Args:
        x, y: one shape; floating point.

    Raises:
        RuntimeError: they don't have one shape.
    """
    return F.l1_loss(x, y, reduction="none").mean()


def mse(x: Tensor, y: Tensor) -> Tensor:
    """The mean of (x − y)², without dimensions.

    Args:
        x, y: one shape; floating point.

    Raises:
        RuntimeError: they don't have one shape.
    """
    return F.mse_loss(x, y, reduction="none").mean()


def mmd(x: Tensor, y: Tensor) -> Tensor:
    """The maximum mean discrepancy of the rows of x and those of y, without dimensions.

    How like two rows are is the mean, over bandwidths b of 1e-4, 1e-3, … 1, of 1 / (1 + d / 2b),
    where d is the mean of their squared differences. The result is the mean likeness of two rows of
    x, plus that of two rows of y, minus twice that of a row of x and one of y (Gretton et al., "A
    Kernel Two-Sample Test", 2012; the kernel is stable-audio-tools 0.0.20's).

    Args:
        x, y: one shape (..., samples); floating point. All but the last dimension count rows.

    Raises:
        ValueError: they don't have one shape.
    """
    if x.shape != y.shape:
        raise ValueError(f"expected one shape, not {tuple(x.shape)} and {tuple(y.shape)}")
    x, y = x.reshape(-1, x.shape[-1]), y.reshape(-1, y.shape[-1])
    return _likeness(x, x) + _likeness(y, y) - 2 * _likeness(x, y)


def _likeness(x: Tensor, y: Tensor) -> Tensor:
    """The mean over all pairs of a row of x and one of y."""
    of_x, of_y = x.square().mean(1, keepdim=True), y.square().mean(1, keepdim=True).T
    apart = (of_x + of_y - 2 * (x @ y.T) / x.shape[1]).clamp(min=0)
    each = [(1 / (1 + apart / (2 * bandwidth))).mean() for bandwidth in _BANDWIDTHS]
    return sum(each[1:], start=each[0]) / len(each)
