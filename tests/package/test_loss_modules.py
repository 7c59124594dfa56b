"""What trainers can rely on, whatever they sum with: a list of losses, or a bottleneck's module."""

from __future__ import annotations

import copy
import io
import pickle
import warnings
from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import pytest
import torch
from torch import Tensor, nn
from torch._dynamo.utils import counters
from torch.utils._python_dispatch import TorchDispatchMode

from support.documents import ALL_BOTTLENECK_WEIGHTS
from support.under_test import (
    BottleneckType,
    MissingLossValueError,
    MultiLoss,
    UnusedWeightWarning,
    ValueLoss,
    create_bottleneck_loss,
    plan_losses,
)

Info = dict[str, Tensor]


@dataclass(frozen=True)
class Kind:
    """A module that sums losses: the keys that it reads, the names of its losses, their weights.

    `make` takes the word for `missing`, and a number that takes the place of each weight.
    """

    name: str
    make: Callable[[str, float | None], nn.Module]
    keys: tuple[str, ...]
    names: tuple[str, ...]
    weights: tuple[float, ...]

    def __call__(self, missing: str = "error", weight: float | None = None) -> nn.Module:
        return self.make(missing, weight)

    def info(self, dtype: torch.dtype = torch.float32) -> Info:
        """A value for each loss, and more that no loss asks for."""
        values = {
            key: torch.tensor(1.5 + index, dtype=dtype, requires_grad=True)
            for index, key in enumerate(self.keys)
        }
        return {"latents": torch.ones(2, 3), **values, "post": torch.zeros(())}

    def renaming(self, key: str) -> str:
        """How a message says that a key may have another name."""
        if self.name.startswith("list"):
            return "make the loss with key=…, or the list of losses with keys="
        return f"make the losses with keys={{{key!r}: …}}"

    def without(self, key: str) -> Info:
        """The values without one of them."""
        return {name: value for name, value in self.info().items() if name != key}


def listed(*keys: str) -> Kind:
    """A list of losses, each with a weight of its own."""
    names = tuple(f"{key.rpartition('/')[2]}_value" for key in keys)
    weights = tuple(0.75**index for index in range(len(keys)))

    def make(missing: Any, weight: float | None) -> nn.Module:
        chosen = weights if weight is None else [weight] * len(keys)
        return MultiLoss(map(ValueLoss, keys, names, chosen), missing)

    return Kind(f"list of {len(keys)}", make, keys, names, weights)


def generated(bottleneck: BottleneckType) -> Kind:
    """The module that is written out for a bottleneck type."""

    def make(missing: Any, weight: float | None) -> nn.Module:
        weights = dict.fromkeys(ALL_BOTTLENECK_WEIGHTS, weight)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", UnusedWeightWarning)
            return create_bottleneck_loss(
                bottleneck, {"bottleneck": {"weights": weights}}, missing=missing
            )

    losses = plan_losses(bottleneck).losses
    return Kind(
        bottleneck.name,
        make,
        tuple(loss.key for loss in losses),
        tuple(loss.name for loss in losses),
        tuple(torch.tensor(loss.weight).item() for loss in losses),
    )


LIST = listed("kl", "vq/codebook_loss", "vq/commitment_loss")
THREE = generated(BottleneckType.DAC_RVQ_VAE)
KINDS = [listed(), listed("kl"), LIST, *map(generated, BottleneckType)]
WITH_LOSSES = [kind for kind in KINDS if kind.keys]
WITHOUT_LOSSES = [kind for kind in KINDS if not kind.keys]

of_every_kind = pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.name)
with_losses = pytest.mark.parametrize("kind", WITH_LOSSES, ids=lambda kind: kind.name)
of_three = pytest.mark.parametrize("kind", [LIST, THREE], ids=lambda kind: kind.name)
either_way = pytest.mark.parametrize("missing", ["error", "skip"])


# --- the forward pass


@of_every_kind
@either_way
def test_info_stays_as_it_is(kind: Kind, missing: str) -> None:
    info = kind.info()
    tensors = dict(info)
    before = {key: value.detach().clone() for key, value in info.items()}
    kind(missing)(info)[0].detach().add_(1000.0)
    assert list(info) == list(before)
    for key, value in info.items():
        assert value is tensors[key]
        assert torch.equal(value, before[key])


@with_losses
@pytest.mark.parametrize("weight", [1.0, 0.5], ids=["that could be left out", "other"])
def test_the_total_is_no_alias(kind: Kind, weight: float) -> None:
    info = {key: value.detach() for key, value in kind.info().items()}
    before = {key: value.clone() for key, value in info.items()}
    total, losses = kind(weight=weight)(info)
    entries = {name: loss.clone() for name, loss in losses.items()}
    total.add_(1000.0)
    for name, loss in losses.items():
        assert torch.equal(loss, entries[name])
    for key, value in info.items():
        assert torch.equal(value, before[key])


@with_losses
def test_two_forwards_before_one_backward(kind: Kind) -> None:
    module = kind()
    info = kind.info()
    (module(info)[0] + module(info)[0]).backward()
    gradients = [info[key].grad for key in kind.keys]
    assert [each.item() for each in gradients if each is not None] == [
        2 * weight for weight in kind.weights
    ]


@with_losses
def test_steps_change_nothing(kind: Kind) -> None:
    module = kind()
    first = module(kind.info())[0].item()
    for mode in (True, False, True):
        module.train(mode)
        assert module(kind.info())[0].item() == first


@pytest.mark.parametrize("kind", WITHOUT_LOSSES, ids=lambda kind: kind.name)
def test_a_total_of_nothing_can_be_added_and_trained(kind: Kind) -> None:
    total, losses = kind()(kind.info())
    assert (total.shape, total.dtype, total.item(), losses) == ((), torch.float32, 0.0, {})
    assert not total.requires_grad
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
@with_losses
def test_half_precision_is_weighed_and_summed_in_float32(
    kind: Kind, dtype: torch.dtype, expected: torch.dtype
) -> None:
    total, losses = kind()(kind.info(dtype))
    assert {(each.dtype, each.shape) for each in (total, *losses.values())} == {(expected, ())}


@with_losses
@either_way
def test_a_value_with_dimensions_is_refused(kind: Kind, missing: str) -> None:
    for key, name in zip(kind.keys, kind.names, strict=True):
        with pytest.raises(ValueError, match="expected a tensor") as refusal:
            kind(missing)(kind.info() | {key: torch.ones(2)})
        assert str(refusal.value) == (
            f"info[{key!r}]: expected a tensor without dimensions for loss {name!r}, not one of "
            "shape (2,); reduce it first, with .mean() say"
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


@of_every_kind
@either_way
def test_nothing_waits_for_the_device(kind: Kind, missing: str) -> None:
    """Reading a value on the host is what makes a GPU's queue run dry."""
    info = kind.info()
    with Counted() as counted:
        total, _ = kind(missing)(info)
        if kind.keys:
            total.backward()
    assert counted.operations["aten._local_scalar_dense.default"] == 0
    assert counted.operations["aten.mul.Tensor"] == 2 * len(kind.keys)  # once more in backward
    with counted:
        total.item()
    assert counted.operations["aten._local_scalar_dense.default"] == 1


# --- values that are missing

REASON = (
    "Bottlenecks leave a value out when they don't compute it: in eval mode, when encoding without "
    "return_info, or with quantize_on_decode. Where that is meant, make the loss module with "
    "missing='skip'"
)


@with_losses
def test_a_missing_value_is_an_error_that_says_what_is_there(kind: Kind) -> None:
    for key, name in zip(kind.keys, kind.names, strict=True):
        info = kind.without(key)
        with pytest.raises(MissingLossValueError) as refusal:
            kind()(info)
        error = refusal.value
        assert (error.name, error.key, error.keys) == (name, key, tuple(info))
        there = ", ".join(map(repr, info))
        assert str(error) == (
            f"loss {name!r} needs info[{key!r}], but info has no such key; it has {there}. "
            f"If one of these is it, {kind.renaming(key)}. {REASON}"
        )
        assert not isinstance(error, KeyError)


@with_losses
def test_skip_leaves_out_what_is_missing(kind: Kind) -> None:
    module = kind("skip")
    everything = module(kind.info())[1]
    assert list(everything) == list(kind.names)
    for key, name in zip(kind.keys, kind.names, strict=True):
        total, losses = module(kind.without(key))
        assert list(losses) == [each for each in kind.names if each != name]
        assert torch.equal(total, sum((everything[each] for each in losses), torch.zeros(())))
    total, losses = module({})
    assert (total.shape, total.item(), losses) == ((), 0.0, {})


@with_losses
def test_info_that_makes_up_values_is_not_asked_for_them(kind: Kind) -> None:
    info: defaultdict[str, Tensor] = defaultdict(lambda: torch.tensor(1.0))
    with pytest.raises(MissingLossValueError):
        kind()(info)
    assert kind("skip")(info)[1] == {}
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
    "requires_grad_": lambda module: module.requires_grad_(False),
}


@with_losses
@pytest.mark.parametrize("cast", CASTS.values(), ids=CASTS)
def test_casts_leave_weights_alone(kind: Kind, cast: Callable[[nn.Module], nn.Module]) -> None:
    expected_total, expected = kind()(kind.info())
    total, losses = cast(kind())(kind.info())
    assert (total.dtype, total.item()) == (torch.float32, expected_total.item())
    assert [loss.item() for loss in losses.values()] == [loss.item() for loss in expected.values()]


@of_every_kind
def test_made_on_the_meta_device_it_has_its_weights(kind: Kind) -> None:
    with torch.device("meta"):
        module = kind()
    assert torch.equal(module(kind.info())[0], kind()(kind.info())[0])


@with_losses
def test_values_on_the_meta_device_stay_there(kind: Kind) -> None:
    info = {key: value.to("meta") for key, value in kind.info().items()}
    total, losses = kind()(info)
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
OLD = {f"losses.{index}.weight": torch.tensor(index + 7.0) for index in range(12)}
"""What hand-written losses left in checkpoints, in the place of such a module."""


@of_every_kind
@pytest.mark.parametrize("copied", COPIES.values(), ids=COPIES)
@either_way
def test_copies_are_as_good(
    kind: Kind, copied: Callable[[nn.Module], nn.Module], missing: str
) -> None:
    module = kind(missing)
    again = copied(module)
    assert repr(again) == repr(module)
    assert again.missing == missing
    assert torch.equal(again(kind.info())[0], module(kind.info())[0])
    assert list(again(kind.info())[1]) == list(kind.names)
    again.load_state_dict(OLD, strict=True)


@of_every_kind
def test_there_is_no_state(kind: Kind) -> None:
    module = kind()
    assert module.state_dict() == {}
    assert [*module.parameters(), *module.buffers()] == []
    module.load_state_dict({}, strict=True)


@of_every_kind
def test_an_old_checkpoint_loads_and_changes_nothing(kind: Kind) -> None:
    trainer = nn.ModuleDict({"losses_gen": kind(), "model": nn.Linear(1, 1)})
    before = trainer["losses_gen"](kind.info())[0]
    old = {f"losses_gen.{name}": value for name, value in OLD.items()}
    trainer.load_state_dict({**trainer.state_dict(), **old}, strict=True)
    assert set(trainer.state_dict()) == {"model.weight", "model.bias"}
    assert torch.equal(trainer["losses_gen"](kind.info())[0], before)


@of_every_kind
@pytest.mark.parametrize(
    "key", ["losses.3.bias", "losses.x.weight", "losses.0", "weight", "lossesweight"]
)
def test_other_keys_of_a_checkpoint_are_still_unexpected(kind: Kind, key: str) -> None:
    with pytest.raises(RuntimeError, match="Unexpected key"):
        kind().load_state_dict({key: torch.tensor(1.0)}, strict=True)


# --- torch.compile


@pytest.fixture
def _fresh_compiler() -> Iterator[None]:
    torch._dynamo.reset()
    counters.clear()
    yield
    torch._dynamo.reset()
    counters.clear()


@pytest.mark.usefixtures("_fresh_compiler")
@of_every_kind
@either_way
def test_it_compiles_once_for_twenty_steps(kind: Kind, missing: str) -> None:
    module = kind(missing)
    compiled = torch.compile(module, fullgraph=True, backend="aot_eager")
    for step in range(20):
        info = {
            key: torch.tensor(3.0 * step + index, requires_grad=True)
            for index, key in enumerate(kind.keys)
        }
        total, losses = compiled(info)
        expected_total, expected = module(info)
        assert list(losses) == list(kind.names)
        assert torch.equal(total, expected_total)
        assert all(torch.equal(losses[name], expected[name]) for name in losses)
        if losses:
            total.backward()
        gradients = [value.grad for value in info.values()]
        assert [each.item() for each in gradients if each is not None] == list(kind.weights)
    assert counters["stats"]["unique_graphs"] == 1
    assert not counters["graph_break"]


@pytest.mark.usefixtures("_fresh_compiler")
@of_three
def test_what_is_skipped_breaks_no_graph(kind: Kind) -> None:
    compiled = torch.compile(kind("skip"), fullgraph=True, backend="eager")
    info = kind.without("vq/codebook_loss")
    total, losses = compiled(info)
    assert list(losses) == [kind.names[0], kind.names[2]]
    assert total.item() == kind("skip")(info)[0].item()
    assert not counters["graph_break"]
