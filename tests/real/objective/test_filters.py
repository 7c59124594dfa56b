"""The taps of A-weighting are those that SciPy makes here, or as near as another processor's."""

from __future__ import annotations

import json
import struct
from functools import cache
from pathlib import Path

import pytest
import torch

from loss_factory.runtime.tensors.terms.spectra.prefilter import AWeighting
from real.objective.real import auraloss

RECORDED: dict[str, str] = json.loads(
    (Path(__file__).parents[2] / "package" / "terms" / "a_weighting.json").read_text("utf-8")
)
RATES = [*map(int, RECORDED), *range(4003, 200000, 9973)]


def real_taps(rate: int) -> torch.Tensor:
    taps: torch.Tensor = auraloss().FIRFilter("aw", fs=rate).fir.weight.data
    return taps


@cache
def rounds_as_recorded() -> bool:
    """Whether NumPy and SciPy round here as they did where the table was made."""
    return all(
        struct.pack(">51f", *real_taps(int(rate)).flatten().tolist()[:51]).hex(" ", 4) == taps
        for rate, taps in RECORDED.items()
    )


@pytest.mark.parametrize("rate", RATES)
def test_the_taps_are_the_same(rate: int) -> None:
    tolerance = 0.0 if rounds_as_recorded() else 1e-7
    torch.testing.assert_close(AWeighting(rate).kernel, real_taps(rate), rtol=0, atol=tolerance)
