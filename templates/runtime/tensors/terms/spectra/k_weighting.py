"""The K-weighting filter of the spectral losses of stable-audio-tools 0.0.20.

It follows ITU-R BS.1770: a high pass, and a shelf that raises what is above some 1.7 kHz by 4 dB.
The trainer's numbers are not those of the standard. It makes 257 taps: the bilinear transform, the
response at 513 frequencies, its inverse Fourier transform, a Hamming window ("frequency sampling"),
all divided so that 1 kHz stays as loud as it is.

The noise of digital_filters.py shows in the taps from 22.05 kHz on.
"""

from __future__ import annotations

import math
from functools import cache

from .digital_filters import digital_filter, product

TAPS = 257
"""How many taps the filter has; as many before the middle as after it."""

_HIGH_PASS_HZ, _HIGH_PASS_Q = 38.135, 0.5
_SHELF_HZ, _SHELF_Q, _SHELF_DB = 1681.974, 1.69, 4.0
_UNCHANGED_HZ = 1000.0
_POINTS = 512  # from 0 Hz to half the sample rate
_COSINES = [math.cos(math.pi * point / _POINTS) for point in range(2 * _POINTS)]


@cache
def k_weighting(sample_rate: int) -> tuple[float, ...]:
    """The taps of the K-weighting filter, in double precision; they read the same backwards.

    Args:
        sample_rate: samples per second, above 0.

    Raises:
        ValueError: the sample rate is 0 or less, or so high that nothing is left of the filter's
            response at 0 Hz but rounding.
    """
    if sample_rate <= 0:
        raise ValueError(f"expected a sample rate above 0, not {sample_rate}")
    try:
        half = _windowed(_response(sample_rate))
    except ZeroDivisionError:
        raise ValueError(f"there is no K-weighting filter for {sample_rate} Hz") from None
    angle = 2 * math.pi * _UNCHANGED_HZ / sample_rate
    gain = abs(half[0] + 2 * math.fsum(half[k] * math.cos(angle * k) for k in range(1, len(half))))
    half = [tap / gain for tap in half]
    return (*half[:0:-1], *half)


def _response(sample_rate: int) -> list[float]:
    """The filter's gain at each point."""
    digital = digital_filter(*_analog_filter(), sample_rate)
    step_hz = sample_rate / 2 / _POINTS
    return [
        digital.gain(2 * math.pi * (point * step_hz) / sample_rate) for point in range(_POINTS + 1)
    ]


def _analog_filter() -> tuple[list[float], list[float]]:
    """Numerator and denominator by falling powers of s."""
    low, shelf = 2 * math.pi * _HIGH_PASS_HZ, 2 * math.pi * _SHELF_HZ
    raised = 10 ** (_SHELF_DB / 20)
    zeros = product([1.0, 0.0, 0.0], [raised, raised * shelf / _SHELF_Q, shelf**2])
    poles = product([1.0, low / _HIGH_PASS_Q, low**2], [1.0, shelf / _SHELF_Q, shelf**2])
    return zeros, poles


def _windowed(gains: list[float]) -> list[float]:
    """The taps from the middle on, as the gains and the window want them."""
    first, *between, last = gains
    middle = TAPS // 2
    half: list[float] = []
    for k in range(middle + 1):
        cosines = (_COSINES[k * point % (2 * _POINTS)] for point in range(1, _POINTS))
        waves = (2 * gain * cosine for gain, cosine in zip(between, cosines, strict=True))
        tap = math.fsum((first, last * (-1) ** k, *waves)) / (2 * _POINTS)
        half.append(tap * (0.54 + 0.46 * math.cos(math.pi * k / middle)))
    return half
