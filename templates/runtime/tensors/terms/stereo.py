"""Stereo signals as their sum and their difference.

Steinmetz et al., "Automatic Multitrack Mixing with a Differentiable Mixing Console of Neural Audio
Effects" (2020).
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Final

from torch import Tensor, nn


class SumAndDifference(nn.Module):
    """The mean of two distances: of left + right, and of left − right.

    Args:
        distance: a module that compares two signals of one channel.
    """

    def __init__(self, distance: Callable[[Tensor, Tensor], Tensor]) -> None:
        super().__init__()
        self.distance: Final = distance

    if TYPE_CHECKING:

        def __call__(self, x: Tensor, y: Tensor) -> Tensor: ...

    def forward(self, x: Tensor, y: Tensor) -> Tensor:
        """The distance, without dimensions.

        Args:
            x, y: shape (batch, 2, samples).

        Raises:
            ValueError: there are not two channels, or `distance` raises it.
        """
        for signal in (x, y):
            if signal.dim() != 3 or signal.shape[1] != 2:
                raise ValueError(
                    "expected a signal of shape (batch, 2, samples), left and right, not "
                    f"{tuple(signal.shape)}"
                )
        x_sum, x_difference = _sum_and_difference(x)
        y_sum, y_difference = _sum_and_difference(y)
        of_sum = self.distance(x_sum, y_sum)
        of_difference = self.distance(x_difference, y_difference)
        return (of_sum + of_difference) / 2


def _sum_and_difference(signal: Tensor) -> tuple[Tensor, Tensor]:
    """Left + right and left − right, each of shape (batch, 1, samples)."""
    total = (signal[:, 0] + signal[:, 1]).unsqueeze(1)
    return total, (signal[:, 0] - signal[:, 1]).unsqueeze(1)
