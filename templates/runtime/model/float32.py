"""Numbers as the modules hold them: rounded to float32."""

from __future__ import annotations

import struct

LARGEST = 3.4028234663852886e38
"""The largest finite float32."""

ZERO_IN_FLOAT32 = 2.0**-150
"""The largest number that float32 rounds to 0."""

_ENOUGH_DIGITS = 9  # tell any two of them apart


def as_float32(number: float) -> float:
    """The nearest number that float32 has.

    Raises:
        OverflowError: it would be infinite.
    """
    # Of the formats of struct, only those with a byte order refuse what overflows.
    rounded: float = struct.unpack("<f", struct.pack("<f", number))[0]
    return rounded


def shortest(rounded: float) -> str:
    """The shortest text of a number that rounds to this one: 0.001, not 0.0010000000474974513."""
    texts = (f"{rounded:.{digits}g}" for digits in range(1, _ENOUGH_DIGITS))
    return next((repr(float(each)) for each in texts if _is(each, rounded)), repr(rounded))


def _is(text: str, rounded: float) -> bool:
    try:
        return as_float32(float(text)) == rounded
    except OverflowError:
        return False
