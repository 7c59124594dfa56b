"""ValueLoss and MultiLoss: arguments, values, and a trainer's own losses beside them."""

from __future__ import annotations

import math
import pickle
from collections.abc import Callable, Iterator
from decimal import Decimal
from fractions import Fraction
from typing import Any

import numpy as np
import pytest
import torch
from torch import Tensor, nn
from torch._dynamo.utils import counters

from support.under_test import MissingLossValueError, MultiLoss, ValueLoss

Info = dict[str, Tensor]


def three() -> list[ValueLoss]:
    return [
        ValueLoss("kl", "kl_loss", 1e-4),
        ValueLoss("vq/codebook_loss", "codebook_loss", 1.0),
        ValueLoss("vq/commitment_loss", "commitment_loss", 0.25),
    ]


def three_values(dtype: torch.dtype = torch.float32) -> Info:
    return {
        "kl": torch.tensor(250.0, dtype=dtype),
        "vq/codebook_loss": torch.tensor(0.5, dtype=dtype),
        "vq/commitment_loss": torch.tensor(2.0, dtype=dtype),
        "pre_bottleneck_latents": torch.ones(2, 3, dtype=dtype),
    }


class Foreign(nn.Module):
    """A loss of the trainer's own."""

    def __init__(self, name: str, key: str) -> None:
        super().__init__()
        self.name = name
        self.key = key
        self.weight = nn.Buffer(torch.tensor(2.0))

    def forward(self, info: Info) -> Tensor:
        return info[self.key].mean() * self.weight


# --- ValueLoss: arguments


def test_the_arguments_stand_in_the_real_order() -> None:
    loss = ValueLoss("kl", "kl_loss", 0.5, 1.0)
    assert (loss.key, loss.name, loss.weight, loss.decay) == ("kl", "kl_loss", 0.5, 1.0)
    assert ValueLoss(decay=1.0, weight=0.5, name="kl_loss", key="kl").weight == 0.5
    default = ValueLoss("kl", "kl_loss")
    assert (default.weight, default.decay) == (1.0, 1.0)


BAD_ARGUMENTS: dict[str, tuple[tuple[object, ...], type[Exception], str]] = {
    "the document's order": (
        ("kl", 1e-4, "kl_loss"),
        TypeError,
        "name: expected a string that is not empty, not 0.0001",
    ),
    "null name": (("kl", None), TypeError, "name: expected a string that is not empty, not null"),
    "empty name": (
        ("kl", ""),
        TypeError,
        'name: expected a string that is not empty, not the string ""',
    ),
    "number for a key": (
        (1, "kl_loss"),
        TypeError,
        "key: expected a string that is not empty, not 1",
    ),
    "empty key": (
        ("", "kl_loss"),
        TypeError,
        'key: expected a string that is not empty, not the string ""',
    ),
    "string": (
        ("kl", "kl_loss", "1e-4"),
        TypeError,
        'weight: expected a number, not the string "1e-4"',
    ),
    "true": (("kl", "kl_loss", True), TypeError, "weight: expected a number, not true"),
    "null": (("kl", "kl_loss", None), TypeError, "weight: expected a number, not null"),
    "list": (("kl", "kl_loss", [1.0]), TypeError, "weight: expected a number, not an array"),
    "numpy bool": (
        ("kl", "kl_loss", np.bool_(True)),
        TypeError,
        "weight: expected a number, not a bool",
    ),
    "Decimal": (
        ("kl", "kl_loss", Decimal(1)),
        TypeError,
        "weight: expected a number, not a Decimal",
    ),
    "tensor": (
        ("kl", "kl_loss", torch.tensor(1.0)),
        TypeError,
        "weight: expected a number, not a Tensor",
    ),
    "NaN": (("kl", "kl_loss", math.nan), ValueError, "weight: expected a finite number, not nan"),
    "infinity": (
        ("kl", "kl_loss", -math.inf),
        ValueError,
        "weight: expected a finite number, not -inf",
    ),
    "numpy NaN": (
        ("kl", "kl_loss", np.float64("nan")),
        ValueError,
        "weight: expected a finite number, not nan",
    ),
    "too large for float32": (
        ("kl", "kl_loss", 1e39),
        ValueError,
        "weight: 1e+39 is too large for float32",
    ),
    "rounded to infinity in float32": (
        ("kl", "kl_loss", 3.4028235677973366e38),
        ValueError,
        "weight: 3.4028235677973366e+38 is too large for float32",
    ),
    "true for decay": (
        ("kl", "kl_loss", 1.0, True),
        TypeError,
        "decay: expected a number, not true",
    ),
    "NaN for decay": (
        ("kl", "kl_loss", 1.0, math.nan),
        ValueError,
        "decay: expected a finite number, not nan",
    ),
}


@pytest.mark.parametrize(
    ("arguments", "error", "message"), BAD_ARGUMENTS.values(), ids=BAD_ARGUMENTS
)
def test_bad_arguments_are_refused(
    arguments: tuple[object, ...], error: type[Exception], message: str
) -> None:
    make: Callable[..., ValueLoss] = ValueLoss
    with pytest.raises(error) as refusal:
        make(*arguments)
    assert str(refusal.value) == message


@pytest.mark.parametrize(
    "weight",
    [10**400, 10**5000, Fraction(10**400)],
    ids=["integer", "integer that is too long to print", "fraction"],
)
def test_a_weight_that_is_too_large_for_float64_is_refused(weight: float) -> None:
    with pytest.raises(ValueError, match=r"^weight: "):
        ValueLoss("kl", "kl_loss", weight)


@pytest.mark.parametrize(
    "weight", [0.1, 1e-6, 1e-5, 1e-4, 1 / 3, 100, 0, 16777217, 1e-45, 3.4028235e38, -1.5]
)
def test_a_weight_is_rounded_to_float32(weight: float) -> None:
    loss = ValueLoss("kl", "kl_loss", weight)
    assert type(loss.weight) is float
    assert loss.weight == torch.tensor(weight, dtype=torch.float32).item()


@pytest.mark.parametrize(
    "weight", [np.float64(0.1), np.float32(0.1), np.int64(3), np.uint8(3), Fraction(1, 3)]
)
def test_a_weight_can_be_any_real_number(weight: float) -> None:
    loss = ValueLoss("kl", "kl_loss", weight)
    assert type(loss.weight) is float
    assert loss.weight == torch.tensor(float(weight), dtype=torch.float32).item()


@pytest.mark.parametrize("decay", [1, 1.0, np.float32(1)])
def test_a_decay_of_1_is_fine(decay: float) -> None:
    loss = ValueLoss("kl", "kl_loss", 1.0, decay)
    assert (type(loss.decay), loss.decay) == (float, 1.0)


# --- ValueLoss: forward


@pytest.mark.parametrize(
    ("dtype", "expected"),
    [
        (torch.float16, torch.float32),
        (torch.bfloat16, torch.float32),
        (torch.float32, torch.float32),
        (torch.float64, torch.float64),
        (torch.int64, torch.float32),
    ],
)
@pytest.mark.parametrize("number", [3.0, 0.0, 7.25])
def test_a_value_is_multiplied(dtype: torch.dtype, expected: torch.dtype, number: float) -> None:
    value = torch.tensor(number).to(dtype)
    weighted = ValueLoss("kl", "kl_loss", 0.1)({"kl": value})
    assert (weighted.dtype, weighted.shape) == (expected, ())
    assert weighted.item() == (torch.tensor(0.1, dtype=torch.float32) * value).item()


def test_a_half_is_multiplied_in_float32() -> None:
    """2^-20 times 2^-10 is 0 in float16."""
    value = torch.tensor(2.0**-20, dtype=torch.float16)
    assert ValueLoss("kl", "kl_loss", 2.0**-10)({"kl": value}).item() == 2.0**-30


def test_0_multiplies_like_any_other() -> None:
    loss = ValueLoss("kl", "kl_loss", 0)
    assert loss({"kl": torch.tensor(3.0)}).item() == 0.0
    assert math.isnan(loss({"kl": torch.tensor(math.inf)}).item())
    assert math.isnan(loss({"kl": torch.tensor(math.nan)}).item())


@pytest.mark.parametrize("weight", [0.0, 1e-6, 0.1, 1.0, 100.0])
@pytest.mark.parametrize("dtype", [torch.float32, torch.float64])
def test_the_gradient_is_the_weight(weight: float, dtype: torch.dtype) -> None:
    value = torch.tensor(3.0, dtype=dtype, requires_grad=True)
    loss = ValueLoss("kl", "kl_loss", weight)
    loss({"kl": value}).backward()
    assert value.grad is not None
    assert value.grad.item() == loss.weight


@pytest.mark.parametrize(("shape", "text"), [((1,), "(1,)"), ((2, 3), "(2, 3)"), ((0,), "(0,)")])
def test_the_shape_of_a_value_with_dimensions_is_told(shape: tuple[int, ...], text: str) -> None:
    with pytest.raises(ValueError, match="expected a tensor") as refusal:
        ValueLoss("kl", "kl_loss")({"kl": torch.ones(shape)})
    assert str(refusal.value) == (
        f"info['kl']: expected a tensor without dimensions for loss 'kl_loss', not one of shape "
        f"{text}; reduce it first, with .mean() say"
    )


# --- a value that is missing

REASON = (
    "Bottlenecks leave a value out when they don't compute it: in eval mode, when encoding without "
    "return_info, or with quantize_on_decode. Where that is meant, make the loss module with "
    "missing='skip'"
)
ONE_OF_THESE = "If one of these is it, make the loss with key=…, or the list of losses with keys=."


@pytest.mark.parametrize(
    ("info", "found"),
    [
        ({}, "it is empty."),
        ({"kl": 1.0, "quantizer_loss": 2.0}, f"it has 'kl', 'quantizer_loss'. {ONE_OF_THESE}"),
        ({"\uff4d\uff4d\uff44": 1.0}, f"it has '\\uff4d\\uff4d\\uff44'. {ONE_OF_THESE}"),
        (
            {"kl": 1.0, "mdd": 2.0},
            "it has 'kl', 'mdd'. Did you mean 'mdd'? Then make the loss with key='mdd', or the "
            "list of losses with keys=.",
        ),
    ],
)
def test_an_error_shows_all_keys_of_info(info: dict[str, float], found: str) -> None:
    for module in (ValueLoss("mmd", "mmd_loss"), MultiLoss([ValueLoss("mmd", "mmd_loss")])):
        with pytest.raises(MissingLossValueError) as refusal:
            module(info)
        assert str(refusal.value) == (
            f"loss 'mmd_loss' needs info['mmd'], but info has no such key; {found} {REASON}"
        )


def test_the_error_is_a_lookup_error_but_no_key_error() -> None:
    with pytest.raises(LookupError) as refusal:
        ValueLoss("mmd", "mmd_loss")({"kl": torch.tensor(1.0)})
    assert type(refusal.value) is MissingLossValueError
    assert not isinstance(refusal.value, KeyError)


def test_the_error_can_be_pickled() -> None:
    error = MissingLossValueError("mmd_loss", "mmd", ["kl"])
    again = pickle.loads(pickle.dumps(error))
    assert type(again) is MissingLossValueError
    assert (again.name, again.key, again.keys) == ("mmd_loss", "mmd", ("kl",))
    assert str(again) == str(error)


def test_skip_leaves_out_foreign_losses_too() -> None:
    losses = [Foreign("mine", "decoded"), ValueLoss("kl", "kl_loss"), Foreign("yours", "kl")]
    assert list(MultiLoss(losses, missing="skip")({"kl": torch.tensor(1.0)})[1]) == [
        "kl_loss",
        "yours",
    ]
    with pytest.raises(KeyError, match="decoded"):
        MultiLoss(losses)({"kl": torch.tensor(1.0)})


def test_skip_hides_no_other_error() -> None:
    with pytest.raises(ValueError, match="without dimensions"):
        MultiLoss(three(), missing="skip")({"kl": torch.ones(2)})


@pytest.mark.parametrize(
    ("missing", "shown"),
    [
        ("warn", 'the string "warn"'),
        ("Skip", 'the string "Skip"'),
        (None, "null"),
        (True, "true"),
        (["skip"], "an array"),
    ],
)
def test_missing_is_one_of_two_words(missing: object, shown: str) -> None:
    make: Callable[..., MultiLoss] = MultiLoss
    with pytest.raises(ValueError, match=r"^missing: ") as refusal:
        make([], missing=missing)
    assert str(refusal.value) == f"missing: expected 'error' or 'skip', not {shown}"


# --- MultiLoss: arguments


def test_losses_can_come_from_an_iterator() -> None:
    assert list(MultiLoss(iter(three()))(three_values())[1]) == [
        "kl_loss",
        "codebook_loss",
        "commitment_loss",
    ]


def test_repeated_names_are_refused() -> None:
    losses = [ValueLoss(key, name) for key, name in zip("abcd", "xyxz", strict=True)]
    with pytest.raises(ValueError, match=r"expected each name once, but 'x' is repeated"):
        MultiLoss(losses)
    with pytest.raises(ValueError, match="'kl_loss' is repeated"):
        MultiLoss([ValueLoss("kl", "kl_loss"), Foreign("kl_loss", "kl")])


class Named(nn.Module):
    def __init__(self, name: object) -> None:
        super().__init__()
        self.name = name


@pytest.mark.parametrize(
    ("module", "kind"), [(nn.Linear(1, 1), "Linear"), (Named(None), "Named"), (Named(""), "Named")]
)
def test_modules_without_a_name_are_refused(module: nn.Module, kind: str) -> None:
    with pytest.raises(TypeError) as refusal:
        MultiLoss([ValueLoss("kl", "kl_loss"), module])
    assert str(refusal.value) == f"losses[1]: expected a module with a 'name'; {kind} has none"


def test_what_is_no_module_is_refused() -> None:
    functions: list[object] = [lambda info: info["kl"]]
    make: Callable[..., MultiLoss] = MultiLoss
    with pytest.raises(TypeError):
        make(functions)


# --- MultiLoss: forward


@pytest.mark.parametrize(
    ("dtype", "expected"),
    [
        (torch.float16, torch.float32),
        (torch.bfloat16, torch.float32),
        (torch.float32, torch.float32),
        (torch.float64, torch.float64),
    ],
)
def test_the_total_and_the_losses_by_name(dtype: torch.dtype, expected: torch.dtype) -> None:
    total, losses = MultiLoss(three())(three_values(dtype))
    assert list(losses) == ["kl_loss", "codebook_loss", "commitment_loss"]
    numbers = [
        (torch.tensor(weight, dtype=torch.float32) * value).item()
        for weight, value in ((1e-4, torch.tensor(250.0, dtype=dtype)), (1.0, 0.5), (0.25, 2.0))
    ]
    assert [loss.item() for loss in losses.values()] == numbers
    assert {loss.dtype for loss in (total, *losses.values())} == {expected}
    assert {loss.shape for loss in (total, *losses.values())} == {()}
    by_hand = torch.tensor(numbers[0], dtype=expected) + numbers[1] + numbers[2]
    assert total.item() == by_hand.item()


def test_the_order_is_that_of_the_list() -> None:
    losses = three()[::-1]
    assert list(MultiLoss(losses)(three_values())[1]) == [loss.name for loss in losses]


def test_halves_are_summed_in_float32() -> None:
    """2048 + 1 is 2048 in float16, and 256 + 1 is 256 in bfloat16."""
    losses = [ValueLoss("a", "a"), ValueLoss("b", "b")]
    for dtype, large in ((torch.float16, 2048.0), (torch.bfloat16, 256.0)):
        info = {"a": torch.tensor(large, dtype=dtype), "b": torch.tensor(1.0, dtype=dtype)}
        assert MultiLoss(losses)(info)[0].item() == large + 1


class Same(nn.Module):
    """A foreign loss that returns what stands in `info`, itself."""

    name = "same"

    def forward(self, info: Info) -> Tensor:
        return info["kl"]


def test_the_total_is_no_alias_of_what_a_foreign_loss_returns() -> None:
    info = three_values()
    MultiLoss([Same(), *three()[1:]])(info)[0].add_(1000.0)
    MultiLoss([Same()])(info)[0].add_(1000.0)
    assert info["kl"].item() == 250.0


class Constant(nn.Module):
    """A foreign loss that returns a number."""

    def __init__(self, number: float) -> None:
        super().__init__()
        self.name = f"constant {number}"
        self.number = number

    def forward(self, info: Info) -> float:
        return self.number


@pytest.mark.parametrize(("numbers", "expected"), [([5], 5.0), ([5, 0.5], 5.5), ([0], 0.0)])
def test_a_total_of_numbers_is_a_tensor(numbers: list[float], expected: float) -> None:
    total, _ = MultiLoss(map(Constant, numbers))({})
    assert (total.shape, total.dtype, total.item()) == ((), torch.float32, expected)


def test_gradients_are_the_weights() -> None:
    info = {key: value.requires_grad_() for key, value in three_values().items()}
    total, _ = MultiLoss(three())(info)
    total.backward()
    gradients = {key: value.grad for key, value in info.items()}
    assert gradients.pop("pre_bottleneck_latents") is None
    assert [gradient.item() for gradient in gradients.values() if gradient is not None] == [
        loss.weight for loss in three()
    ]


def test_anomalies_go_through() -> None:
    for number in (math.nan, math.inf, -math.inf):
        total, _ = MultiLoss([ValueLoss("a", "a"), ValueLoss("b", "b")])(
            {"a": torch.tensor(1.0), "b": torch.tensor(number)}
        )
        assert str(total.item()) == str(number)


# --- in a trainer


def old_state_dict(number_of_losses: int, prefix: str = "") -> dict[str, Tensor]:
    """What the old modules left in checkpoints."""
    return {
        f"{prefix}losses.{index}.weight": torch.tensor(float(index + 7))
        for index in range(number_of_losses)
    }


def test_a_single_loss_has_no_state_and_loads_an_old_one() -> None:
    loss = ValueLoss("kl", "kl_loss", 0.5)
    assert loss.state_dict() == {}
    assert [*loss.parameters(), *loss.buffers()] == []
    loss.load_state_dict({}, strict=True)
    with pytest.raises(RuntimeError, match="Unexpected key"):
        loss.load_state_dict({"bias": torch.tensor(1.0)}, strict=True)
    loss.load_state_dict({"weight": torch.tensor(7.0)}, strict=True)
    assert loss.weight == 0.5


def test_a_foreign_loss_keeps_its_state() -> None:
    multi_loss = MultiLoss([ValueLoss("kl", "kl_loss"), Foreign("mine", "kl")])
    assert list(multi_loss.state_dict()) == ["losses.1.weight"]
    multi_loss.load_state_dict(old_state_dict(4), strict=True)
    assert multi_loss.state_dict() == {"losses.1.weight": torch.tensor(8.0)}
    with pytest.raises(RuntimeError, match=r"Missing key.*losses\.1\.weight"):
        multi_loss.load_state_dict({}, strict=True)


def test_what_print_shows_of_a_list() -> None:
    assert repr(ValueLoss("vq/codebook_loss", "codebook_loss", 0.5)) == (
        "ValueLoss(key='vq/codebook_loss', name='codebook_loss', weight=0.5)"
    )
    assert repr(MultiLoss([ValueLoss("a", "b")])) == (
        "MultiLoss(\n"
        "  (losses): ModuleList(\n"
        "    (0): ValueLoss(key='a', name='b', weight=1.0)\n"
        "  )\n"
        ")"
    )


# --- torch.compile


@pytest.fixture
def _fresh_compiler() -> Iterator[None]:
    torch._dynamo.reset()
    counters.clear()
    yield
    torch._dynamo.reset()
    counters.clear()


@pytest.mark.usefixtures("_fresh_compiler")
def test_numbers_compile_too() -> None:
    compiled = torch.compile(
        MultiLoss([ValueLoss("kl", "kl_loss", 0.5)]), fullgraph=True, backend="eager"
    )
    info: dict[str, Any]
    for number in (1.0, 2.0, 3.0, 4.0):
        info = {"kl": number}
        assert compiled(info)[0].item() == 0.5 * number


@pytest.mark.usefixtures("_fresh_compiler")
def test_what_is_skipped_beside_a_foreign_loss_breaks_no_graph() -> None:
    multi_loss = MultiLoss([*three(), Foreign("mine", "kl")], missing="skip")
    compiled = torch.compile(multi_loss, fullgraph=True, backend="eager")
    info = three_values()
    del info["vq/codebook_loss"]
    total, losses = compiled(info)
    assert list(losses) == ["kl_loss", "commitment_loss", "mine"]
    assert total.item() == multi_loss(info)[0].item()
    assert not counters["graph_break"]
