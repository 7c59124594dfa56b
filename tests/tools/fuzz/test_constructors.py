"""A slice of what `nox -s fuzz` tries: `check` says what the real trainers fail on."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from support.stable_audio.real import VERSIONS
from support.stable_audio.setups import Setup, loss_config
from tools.fuzz.constructors import FAILS, KNOWN, TRAINS, Case, target
from tools.fuzz.engine import tried

pytestmark = [pytest.mark.long, pytest.mark.usefixtures("_loss_factory_only")]

CASES = 6
SEED = 3


def case_of(version: str, *path: str, value: object) -> Case:
    """A training that works, but for one value."""
    setup = Setup(version, spectral="plain")
    config = loss_config(setup)
    owner: Any = config
    for step in path[:-1]:
        owner = owner[step]
    owner[path[-1]] = value
    return Case(setup, config, (".".join(path),))


def test_random_values_train_or_are_told() -> None:
    outcome = tried(target(Path()), SEED, cases=CASES)
    assert outcome.finding is None
    assert outcome.classes.keys() <= {FAILS, TRAINS, *(f"known: {each}" for each in KNOWN)}
    assert {FAILS, TRAINS} <= outcome.classes.keys()


@pytest.mark.parametrize("version", VERSIONS)
def test_what_is_told_fails(version: str) -> None:
    case = case_of(version, "discriminator", "config", "stride", value=[1])
    assert target(Path()).check(case) == FAILS


def test_what_is_not_told_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    case = case_of("0.0.20", "spectral", "config", "fft_sizes", value=[511, 256, 128])
    assert target(Path()).check(case) == "known: odd FFT size"
    monkeypatch.delitem(KNOWN, "odd FFT size")
    with pytest.raises(AssertionError, match="check says nothing of this: "):
        target(Path()).check(case)


def test_what_is_told_for_nothing_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    told = "a warning that can't be true"
    monkeypatch.setattr("tools.fuzz.constructors.messages", lambda _: [told])
    case = case_of("0.0.19", "spectral", "decay", value=1.0)
    with pytest.raises(AssertionError, match=f"the trainer does not fail: .*{told}"):
        target(Path()).check(case)
