# Generated from templates/runtime/tensors/terms/signals.py.
# Do not edit; change it and run: python -m nox -s generate

"""What terms expect of the signals that they compare."""

from __future__ import annotations

from torch import Tensor


def refuse_unlike_signals(x: Tensor, y: Tensor, least_samples: int, sizes: str) -> None:
    """Refuse two signals that can't be compared.

    Args:
        x, y: of one shape (batch, channels, samples).
        least_samples: there have to be more; half of the largest frame.
        sizes: the argument that has the sizes of frames.

    Raises:
        ValueError: the shapes differ, or there are too few samples.
    """
    if x.shape != y.shape or x.dim() != 3:
        raise ValueError(
            "expected two signals of one shape (batch, channels, samples), not "
            f"{tuple(x.shape)} and {tuple(y.shape)}"
        )
    if x.shape[-1] <= least_samples:
        raise ValueError(
            f"expected more than {least_samples} samples, half of the largest of {sizes}, not "
            f"{x.shape[-1]}"
        )
