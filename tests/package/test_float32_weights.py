"""Weights that float32 makes 0, and how weights are shown."""

from __future__ import annotations

import struct

import pytest

from loss_factory.dispatch import TABLES
from loss_factory.runtime.config.documents import Written
from loss_factory.runtime.findings.checking import Finding, Question, check
from support.under_test import (
    AutoencoderLossConfig,
    ConfigProblem,
    UnusedWeightWarning,
    ValueLoss,
    create_bottleneck_loss,
    create_loss_modules_from_bottleneck,
    plan_losses,
)

TINY = 5e-324
HALF_OF_THE_SMALLEST = 2.0**-150


def weights(kl: float) -> dict[str, object]:
    return {"bottleneck": {"weights": {"kl": kl}}}


@pytest.mark.parametrize("kl", [TINY, 1e-46, HALF_OF_THE_SMALLEST])
def test_a_weight_that_float32_makes_0_says_so(kl: float) -> None:
    config = AutoencoderLossConfig.model_validate(weights(kl))
    message = f"bottleneck.weights.kl is {kl!r}, but the weight of 'kl_loss' is 0 in float32"
    with pytest.warns(UnusedWeightWarning) as warned:
        assert plan_losses("vae", config).losses[0].weight == kl
    assert [str(each.message) for each in warned] == [message]
    for make in (create_bottleneck_loss, create_loss_modules_from_bottleneck):
        with pytest.warns(UnusedWeightWarning) as warned:
            make("vae", config)
        assert [str(each.message) for each in warned] == [message]
        assert warned[0].filename == __file__


@pytest.mark.parametrize("kl", [0, 0.0, 1e-45, HALF_OF_THE_SMALLEST * 1.0000001])
def test_the_smallest_weights_that_are_something_else(kl: float) -> None:
    assert plan_losses("vae", weights(kl)).losses[0].weight == kl


def test_a_weight_of_no_use_may_be_as_small_as_it_likes() -> None:
    with pytest.warns(UserWarning, match="has no use for this weight"):
        plan_losses("tanh", weights(TINY))


@pytest.mark.parametrize("weight", [TINY, -1e-46])
def test_a_module_says_so_too(weight: float) -> None:
    with pytest.warns(UnusedWeightWarning) as warned:
        loss = ValueLoss("kl", "kl_loss", weight)
    assert [str(each.message) for each in warned] == [f"weight: {weight!r} is 0 in float32"]
    assert warned[0].filename == __file__
    assert loss.weight == 0


@pytest.mark.parametrize(
    ("weight", "shown"),
    [
        *((1e-3, "0.001"), (1e-6, "1e-06"), (0.1, "0.1"), (1 / 3, "0.33333334"), (0, "0.0")),
        *((100, "100.0"), (16777217, "16777216.0"), (1e-45, "1e-45"), (-1.5, "-1.5")),
        (3.4028234663852886e38, "3.4028235e+38"),
    ],
)
def test_a_weight_is_shown_as_short_as_it_can_be(weight: float, shown: str) -> None:
    loss = ValueLoss("kl", "kl_loss", weight)
    assert repr(loss) == f"ValueLoss(key='kl', name='kl_loss', weight={shown})"
    if weight < 3.4e38:  # its nearest short number is a little larger than what struct takes
        assert struct.unpack("<f", struct.pack("<f", float(shown)))[0] == loss.weight


@pytest.mark.usefixtures("_loss_factory_only")
def test_check_says_so() -> None:
    text = '{"bottleneck": {"weights": {"kl": 1e-46}}}'
    question = Question(TABLES, frozenset(), TABLES.config_types["vae"], ())
    assert check(Written("c.json", text), question).told == [
        Finding(
            "warning",
            ConfigProblem(
                *("c.json", 1, 29, "/bottleneck/weights/kl"),
                "bottleneck.weights.kl is 1e-46, but the weight of 'kl_loss' is 0 in float32",
            ),
        )
    ]
