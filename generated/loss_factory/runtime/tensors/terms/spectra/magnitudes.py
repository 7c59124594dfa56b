# Generated from templates/runtime/tensors/terms/spectra/magnitudes.py.
# Do not edit; change it and run: python -m nox -s generate

"""How far magnitudes are from each other, as stable-audio-tools 0.0.19 compares them."""

from __future__ import annotations

from typing import NamedTuple

import torch
from torch import Tensor

from .comparing import Comparison, norm


class MagnitudeDistance(NamedTuple):
    """A comparison by spectral convergence, the error's norm by the norm of y in each row alone.

    What has logarithms is log_fac · magnitude + log_eps.
    """

    comparison: Comparison
    log_fac: float
    log_eps: float

    def between(self, x: Tensor, y: Tensor) -> Tensor:
        """See Comparison."""
        return self.comparison.between(x, y, _spectral_convergence, self._logarithms)

    def _logarithms(self, x: Tensor, y: Tensor) -> tuple[Tensor, Tensor]:
        return self._log(x), self._log(y)

    def _log(self, magnitudes: Tensor) -> Tensor:
        if self.log_fac != 1:  # times 1 and plus 0 would be two more passes, and back
            magnitudes = self.log_fac * magnitudes
        if self.log_eps != 0:
            magnitudes = magnitudes + self.log_eps
        return torch.log(magnitudes)


def _spectral_convergence(x: Tensor, y: Tensor) -> Tensor:
    """‖y − x‖ / ‖y‖ for each row, of shape (rows, 1, 1)."""
    return norm(y - x) / norm(y)
