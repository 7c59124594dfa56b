"""How far magnitudes are from each other, as stable-audio-tools 0.0.20 compares them."""

from __future__ import annotations

from typing import NamedTuple

import torch
from torch import Tensor

from .comparing import Comparison, norm

_LEAST_NORM = 1e-4
_LEAST_DEVIATION = 1e-4


class ContrastDistance(NamedTuple):
    """A comparison by contrast, the error's norm by the norm of the sum in each row alone.

    What has logarithms is 1 + magnitude / deviation, of how much the magnitudes of both deviate
    from their means.
    """

    comparison: Comparison

    def between(self, x: Tensor, y: Tensor) -> Tensor:
        """See Comparison; x and y are equals, but for `scale_invariance`."""
        return self.comparison.between(x, y, _contrast, _logarithms)


def _contrast(x: Tensor, y: Tensor) -> Tensor:
    """‖y − x‖ / ‖x + y‖ for each row, of shape (rows, 1, 1)."""
    return norm(y - x) / norm(x + y).clamp(min=_LEAST_NORM)


def _logarithms(x: Tensor, y: Tensor) -> tuple[Tensor, Tensor]:
    with torch.no_grad():
        deviation = torch.sqrt(_variance(x) + _variance(y))
    return torch.log(x / deviation + 1), torch.log(y / deviation + 1)


def _variance(magnitudes: Tensor) -> Tensor:
    """Of each row, of shape (rows, 1, 1)."""
    return magnitudes.std(dim=(-1, -2), keepdim=True).clamp(min=_LEAST_DEVIATION) ** 2
