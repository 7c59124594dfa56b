"""The filters equal those of SciPy and librosa, as tests/tools/record_filters.py recorded them."""

from __future__ import annotations

import hashlib
import json
import math
import struct
from pathlib import Path

import pytest

from loss_factory.runtime.tensors.terms.spectra.a_weighting import TAPS, a_weighting
from loss_factory.runtime.tensors.terms.spectra.mel_filters import mel_filters


def recorded(name: str) -> list[tuple[str, str]]:
    table: dict[str, str] = json.loads(Path(__file__).with_name(name).read_text(encoding="utf-8"))
    return list(table.items())


@pytest.mark.parametrize(("rate", "taps"), recorded("a_weighting.json"))
def test_the_taps_of_a_weighting_are_scipys(rate: str, taps: str) -> None:
    ours = a_weighting(int(rate))
    assert struct.pack(">51f", *ours[:51]).hex(" ", 4) == taps
    assert ours == ours[::-1]
    assert len(ours) == TAPS


@pytest.mark.parametrize(("hz", "decibels"), [(1000, 0.0), (2000, 1.2), (4000, 1.0)])
def test_a_weighting_is_the_standards_curve(hz: int, decibels: float) -> None:
    """IEC 61672-1, table 3; so many taps come near it in the middle."""
    gain = sum(
        tap * math.cos(2 * math.pi * hz / 48000 * (place - TAPS // 2))
        for place, tap in enumerate(a_weighting(48000))
    )
    assert 20 * math.log10(gain) == pytest.approx(decibels, abs=0.4)


@pytest.mark.parametrize(("mel", "digest"), recorded("mel_filters.json"))
def test_the_mel_filters_are_librosas(mel: str, digest: str) -> None:
    rate, window, n_mels = map(int, mel.split())
    filters = mel_filters(rate, window, n_mels)
    numbers = filters.flatten().tolist()
    assert hashlib.sha256(struct.pack(f"<{len(numbers)}f", *numbers)).hexdigest() == digest
    assert filters.shape == (n_mels, window // 2 + 1)
