"""Values of `info` that are missing, or no tensors without dimensions, in sums of many losses."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pytest
import torch
from torch import Tensor, nn

from support.under_test import (
    MissingLossValueError,
    MultiLoss,
    ValueLoss,
    create_bottleneck_loss,
    create_objective,
)


class Foreign(nn.Module):
    """A loss of somebody else, which says in attributes what it needs, as theirs do."""

    def __init__(self, value: object, **attributes: object) -> None:
        super().__init__()
        self.name = "foreign"
        self.value = value
        for name, each in attributes.items():
            setattr(self, name, each)

    def forward(self, info: Mapping[str, Tensor]) -> object:
        if isinstance(self.value, Exception):
            raise self.value
        return self.value


ERRORS = [
    KeyError("weights"),
    LookupError("none"),
    MissingLossValueError("inner", "key", ["kl"]),
    IndexError("3"),
    ValueError("no"),
]


@pytest.mark.parametrize("error", ERRORS, ids=lambda error: type(error).__name__)
@pytest.mark.parametrize("missing", ["error", "skip"])
def test_an_error_inside_a_foreign_loss_is_never_a_missing_value(
    error: Exception, missing: str
) -> None:
    losses = MultiLoss([Foreign(error, key="kl")], missing=missing)  # type: ignore[arg-type]
    with pytest.raises(type(error)) as raised:
        losses({"kl": torch.tensor(1.0)})
    assert raised.value is error


@pytest.mark.parametrize(
    "attributes",
    [
        {"key": "absent"},
        {"key_a": "kl", "key_b": "absent"},
        {"input_key": "absent", "target_key": "kl"},
    ],
    ids=lambda attributes: " ".join(attributes),
)
def test_what_a_foreign_loss_says_it_needs_is_looked_for_before_it_is_called(
    attributes: dict[str, object],
) -> None:
    losses = MultiLoss([Foreign(AssertionError("called"), **attributes)], missing="skip")
    total, found = losses({"kl": torch.tensor(1.0)})
    assert (float(total), found) == (0.0, {})


def test_a_mask_may_be_missing() -> None:
    """Losses that have a `mask_key` do without it."""
    losses = MultiLoss([Foreign(torch.tensor(2.0), key="kl", mask_key="absent")], missing="skip")
    assert list(losses({"kl": torch.tensor(1.0)})[1]) == ["foreign"]


def test_a_key_that_is_no_string_says_nothing() -> None:
    losses = MultiLoss([Foreign(torch.tensor(2.0), key=7, key_a=None)], missing="skip")
    assert list(losses({})[1]) == ["foreign"]


@pytest.mark.parametrize("missing", ["error", "skip"])
def test_a_foreign_value_with_dimensions_is_refused(missing: str) -> None:
    losses = MultiLoss(
        [ValueLoss("kl", "kl_loss"), Foreign(torch.ones(2, 3))],
        missing=missing,  # type: ignore[arg-type]
    )
    with pytest.raises(ValueError, match="dimensions") as refusal:
        losses({"kl": torch.tensor(1.0)})
    assert str(refusal.value) == (
        "loss 'foreign': expected a value without dimensions, not one of shape (2, 3); "
        "reduce it first, with .mean() say"
    )


def test_a_foreign_number_is_summed() -> None:
    total, _ = MultiLoss([Foreign(2.0), ValueLoss("kl", "kl_loss")])({"kl": torch.tensor(1.0)})
    assert float(total) == 3.0


@pytest.mark.parametrize(
    ("value", "found"),
    [(None, "null"), ("1.0", 'the string "1.0"'), ([1.0], "an array"), ({}, "an object")],
    ids=["null", "string", "array", "object"],
)
def test_a_value_that_is_no_number_is_refused(value: object, found: str) -> None:
    info: dict[str, object] = {"kl": value}
    message = f"info['kl']: expected a tensor without dimensions for loss 'kl_loss', not {found}"
    for module in (ValueLoss("kl", "kl_loss"), create_bottleneck_loss("vae")):
        with pytest.raises(TypeError) as refusal:
            module(info)  # type: ignore[arg-type]
        assert str(refusal.value) == message


@pytest.mark.parametrize("value", [1, 1.0, True, np.float64(1), np.float32(1), np.array(1.0)])
def test_a_number_of_any_kind_is_a_value(value: object) -> None:
    info: dict[str, object] = {"kl": value}
    assert float(ValueLoss("kl", "kl_loss")(info)) == 1.0  # type: ignore[arg-type]


def told(module: nn.Module, *keys: str) -> str:
    """What it says of an `info` with these keys."""
    with pytest.raises(MissingLossValueError) as refusal:
        module(dict.fromkeys(keys, torch.tensor(1.0)))
    return str(refusal.value)


@pytest.mark.parametrize(
    ("own", "there", "keys"),
    [
        ({}, "kld", "{'kl': 'kld'}"),
        ({"kl": "kl_value"}, "kl_valeu", "{'kl': 'kl_valeu'}"),
        ({"kl": "vae/kl_loss"}, "VAE/KL_loss", "{'kl': 'VAE/KL_loss'}"),
    ],
)
def test_a_near_spelling_is_offered_as_keys_has_it(
    own: dict[str, str], there: str, keys: str
) -> None:
    """By the key of the schema; and before it says that a loss can be left out."""
    meant = f"Did you mean {there!r}? Then make the losses with keys={keys}. Bottlenecks leave "
    assert meant in told(create_bottleneck_loss("vae", keys=own), "latents", there)
    objective = create_objective(
        *("vae", {"bottleneck": {"weights": {"kl": 1.0}}, "time": {"weights": {"l1": 1.0}}}),
        trainer="loss-factory",
        channels=1,
        sample_rate=16000,
        keys=own,
    )
    text = told(objective.generator, "reals", "decoded", there)
    assert f"? Then make the losses with keys={keys}. The trainer puts it there" in text


def test_the_key_of_another_loss_is_no_spelling() -> None:
    text = told(create_bottleneck_loss("dac_rvq"), "vq/commitment_loss", "vq/codes")
    assert "Did you mean" not in text
    assert "If one of these is it, make the losses with keys={'vq/codebook_loss': …}. " in text


LATENTS_AND_INFO = (torch.zeros(1, 2, 3), {"kl": torch.tensor(2.0)})
"""What a bottleneck returns, and what is easily passed on as it is."""


@pytest.mark.parametrize("missing", ["error", "skip"])
def test_info_that_is_no_mapping_is_told(missing: Any) -> None:
    modules = [
        create_bottleneck_loss("vae", missing=missing),
        MultiLoss([ValueLoss("kl", "kl_loss")], missing=missing),
    ]
    for module in modules:
        with pytest.raises(TypeError, match="info: expected a mapping, not an array; a bottleneck"):
            module(LATENTS_AND_INFO)


class Doubled(nn.Module):
    """A module of somebody else, which needs one value."""

    def __init__(self, name: str, key: str) -> None:
        super().__init__()
        self.name, self.key = name, key

    def forward(self, info: Mapping[str, Tensor]) -> Tensor:
        return info[self.key] * 2


def test_what_a_list_needs_is_what_its_modules_need_now() -> None:
    """A module can get another key, and a list another module."""
    total = MultiLoss([Doubled("a", "k"), ValueLoss("k", "b")], missing="skip")
    total.losses[0].key = "z"
    total.losses[1] = ValueLoss("z", "c")
    total.losses.append(Doubled("d", "absent"))
    _, losses = total({"z": torch.tensor(3.0), "k": torch.tensor(5.0)})
    assert {name: loss.item() for name, loss in losses.items()} == {"a": 6.0, "c": 3.0}
