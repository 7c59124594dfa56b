"""Weights that change with the step: what configs may say, what they are, how they are told."""

from __future__ import annotations

import json
import math
import random
import warnings
from fractions import Fraction
from itertools import pairwise
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from loss_factory import (
    AutoencoderLossConfig,
    LossConfigError,
    load_config,
    plan_losses,
    plan_objective,
)
from loss_factory.dispatch import TABLES
from loss_factory.runtime.model.float32 import as_float32

LINEAR = {"schedule": "linear", "start_weight": 0.0, "end_weight": 1e-4, "end_step": 20_000}
COSINE = {**LINEAR, "schedule": "cosine", "start_step": 100}
LOG = {**LINEAR, "schedule": "log", "start_weight": 1e-6}
EXPONENTIAL = {"schedule": "exponential", "start_weight": 1.0, "rate": 0.999, "floor": 0.1}
CYCLIC = {"schedule": "cyclic", "start_weight": 0.0, "end_weight": 1.0, "period": 1000, "ramp": 0.5}
KINDS = [LINEAR, COSINE, LOG, EXPONENTIAL, CYCLIC]


def config(weight: object) -> dict[str, Any]:
    """A loss config with this weight of the KL divergence."""
    return {"bottleneck": {"weights": {"kl": weight}}}


def schedule(said: object) -> Any:
    """The weight as a config holds it."""
    return AutoencoderLossConfig.model_validate(config(said)).bottleneck.weights.kl


def accepts(weight: object) -> bool:
    """Whether the published JSON Schema takes it."""
    text = (TABLES.folder / "losses.schema.json").read_text("utf-8")
    return bool(jsonschema.Draft202012Validator(json.loads(text)).is_valid(config(weight)))


# What it is


@pytest.mark.parametrize(
    ("said", "weights"),
    [
        (LINEAR, {0: 0, 1: 5e-9, 10_000: 5e-5, 19_999: 9.9995e-5, 20_000: 1e-4, 10**9: 1e-4}),
        (COSINE, {0: 0, 100: 0, 10_050: 5e-5, 20_000: 1e-4, 20_001: 1e-4}),
        (LOG, {0: 1e-6, 10_000: 1e-5, 20_000: 1e-4}),
        (EXPONENTIAL, {0: 1, 1: 0.999, 1000: 0.999**1000, 10_000: 0.1}),
        (CYCLIC, {0: 0, 250: 0.5, 500: 1, 999: 1, 1000: 0, 1250: 0.5}),
        ({**LINEAR, "start_step": 5, "end_step": 5}, {4: 0, 5: 1e-4}),
        ({**LINEAR, "start_weight": 2.0, "end_weight": 1.0, "end_step": 4}, {0: 2, 1: 1.75, 4: 1}),
        ({**EXPONENTIAL, "start_step": 10}, {0: 1, 10: 1, 11: 0.999}),
    ],
    ids=lambda value: value.get("schedule") if isinstance(value, dict) else None,
)
def test_weights_at_steps(said: dict[str, Any], weights: dict[int, float]) -> None:
    found = schedule(said)
    assert {step: found.weight_at(step) for step in weights} == pytest.approx(weights)


def drawn(rng: random.Random) -> dict[str, Any]:
    """A schedule of any kind."""
    weights = [rng.choice([0.0, 10 ** rng.uniform(-9, 3)]) for _ in range(2)]
    first, last = sorted(rng.choice([0, 1, rng.randrange(10**6)]) for _ in range(2))
    between = {
        "start_weight": weights[0],
        "end_weight": weights[1],
        "start_step": first,
        "end_step": last,
    }
    share = 10 ** rng.uniform(-6, 0)
    match rng.choice(["linear", "cosine", "log", "exponential", "cyclic"]):
        case "log":
            positive = {name: between[name] or 1e-7 for name in ("start_weight", "end_weight")}
            return {"schedule": "log", **between, **positive}
        case "exponential":
            return {
                "schedule": "exponential",
                "start_weight": weights[0],
                "rate": 1 - share / 2,
                "start_step": first,
                "floor": weights[1],
            }
        case "cyclic":
            return {
                "schedule": "cyclic",
                "start_weight": weights[0],
                "end_weight": weights[1],
                "period": last + 1,
                "ramp": share,
            }
        case kind:
            return {"schedule": kind, **between}


def test_random_schedules_at_random_steps() -> None:
    """Between the two weights, exact at the ends, monotone; in a plan what float32 has of it."""
    rng = random.Random(0)
    seen: set[str] = set()
    for _ in range(400):
        said = drawn(rng)
        seen.add(said["schedule"])
        found = schedule(said)
        end = said.get("end_step", said.get("period", 10**6))
        steps = sorted({0, 1, end, end + 1, *(rng.randrange(2 * end + 2) for _ in range(20))})
        weights = [found.weight_at(step) for step in steps]
        limits = [said["start_weight"], said.get("end_weight", said.get("floor"))]
        if said["schedule"] != "exponential" or limits[1] <= limits[0]:
            assert min(limits) <= min(weights) <= max(weights) <= max(limits)
        if said["schedule"] in {"linear", "cosine", "log"}:
            assert found.weight_at(end) == limits[1]
            if said["start_step"] < end:
                assert found.weight_at(said["start_step"]) == limits[0]
            rises = limits[0] <= limits[1]
            assert all((a <= b) if rises else (a >= b) for a, b in pairwise(weights))
        if said["schedule"] == "exponential":
            assert all(a >= b for a, b in pairwise(weights))
        planned = {step: plan_losses("vae", config(said), step=step) for step in steps[:3]}
        for step, plan in planned.items():
            assert plan.losses[0].weight == as_float32(found.weight_at(step))
    assert seen == {"linear", "cosine", "log", "exponential", "cyclic"}


def test_steps_may_be_written_with_an_exponent() -> None:
    """As JSON Schema counts integers; what is held is one."""
    said = {**LINEAR, "start_step": 1e2, "end_step": 2.0e4}
    assert accepts(said)
    found = schedule(said)
    assert (found.start_step, found.end_step) == (100, 20_000)
    assert {type(found.start_step), type(found.end_step)} == {int}
    assert not accepts({**LINEAR, "end_step": 0.5})


def test_steps_to_which_no_training_comes() -> None:
    assert schedule({**CYCLIC, "period": 10**400}).weight_at(10**9) < 1e-280
    assert schedule(EXPONENTIAL).weight_at(10**400) == 0.1
    assert schedule(LINEAR).weight_at(10**400) == 1e-4


def test_a_line_is_rounded_once_or_twice() -> None:
    """Against exact arithmetic: no step is off by more than two roundings."""
    found = schedule(LINEAR)
    for step in range(0, 20_001, 37):
        exact = Fraction(LINEAR["end_weight"]) * step / 20_000
        assert math.isclose(found.weight_at(step), exact, rel_tol=4e-16)


@pytest.mark.parametrize(("step", "error"), [(-1, ValueError), (1.5, TypeError), (True, TypeError)])
def test_steps_that_are_none(step: Any, error: type[Exception]) -> None:
    for ask in (
        schedule(LINEAR).weight_at,
        lambda step: plan_losses("vae", config(LINEAR), step=step),
        lambda step: plan_losses("vae", step=step),
        plan_objective("vae", config(LINEAR), trainer="loss-factory").weights_at,
        plan_objective("vae", {}, trainer="loss-factory").weights_at,
    ):
        with pytest.raises(error, match=r"^step: expected an integer from 0 on, not "):
            ask(step)


def test_a_plan_of_an_objective() -> None:
    whole = {
        **config(LINEAR),
        "reconstruction": {"weight": COSINE},
        "time": {"weights": {"l1": 0.5}},
    }
    plan = plan_objective("vae", whole, trainer="loss-factory")
    assert [loss.weight for loss in plan.losses] == [0, 0.5, 0]
    assert plan.weights_at(10_000) == {
        "reconstruction_loss": as_float32(schedule(COSINE).weight_at(10_000)),
        "l1_time_loss": 0.5,
        "kl_loss": as_float32(5e-5),
    }


def test_a_schedule_is_a_value() -> None:
    """It can't be changed in place; two that say the same are the same."""
    found = schedule(LINEAR)
    with pytest.raises(ValueError, match="frozen"):
        found.end_step = 5
    assert found == schedule(dict(LINEAR))
    assert found != schedule(COSINE)


@pytest.mark.parametrize("said", KINDS, ids=lambda said: said["schedule"])
def test_dumps_reload(said: dict[str, Any], tmp_path: Path) -> None:
    """Valid under the schema, with the kind first."""
    held = AutoencoderLossConfig.model_validate(config(said))
    dump = held.model_dump(exclude_unset=True)
    assert dump == config(said)
    whole = held.model_dump()
    kl = whole["bottleneck"]["weights"]["kl"]
    assert next(iter(kl)) == "schedule"
    assert accepts(kl)
    (tmp_path / "losses.json").write_text(json.dumps(whole))
    assert load_config(tmp_path / "losses.json") == held


# What is none

TAGS = "'linear', 'cosine', 'log', 'exponential' or 'cyclic'"


@pytest.mark.parametrize(
    ("said", "messages"),
    [
        ({**LINEAR, "schedule": "lineer"}, [f"/schedule: expected {TAGS}, not the string "
          "\"lineer\"; did you mean 'linear'?"]),
        ({key: LINEAR[key] for key in LINEAR if key != "end_step"}, ["/end_step: missing"]),
        ({**LINEAR, "end_wieght": 1}, ["/end_wieght: unknown key 'end_wieght'; did you mean "
          "'end_weight'?"]),
        ({**LINEAR, "end_step": 1.5}, ["/end_step: expected an integer, not 1.5"]),
        ({**LINEAR, "start_step": -1}, ["/start_step: expected a number of at least 0, not -1"]),
        ({**LOG, "start_weight": 0}, ["/start_weight: expected a number above 0, also in float32, "
          "not 0"]),
        ({**LOG, "end_weight": 1e-46}, ["/end_weight: expected a number above 0, also in float32, "
          "not 1e-46"]),
        ({**EXPONENTIAL, "rate": 1.5}, ["/rate: expected a number of at most 1, not 1.5"]),
        ({**CYCLIC, "ramp": 0}, ["/ramp: expected a number above 0, not 0"]),
        ({**CYCLIC, "period": 0}, ["/period: expected a number of at least 1, not 0"]),
        ({"value": 1e-4, "warmup_steps": 9}, [": expected a number or null, or a schedule, whose "
          f"key 'schedule' is {TAGS}"]),
        ("1e-4", [": expected a number or null, not the string \"1e-4\"; PyYAML reads "
          "1e-4 as text: in YAML, write 1.0e-4"]),
        ([LINEAR], [": expected a number or null, not an array"]),
        (-1, [": expected a number of at least 0 or null, not -1"]),
    ],
)  # fmt: skip
def test_what_is_no_weight(said: object, messages: list[str]) -> None:
    with pytest.raises(LossConfigError) as refused:
        plan_losses("vae", config(said))
    told = [f"{each.pointer}: {each.message}" for each in refused.value.problems]
    assert told == [f"/bottleneck/weights/kl{message}" for message in messages]
    assert not accepts(said)


@pytest.mark.parametrize(
    ("said", "message"),
    [
        ({"start": 0}, "/start: unknown key 'start'; did you mean 'start_weight'?"),
        ({"start_value": 0}, "/start_value: unknown key 'start_value'; did you mean "
         "'start_weight'?"),
        ({"end": 1}, "/end: unknown key 'end'; did you mean 'end_weight'?"),
        ({"steps": 9}, "/steps: unknown key 'steps'; did you mean 'end_step'?"),
        ({"warmup_steps": 9}, "/warmup_steps: unknown key 'warmup_steps'; did you mean "
         "'end_step'?"),
        ({"start_wieght": 0, "start_weight": 1}, "/start_wieght: unknown key 'start_wieght'; did "
         "you mean 'start_weight'?"),
    ],
)  # fmt: skip
def test_a_hint_names_what_is_missing(said: dict[str, Any], message: str) -> None:
    """Not what is written already, nor what would mean the opposite."""
    meant = {"start": "start_weight", "end": "end_weight"}
    left_out = meant.get(next(iter(said))[:5].rstrip("_"), "end_step")
    rest = {key: LINEAR[key] for key in LINEAR if key != left_out}
    with pytest.raises(LossConfigError) as refused:
        plan_losses("vae", config({**rest, **said}))
    assert f"/bottleneck/weights/kl{message}" in [
        f"{each.pointer}: {each.message}" for each in refused.value.problems
    ]


def test_what_was_meant_as_a_schedule() -> None:
    for said, expected in (
        (config({**LINEAR, "schedule": None}), f"/kl/schedule: expected {TAGS}, not null"),
        (config({"type": "linear", "end_weight": 1}), "/kl: expected 'schedule', not 'type', as "
         "the key that says 'linear'"),
        ({"time": {"schedule": LINEAR}}, "/time/schedule: unknown key 'schedule'; a schedule "
         "stands in the place of a weight's number"),
    ):  # fmt: skip
        with pytest.raises(LossConfigError) as refused:
            plan_losses("vae", said)
        assert str(refused.value).endswith(expected)


def test_weights_that_float32_makes_0_at_each_step() -> None:
    with pytest.warns(UserWarning, match="kl is a schedule, but the weight of 'kl_loss' is 0 in"):
        plan_losses("vae", config({**LINEAR, "end_weight": 1e-50}))
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        plan_losses("vae", config({**LINEAR, "end_weight": 0.0}))


def test_an_end_before_the_start_is_what_json_schema_can_not_refuse() -> None:
    said = {**LINEAR, "start_step": 30_000}
    assert accepts(said)
    with pytest.raises(LossConfigError) as refused:
        plan_losses("vae", config(said))
    assert str(refused.value) == (
        "loss_config: /bottleneck/weights/kl/end_step: expected a step from start_step (30000) "
        "on, not 20000"
    )


def test_a_number_is_told_of_as_before() -> None:
    with pytest.raises(LossConfigError) as refused:
        plan_losses("vae", config(1e39))
    assert "expected a number of at most 3.4028234663852886e+38" in str(refused.value)
