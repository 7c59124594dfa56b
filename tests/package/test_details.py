"""What a step shows of its losses: values before they are weighted, and which of them are bad."""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Callable, Iterator
from typing import Any

import pytest
import torch
from torch import Tensor, nn
from torch._dynamo.utils import counters
from torch.utils._python_dispatch import TorchDispatchMode

from support.under_test import (
    LossDetails,
    MissingLossValueError,
    MultiLoss,
    ValueLoss,
    create_bottleneck_loss,
    create_loss_modules_from_bottleneck,
    create_objective,
    non_finite,
)

Info = dict[str, Tensor]
Module = Any
"""Each has `detailed`; they have no class in common that says so."""

KEYS = ("kl", "vq/codebook_loss", "vq/commitment_loss")
NAMES = ("kl_loss", "codebook_loss", "commitment_loss")
WEIGHTS = {"bottleneck": {"weights": {"kl": 1e-4, "codebook": 0.0, "commitment": 0.25}}}
CONFIG = {
    **WEIGHTS,
    "spectral": {
        "config": {"fft_sizes": [64], "hop_sizes": [16], "win_lengths": [64]},
        "weights": {"mrstft": 2.0},
    },
    "time": {"weights": {"l1": 0.5, "l2": 0.0}},
    "reconstruction": {"type": "l2", "weight": 0.0},
    "adversarial": {"type": "hinge", "weight": 0.1},
}


def values_of_bottleneck(dtype: torch.dtype = torch.float32) -> Info:
    return {
        key: torch.tensor(1.5 + index, dtype=dtype, requires_grad=True)
        for index, key in enumerate(KEYS)
    }


def objective() -> Any:
    return create_objective(
        "dac_rvq_vae", CONFIG, trainer="loss-factory", channels=2, sample_rate=44100
    )


def listed(missing: Any = "error") -> Module:
    return MultiLoss(create_loss_modules_from_bottleneck("dac_rvq_vae", WEIGHTS), missing)


def generated(missing: Any = "error") -> Module:
    return create_bottleneck_loss("dac_rvq_vae", WEIGHTS, missing=missing)


def generator() -> Module:
    return objective().generator


def discriminator() -> Module:
    return objective().discriminator


MAKERS: tuple[Callable[[], Module], ...] = (listed, generated, generator, discriminator)
of_each = pytest.mark.parametrize("make", MAKERS, ids=lambda make: make.__name__)
of_bottlenecks = pytest.mark.parametrize("make", [listed, generated])


def whole_info() -> Info:
    """What all of them read, and an autoencoder that all of it came from."""
    seeded = torch.Generator().manual_seed(0)
    reals, decoded = torch.randn(2, 2, 2, 256, generator=seeded)
    signals = objective().signals(reals, decoded.requires_grad_())
    said = {"loss_adv": torch.tensor(2.0), "loss_dis": torch.tensor(3.0, requires_grad=True)}
    return {**values_of_bottleneck(), **signals, **said}


class Operations(TorchDispatchMode):
    """Counts what the block below asks torch for."""

    def __init__(self) -> None:
        super().__init__()
        self.counts: Counter[str] = Counter()

    def __torch_dispatch__(
        self, func: Any, types: Any, args: Any = (), kwargs: Any = None
    ) -> object:
        self.counts[str(func)] += 1
        return func(*args, **(kwargs or {}))


@of_each
def test_total_and_losses_are_those_of_a_call(make: Callable[[], Module]) -> None:
    module, info = make(), whole_info()
    total, losses = module(info)
    details = module.detailed(info)
    assert type(details) is LossDetails
    assert torch.equal(details.total, total)
    assert [*details.losses] == [*details.values] == [*losses]
    assert all(torch.equal(details.losses[name], losses[name]) for name in losses)


@of_each
def test_a_loss_is_its_value_times_its_weight(make: Callable[[], Module]) -> None:
    """Also if the weight is 0, and without an operation more than in a call."""
    module, info = make(), whole_info()
    weights = {loss.name: loss.weight for loss in objective().plan.losses}
    with Operations() as called:
        module(info)
    with Operations() as detailed:
        _, losses, values = module.detailed(info)
    assert detailed.counts == called.counts
    for name, value in values.items():
        assert (value.shape, value.dtype) == ((), torch.float32)
        assert value.item() != 0
        assert torch.equal(losses[name], value * torch.tensor(weights[name]))


def test_each_loss_is_computed_once() -> None:
    """What is worth a module of its own, that is: the spectra."""
    module, calls = generator(), []
    computed = [
        each.term
        for each in module.children()
        if isinstance(getattr(each, "term", None), nn.Module)
    ]
    assert len(computed) == 2  # others are functions
    for term in {*computed}:
        term.register_forward_hook(lambda *_: calls.append(1))
    module.detailed(whole_info())
    assert len(calls) == len(computed)


def test_values_are_what_was_compared() -> None:
    info = whole_info()
    values = generator().detailed(info).values
    difference = info["reals"] - info["decoded"]
    assert torch.equal(values["l1_time_loss"], difference.abs().mean())
    assert torch.equal(values["reconstruction_loss"], difference.square().mean())
    assert values["kl_loss"] is info["kl"]
    assert generator().losses[0].weight == 0.0


@of_each
def test_the_gradients_are_those_of_a_call(make: Callable[[], Module]) -> None:
    module, gradients = make(), []
    for compute in (module, module.detailed):
        info = whole_info()
        compute(info)[0].backward()
        leaves = [*info.values()]
        gradients.append([each.grad for each in leaves if each.is_leaf and each.grad is not None])
    assert gradients[0]
    assert all(map(torch.equal, *gradients))


@of_bottlenecks
@pytest.mark.parametrize("dtype", [torch.float16, torch.bfloat16, torch.float32, torch.float64])
def test_values_are_as_wide_as_losses(make: Callable[[], Module], dtype: torch.dtype) -> None:
    _, losses, values = make().detailed(values_of_bottleneck(dtype))
    assert [each.dtype for each in values.values()] == [each.dtype for each in losses.values()]
    assert [each.item() for each in values.values()] == [1.5, 2.5, 3.5]


@of_bottlenecks
def test_what_is_missing_is_missing_in_both(make: Callable[..., Module]) -> None:
    info = values_of_bottleneck()
    del info["vq/codebook_loss"]
    with pytest.raises(MissingLossValueError, match="'codebook_loss' needs"):
        make().detailed(info)
    _, losses, values = make("skip").detailed(info)
    assert [*losses] == [*values] == ["kl_loss", "commitment_loss"]


def test_what_a_loss_of_others_multiplies_only_it_knows() -> None:
    class Foreign(nn.Module):
        name = "mine"

        def forward(self, info: Info) -> Tensor:
            return info["kl"] * 3

    module = MultiLoss([Foreign(), ValueLoss("kl", "kl_loss", 0.5)])
    total, losses, values = module.detailed({"kl": torch.tensor(2.0)})
    assert (total.item(), [*losses]) == (7.0, ["mine", "kl_loss"])
    assert values == {"kl_loss": torch.tensor(2.0)}


def test_the_value_of_one_loss() -> None:
    loss = ValueLoss("kl", "kl_loss", 0.0)
    info = {"kl": torch.tensor(2.0, dtype=torch.float16)}
    assert (loss(info).item(), loss.value(info).item()) == (0.0, 2.0)
    assert loss.value(info).dtype == torch.float32


@pytest.fixture
def _fresh_compiler() -> Iterator[None]:
    torch._dynamo.reset()
    counters.clear()
    yield
    torch._dynamo.reset()
    counters.clear()


@pytest.mark.filterwarnings("ignore:.*should not be instantiated:DeprecationWarning")  # dynamo's
@pytest.mark.usefixtures("_fresh_compiler")
@of_each
def test_it_compiles_into_one_graph(make: Callable[[], Module]) -> None:
    module = make()
    compiled = torch.compile(module.detailed, fullgraph=True, backend="aot_eager")
    for _ in range(3):
        info = whole_info()
        found, expected = compiled(info), module.detailed(info)
        assert type(found) is LossDetails
        assert torch.equal(found.total, expected.total)
        for some, others in ((found.losses, expected.losses), (found.values, expected.values)):
            assert [*some] == [*others]
            assert all(torch.equal(some[name], others[name]) for name in others)
        found.total.backward()
    assert counters["stats"]["unique_graphs"] == 1
    assert not counters["graph_break"]


# --- non_finite


def test_losses_that_are_no_finite_numbers_are_named_in_order() -> None:
    losses: dict[str, Tensor | float] = {
        "nan": torch.tensor(math.nan, requires_grad=True),
        "large": torch.tensor(3e38),
        "half": torch.tensor(math.inf, dtype=torch.float16),
        "wide": torch.tensor(1e300, dtype=torch.float64),
        "negative": torch.tensor(-math.inf, dtype=torch.bfloat16),
        "integer": torch.tensor(3),
        "number": 2.5,
        "no number": math.nan,
    }
    assert non_finite(losses) == ["nan", "half", "negative", "no number"]
    assert non_finite({name: losses[name] for name in ("large", "wide", "number")}) == []
    assert non_finite({}) == []


def test_it_asks_once_however_many_there_are() -> None:
    """What is asked for each loss stays on the device."""
    losses = {str(index): torch.tensor(float(index)) for index in range(20)}
    with Operations() as operations:
        non_finite(losses)
    for_each = {name for name, count in operations.counts.items() if count >= len(losses)}
    assert for_each <= {"aten.detach.default"}
    assert operations.counts["aten._local_scalar_dense.default"] <= 1


def test_a_product_with_0_may_be_bad_and_a_value_too() -> None:
    info = values_of_bottleneck() | {"vq/codebook_loss": torch.tensor(math.inf)}
    total, losses, values = generated().detailed(info)
    assert non_finite(losses) == non_finite(values) == ["codebook_loss"]
    assert non_finite({"total": total}) == ["total"]


@pytest.mark.parametrize(
    ("losses", "error", "message"),
    [
        ([1.0], TypeError, "losses: expected a mapping of names to tensors, not an array"),
        (
            {"kl_loss": "1"},
            TypeError,
            "losses['kl_loss']: expected a tensor without dimensions, not the string \"1\"",
        ),
        (
            {"kl_loss": torch.ones(2)},
            ValueError,
            "losses['kl_loss']: expected a tensor without dimensions, not one of shape (2,)",
        ),
    ],
    ids=["a list", "a string", "dimensions"],
)
def test_what_holds_no_losses_is_refused(losses: Any, error: type[Exception], message: str) -> None:
    with pytest.raises(error, match=f"^{re.escape(message)}$"):
        non_finite(losses)


def test_numbers_that_another_dtype_can_not_hold_are_finite() -> None:
    losses = {
        "number": 1e39,
        "integer": 10**40,
        "count": torch.tensor(100_000),
        "half": torch.tensor(1.0, dtype=torch.float16),
        "bad": torch.tensor(float("nan"), dtype=torch.float16),
        "worse": float("inf"),
    }
    assert non_finite(losses) == ["bad", "worse"]
