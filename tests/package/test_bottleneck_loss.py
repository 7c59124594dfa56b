"""The modules that are written out for each bottleneck type: what they are made from."""

from __future__ import annotations

import io
import math
from collections.abc import Callable
from typing import Any

import pytest
import torch
from torch import Tensor, nn
from torch.optim.swa_utils import AveragedModel

from support.under_test import (
    SCHEMA_SHA256,
    SCHEMA_VERSION,
    AutoencoderLossConfig,
    BottleneckLoss,
    BottleneckType,
    LossConfigError,
    MultiLoss,
    UnknownBottleneckError,
    UnusedWeightWarning,
    ValueLoss,
    create_bottleneck_loss,
    create_loss_modules_from_bottleneck,
    plan_losses,
)

Info = dict[str, Tensor]

KEYS = {each: [loss.key for loss in plan_losses(each).losses] for each in BottleneckType}
NAMES = {each: [loss.name for loss in plan_losses(each).losses] for each in BottleneckType}
THREE = BottleneckType.DAC_RVQ_VAE
CONFIG = {"bottleneck": {"weights": {"kl": 1e-4, "codebook": 0.5, "commitment": 3}}}

every_type = pytest.mark.parametrize("bottleneck", BottleneckType, ids=lambda each: each.name)


def info_for(bottleneck: BottleneckType, dtype: torch.dtype = torch.float32) -> Info:
    """A value for each loss, and more that no loss asks for."""
    values = {
        key: torch.tensor(1.5 + index, dtype=dtype, requires_grad=True)
        for index, key in enumerate(KEYS[bottleneck])
    }
    return {"latents": torch.ones(2, 3), **values, "post": torch.zeros(())}


def weights_of(module: nn.Module) -> dict[str, float]:
    return {name: value for name, value in vars(module).items() if name.endswith("_weight")}


# --- what it is made of


@every_type
def test_it_says_what_the_list_of_modules_says(bottleneck: BottleneckType) -> None:
    info = info_for(bottleneck)
    expected_total, expected = MultiLoss(create_loss_modules_from_bottleneck(bottleneck))(info)
    module = create_bottleneck_loss(bottleneck)
    total, losses = module(info)
    assert type(module).__name__ == f"{bottleneck.value}Loss"
    assert list(losses) == list(expected) == NAMES[bottleneck]
    for name, value in losses.items():
        assert torch.equal(value, expected[name])
    assert torch.equal(total, expected_total)
    assert {(each.shape, each.dtype) for each in (total, *losses.values())} == {
        (torch.Size(()), torch.float32)
    }


def test_weights_come_from_the_config() -> None:
    module = create_bottleneck_loss("dac_rvq_vae", CONFIG)
    assert weights_of(module) == {
        "kl_weight": torch.tensor(1e-4).item(),
        "codebook_weight": 0.5,
        "commitment_weight": 3.0,
    }
    _, losses = module(info_for(THREE))
    assert [loss.item() for loss in losses.values()] == [
        (torch.tensor(1e-4) * 1.5).item(),
        0.5 * 2.5,
        3 * 3.5,
    ]


@pytest.mark.parametrize("kind", [dict, AutoencoderLossConfig.model_validate])
def test_it_takes_what_the_list_of_modules_takes(kind: Callable[[object], Any]) -> None:
    class VAEBottleneck(nn.Module):
        pass

    class Mine(nn.Module):
        pass

    config = kind({"bottleneck": {"weights": {"kl": 0.5}}})
    for bottleneck in ("vae", "VAEBottleneck", BottleneckType.VAE, VAEBottleneck, VAEBottleneck()):
        assert create_bottleneck_loss(bottleneck, config)(info_for(BottleneckType.VAE))[0] == 0.75
    module = create_bottleneck_loss(Mine(), config, bottleneck_type="vae")
    assert weights_of(module) == {"kl_weight": 0.5}
    module = create_bottleneck_loss(
        "vae", {"sisdr": {"weight": 1}}, foreign_sections=["sisdr"], missing="skip"
    )
    assert (weights_of(module), module.missing) == (
        {"kl_weight": torch.tensor(1e-6).item()},
        "skip",
    )


def test_it_refuses_what_the_list_of_modules_refuses() -> None:
    with pytest.raises(LossConfigError, match="did you mean 'kl'"):
        create_bottleneck_loss("vae", {"bottleneck": {"weights": {"k1": 1}}})
    with pytest.raises(UnknownBottleneckError, match="did you mean"):
        create_bottleneck_loss("vaee")
    make: Callable[..., BottleneckLoss] = create_bottleneck_loss
    with pytest.raises(ValueError, match=r"^missing: expected 'error' or 'skip', not the string"):
        make("vae", missing="ignore")


def test_a_warning_points_at_the_callers_line() -> None:
    config = {"bottleneck": {"weights": {"mmd": 50}}}
    with pytest.warns(UnusedWeightWarning, match=r"bottleneck\.weights\.mmd is 50\.0") as caught:
        create_bottleneck_loss("vae", config)
    [warning] = caught
    assert warning.filename == __file__


@pytest.mark.parametrize(
    ("weight", "error", "message"),
    [
        ("1e-4", TypeError, 'kl_weight: expected a number, not the string "1e-4"'),
        (True, TypeError, "kl_weight: expected a number, not true"),
        (math.nan, ValueError, "kl_weight: expected a finite number, not nan"),
        (1e39, ValueError, "kl_weight: 1e+39 is too large for float32"),
    ],
)
def test_a_weight_is_checked_without_a_config_too(
    weight: object, error: type[Exception], message: str
) -> None:
    make: Callable[..., BottleneckLoss] = type(create_bottleneck_loss("vae"))
    with pytest.raises(error) as refusal:
        make(kl_weight=weight)
    assert str(refusal.value) == message


def test_what_print_shows_of_a_bottlenecks_module() -> None:
    assert repr(create_bottleneck_loss("dac_rvq_vae", CONFIG)) == (
        "DACRVQVAEBottleneckLoss(kl_weight=0.0001, codebook_weight=0.5, "
        "commitment_weight=3.0, missing='error')"
    )
    assert repr(create_bottleneck_loss("tanh")) == "TanhBottleneckLoss(missing='error')"


# --- checkpoints


class Trainer(nn.Module):
    """As much of a trainer as a checkpoint sees."""

    def __init__(self) -> None:
        super().__init__()
        self.model = nn.Linear(1, 1)
        self.losses_gen = create_bottleneck_loss(THREE, CONFIG)


def test_an_averaged_copy_has_the_weights_and_averages_the_model() -> None:
    trainer = Trainer()
    averaged = AveragedModel(trainer, avg_fn=lambda old, new, _: (old + new) / 2, use_buffers=True)
    averaged.update_parameters(trainer)
    before = trainer.model.weight.detach().clone()
    with torch.no_grad():
        trainer.model.weight.add_(1.0)
    averaged.update_parameters(trainer)
    assert torch.allclose(averaged.module.model.weight, before + 0.5)
    assert repr(averaged.module.losses_gen) == repr(trainer.losses_gen)


def test_what_we_advise_to_store_comes_back_with_default_arguments() -> None:
    config = AutoencoderLossConfig.model_validate(CONFIG)
    trainer = Trainer()
    buffer = io.BytesIO()
    checkpoint = {
        "state_dict": trainer.state_dict(),
        "loss_config": config.model_dump(),
        "schema_version": SCHEMA_VERSION,
        "schema_sha256": SCHEMA_SHA256,
    }
    torch.save(checkpoint, buffer)
    buffer.seek(0)
    loaded = torch.load(buffer)
    assert (loaded["schema_version"], loaded["schema_sha256"]) == (SCHEMA_VERSION, SCHEMA_SHA256)
    assert AutoencoderLossConfig.model_validate(loaded["loss_config"]) == config
    trainer.load_state_dict(loaded["state_dict"], strict=True)
    again = create_bottleneck_loss(THREE, loaded["loss_config"])
    assert repr(again) == repr(trainer.losses_gen)


# --- losses of a trainer's own beside it


class Spread(nn.Module):
    """A loss of the trainer's own: any module with a name that maps info to a value."""

    name = "spread_loss"

    def forward(self, info: Info) -> Tensor:
        return info["latents"].var()


def test_own_losses_mix_in() -> None:
    bottleneck_loss = create_bottleneck_loss("vae", {"bottleneck": {"weights": {"kl": 0.5}}})
    own = MultiLoss([Spread(), ValueLoss("loss_adv", "adversarial_loss", 0.1)])
    latents = torch.tensor([1.0, 3.0], requires_grad=True)
    info = {"latents": latents, "kl": (latents**2).mean(), "loss_adv": torch.tensor(2.0)}
    own_total, own_losses = own(info)
    total, losses = bottleneck_loss(info)
    (own_total + total).backward()
    assert list(own_losses | losses) == ["spread_loss", "adversarial_loss", "kl_loss"]
    assert latents.grad is not None
    assert latents.grad.tolist() == [-2 + 0.5, 2 + 1.5]
