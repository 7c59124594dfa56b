"""What terms expect of the signals that they compare."""

from __future__ import annotations

from torch import Tensor


def refuse_unlike_signals(x: Tensor, y: Tensor) -> None:
    """Refuse two signals that don't have one shape (batch, channels, samples).

    Raises:
        ValueError: that's what they are.
    """
    if x.shape != y.shape or x.dim() != 3:
        raise ValueError(
            "expected two signals of one shape (batch, channels, samples), not "
            f"{tuple(x.shape)} and {tuple(y.shape)}"
        )


def refuse_short_signal(signal: Tensor, least_samples: int, reason: str) -> None:
    """Refuse a signal that has fewer samples.

    Args:
        signal: shape (batch, channels, samples).
        reason: what needs so many, as a message says it.

    Raises:
        ValueError: it has fewer.
    """
    if signal.shape[-1] < least_samples:
        raise ValueError(
            f"expected {least_samples} samples or more, {reason}, not {signal.shape[-1]}"
        )
