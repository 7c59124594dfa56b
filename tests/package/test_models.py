"""The Pydantic models: strict, closed, and the same as the schema; their dumps reload."""

from __future__ import annotations

import copy
import json
import math
import pickle
from collections import UserDict, UserList
from collections.abc import Callable
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from types import MappingProxyType
from typing import Any

import numpy as np
import pytest
import torch
from omegaconf import OmegaConf
from pydantic import BaseModel, ValidationError

from support.documents import (
    ALL_BOTTLENECK_WEIGHTS,
    ALL_SECTIONS,
    BOTTLENECK_WEIGHTS,
    CONFIG,
    LOSS_MAPPING,
    SECTIONS,
)
from support.under_test import (
    AutoencoderLossConfig,
    BottleneckLossConfig,
    BottleneckType,
    BottleneckWeights,
    LossFactoryResult,
    ValueLossConfig,
    load_config,
    plan_losses,
)

FULL: dict[str, object] = {
    "$schema": "losses.schema.json",
    "bottleneck": {"type": "kl", "weights": {"kl": 1e-5, "mmd": None}},
    "spectral": {"type": "mrstft", "config": {"fft_sizes": [512]}, "decay": 0.5},
    "time": {"weights": {"l1": 0.5, "l2": 0}},
    "discriminator": {"type": "dac", "weights": {"adversarial": 0.1}},
    "reconstruction": {"type": "l2", "config": {"sizes": [512, [1.5, None]]}},
    "adversarial": {"weight": 0.1, "type": "hinge"},
}


def full() -> AutoencoderLossConfig:
    return AutoencoderLossConfig.model_validate(FULL)


def dump_of(config: AutoencoderLossConfig) -> dict[str, Any]:
    """The dump, without what only another package than loss_factory knows."""
    dump = config.model_dump()
    for section in set(ALL_SECTIONS) - set(SECTIONS):
        dump.pop(section, None)
    for weight in set(ALL_BOTTLENECK_WEIGHTS) - set(BOTTLENECK_WEIGHTS):
        dump["bottleneck"]["weights"].pop(weight, None)
    return dump


def accepted(document: object) -> bool:
    try:
        AutoencoderLossConfig.model_validate(document)
    except ValidationError:
        return False
    return True


# --- strictness

WRONG: dict[str, tuple[Callable[[], BaseModel], str, object]] = {
    "string for a number": (BottleneckWeights, "kl", "1e-4"),
    "boolean for a number": (BottleneckWeights, "kl", True),
    "numpy boolean for a number": (BottleneckWeights, "kl", np.bool_(True)),
    "tensor for a number": (BottleneckWeights, "kl", torch.tensor(1.0)),
    "Decimal for a number": (BottleneckWeights, "kl", Decimal(1)),
    "list for a number": (BottleneckWeights, "kl", [1.0]),
    "negative": (BottleneckWeights, "kl", -1e-9),
    "NaN": (BottleneckWeights, "kl", math.nan),
    "infinity": (BottleneckWeights, "kl", math.inf),
    "too large for float32": (BottleneckWeights, "kl", 1e39),
    "too large for float64": (BottleneckWeights, "kl", 10**400),
    "unknown key": (BottleneckWeights, "KL", 1.0),
    "null for an object": (BottleneckLossConfig, "weights", None),
    "list for an object": (BottleneckLossConfig, "weights", []),
    "number for a string": (BottleneckLossConfig, "type", 1),
    "bytes for a string": (BottleneckLossConfig, "type", b"kl"),
    "unknown section": (AutoencoderLossConfig, "spectrall", None),
    "unknown choice": (AutoencoderLossConfig, "reconstruction", {"type": "l3"}),
    "choice in capitals": (AutoencoderLossConfig, "reconstruction", {"type": "L1"}),
    "discriminator without type": (AutoencoderLossConfig, "discriminator", {}),
    "null decay": (AutoencoderLossConfig, "time", {"decay": None}),
    "unknown key inside": (AutoencoderLossConfig, "time", {"weights": {"l3": 1}}),
    "NaN in open arguments": (
        AutoencoderLossConfig,
        "reconstruction",
        {"config": {"a": [math.nan]}},
    ),
    "infinity in open arguments": (
        AutoencoderLossConfig,
        "reconstruction",
        {"config": {"a": math.inf}},
    ),
    "set in open arguments": (AutoencoderLossConfig, "reconstruction", {"config": {"a": {1}}}),
    "number for a key": (AutoencoderLossConfig, "reconstruction", {"config": {1: 1}}),
    "half a surrogate pair": (BottleneckLossConfig, "type", "\ud800"),
    "half a surrogate pair in open arguments": (
        AutoencoderLossConfig,
        "reconstruction",
        {"config": {"a": ["ü\udc00"]}},
    ),
    "half a surrogate pair for a key": (
        AutoencoderLossConfig,
        "reconstruction",
        {"config": {"a": {"\ud800": 1}}},
    ),
    "integer that Python doesn't write": (
        AutoencoderLossConfig,
        "reconstruction",
        {"config": {"a": -(10**4300)}},
    ),
    "deep open arguments": (
        AutoencoderLossConfig,
        "reconstruction",
        {"config": json.loads('{"a":' * 90 + "{}" + "}" * 90)},
    ),
}

every_wrong_value = pytest.mark.parametrize(("make", "key", "value"), WRONG.values(), ids=WRONG)


@every_wrong_value
def test_a_wrong_value_is_refused(make: Callable[..., BaseModel], key: str, value: object) -> None:
    with pytest.raises(ValidationError):
        make(**{key: value})


@every_wrong_value
def test_a_wrong_value_can_not_be_assigned(
    make: Callable[[], BaseModel], key: str, value: object
) -> None:
    model = make()
    before = model.model_copy(deep=True)
    with pytest.raises(ValidationError):
        setattr(model, key, value)
    assert model == before
    assert model.model_dump() == before.model_dump()
    assert not hasattr(model, key) or getattr(model, key) == getattr(before, key)


@pytest.mark.parametrize("number", ["NaN", "Infinity", "-Infinity", "1e400", "true", '"1"', "-1"])
@pytest.mark.parametrize(
    "text",
    [
        '{"bottleneck": {"weights": {"kl": %s}}}',
        '{"time": {"decay": %s}}',
        '{"reconstruction": {"weight": %s}}',
    ],
    ids=["weight", "decay", "single weight"],
)
def test_a_wrong_number_in_json_is_refused(text: str, number: str) -> None:
    with pytest.raises(ValidationError):
        AutoencoderLossConfig.model_validate_json(text % number)


OPEN_ARGUMENTS = '{"reconstruction": {"config": {"a": [1, %s]}}}'


@pytest.mark.parametrize("number", ["NaN", "Infinity", "1e400"])
def test_open_arguments_in_json_hold_no_infinity(number: str) -> None:
    with pytest.raises(ValidationError):
        AutoencoderLossConfig.model_validate_json(OPEN_ARGUMENTS % number)


def test_the_python_name_of_an_alias_is_no_key() -> None:
    with pytest.raises(ValidationError):
        AutoencoderLossConfig.model_validate({"schema_uri": "x"})


def test_right_values_can_be_assigned() -> None:
    config = AutoencoderLossConfig()
    config.bottleneck.weights.kl = 3
    config.bottleneck.weights.mmd = None
    config.bottleneck = BottleneckLossConfig(weights=config.bottleneck.weights)
    config.schema_uri = "x"
    assert dump_of(config) == {
        "$schema": "x",
        "bottleneck": {
            "weights": {
                "kl": 3.0,
                "mmd": None,
                "quantizer": 1.0,
                "codebook": 1.0,
                "commitment": 0.25,
                "softnorm": 1e-5,
            }
        },
    }
    assert type(config.bottleneck.weights.kl) is float


def test_every_problem_is_listed() -> None:
    with pytest.raises(ValidationError) as refusal:
        AutoencoderLossConfig.model_validate(
            {"bottleneck": {"weights": {"kl": "1", "x": 1}}, "time": {"decay": -1}}
        )
    assert [problem["loc"] for problem in refusal.value.errors()] == [
        ("bottleneck", "weights", "kl"),
        ("bottleneck", "weights", "x"),
        ("time", "decay"),
    ]


def test_defaults_are_not_shared() -> None:
    AutoencoderLossConfig().bottleneck.weights.kl = 3.0
    assert AutoencoderLossConfig().bottleneck.weights.kl == 1e-6


TYPES = {
    "VAE": "VAEBottleneck",
    "RVQ": "RVQBottleneck",
    "RVQ_VAE": "RVQVAEBottleneck",
    "DAC_RVQ": "DACRVQBottleneck",
    "DAC_RVQ_VAE": "DACRVQVAEBottleneck",
    "WASSERSTEIN": "WassersteinBottleneck",
    "SOFT_NORM": "SoftNormBottleneck",
    "TANH": "TanhBottleneck",
    "L2": "L2Bottleneck",
    "FSQ": "FSQBottleneck",
    "DITHERED_FSQ": "DitheredFSQBottleneck",
}


@pytest.mark.parametrize(("name", "value"), TYPES.items())
def test_the_bottleneck_types(name: str, value: str) -> None:
    assert BottleneckType[name].value == value


@pytest.mark.usefixtures("_loss_factory_only")
def test_these_tests_know_everything() -> None:
    assert [member.name for member in BottleneckType] == list(TYPES)
    assert ALL_SECTIONS == SECTIONS
    assert ALL_BOTTLENECK_WEIGHTS == BOTTLENECK_WEIGHTS


MRMEL = (
    '{"mrmel": {"weights": {"mrmel": %s}, "config": {"n_mels": [80], "window_lengths": [512], '
    '"pow": 2, "log_weight": %s, "mag_weight": %s}}}'
)
CRITIC = '"config": {"transformer_dim": 64, "depth": 1}'
CONTRASTIVE = (
    '{"contrastive": {"weights": {"contrastive": %s}, "decay_contrastive": %s, ' + CRITIC + "}}"
)
JEPA = '{"jepa": {"weights": {"jepa": %s}, "decay": %s, ' + CRITIC + "}}"
GENERATIVE = (
    '{"generative": {"type": "diffusion", "weights": {"diffusion": %s}, "decay": %s, '
    '"config": {"embed_dim": 8, "depth": 1}}}'
)
REGRESSORS = '{"semantic_regressors": {"weights": {"semantic_regressors_l1": %s}, "decay": %s}}'

#: Every weight and decay of a config, and whether null can stand there, as for every weight.
NUMBERS: dict[str, tuple[str, bool]] = {
    **{
        f"bottleneck {weight}": ('{"bottleneck": {"weights": {"' + weight + '": ?}}}', True)
        for weight in BOTTLENECK_WEIGHTS
    },
    "mrstft": ('{"spectral": {"weights": {"mrstft": ?}}}', True),
    "l1": ('{"time": {"weights": {"l1": ?}}}', True),
    "l2": ('{"time": {"weights": {"l2": ?}}}', True),
    "time mmd": ('{"time": {"weights": {"mmd": ?}}}', True),
    "adversarial": ('{"discriminator": {"type": "dac", "weights": {"adversarial": ?}}}', True),
    "feature_matching": (
        '{"discriminator": {"type": "dac", "weights": {"feature_matching": ?}}}',
        True,
    ),
    "spectral decay": ('{"spectral": {"decay": ?}}', False),
    "time decay": ('{"time": {"decay": ?}}', False),
    "discriminator decay": ('{"discriminator": {"type": "dac", "decay": ?}}', False),
    "reconstruction": ('{"reconstruction": {"weight": ?}}', True),
    "adversarial weight": ('{"adversarial": {"weight": ?}}', True),
    "mrmel": (MRMEL % ("?", 1, 1), True),
    "mrmel log_weight": (MRMEL % (1, "?", 1), False),
    "mrmel mag_weight": (MRMEL % (1, 1, "?"), False),
    "hubert": ('{"hubert": {"weights": {"hubert": ?}}}', True),
    "hubert decay": ('{"hubert": {"weights": {"hubert": 1}, "decay": ?}}', False),
    "clap": ('{"clap": {"weights": {"clap": ?}}}', True),
    "clap decay": ('{"clap": {"weights": {"clap": 1}, "decay": ?}}', False),
    "contrastive": (CONTRASTIVE % ("?", 1), True),
    "contrastive decay": (CONTRASTIVE % (1, "?"), False),
    "jepa": (JEPA % ("?", 1), True),
    "jepa decay": (JEPA % (1, "?"), False),
    "diffusion": (GENERATIVE % ("?", 1), True),
    "generative decay": (GENERATIVE % (1, "?"), False),
    "latent l1": ('{"latent_distillation": {"weights": {"l1": ?}}}', True),
    "latent l2": ('{"latent_distillation": {"weights": {"l2": ?}}}', True),
    "latent decay": ('{"latent_distillation": {"decay": ?}}', False),
    "semantic_regressors_l1": (REGRESSORS % ("?", 1), True),
    "semantic_regressors decay": (REGRESSORS % (1, "?"), False),
}


@pytest.mark.parametrize(("text", "nullable"), NUMBERS.values(), ids=NUMBERS)
def test_the_limits_of_every_number(text: str, nullable: bool) -> None:
    answers = {
        "0": True,
        "-0.0": True,
        "1e-6": True,
        "100": True,
        "3.4028234663852886e38": True,
        "3.4028234663852888e38": False,
        "-1e-9": False,
        "true": False,
        '"1"': False,
        "[]": False,
        "null": nullable,
    }
    for number, expected in answers.items():
        document = json.loads(text.replace("?", number))
        assert accepted(document) == expected, number
        assert CONFIG.is_valid(document) == expected, number


# --- one loss


@pytest.mark.parametrize(
    "values",
    [
        {"key": "", "name": "kl_loss", "weight": 1.0},
        {"key": "kl", "name": "", "weight": 1.0},
        {"key": "kl", "name": "kl_loss", "weight": None},
        {"key": "kl", "name": "kl_loss", "weight": -1.0},
        {"key": "kl", "name": "kl_loss", "weight": math.nan},
        {"key": "kl", "name": 1, "weight": 1.0},
        {"key": "kl", "name": "kl_loss"},
        {"key": "kl", "weight": 1.0},
        {"name": "kl_loss", "weight": 1.0},
        {"key": "kl", "name": "kl_loss", "weight": 1.0, "decay": 1.0},
    ],
)
def test_a_wrong_loss_is_refused(values: dict[str, object]) -> None:
    with pytest.raises(ValidationError):
        ValueLossConfig.model_validate(values)


# --- results

DAC = [
    {"key": "kl", "weight": 1e-6, "name": "kl_loss"},
    {"key": "vq/codebook_loss", "weight": 1.0, "name": "codebook_loss"},
    {"key": "vq/commitment_loss", "weight": 0.25, "name": "commitment_loss"},
]
KL, CODEBOOK, COMMITMENT = DAC


def dac_result(losses: object = DAC) -> LossFactoryResult:
    return LossFactoryResult.model_validate(
        {"losses": losses, "bottleneck_type": "DACRVQVAEBottleneck"}
    )


OTHER_LOSSES: dict[str, object] = {
    "wrong order": [CODEBOOK, KL, COMMITMENT],
    "missing": [KL, CODEBOOK],
    "none": [],
    "extra": [*DAC, {"key": "mmd", "weight": 1.0, "name": "mmd_loss"}],
    "twice": [*DAC, KL],
    "wrong key": [{**KL, "key": "mmd"}, CODEBOOK, COMMITMENT],
    "wrong name": [{**KL, "name": "kl"}, CODEBOOK, COMMITMENT],
}


@pytest.mark.parametrize("losses", OTHER_LOSSES.values(), ids=OTHER_LOSSES)
def test_a_result_refuses_losses_that_are_not_its_types(losses: list[object]) -> None:
    with pytest.raises(ValidationError, match="expected the losses of DACRVQVAEBottleneck"):
        dac_result(losses)
    assert not LOSS_MAPPING.is_valid({"DACRVQVAEBottleneck": losses})
    with pytest.raises(ValidationError, match="expected the losses of DACRVQVAEBottleneck"):
        LossFactoryResult.model_validate_json(
            json.dumps({"losses": losses, "bottleneck_type": "DACRVQVAEBottleneck"})
        )


@pytest.mark.parametrize("losses", OTHER_LOSSES.values(), ids=OTHER_LOSSES)
def test_losses_of_another_type_can_not_be_assigned(losses: list[object]) -> None:
    result = dac_result()
    with pytest.raises(ValidationError, match="expected the losses of DACRVQVAEBottleneck"):
        result.losses = [ValueLossConfig.model_validate(each) for each in losses]
    assert result == dac_result()
    assert result.model_dump() == dac_result().model_dump()


@pytest.mark.parametrize("other", [BottleneckType.VAE, "VAEBottleneck", "VAE", 3, None])
def test_another_type_can_not_be_assigned(other: BottleneckType) -> None:
    result = dac_result()
    with pytest.raises(ValidationError):
        result.bottleneck_type = other
    assert result.bottleneck_type is BottleneckType.DAC_RVQ_VAE
    assert result == dac_result()


def test_other_weights_can_be_assigned() -> None:
    result = dac_result()
    result.losses = [ValueLossConfig.model_validate({**each, "weight": 2}) for each in DAC]
    assert result.get_total_weight() == 6.0


def test_a_result_takes_the_enum_or_its_value() -> None:
    by_enum = LossFactoryResult(losses=[], bottleneck_type=BottleneckType.TANH)
    assert by_enum.bottleneck_type is BottleneckType.TANH
    by_value = LossFactoryResult.model_validate({"losses": [], "bottleneck_type": "TanhBottleneck"})
    assert by_value == by_enum
    assert by_value.bottleneck_type is BottleneckType.TANH
    text = '{"losses": [], "bottleneck_type": "TanhBottleneck"}'
    assert LossFactoryResult.model_validate_json(text) == by_enum


@pytest.mark.parametrize(
    ("value", "message"),
    [
        ("TanhBotleneck", "'TanhBotleneck' is no bottleneck type; did you mean 'TanhBottleneck'?"),
        (
            "tanhbottleneck",
            "'tanhbottleneck' is no bottleneck type; did you mean 'TanhBottleneck'?",
        ),
        ("?", "'?' is no bottleneck type"),
    ],
)
def test_an_unknown_type_is_refused_with_the_nearest(value: str, message: str) -> None:
    document = {"losses": [], "bottleneck_type": value}
    with pytest.raises(ValidationError) as in_python:
        LossFactoryResult.model_validate(document)
    with pytest.raises(ValidationError) as in_json:
        LossFactoryResult.model_validate_json(json.dumps(document))
    for refusal in (in_python, in_json):
        (problem,) = refusal.value.errors()
        assert problem["loc"] == ("bottleneck_type",)
        assert problem["msg"] == f"Value error, {message}"


def test_the_total_weight() -> None:
    assert dac_result().get_total_weight() == 1e-6 + 1.0 + 0.25
    nothing = LossFactoryResult(losses=[], bottleneck_type=BottleneckType.FSQ).get_total_weight()
    assert (type(nothing), nothing) == (float, 0.0)


def test_a_loss_by_name() -> None:
    result = dac_result()
    assert result.get_loss_by_name("codebook_loss") is result.losses[1]
    assert result.get_loss_by_name("kl") is None
    assert result.get_loss_by_name("") is None


@pytest.mark.parametrize("kind", BottleneckType)
def test_a_result_is_valid_under_the_mapping(kind: BottleneckType) -> None:
    result = plan_losses(kind)
    for dumped in (result.model_dump(), json.loads(result.model_dump_json())):
        LOSS_MAPPING.validate({result.bottleneck_type.value: dumped["losses"]})
        assert LossFactoryResult.model_validate(dumped) == result
    assert LossFactoryResult.model_validate_json(result.model_dump_json()) == result
    assert [set(loss) for loss in result.model_dump()["losses"]] == [
        {"key", "name", "weight"} for _ in result.losses
    ]


# --- dumps


def test_a_dump_holds_what_is_on_by_its_alias() -> None:
    assert dump_of(AutoencoderLossConfig()) == {
        "bottleneck": {
            "weights": {
                "kl": 1e-6,
                "mmd": 100.0,
                "quantizer": 1.0,
                "codebook": 1.0,
                "commitment": 0.25,
                "softnorm": 1e-5,
            }
        }
    }
    assert dump_of(full()) == {
        "$schema": "losses.schema.json",
        "bottleneck": {
            "type": "kl",
            "weights": {
                "kl": 1e-5,
                "mmd": None,
                "quantizer": 1.0,
                "codebook": 1.0,
                "commitment": 0.25,
                "softnorm": 1e-5,
            },
        },
        "spectral": {"type": "mrstft", "config": {"fft_sizes": [512]}, "weights": {}, "decay": 0.5},
        "time": {"config": {}, "weights": {"l1": 0.5, "l2": 0.0}, "decay": 1.0},
        "discriminator": {
            "type": "dac",
            "config": {"use_hinge": False},
            "weights": {"adversarial": 0.1},
            "decay": 1.0,
        },
        "reconstruction": {"weight": 1.0, "type": "l2", "config": {"sizes": [512, [1.5, None]]}},
        "adversarial": {"weight": 0.1, "type": "hinge", "config": {}},
    }


def test_all_dumps_say_the_same() -> None:
    assert full().model_dump(mode="json") == full().model_dump()
    assert json.loads(full().model_dump_json()) == full().model_dump()


def dumps_of(config: AutoencoderLossConfig) -> list[object]:
    return [
        config.model_dump(),
        config.model_dump(mode="json"),
        json.loads(config.model_dump_json()),
        json.loads(config.model_dump_json(indent=2)),
    ]


def test_dumps_of_the_most_that_open_arguments_hold_reload(tmp_path: Path) -> None:
    deep = json.loads('{"a":' * 89 + '[10e-1,"🎶"' + "]" + "}" * 89) | {"b": 1 - 10**4300}
    config = AutoencoderLossConfig.model_validate(
        {"discriminator": {"type": "encodec", "config": {"filters": 1, "activation_params": deep}}}
    )
    path = tmp_path / "dump.json"
    for dumped in dumps_of(config):
        CONFIG.validate(dumped)
        assert AutoencoderLossConfig.model_validate(dumped) == config
        for text in (json.dumps(dumped), json.dumps({"training": {"loss_configs": dumped}})):
            path.write_text(text, encoding="utf-8")
            assert load_config(path) == config


OPEN_VALUES: dict[str, object] = {
    "tuple": (1, (2.5, None)),
    "range": range(3),
    "UserList": UserList([1]),
    "UserDict": UserDict(a=1),
    "MappingProxyType": MappingProxyType({"a": [1]}),
    "float32": np.float32(0.5),
    "int64": np.int64(3),
    "Fraction": Fraction(1, 2),
    "ListConfig": OmegaConf.create([1, {"a": 2}]),
}


@pytest.mark.parametrize("value", OPEN_VALUES.values(), ids=OPEN_VALUES)
def test_dumps_of_open_arguments_of_any_kind_reload(value: object) -> None:
    config = AutoencoderLossConfig.model_validate({"reconstruction": {"config": {"a": [value]}}})
    for dumped in dumps_of(config):
        CONFIG.validate(dumped)
        assert AutoencoderLossConfig.model_validate(dumped) == config


def test_a_config_can_be_copied_and_pickled() -> None:
    for model in (full(), dac_result()):
        assert copy.deepcopy(model) == model
        assert pickle.loads(pickle.dumps(model)) == model


# --- the same as the schema


ODD_LOSSES: dict[str, Callable[[dict[str, object]], object]] = {
    "as it is": lambda loss: loss,
    "integer": lambda loss: {**loss, "weight": 3},
    "zero": lambda loss: {**loss, "weight": -0.0},
    "negative": lambda loss: {**loss, "weight": -1},
    "boolean": lambda loss: {**loss, "weight": True},
    "string": lambda loss: {**loss, "weight": "1"},
    "null": lambda loss: {**loss, "weight": None},
    "too large": lambda loss: {**loss, "weight": 1e39},
    "without a weight": lambda loss: {"key": loss["key"], "name": loss["name"]},
    "without a name": lambda loss: {"key": loss["key"], "weight": 1},
    "one key more": lambda loss: {**loss, "decay": 1.0},
    "another key": lambda loss: {**loss, "key": "x"},
    "another name": lambda loss: {**loss, "name": f"{loss['name']} "},
    "key for the name": lambda loss: {**loss, "name": loss["key"]},
    "array": lambda loss: [loss],
    "array of the values": lambda loss: list(loss.values()),
    "null for all": lambda loss: None,
}


@pytest.mark.parametrize("odd", ODD_LOSSES.values(), ids=ODD_LOSSES)
def test_model_and_schema_agree_on_results(odd: Callable[[dict[str, object]], object]) -> None:
    for kind in BottleneckType:
        right: list[dict[str, object]] = plan_losses(kind).model_dump()["losses"]
        for index in range(len(right)):
            losses = [*right[:index], odd(right[index]), *right[index + 1 :]]
            valid = LOSS_MAPPING.is_valid({kind.value: losses})
            try:
                LossFactoryResult.model_validate({"losses": losses, "bottleneck_type": kind})
            except ValidationError:
                assert not valid, losses
            else:
                assert valid, losses


@pytest.mark.parametrize("model", [AutoencoderLossConfig, LossFactoryResult])
def test_its_own_json_schema_has_no_length_that_the_published_one_has_not(
    model: type[BaseModel],
) -> None:
    assert "maxLength" not in json.dumps(model.model_json_schema())
