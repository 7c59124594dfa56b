"""The real wrapper under a real Lightning Trainer, with its losses and ours: the same bits.

`nox -s parity` runs all of `setups()`; this is a slice of it.
"""

from __future__ import annotations

import dataclasses
from itertools import combinations, pairwise
from typing import Any

import pytest

from support.stable_audio.covering import is_possible
from support.stable_audio.real import VERSIONS
from support.stable_audio.setups import FACTORS, IMPOSSIBLE, Setup, loss_config, setups
from support.stable_audio.training import Step, differences, make_wrapper, train

from .setups_here import LATER, QUIET

SLICE = {
    "stereo, encodec": dataclasses.replace(QUIET, mel="there"),
    "mono, dac, bfloat16": dataclasses.replace(
        QUIET,
        bottleneck="dac_rvq",
        spectral="uneven",
        channels=1,
        discriminator="dac",
        warmup="full",
        precision="bf16-mixed",
        clip=0.1,
    ),
    "four channels, a teacher": dataclasses.replace(
        QUIET,
        bottleneck="rvq_vae",
        spectral="linear",
        channels=4,
        warmup="adv",
        teacher="there",
        encoder="frozen",
        mask="half",
        mel="none",
        weights="default",
    ),
    "0.0.20: stereo, encodec, all that is learnt": dataclasses.replace(
        LATER,
        bottleneck="softnorm",
        mel="there",
        contrastive="late",
        jepa="at once",
        generative="late",
        semantic_regressors="at once",
    ),
    "0.0.20: mono, encodec, a teacher, bfloat16": dataclasses.replace(
        LATER,
        spectral="uneven",
        channels=1,
        warmup="adv",
        time="mmd",
        teacher="l2",
        precision="bf16-mixed",
        clip=0.1,
        mask="half",
    ),
    "0.0.20: four channels, a frozen encoder": dataclasses.replace(
        LATER,
        bottleneck="dac_rvq",
        spectral="absent",
        channels=4,
        discriminator="none",
        warmup="full",
        time="both",
        encoder="frozen",
        contrastive="at once",
        jepa="late",
        generative="at once",
        semantic_regressors="late",
    ),
}

ALWAYS = ("autoencoder", "autoencoder_ema")
PARTS = {
    "discriminator": "discriminator",
    "contrastive": "critic",
    "jepa": "jepa",
    "generative": "generative_model",
    "semantic_regressors": "semantic_regressors",
}
"""What is trained, by what the set-up has to have for it."""


@pytest.mark.long
@pytest.mark.parametrize(
    ("version", "setup"), [(each.version, each) for each in SLICE.values()], ids=SLICE
)
def test_six_steps_leave_the_same_bits(setup: Setup, theirs: Any, ours: Any) -> None:
    then, now = (train(make_wrapper(each, setup), setup) for each in (theirs, ours))
    assert list(differences(then, now)) == []
    assert len(now) == 6
    trained = {part for name, part in PARTS.items() if getattr(setup, name) != "none"}
    assert {name.partition(".")[0] for name in now[0].tensors} == {*ALWAYS, *trained}
    changed = [a.tensors != b.tensors for a, b in pairwise(now)]
    assert all(changed)


@pytest.mark.long
def test_what_differs_is_told_with_step_and_tensor(theirs: Any, ours: Any) -> None:
    """By one bit of a weight, which no rounding hides for long."""
    config = loss_config(QUIET)
    config["spectral"]["weights"]["mrstft"] *= 1 + 2**-23
    then = train(make_wrapper(theirs, QUIET), QUIET, steps=1)
    now = train(make_wrapper(ours, QUIET, losses=config), QUIET, steps=1)
    found = list(differences(then, now))
    assert any(each.startswith("step 0: train/mrstft_loss: ") for each in found)
    assert any(each.startswith("step 0: autoencoder.") for each in found)


def test_steps_that_are_missing_are_told() -> None:
    step = Step({"autoencoder.weight": "bits"}, {"train/loss": "0x1p0"})
    assert list(differences([step, step], [step, step])) == []
    assert list(differences([step, step], [step])) == [
        "step 1: logged ['train/loss'], now []",
        "step 1: autoencoder.weight has other bits",
    ]


@pytest.mark.parametrize("version", VERSIONS)
def test_each_pair_of_values_comes_up(version: str) -> None:
    """But for those with which the trainer fails."""
    rows = [dataclasses.asdict(each) for each in setups(version)]
    for (name, values), (other, others) in combinations(FACTORS[version].items(), 2):
        for value in values:
            for beside in others:
                pair = {name: value, other: beside}
                there = any(pair.items() <= row.items() for row in rows)
                assert there == is_possible(pair, list(IMPOSSIBLE[version].values())), pair
    assert 40 < len(rows) < 70
    assert len(set(setups(version))) == len(rows)


FAILURES: dict[str, tuple[type[Exception], str]] = {
    "bottleneck": (RuntimeError, "expected dtype float"),
    "spectral": (AttributeError, "'int' object has no attribute 'backward'"),
}
"""How the trainer fails, by the first factor of what is impossible."""


@pytest.mark.parametrize(
    ("version", "reason"), [(version, each) for version in VERSIONS for each in IMPOSSIBLE[version]]
)
def test_what_is_impossible_fails_in_the_trainer_itself(
    version: str, reason: str, theirs: Any
) -> None:
    bare = Setup(version, discriminator="none", bottleneck="none")
    row = IMPOSSIBLE[version][reason]
    setup = dataclasses.replace(bare, **row)
    error, message = FAILURES[next(iter(row))]
    with pytest.raises(error, match=message):
        train(make_wrapper(theirs, setup), setup, steps=1)
