"""Weights that float32 makes 0, and how weights are shown."""

from __future__ import annotations

import struct

import pytest

from support.under_test import (
    AutoencoderLossConfig,
    LossConfigError,
    ValueLoss,
    create_bottleneck_loss,
    plan_losses,
)

TINY = 5e-324
HALF_OF_THE_SMALLEST = 2.0**-150


def weights(kl: float) -> dict[str, object]:
    return {"bottleneck": {"weights": {"kl": kl}}}


@pytest.mark.parametrize("kl", [TINY, 1e-46, HALF_OF_THE_SMALLEST])
def test_a_weight_that_float32_makes_0_says_so(kl: float) -> None:
    config = AutoencoderLossConfig.model_validate(weights(kl))
    for make in (plan_losses, create_bottleneck_loss):
        with pytest.raises(LossConfigError) as refusal:
            make("vae", config)
        assert str(refusal.value) == (
            f"loss_config: /bottleneck/weights/kl: {kl!r} is so small that the weight of 'kl_loss' "
            "is 0 in float32; write 0 if that is meant"
        )


@pytest.mark.parametrize("kl", [0, 0.0, 1e-45, HALF_OF_THE_SMALLEST * 1.0000001])
def test_the_smallest_weights_that_are_something_else(kl: float) -> None:
    assert plan_losses("vae", weights(kl)).losses[0].weight == kl


def test_a_weight_of_no_use_may_be_as_small_as_it_likes() -> None:
    with pytest.warns(UserWarning, match="has no use for this weight"):
        plan_losses("tanh", weights(TINY))


@pytest.mark.parametrize("weight", [TINY, -1e-46])
def test_a_module_takes_no_such_weight(weight: float) -> None:
    with pytest.raises(ValueError, match="float32") as refusal:
        ValueLoss("kl", "kl_loss", weight)
    assert str(refusal.value) == f"weight: {weight!r} is 0 in float32; write 0 if that is meant"


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
