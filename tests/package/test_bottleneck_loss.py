"""The modules that are written out for each bottleneck type: what trainers can rely on."""

from __future__ import annotations

import copy
import io
import math
import pickle
from collections import defaultdict
from collections.abc import Callable, Iterator
from typing import Any

import pytest
import torch
from torch import Tensor, nn
from torch._dynamo.utils import counters
from torch.optim.swa_utils import AveragedModel
from torch.utils._python_dispatch import TorchDispatchMode

from support.documents import ALL_BOTTLENECK_WEIGHTS
from support.under_test import (
    SCHEMA_SHA256,
    SCHEMA_VERSION,
    AutoencoderLossConfig,
    BottleneckLoss,
    BottleneckType,
    LossConfigError,
    MissingLossValueError,
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
WITH_LOSSES = [each for each in BottleneckType if KEYS[each]]
WITHOUT_LOSSES = [each for each in BottleneckType if not KEYS[each]]
THREE = BottleneckType.DAC_RVQ_VAE
CONFIG = {"bottleneck": {"weights": {"kl": 1e-4, "codebook": 0.5, "commitment": 3}}}

every_type = pytest.mark.parametrize("bottleneck", BottleneckType, ids=lambda each: each.name)
every_type_with_losses = pytest.mark.parametrize(
    "bottleneck", WITH_LOSSES, ids=lambda each: each.name
)


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


def test_what_print_shows() -> None:
    assert repr(create_bottleneck_loss("dac_rvq_vae", CONFIG)) == (
        "DACRVQVAEBottleneckLoss(kl_weight=0.0001, codebook_weight=0.5, "
        "commitment_weight=3.0, missing='error')"
    )
    assert repr(create_bottleneck_loss("tanh")) == "TanhBottleneckLoss(missing='error')"


# --- the forward pass


@every_type
@pytest.mark.parametrize("missing", ["error", "skip"])
def test_info_stays_as_it_is(bottleneck: BottleneckType, missing: Any) -> None:
    info = info_for(bottleneck)
    tensors = dict(info)
    before = {key: value.detach().clone() for key, value in info.items()}
    create_bottleneck_loss(bottleneck, missing=missing)(info)[0].detach().add_(1000.0)
    assert list(info) == list(before)
    for key, value in info.items():
        assert value is tensors[key]
        assert torch.equal(value, before[key])


@every_type_with_losses
def test_the_total_is_no_alias(bottleneck: BottleneckType) -> None:
    info = {key: value.detach() for key, value in info_for(bottleneck).items()}
    before = {key: value.clone() for key, value in info.items()}
    weights = dict.fromkeys(ALL_BOTTLENECK_WEIGHTS, 1.0)
    with pytest.warns(UnusedWeightWarning):  # a weight of 1 could be a factor that is left out
        module = create_bottleneck_loss(bottleneck, {"bottleneck": {"weights": weights}})
    total, losses = module(info)
    entries = {name: loss.clone() for name, loss in losses.items()}
    total.add_(1000.0)
    for name, loss in losses.items():
        assert torch.equal(loss, entries[name])
    for key, value in info.items():
        assert torch.equal(value, before[key])


@every_type_with_losses
def test_two_forwards_before_one_backward(bottleneck: BottleneckType) -> None:
    module = create_bottleneck_loss(bottleneck)
    info = info_for(bottleneck)
    (module(info)[0] + module(info)[0]).backward()
    gradients = [info[key].grad for key in KEYS[bottleneck]]
    assert [each.item() for each in gradients if each is not None] == [
        2 * weight for weight in weights_of(module).values()
    ]


def test_steps_change_nothing() -> None:
    module = create_bottleneck_loss(THREE)
    first = module(info_for(THREE))[0].item()
    for mode in (True, False, True):
        module.train(mode)
        assert module(info_for(THREE))[0].item() == first


@pytest.mark.parametrize("bottleneck", WITHOUT_LOSSES, ids=lambda each: each.name)
def test_a_total_of_nothing_can_be_added_and_trained(bottleneck: BottleneckType) -> None:
    total, losses = create_bottleneck_loss(bottleneck)(info_for(bottleneck))
    assert (total.shape, total.dtype, total.item(), losses) == ((), torch.float32, 0.0, {})
    x = torch.tensor(3.0, requires_grad=True)
    (x * x + total).backward()
    assert x.grad is not None
    assert x.grad.item() == 6.0


@pytest.mark.parametrize(
    ("dtype", "expected"),
    [
        (torch.float16, torch.float32),
        (torch.bfloat16, torch.float32),
        (torch.float32, torch.float32),
        (torch.float64, torch.float64),
    ],
)
@every_type_with_losses
def test_half_precision_is_weighed_and_summed_in_float32(
    bottleneck: BottleneckType, dtype: torch.dtype, expected: torch.dtype
) -> None:
    total, losses = create_bottleneck_loss(bottleneck)(info_for(bottleneck, dtype))
    assert {each.dtype for each in (total, *losses.values())} == {expected}


def test_a_value_with_dimensions_is_refused() -> None:
    info = info_for(THREE) | {"vq/codebook_loss": torch.ones(2)}
    for missing in ("error", "skip"):
        make: Callable[..., BottleneckLoss] = create_bottleneck_loss
        with pytest.raises(ValueError, match="expected a tensor") as refusal:
            make(THREE, missing=missing)(info)
        assert str(refusal.value) == (
            "info['vq/codebook_loss']: expected a tensor without dimensions for loss "
            "'codebook_loss', not one of shape (2,); reduce it first, with .mean() say"
        )


class Counted(TorchDispatchMode):
    """Counts the operations that the modules below ask torch for."""

    def __init__(self) -> None:
        super().__init__()
        self.operations: dict[str, int] = defaultdict(int)

    def __torch_dispatch__(
        self, func: Any, types: Any, args: Any = (), kwargs: Any = None
    ) -> object:
        self.operations[str(func)] += 1
        return func(*args, **(kwargs or {}))


@every_type
@pytest.mark.parametrize("missing", ["error", "skip"])
def test_nothing_waits_for_the_device(bottleneck: BottleneckType, missing: Any) -> None:
    """Reading a value on the host is what makes a GPU's queue run dry."""
    info = info_for(bottleneck)
    with Counted() as counted:
        module = create_bottleneck_loss(bottleneck, missing=missing)
        total, _ = module(info)
        if KEYS[bottleneck]:
            total.backward()
    assert counted.operations["aten._local_scalar_dense.default"] == 0
    forward = {"aten.mul.Tensor": 2 * len(KEYS[bottleneck])}  # each once more in backward
    assert {name: counted.operations[name] for name in forward} == forward
    with counted:
        total.item()
    assert counted.operations["aten._local_scalar_dense.default"] == 1


# --- values that are missing


@every_type_with_losses
def test_a_missing_value_is_an_error_that_says_what_is_there(bottleneck: BottleneckType) -> None:
    module = create_bottleneck_loss(bottleneck)
    for key, name in zip(KEYS[bottleneck], NAMES[bottleneck], strict=True):
        info = info_for(bottleneck)
        del info[key]
        with pytest.raises(MissingLossValueError) as refusal:
            module(info)
        error = refusal.value
        assert (error.name, error.key, error.keys) == (name, key, tuple(info))
        assert "missing='skip'" in str(error)
        assert not isinstance(error, KeyError)


@every_type_with_losses
def test_skip_leaves_out_what_is_missing(bottleneck: BottleneckType) -> None:
    module = create_bottleneck_loss(bottleneck, missing="skip")
    everything = module(info_for(bottleneck))[1]
    assert list(everything) == NAMES[bottleneck]
    for key, name in zip(KEYS[bottleneck], NAMES[bottleneck], strict=True):
        info = info_for(bottleneck)
        del info[key]
        total, losses = module(info)
        assert list(losses) == [each for each in NAMES[bottleneck] if each != name]
        assert torch.equal(total, sum((everything[each] for each in losses), torch.zeros(())))
    total, losses = module({})
    assert (total.shape, total.item(), losses) == ((), 0.0, {})


def test_info_that_makes_up_values_is_not_asked_for_them() -> None:
    info: defaultdict[str, Tensor] = defaultdict(lambda: torch.tensor(1.0))
    with pytest.raises(MissingLossValueError):
        create_bottleneck_loss("vae")(info)
    assert create_bottleneck_loss("vae", missing="skip")(info)[1] == {}
    assert info == {}


# --- casts and devices

CASTS: dict[str, Callable[[nn.Module], nn.Module]] = {
    "half": lambda module: module.half(),
    "bfloat16": lambda module: module.bfloat16(),
    "double": lambda module: module.double(),
    "to a device": lambda module: module.to("meta"),
    "to a dtype": lambda module: module.to(torch.float16),
    "to_empty": lambda module: module.to_empty(device="cpu"),
    "eval": lambda module: module.eval(),
}


@every_type_with_losses
@pytest.mark.parametrize("cast", CASTS.values(), ids=CASTS)
def test_casts_leave_weights_alone(
    bottleneck: BottleneckType, cast: Callable[[nn.Module], nn.Module]
) -> None:
    expected = create_bottleneck_loss(bottleneck)
    module = cast(create_bottleneck_loss(bottleneck))
    assert weights_of(module) == weights_of(expected)
    assert torch.equal(module(info_for(bottleneck))[0], expected(info_for(bottleneck))[0])


@every_type
def test_made_on_the_meta_device_it_has_its_weights(bottleneck: BottleneckType) -> None:
    with torch.device("meta"):
        module = create_bottleneck_loss(bottleneck)
    expected = create_bottleneck_loss(bottleneck)
    assert torch.equal(module(info_for(bottleneck))[0], expected(info_for(bottleneck))[0])


@every_type_with_losses
def test_values_on_the_meta_device_stay_there(bottleneck: BottleneckType) -> None:
    info = {key: value.to("meta") for key, value in info_for(bottleneck).items()}
    total, losses = create_bottleneck_loss(bottleneck)(info)
    assert {loss.device.type for loss in (total, *losses.values())} == {"meta"}


# --- copies and checkpoints


def through_torch_save(module: nn.Module) -> nn.Module:
    buffer = io.BytesIO()
    torch.save(module, buffer)
    buffer.seek(0)
    loaded: nn.Module = torch.load(buffer, weights_only=False)
    return loaded


COPIES: dict[str, Callable[[nn.Module], nn.Module]] = {
    "deepcopy": copy.deepcopy,
    "pickle": lambda module: pickle.loads(pickle.dumps(module)),
    "torch.save": through_torch_save,
}


@every_type
@pytest.mark.parametrize("copied", COPIES.values(), ids=COPIES)
@pytest.mark.parametrize("missing", ["error", "skip"])
def test_copies_are_as_good(
    bottleneck: BottleneckType, copied: Callable[[nn.Module], nn.Module], missing: Any
) -> None:
    module = create_bottleneck_loss(bottleneck, missing=missing)
    again = copied(module)
    assert repr(again) == repr(module)
    assert torch.equal(again(info_for(bottleneck))[0], module(info_for(bottleneck))[0])
    again.load_state_dict({"losses.0.weight": torch.tensor(7.0)}, strict=True)


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


@every_type
def test_there_is_no_state(bottleneck: BottleneckType) -> None:
    module = create_bottleneck_loss(bottleneck)
    assert module.state_dict() == {}
    assert [*module.parameters(), *module.buffers()] == []
    module.load_state_dict({}, strict=True)


def test_it_loads_what_a_list_of_hand_written_losses_left_in_its_place() -> None:
    trainer = Trainer()
    before = repr(trainer)
    old = {f"losses_gen.losses.{index}.weight": torch.tensor(7.0) for index in range(3)}
    trainer.load_state_dict({**trainer.state_dict(), **old}, strict=True)
    assert repr(trainer) == before


@pytest.mark.parametrize("key", ["losses.0.bias", "losses.x.weight", "losses.0", "weight"])
def test_other_keys_are_still_unexpected(key: str) -> None:
    with pytest.raises(RuntimeError, match="Unexpected key"):
        create_bottleneck_loss(THREE).load_state_dict({key: torch.tensor(1.0)}, strict=True)


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


# --- torch.compile


@pytest.fixture
def _fresh_compiler() -> Iterator[None]:
    torch._dynamo.reset()
    counters.clear()
    yield
    torch._dynamo.reset()
    counters.clear()


@pytest.mark.usefixtures("_fresh_compiler")
@every_type
@pytest.mark.parametrize("missing", ["error", "skip"])
@pytest.mark.parametrize("backend", ["eager", "aot_eager"])
def test_it_compiles_once_for_twenty_steps(
    bottleneck: BottleneckType, missing: Any, backend: str
) -> None:
    module = create_bottleneck_loss(bottleneck, missing=missing)
    compiled = torch.compile(module, fullgraph=True, backend=backend)
    for step in range(20):
        info = {
            key: torch.tensor(3.0 * step + index, requires_grad=True)
            for index, key in enumerate(KEYS[bottleneck])
        }
        total, losses = compiled(info)
        expected_total, expected = module(info)
        assert list(losses) == NAMES[bottleneck]
        assert torch.equal(total, expected_total)
        assert all(torch.equal(losses[name], expected[name]) for name in losses)
        if losses:
            total.backward()
        gradients = [value.grad for value in info.values()]
        assert [each.item() for each in gradients if each is not None] == [
            *weights_of(module).values()
        ]
    assert counters["stats"]["unique_graphs"] == 1
    assert not counters["graph_break"]


@pytest.mark.usefixtures("_fresh_compiler")
def test_what_is_skipped_breaks_no_graph() -> None:
    compiled = torch.compile(
        create_bottleneck_loss(THREE, missing="skip"), fullgraph=True, backend="eager"
    )
    info = info_for(THREE)
    del info["vq/codebook_loss"]
    assert list(compiled(info)[1]) == ["kl_loss", "commitment_loss"]
    assert not counters["graph_break"]


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
