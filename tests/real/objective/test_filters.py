"""The filters are those that SciPy makes here, or as near as another processor's."""

from __future__ import annotations

import json
import struct
from collections.abc import Callable
from functools import cache
from pathlib import Path

import pytest
import torch

from loss_factory.runtime.tensors.terms.spectra.prefilter import AWeighting, KWeighting
from real.objective.real import auraloss, tight_auraloss

TERMS = Path(__file__).parents[2] / "package" / "terms"
RATES = (8000, 16000, 22050, 24000, 32000, 44100, 48000, 88200, 96000, 192000)
ODD_RATES = range(4003, 200000, 9973)


def real_a_taps(rate: int) -> torch.Tensor:
    taps: torch.Tensor = auraloss().FIRFilter("aw", fs=rate).fir.weight.data
    return taps


def real_k_taps(rate: int) -> torch.Tensor:
    taps: torch.Tensor = tight_auraloss().FIRFilter("kw", fs=rate).kernel
    return taps


FILTERS: dict[str, tuple[Callable[[int], torch.Tensor], Callable[[int], torch.Tensor]]] = {
    "a_weighting.json": (lambda rate: AWeighting(rate).kernel, real_a_taps),
    "k_weighting.json": (lambda rate: KWeighting(rate).kernel, real_k_taps),
}


@cache
def rounds_as_recorded(name: str) -> bool:
    """Whether NumPy and SciPy round here as they did where the table was made."""
    recorded: dict[str, str] = json.loads(TERMS.joinpath(name).read_text("utf-8"))
    _, real = FILTERS[name]

    def half(rate: int) -> str:
        taps = real(rate).flatten().tolist()
        taps = taps[: len(taps) // 2 + 1]
        return struct.pack(f">{len(taps)}f", *taps).hex(" ", 4)

    return all(half(int(rate)) == taps for rate, taps in recorded.items())


@pytest.mark.parametrize("rate", [*RATES, *ODD_RATES])
@pytest.mark.parametrize("name", FILTERS)
def test_the_taps_are_the_same(name: str, rate: int) -> None:
    ours, real = FILTERS[name]
    tolerance = 0.0 if rounds_as_recorded(name) else 1e-7
    torch.testing.assert_close(ours(rate), real(rate), rtol=0, atol=tolerance)
