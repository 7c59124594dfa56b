"""Modules whose weights change with the step: what they compute, and what they can't do."""

from __future__ import annotations

import copy
import pickle
import random
from typing import Any

import numpy as np
import pytest
import torch
import torch._dynamo.testing
from torch import Tensor, nn
from torch.optim.swa_utils import AveragedModel

from loss_factory import (
    AutoencoderLossConfig,
    BottleneckLoss,
    LossConfigError,
    MultiLoss,
    Objective,
    UnusedWeightWarning,
    ValueLoss,
    create_bottleneck_loss,
    create_loss_modules_from_bottleneck,
    create_objective,
    plan_losses,
    plan_objective,
)

LINEAR = {"schedule": "linear", "start_weight": 0.0, "end_weight": 1.0, "end_step": 100}
CONFIG: dict[str, Any] = {"bottleneck": {"weights": {"kl": LINEAR, "codebook": 0.5}}}
WHOLE: dict[str, Any] = {
    "reconstruction": {"weight": {**LINEAR, "schedule": "cosine"}},
    "adversarial": {"weight": {"schedule": "exponential", "start_weight": 1.0, "rate": 0.5}},
    "time": {"weights": {"l1": 0.5}, "decay": 0.5},
    "bottleneck": {"weights": {"kl": LINEAR}},
}
STFT = {"fft_sizes": [64], "hop_sizes": [16], "win_lengths": [64]}
INFO = {
    "kl": torch.tensor(2.0),
    "vq/codebook_loss": torch.tensor(3.0),
    "vq/commitment_loss": torch.tensor(4.0),
}


class Scores(nn.Conv1d):
    """One score."""

    def forward(self, audio: Tensor) -> Any:
        """A list of it."""
        return [super().forward(audio)]


def bottleneck_loss() -> BottleneckLoss:
    """With one weight that changes, and two that don't."""
    return create_bottleneck_loss("dac_rvq_vae", CONFIG)


def objective() -> Objective:
    """With four weights that change."""
    return create_objective(
        "vae",
        WHOLE,
        trainer="loss-factory",
        channels=1,
        sample_rate=16_000,
        discriminator=Scores(1, 1, 3),
    )


def info_of(made: Objective) -> dict[str, Tensor]:
    """What the generator's turn reads."""
    reals, decoded = torch.randn(2, 2, 1, 64, generator=torch.Generator().manual_seed(0))
    said = made.adversarial(reals, decoded, "generator")._asdict()
    values = {name: value.detach() for name, value in said.items()}
    return {"kl": torch.tensor(2.0), **made.signals(reals, decoded), **values}


def test_a_bottleneck_at_each_step() -> None:
    module = bottleneck_loss()
    for step in (0, 1, 50, 100, 7):
        module.set_step(step)
        _, losses = module(INFO)
        weights = [loss.weight for loss in plan_losses("dac_rvq_vae", CONFIG, step=step).losses]
        assert [float(each) for each in losses.values()] == [
            pytest.approx(weight * float(value))
            for weight, value in zip(weights, INFO.values(), strict=True)
        ]


def test_an_objective_at_each_step() -> None:
    made = objective()
    info = info_of(made)
    made.set_step(0)
    start = made.plan.weights_at(0)
    assert start["l1_time_loss"] == 0.25  # multiplied once, as the first forward pass did it
    raw = {
        name: float(loss) / start[name]
        for name, loss in made.generator(info)[1].items()
        if start[name]
    }
    for step in (1, 2, 50, 100):
        made.set_step(step)
        _, losses = made.generator(info)
        weights = made.plan.weights_at(step)
        for name, value in raw.items():
            assert float(losses[name]) == pytest.approx(value * weights[name])


def test_modules_have_the_weights_of_the_plan() -> None:
    """For random schedules and steps, and where a constant multiplies a weight."""
    rng = random.Random(0)
    for _ in range(40):
        weights = {name: random_schedule(rng) for name in ("mrstft", "kl")}
        config = {
            "spectral": {"config": STFT, "weights": {"mrstft": weights["mrstft"]}},
            "time": {"weights": {"l1": rng.random()}, "decay": rng.random()},
            "bottleneck": {"weights": {"kl": weights["kl"]}},
        }
        made = create_objective(
            "vae", config, trainer="stable-audio-tools 0.0.19", channels=2, sample_rate=16_000
        )
        assert len(made.plan.courses) == 4 + 1
        reals, decoded = torch.randn(2, 1, 2, 128, generator=torch.Generator().manual_seed(0))
        info = {"kl": torch.tensor(2.0), **made.signals(reals, decoded)}
        for step in (0, 1, rng.randrange(100), rng.randrange(10**6)):
            made.set_step(step)
            _, losses, values = made.generator.detailed(info)
            for name, weight in made.plan.weights_at(step).items():
                assert torch.equal(losses[name], values[name] * torch.tensor(weight)), name


def random_schedule(rng: random.Random) -> dict[str, Any]:
    """Of any kind."""
    one, other = 10 ** rng.uniform(-9, 2), 10 ** rng.uniform(-9, 2)
    start = rng.randrange(100)
    kind = rng.choice(["linear", "cosine", "log", "exponential", "cyclic"])
    said: dict[str, Any] = {"schedule": kind, "start_weight": one}
    if kind == "exponential":
        return said | {"rate": rng.uniform(0.9, 1), "start_step": start, "floor": one / 10}
    if kind == "cyclic":
        return said | {"end_weight": other, "period": start + 1, "ramp": rng.uniform(0.1, 1)}
    return said | {
        "end_weight": other,
        "start_step": start,
        "end_step": start + rng.randrange(1000),
    }


@pytest.mark.parametrize("make", [bottleneck_loss, objective], ids=["bottleneck", "objective"])
def test_a_step_that_was_never_told(make: Any) -> None:
    made = make()
    module, info = (made, INFO) if make is bottleneck_loss else (made.generator, info_of(made))
    with pytest.raises(RuntimeError, match=r"call set_step\(step\) before the forward pass$"):
        module(info)
    made.set_step(3)
    module(info)


def test_constant_weights_need_no_step() -> None:
    create_bottleneck_loss("vae")({"kl": torch.tensor(1.0)})
    module = create_bottleneck_loss("vae")
    module.set_step(5)
    assert module.kl_weight == create_bottleneck_loss("vae").kl_weight


@pytest.mark.parametrize(("step", "error"), [(-1, ValueError), (0.5, TypeError), (None, TypeError)])
def test_steps_that_are_none(step: Any, error: type[Exception]) -> None:
    for each in (bottleneck_loss(), objective(), MultiLoss([ValueLoss("kl", "kl_loss")])):
        with pytest.raises(error, match=r"^step: expected an integer from 0 on"):
            each.set_step(step)


def test_the_drop_in_modules() -> None:
    multi_loss = MultiLoss(create_loss_modules_from_bottleneck("dac_rvq_vae", CONFIG))
    with pytest.raises(RuntimeError, match="set_step"):
        multi_loss(INFO)
    multi_loss.set_step(25)
    module = bottleneck_loss()
    module.set_step(25)
    assert multi_loss(INFO) == module(INFO)
    held = AutoencoderLossConfig.model_validate(CONFIG).bottleneck.weights.kl
    assert held is not None
    for linear in (LINEAR, held):
        alone = ValueLoss("kl", "kl_loss", linear)
        alone.set_step(50)
        assert alone(INFO) == 1.0
        with pytest.raises(ValueError, match="decay: expected 1 beside a schedule"):
            ValueLoss("kl", "kl_loss", linear, decay=0.5)


def test_all_losses_of_a_list_are_told_the_step() -> None:
    """Also those that are compiled, or stand in a module of somebody else."""

    class Twice(nn.Module):
        name = "twice"

        def __init__(self, loss: ValueLoss) -> None:
            super().__init__()
            self.loss = loss

        def forward(self, info: Any) -> Tensor:
            return 2 * self.loss(info)

    compiled = torch.compile(ValueLoss("kl", "kl_loss", LINEAR), backend="eager")
    multi_loss = MultiLoss([compiled, Twice(ValueLoss("kl", "inner", LINEAR))])
    multi_loss.set_step(50)
    assert multi_loss(INFO)[1] == {"kl_loss": 1.0, "twice": 2.0}


def test_who_was_never_told_is_named() -> None:
    multi_loss = MultiLoss([ValueLoss("kl", "kl_loss"), ValueLoss("kl", "other", LINEAR)])
    with pytest.raises(RuntimeError, match=r"^other: the weight changes with the step"):
        multi_loss(INFO)


def test_a_weight_that_decays_is_checked_as_any_other() -> None:
    with pytest.raises(ValueError, match=r"weight: 1e\+39 is too large for float32"):
        ValueLoss("kl", "kl_loss", 1e39, decay=0.5)
    with pytest.raises(ValueError, match=r"decay: 1e\+39 is too large for float32"):
        ValueLoss("kl", "kl_loss", 1.0, decay=1e39)
    with pytest.warns(UnusedWeightWarning, match="is 0 in float32"):
        ValueLoss("kl", "kl_loss", 1e-60, decay=0.5)


def test_a_step_that_is_told_in_a_validation() -> None:
    """In inference mode; what is made in it could not be trained with."""
    module = bottleneck_loss()
    with torch.inference_mode():
        module.set_step(50)
    value = torch.tensor(2.0, requires_grad=True)
    module({**INFO, "kl": value})[0].backward()
    assert value.grad == 0.5
    with torch.inference_mode():
        module.to(torch.float64)
    module({**INFO, "kl": value})[0].backward()


def test_a_step_that_is_none_changes_nothing() -> None:
    module = bottleneck_loss()
    with pytest.raises(ValueError, match="step"):
        module.set_step(-1)
    with pytest.raises(RuntimeError, match="set_step"):
        module(INFO)


def test_steps_of_numpy() -> None:
    module = bottleneck_loss()
    module.set_step(np.int64(50))  # type: ignore[arg-type]
    assert module(INFO)[1]["kl_loss"] == 1.0


def test_plans_with_schedules_can_be_kept_in_sets() -> None:
    plans = {plan_objective("vae", WHOLE, trainer="loss-factory") for _ in range(2)}
    assert len(plans) == 1


def test_a_schedule_for_one_loss_has_the_messages_of_a_config() -> None:
    kinds = "'linear', 'cosine', 'log', 'exponential' or 'cyclic'"
    for said, expected in (
        ({}, f"weight: expected a number, or a schedule, whose key 'schedule' is {kinds}"),
        ({**LINEAR, "end_stp": 1}, "weight: /end_stp: unknown key 'end_stp'; did you mean "
         "'end_step'?"),
        ({**LINEAR, "end_step": 1.5}, "weight: /end_step: expected an integer, not 1.5"),
        ({"schedule": "linear", 1: 2}, "weight: expected strings for keys, not 1"),
    ):  # fmt: skip
        with pytest.raises(LossConfigError) as refused:
            ValueLoss("kl", "kl_loss", said)
        assert str(refused.value) == expected
    with pytest.raises(TypeError, match="weight: expected a number, not the string"):
        ValueLoss("kl", "kl_loss", "1", decay=0.5)  # type: ignore[arg-type]


def test_a_schedule_does_not_decay_as_well() -> None:
    config = {**WHOLE, "time": {"weights": {"l1": LINEAR, "l2": 1.0}, "decay": 0.5}}
    with pytest.raises(LossConfigError) as refused:
        plan_objective("vae", config, trainer="loss-factory")
    assert str(refused.value) == (
        "loss_config: /time/decay: loss-factory can't use 0.5 here, since time.weights.l1 is a "
        "schedule; expected 1"
    )
    config["time"] = {"weights": {"l1": LINEAR, "l2": 1.0}, "decay": 1}
    plan_objective("vae", config, trainer="loss-factory")


def test_a_schedule_of_no_use() -> None:
    with pytest.warns(
        UnusedWeightWarning, match=r"mmd is a schedule, but VAEBottleneck has no use"
    ):
        plan_losses("vae", {"bottleneck": {"weights": {"mmd": LINEAR}}})
    with pytest.warns(UnusedWeightWarning, match=r"kl is a schedule, but there is no bottleneck"):
        plan_objective(None, WHOLE, trainer="loss-factory")


def test_a_backward_pass_keeps_the_weight_of_its_forward_pass() -> None:
    """Also of two forward passes before one backward pass."""
    module = bottleneck_loss()
    value = torch.tensor(2.0, requires_grad=True)
    module.set_step(50)
    first, _ = module({**INFO, "kl": value})
    module.set_step(100)
    second, _ = module({**INFO, "kl": value})
    module.set_step(0)
    (first + second).backward()
    assert value.grad == 1.5


def test_there_is_no_state() -> None:
    made = objective()
    made.set_step(5)
    assert not made.generator.state_dict()
    assert not list(made.generator.buffers()) or all(
        "weight" not in name for name, _ in made.generator.named_buffers()
    )


@pytest.mark.parametrize("copied", [copy.deepcopy, lambda made: pickle.loads(pickle.dumps(made))])
def test_copies_go_on_alone(copied: Any) -> None:
    module = bottleneck_loss()
    module.set_step(50)
    other = copied(module)
    assert other(INFO) == module(INFO)
    other.set_step(100)
    assert other(INFO)[1]["kl_loss"] == 2 * module(INFO)[1]["kl_loss"]
    made = copied(objective())
    made.set_step(2)
    assert list(made.generator(info_of(made))[1]) == [*made.plan.weights_at(0)][:-1]


def test_an_average_of_a_module_is_a_module_of_its_own() -> None:
    """As trainers average what holds it: there is nothing in it to average."""
    module = bottleneck_loss()
    module.set_step(50)
    average = AveragedModel(module)
    average.update_parameters(module)
    average.module.set_step(100)
    assert average(INFO)[1]["kl_loss"] == 2 * module(INFO)[1]["kl_loss"] == 2


def test_nothing_is_read_back_from_a_device() -> None:
    """On the meta device there is nothing to read."""
    made = objective()
    info = {name: value.to("meta") for name, value in info_of(made).items()}
    made.generator.to("meta")
    for step in range(3):
        made.set_step(step)
        total, losses = made.generator(info)
        assert {each.device.type for each in (total, *losses.values())} == {"meta"}


def test_no_conversion_changes_a_weight() -> None:
    """`.half()` leaves it in float32; `.to` moves it."""
    module = bottleneck_loss()
    module.set_step(33)
    expected = module(INFO)[0]
    for convert in (nn.Module.half, nn.Module.double, nn.Module.bfloat16):
        convert(module)
        assert isinstance(module.kl_weight, Tensor)
        assert module.kl_weight.dtype == torch.float32
        assert module(INFO)[0] == expected
    module.to("meta")
    assert module.kl_weight.device.type == "meta"
    module.set_step(34)
    assert module.kl_weight.device.type == "meta"
    module.to_empty(device="cpu")
    assert module.kl_weight == pytest.approx(0.34)


def test_a_thousand_steps_are_compiled_once() -> None:
    made = objective()
    info = info_of(made)
    counter = torch._dynamo.testing.CompileCounter()
    compiled = torch.compile(made.generator, backend=counter, fullgraph=True)
    for step in range(1000):
        made.set_step(step)
        if step % 97 == 0:
            assert torch.equal(compiled(info)[0], made.generator(info)[0])
        else:
            compiled(info)
    assert counter.frame_count == 1


def test_printing_shows_what_changes() -> None:
    assert "kl_weight=linear, codebook_weight=0.5" in repr(bottleneck_loss())
    shown = repr(objective().generator)
    assert "reconstruction_loss=cosine, adversarial_loss=exponential" in shown
    assert "l1_time_loss=0.5 × 0.5ⁿ⁺¹, kl_loss=linear" in shown
