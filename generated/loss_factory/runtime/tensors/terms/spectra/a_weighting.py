# Generated from templates/runtime/tensors/terms/spectra/a_weighting.py.
# Do not edit; change it and run: python -m nox -s generate

"""The A-weighting filter of the spectral losses: how loud people hear each frequency.

IEC 61672 gives the curve as an analog filter, with four zeros at 0 Hz and poles at four
frequencies. auraloss makes 101 taps of it: the bilinear transform, the response at 512 frequencies,
and the symmetric filter that comes closest to that response with the least square error (Selesnick,
"Linear-Phase FIR Filter Design by Least Squares").

The noise of digital_filters.py shows in the taps from 48 kHz on.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from functools import cache

from .digital_filters import digital_filter, product

TAPS = 101
"""How many taps the filter has; as many before the middle as after it."""

_POLES_HZ = (20.598997, 107.65265, 737.86223, 12194.217)
_GAIN_DB = 1.9997  # what makes it 0 dB at 1 kHz
_POINTS = 512
_BANDS = range(0, _POINTS, 2)


@cache
def a_weighting(sample_rate: int) -> tuple[float, ...]:
    """The taps of the A-weighting filter, in double precision; they read the same backwards.

    Args:
        sample_rate: samples per second, above 0.

    Raises:
        ValueError: the sample rate is 0 or less, or so high that nothing is left of the filter's
            response at 0 Hz but rounding (from some 500 kHz on).
    """
    if sample_rate <= 0:
        raise ValueError(f"expected a sample rate above 0, not {sample_rate}")
    try:
        return _designed(sample_rate)
    except ZeroDivisionError:
        raise ValueError(f"there is no A-weighting filter for {sample_rate} Hz") from None


def _designed(sample_rate: int) -> tuple[float, ...]:
    digital = digital_filter(*_analog_filter(), sample_rate)
    return _closest_taps([digital.gain(point * (math.pi / _POINTS)) for point in range(_POINTS)])


def _analog_filter() -> tuple[list[float], list[float]]:
    """Numerator and denominator by falling powers of s."""
    lowest, second, third, highest = (2 * math.pi * pole for pole in _POLES_HZ)
    gain = highest**2 * 10 ** (_GAIN_DB / 20)
    poles = product([1.0, 2 * highest, highest**2], [1.0, 2 * lowest, lowest**2])
    poles = product(product(poles, [1.0, third]), [1.0, second])
    return [gain, 0.0, 0.0, 0.0, 0.0], poles


def _closest_taps(gains: Sequence[float]) -> tuple[float, ...]:
    """The symmetric filter with the least square error, between each even point and the next."""
    middle = TAPS // 2
    overlap = [
        math.fsum(_sinc(k, point + 1) - _sinc(k, point) for point in _BANDS) for k in range(TAPS)
    ]
    wanted = [
        math.fsum(_projection(k, point, gains[point], gains[point + 1]) for point in _BANDS)
        for k in range(middle + 1)
    ]
    matrix = [
        [overlap[abs(row - column)] + overlap[row + column] for column in range(middle + 1)]
        for row in range(middle + 1)
    ]
    half = _solution(matrix, wanted)
    return (*half[:0:-1], 2 * half[0], *half[1:])


def _sinc(k: int, point: int) -> float:
    """The integral of cos(k·pi·f) from 0 to the frequency of `point`, where 1 is half the rate."""
    frequency = point / _POINTS
    return frequency if k == 0 else _SINES[k * point % (2 * _POINTS)] / (math.pi * k)


def _projection(k: int, point: int, left: float, right: float) -> float:
    """The integral of (a line from `left` to `right`)·cos(k·pi·f) from `point` to the next one."""
    slope = (right - left) * _POINTS
    offset = left - slope * (point / _POINTS)

    def integral(point: int) -> float:
        frequency = point / _POINTS
        if k == 0:
            return frequency * (slope * frequency / 2 + offset)
        cosine = _COSINES[k * point % (2 * _POINTS)]
        return (slope * frequency + offset) * _sinc(k, point) + slope * cosine / (math.pi * k) ** 2

    return integral(point + 1) - integral(point)


_SINES = [math.sin(math.pi * point / _POINTS) for point in range(2 * _POINTS)]
_COSINES = [math.cos(math.pi * point / _POINTS) for point in range(2 * _POINTS)]


def _solution(matrix: list[list[float]], wanted: list[float]) -> list[float]:
    """The x of matrix · x = wanted, for a symmetric, positive definite matrix (Cholesky)."""
    size = len(wanted)
    root: list[list[float]] = [[] for _ in range(size)]  # a triangle: matrix = root · rootᵀ
    forward: list[float] = []  # root · forward = wanted
    for row in range(size):
        for column in range(row + 1):
            rest = matrix[row][column] - _dot(root[row], root[column])
            root[row].append(math.sqrt(rest) if row == column else rest / root[column][column])
        forward.append((wanted[row] - _dot(root[row], forward)) / root[row][row])
    result = [0.0] * size
    for row in reversed(range(size)):
        below = math.fsum(root[each][row] * result[each] for each in range(row + 1, size))
        result[row] = (forward[row] - below) / root[row][row]
    return result


def _dot(a: Sequence[float], b: Sequence[float]) -> float:
    """The sum of the products, as far as both sequences go."""
    return math.fsum(x * y for x, y in zip(a, b, strict=False))
