"""`model_copy(update=…)`, and configs that were made without validation."""

from __future__ import annotations

from copy import deepcopy
from typing import Any

import pytest
from pydantic import BaseModel

from support.under_test import (
    AutoencoderLossConfig,
    BottleneckLossConfig,
    LossConfigError,
    plan_losses,
)

CONFIG = AutoencoderLossConfig.model_validate({"bottleneck": {"weights": {"kl": 1e-4}}})


@pytest.mark.parametrize("deep", [False, True])
def test_what_is_right_is_applied(deep: bool) -> None:
    copy = CONFIG.model_copy(update={"bottleneck": {"weights": {"kl": 1e-3}}}, deep=deep)
    assert copy.bottleneck.weights.kl == 1e-3
    assert plan_losses("vae", copy).losses[0].weight == 1e-3
    assert copy.model_dump() == {"bottleneck": copy.bottleneck.model_dump()}
    assert CONFIG.bottleneck.weights.kl == 1e-4


def test_a_copy_without_changes() -> None:
    assert CONFIG.model_copy() == CONFIG
    assert CONFIG.model_copy().bottleneck is CONFIG.bottleneck
    assert CONFIG.model_copy(deep=True).bottleneck is not CONFIG.bottleneck
    assert CONFIG.model_copy(update={}).model_fields_set == CONFIG.model_fields_set


def test_what_else_was_written_stays_as_it_was() -> None:
    copy = CONFIG.model_copy(update={"schema_uri": "x"})
    assert copy.model_fields_set == {"bottleneck", "schema_uri"}
    assert copy.bottleneck is CONFIG.bottleneck
    changed = deepcopy(CONFIG)
    changed.bottleneck.weights.mmd = 3.0
    assert changed.model_copy(update={"schema_uri": "x"}).bottleneck.weights.mmd == 3.0


@pytest.mark.parametrize(
    ("update", "message"),
    [
        ({"botleneck": {}}, "/botleneck: unknown key 'botleneck'; did you mean 'bottleneck'?"),
        ({"bottleneck": None}, "/bottleneck: "),
        ({"bottleneck": {"weights": {"kl": "1"}}}, "/bottleneck/weights/kl: "),
        ({"bottleneck": {"weights": {"kl": -1}}}, "/bottleneck/weights/kl: "),
    ],
    ids=["unknown section", "null", "string", "negative"],
)
def test_what_is_wrong_is_refused(update: dict[str, Any], message: str) -> None:
    with pytest.raises(LossConfigError) as refusal:
        CONFIG.model_copy(update=update)
    assert str(refusal.value).startswith(f"update: {message}")


def unvalidated(**update: object) -> AutoencoderLossConfig:
    """A copy as Pydantic makes it."""
    return BaseModel.model_copy(CONFIG, update=update)


def test_a_config_that_was_never_validated_is_validated_when_it_is_used() -> None:
    right = unvalidated(bottleneck={"weights": {"kl": 1e-3}})
    assert plan_losses("vae", right).losses[0].weight == 1e-3
    for wrong, message in (
        (None, "/bottleneck: expected an object, not null"),
        (5, "/bottleneck: expected an object, not 5"),
        ({"weights": None}, "/bottleneck/weights: expected an object, not null"),
        (
            BottleneckLossConfig.model_construct(weights=None),  # type: ignore[arg-type]
            "/bottleneck/weights: expected an object, not null",
        ),
    ):
        for config in (
            unvalidated(bottleneck=wrong),
            AutoencoderLossConfig.model_construct(bottleneck=wrong),  # type: ignore[arg-type]
        ):
            with pytest.raises(LossConfigError) as refusal:
                plan_losses("vae", config)
            assert str(refusal.value) == f"loss_config: {message}"


def test_a_section_that_was_put_in_without_validation_is_not_dropped() -> None:
    with pytest.raises(LossConfigError, match="unknown section 'botleneck'; did you mean"):
        plan_losses("vae", unvalidated(botleneck={"weights": {"kl": 1e-3}}))


def test_a_key_is_as_good_as_the_name_of_its_field() -> None:
    for name in ("$schema", "schema_uri"):
        assert CONFIG.model_copy(update={name: "x.json"}).model_dump()["$schema"] == "x.json"
