"""How far the magnitudes of one spectrum are from those of another."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from operator import attrgetter
from typing import Any, Final, NamedTuple

import torch
from torch import Tensor
from torch.nn import functional as F


class _L1(torch.autograd.Function):
    """|x − y|, reduced, with the gradient in fewer passes than torch takes for each step."""

    @staticmethod
    def forward(ctx: Any, x: Tensor, y: Tensor, reduction: str) -> Tensor:
        error = x - y
        ctx.save_for_backward(error)
        ctx.divisor = error.numel() if reduction == "mean" else 1
        return REDUCTIONS[reduction](error.abs())

    @staticmethod
    def backward(ctx: Any, *gradients: Any) -> tuple[Tensor | None, Tensor | None, None]:
        (gradient,) = gradients
        (error,) = ctx.saved_tensors
        to_x, to_y, _ = ctx.needs_input_grad
        signs, each = error.sgn(), gradient / ctx.divisor
        return signs * each if to_x else None, signs * -each if to_y else None, None


# Torch leaves out the types of these.
_l1: Callable[[Tensor, Tensor, str], Tensor] = attrgetter("apply")(_L1)
_vector_norm: Callable[..., Tensor] = attrgetter("vector_norm")(torch.linalg)


DISTANCES: Final[Mapping[str, Callable[..., Tensor]]] = {"L1": F.l1_loss, "L2": F.mse_loss}
"""What `mag_distance` names."""

REDUCTIONS: Final[Mapping[str, Callable[[Tensor], Tensor]]] = {"mean": torch.mean, "sum": torch.sum}
"""What `reduction` names."""


class MagnitudeDistance(NamedTuple):
    """A weighted sum of three distances; what has the weight 0 isn't computed.

    Spectral convergence is the error's norm by the norm of y, for each row alone. Of the other
    two, one compares log(log_fac · magnitude + log_eps), one the magnitudes.
    """

    w_sc: float
    w_log_mag: float
    w_lin_mag: float
    log_fac: float
    log_eps: float
    distance: str
    """One of `DISTANCES`."""

    reduction: str
    """One of `REDUCTIONS`: how each distance becomes a number, and then how the rows' sum does."""

    scale_invariance: bool
    """Whether y is scaled first, to come as close to x as it can."""

    def between(self, x: Tensor, y: Tensor) -> Tensor:
        """The distance, without dimensions.

        Args:
            x, y: magnitudes, of shape (rows, frequencies, frames).

        Raises:
            ValueError: `scale_invariance`, and there is more than one row.
        """
        if self.scale_invariance:
            y = _scaled(x, y)
        terms: list[Tensor] = []
        if self.w_sc:
            terms.append(self.w_sc * _spectral_convergence(x, y))
        if self.w_log_mag:
            terms.append(self.w_log_mag * self._compare(self._log(x), self._log(y)))
        if self.w_lin_mag:
            terms.append(self.w_lin_mag * self._compare(x, y))
        return REDUCTIONS[self.reduction](sum(terms[1:], start=terms[0]))

    def _compare(self, x: Tensor, y: Tensor) -> Tensor:
        if self.distance == "L1" and not self.scale_invariance:
            return _l1(x, y, self.reduction)
        # Scaling has a gradient that is a sum, and sums depend on how torch lays out memory.
        return DISTANCES[self.distance](x, y, reduction=self.reduction)

    def _log(self, magnitudes: Tensor) -> Tensor:
        if self.log_fac != 1:  # times 1 and plus 0 would be two more passes, and back
            magnitudes = self.log_fac * magnitudes
        if self.log_eps != 0:
            magnitudes = magnitudes + self.log_eps
        return torch.log(magnitudes)


def _spectral_convergence(x: Tensor, y: Tensor) -> Tensor:
    """‖y − x‖ / ‖y‖ for each row, of shape (rows, 1, 1)."""
    return _norm(y - x) / _norm(y)


def _norm(magnitudes: Tensor) -> Tensor:
    return _vector_norm(magnitudes, dim=(-1, -2), keepdim=True)


def _scaled(x: Tensor, y: Tensor) -> Tensor:
    rows, frequencies, _ = x.shape
    if rows not in (1, frequencies):  # so many rows fit by chance, and are scaled by each other
        raise ValueError(
            f"scale_invariance works for one signal of one channel at a time, not for {rows}; "
            "leave it out, or train with a batch size of 1"
        )
    factor = (x * y).sum((-2, -1)) / (y**2).sum((-2, -1))
    return y * factor.unsqueeze(-1)
