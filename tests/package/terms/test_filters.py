"""The filters equal those of SciPy and librosa, as tests/tools/record_filters.py recorded them."""

from __future__ import annotations

import hashlib
import json
import math
import struct
from pathlib import Path

import pytest

from loss_factory.runtime.tensors.terms.spectra.a_weighting import a_weighting
from loss_factory.runtime.tensors.terms.spectra.k_weighting import k_weighting
from loss_factory.runtime.tensors.terms.spectra.mel_filters import mel_filters


def recorded(name: str) -> list[tuple[str, str]]:
    table: dict[str, str] = json.loads(Path(__file__).with_name(name).read_text(encoding="utf-8"))
    return list(table.items())


def half_of(taps: tuple[float, ...]) -> str:
    """A filter that reads the same backwards, up to its middle, as it was recorded."""
    half = taps[: len(taps) // 2 + 1]
    assert taps == (*half, *half[-2::-1])
    return struct.pack(f">{len(half)}f", *half).hex(" ", 4)


def decibels_at(hz: int, taps: tuple[float, ...]) -> float:
    """What a filter for 48 kHz does to a frequency."""
    angle = 2 * math.pi * hz / 48000
    gain = sum(tap * math.cos(angle * (place - len(taps) // 2)) for place, tap in enumerate(taps))
    return 20 * math.log10(gain)


@pytest.mark.parametrize(("rate", "taps"), recorded("a_weighting.json"))
def test_the_taps_of_a_weighting_are_scipys(rate: str, taps: str) -> None:
    assert half_of(a_weighting(int(rate))) == taps


@pytest.mark.parametrize(("rate", "taps"), recorded("k_weighting.json"))
def test_the_taps_of_k_weighting_are_scipys(rate: str, taps: str) -> None:
    assert half_of(k_weighting(int(rate))) == taps


@pytest.mark.parametrize(("hz", "decibels"), [(1000, 0.0), (2000, 1.2), (4000, 1.0)])
def test_a_weighting_is_the_standards_curve(hz: int, decibels: float) -> None:
    """IEC 61672-1, table 3; so many taps come near it in the middle."""
    assert decibels_at(hz, a_weighting(48000)) == pytest.approx(decibels, abs=0.4)


@pytest.mark.parametrize(("hz", "decibels"), [(1000, 0.0), (2000, 6.3), (10000, 4.2)])
def test_k_weighting_is_not_the_standards_curve(hz: int, decibels: float) -> None:
    """With ITU-R BS.1770's filters 2 kHz are 2.4 dB above 1 kHz; the trainer's shelf overshoots."""
    assert decibels_at(hz, k_weighting(48000)) == pytest.approx(decibels, abs=0.1)


@pytest.mark.parametrize(("mel", "digest"), recorded("mel_filters.json"))
def test_the_mel_filters_are_librosas(mel: str, digest: str) -> None:
    rate, window, n_mels = map(int, mel.split())
    filters = mel_filters(rate, window, n_mels)
    numbers = filters.flatten().tolist()
    assert hashlib.sha256(struct.pack(f"<{len(numbers)}f", *numbers)).hexdigest() == digest
    assert filters.shape == (n_mels, window // 2 + 1)
