"""Distances between two tensors."""

from __future__ import annotations

from torch import Tensor
from torch.nn import functional as F


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
