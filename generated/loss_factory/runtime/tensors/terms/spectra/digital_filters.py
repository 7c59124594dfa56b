# Generated from templates/runtime/tensors/terms/spectra/digital_filters.py.
# Do not edit; change it and run: python -m nox -s generate

"""Digital filters that are made of analog ones, and what they do to a frequency.

Near 0 Hz a transformed filter is a quotient of two numbers that all but cancel out. What is left of
them is rounding noise, which shows in the taps that are made of it. So the noise is a part of what
"the same bits" means, and this module rounds where NumPy and SciPy 1.17 do, on a processor with
AVX-512. Elsewhere SciPy itself gives other last bits.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import NamedTuple


class DigitalFilter(NamedTuple):
    """The quotient of two polynomials of z, by falling powers."""

    numerator: list[float]
    denominator: list[float]

    def gain(self, angle: float) -> float:
        """What it multiplies a frequency by.

        Args:
            angle: of one sample, from 0 to pi.

        Raises:
            ZeroDivisionError: nothing is left of the denominator but rounding.
        """
        back = complex(math.cos(angle), -math.sin(angle))  # 1 / z
        return abs(_value(self.numerator, back) / _value(self.denominator, back))


def digital_filter(
    numerator: Sequence[float], denominator: Sequence[float], sample_rate: int
) -> DigitalFilter:
    """The bilinear transform of an analog filter: s is 2·rate·(z − 1)/(z + 1).

    Args:
        numerator, denominator: polynomials of s, by falling powers; the second is no shorter.
        sample_rate: samples per second, above 0.
    """
    factor = math.sqrt(sample_rate * 2)
    plus, minus = [1 / factor, 1 / factor], [-factor, factor]  # z + 1 and z - 1, scaled
    degree = len(denominator) - 1

    def transformed(polynomial: Sequence[float]) -> list[float]:
        result = [0.0] * (degree + 1)
        for power, coefficient in enumerate(reversed(polynomial)):
            scaled = product([coefficient], _power(plus, degree - power))
            terms = product(scaled, _power(minus, power))
            result = [total + term for total, term in zip(result, terms, strict=True)]
        return result

    above, below = transformed(numerator), transformed(denominator)
    leading = below[-1]
    return DigitalFilter(
        [each / leading for each in reversed(above)], [each / leading for each in reversed(below)]
    )


def product(longer: list[float], shorter: list[float]) -> list[float]:
    """The product of two polynomials, summed as NumPy's `convolve` sums."""
    if len(shorter) > len(longer):
        longer, shorter = shorter, longer
    result: list[float] = []
    for place in range(len(longer) + len(shorter) - 1):
        first = max(0, place - len(shorter) + 1)
        pairs = [(longer[i], shorter[place - i]) for i in range(first, min(place + 1, len(longer)))]
        whole = len(pairs) == len(shorter)  # NumPy's own loop; BLAS does the two ends
        total = 0.0
        for a, b in pairs:
            total = a * b + total if whole else _fused(a, b, total)
        result.append(total)
    return result


def _power(polynomial: list[float], exponent: int) -> list[float]:
    result = [1.0] if exponent == 0 else polynomial
    for _ in range(exponent - 1):
        result = product(result, polynomial)
    return result


def _value(polynomial: list[float], z: complex) -> complex:
    """A polynomial at `z` by Horner's rule; complex numbers are multiplied as NumPy does it."""
    real, imaginary = polynomial[-1], 0.0
    for coefficient in reversed(polynomial[:-1]):
        old = real
        real = _fused(old, z.real, -(imaginary * z.imag)) + coefficient
        imaginary = _fused(old, z.imag, imaginary * z.real)
    return complex(real, imaginary)


def _fused(a: float, b: float, c: float) -> float:
    """a·b + c, rounded once, as a processor's fused multiply-add does it."""
    rounded = a * b
    (a_high, a_low), (b_high, b_low) = _halves(a), _halves(b)
    rest = ((a_high * b_high - rounded) + a_high * b_low + a_low * b_high) + a_low * b_low
    return math.fsum((rounded, rest, c))


def _halves(number: float) -> tuple[float, float]:
    """Two numbers of 26 bits that add up to `number` (Veltkamp, 1968)."""
    scaled = (2**27 + 1.0) * number
    high = scaled - (scaled - number)
    return high, number - high
