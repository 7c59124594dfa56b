"""How the magnitudes of two spectra are compared, and how that becomes one number."""

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

Relative = Callable[[Tensor, Tensor], Tensor]
"""An error of each row by the row's own size, of shape (rows, 1, 1)."""

Logarithms = Callable[[Tensor, Tensor], tuple[Tensor, Tensor]]
"""What is compared in place of two tensors of magnitudes."""


class Comparison(NamedTuple):
    """A weighted sum of three distances; what has the weight 0 isn't computed."""

    w_sc: float
    """Weight of an error that is relative to the magnitudes."""

    w_log_mag: float
    """Weight of the distance of logarithms."""

    w_lin_mag: float
    """Weight of the distance of the magnitudes."""

    distance: str
    """One of `DISTANCES`, of logarithms and magnitudes."""

    reduction: str
    """One of `REDUCTIONS`: how each distance becomes a number, and then how the rows' sum does."""

    scale_invariance: bool
    """Whether y is scaled first, to come as close to x as it can."""

    def between(self, x: Tensor, y: Tensor, relative: Relative, logarithms: Logarithms) -> Tensor:
        """The sum, without dimensions.

        Args:
            x, y: magnitudes, of shape (rows, frequencies, frames).

        Raises:
            ValueError: `scale_invariance`, and there is more than one row.
        """
        if self.scale_invariance:
            y = _scaled(x, y)
        terms: list[Tensor] = []
        if self.w_sc:
            terms.append(self.w_sc * relative(x, y))
        if self.w_log_mag:
            terms.append(self.w_log_mag * self._distance(*logarithms(x, y)))
        if self.w_lin_mag:
            terms.append(self.w_lin_mag * self._distance(x, y))
        return REDUCTIONS[self.reduction](sum(terms[1:], start=terms[0]))

    def _distance(self, x: Tensor, y: Tensor) -> Tensor:
        if self.distance == "L1" and not self.scale_invariance:
            return _l1(x, y, self.reduction)
        # Scaling has a gradient that is a sum, and sums depend on how torch lays out memory.
        return DISTANCES[self.distance](x, y, reduction=self.reduction)


def norm(magnitudes: Tensor) -> Tensor:
    """The root of the sum of squares of each row, of shape (rows, 1, 1)."""
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
