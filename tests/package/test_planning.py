"""From a bottleneck and a config to losses and their weights."""

from __future__ import annotations

import copy
import json
import struct
from collections.abc import Callable
from inspect import currentframe
from pathlib import Path

import pytest

from support.under_test import (
    AutoencoderLossConfig,
    BottleneckType,
    LossFactoryResult,
    UnusedWeightWarning,
    create_loss_modules_from_bottleneck,
    load_config,
    plan_losses,
)

Losses = list[tuple[str, str, float]]
"""Key, name and weight of each loss, in order."""

#: The table of the real system, by class name and tag of model configs.
TABLE: dict[tuple[str, str], Losses] = {
    ("VAEBottleneck", "vae"): [("kl", "kl_loss", 1e-6)],
    ("RVQBottleneck", "rvq"): [("quantizer_loss", "quantizer_loss", 1.0)],
    ("RVQVAEBottleneck", "rvq_vae"): [
        ("kl", "kl_loss", 1e-6),
        ("quantizer_loss", "quantizer_loss", 1.0),
    ],
    ("DACRVQBottleneck", "dac_rvq"): [
        ("vq/codebook_loss", "codebook_loss", 1.0),
        ("vq/commitment_loss", "commitment_loss", 0.25),
    ],
    ("DACRVQVAEBottleneck", "dac_rvq_vae"): [
        ("kl", "kl_loss", 1e-6),
        ("vq/codebook_loss", "codebook_loss", 1.0),
        ("vq/commitment_loss", "commitment_loss", 0.25),
    ],
    ("WassersteinBottleneck", "wasserstein"): [("mmd", "mmd_loss", 100.0)],
    ("SoftNormBottleneck", "softnorm"): [("softnorm_loss", "softnorm_loss", 1e-5)],
    ("TanhBottleneck", "tanh"): [],
    ("L2Bottleneck", "l2_norm"): [],
    ("FSQBottleneck", "fsq"): [],
    ("DitheredFSQBottleneck", "dithered_fsq"): [],
}

#: By weight: its default, and a bottleneck and the name of its loss that it multiplies.
WEIGHTS: dict[str, tuple[float, list[tuple[str, str]]]] = {
    "kl": (1e-6, [("vae", "kl_loss"), ("rvq_vae", "kl_loss"), ("dac_rvq_vae", "kl_loss")]),
    "mmd": (100.0, [("wasserstein", "mmd_loss")]),
    "quantizer": (1.0, [("rvq", "quantizer_loss"), ("rvq_vae", "quantizer_loss")]),
    "codebook": (1.0, [("dac_rvq", "codebook_loss"), ("dac_rvq_vae", "codebook_loss")]),
    "commitment": (0.25, [("dac_rvq", "commitment_loss"), ("dac_rvq_vae", "commitment_loss")]),
    "softnorm": (1e-5, [("softnorm", "softnorm_loss")]),
}
USES = [
    (weight, default, tag, name)
    for weight, (default, uses) in WEIGHTS.items()
    for tag, name in uses
]


def weights(**values: object) -> dict[str, object]:
    return {"bottleneck": {"weights": values}}


def losses_of(result: LossFactoryResult) -> Losses:
    return [(loss.key, loss.name, loss.weight) for loss in result.losses]


def float32(number: float) -> float:
    rounded: float = struct.unpack("<f", struct.pack("<f", number))[0]
    return rounded


def created(
    bottleneck: object, loss_config: dict[str, object] | AutoencoderLossConfig | None = None
) -> Losses:
    modules = create_loss_modules_from_bottleneck(bottleneck, loss_config)
    return [(module.key, module.name, module.weight) for module in modules]


# --- the table

CONFIGS_WITHOUT_WEIGHTS: tuple[dict[str, object] | AutoencoderLossConfig | None, ...] = (
    None,
    {},
    {"bottleneck": {}},
    AutoencoderLossConfig(),
)
every_bottleneck = pytest.mark.parametrize(
    ("class_name", "tag", "losses"), [(*names, losses) for names, losses in TABLE.items()]
)


@every_bottleneck
def test_the_plan_of_each_bottleneck(class_name: str, tag: str, losses: Losses) -> None:
    cls = type(class_name, (), {})
    for bottleneck in (BottleneckType(class_name), class_name, tag, cls, cls()):
        for config in CONFIGS_WITHOUT_WEIGHTS:
            result = plan_losses(bottleneck, config)
            assert result.bottleneck_type is BottleneckType(class_name)
            assert losses_of(result) == losses


@every_bottleneck
def test_the_modules_of_each_bottleneck(class_name: str, tag: str, losses: Losses) -> None:
    cls = type(class_name, (), {})
    rounded = [(key, name, float32(weight)) for key, name, weight in losses]
    for bottleneck in (BottleneckType(class_name), class_name, tag, cls, cls()):
        assert created(bottleneck) == rounded
        assert created(bottleneck, {}) == rounded


@pytest.mark.usefixtures("_loss_factory_only")
def test_the_table_is_complete() -> None:
    assert [class_name for class_name, _ in TABLE] == [kind.value for kind in BottleneckType]


# --- weights


@pytest.mark.parametrize(("weight", "default", "tag", "name"), USES)
@pytest.mark.parametrize("value", [0, 0.0, 3, 0.1, 1e-30, 3.4028234663852886e38])
def test_each_weight_is_taken_as_it_is(
    weight: str, default: float, tag: str, name: str, value: float
) -> None:
    expected = {loss.name: loss.weight for loss in plan_losses(tag).losses}
    assert expected[name] == default
    expected[name] = value
    result = plan_losses(tag, weights(**{weight: value}))
    assert {loss.name: loss.weight for loss in result.losses} == expected
    assert {type(loss.weight) for loss in result.losses} == {float}


@pytest.mark.parametrize(("weight", "default", "tag", "name"), USES)
def test_null_means_the_default(weight: str, default: float, tag: str, name: str) -> None:
    loss = plan_losses(tag, weights(**{weight: None})).get_loss_by_name(name)
    assert loss is not None
    assert loss.weight == default


def test_a_plan_keeps_the_float_and_a_module_rounds_it() -> None:
    assert losses_of(plan_losses("vae", weights(kl=0.1))) == [("kl", "kl_loss", 0.1)]
    assert created("vae", weights(kl=0.1)) == [("kl", "kl_loss", 0.10000000149011612)]


def test_a_plan_changes_nothing() -> None:
    config: dict[str, object] = {
        "bottleneck": {"type": "kl", "weights": {"kl": 1, "mmd": None}},
        "spectral": None,
        "discriminator": {"type": "hil", "config": {"rates": [1, [2]]}},
    }
    before = copy.deepcopy(config)
    first = plan_losses("rvq_vae", config)
    assert config == before
    assert list(config) == list(before)
    first.losses[0].weight = 7.0
    assert losses_of(plan_losses("rvq_vae", config)) == [
        ("kl", "kl_loss", 1.0),
        ("quantizer_loss", "quantizer_loss", 1.0),
    ]


def test_a_plan_changes_no_model() -> None:
    config = AutoencoderLossConfig.model_validate(weights(kl=None))
    before = config.model_copy(deep=True)
    plan_losses("vae", config)
    assert config == before
    assert config.model_fields_set == before.model_fields_set


# --- weights of no use


def unused(weight: str, value: str, class_name: str, has: str) -> str:
    return (
        f"bottleneck.weights.{weight} is {value}, but {class_name} has no use for this weight; "
        f"{has}"
    )


USES_KL = "it uses 'bottleneck.weights.kl'"
USES_DAC = "it uses 'bottleneck.weights.codebook', 'bottleneck.weights.commitment'"

UNUSED: dict[str, tuple[str, dict[str, object], list[str]]] = {
    "one": (
        "wasserstein",
        {"kl": 1e-4},
        [unused("kl", "0.0001", "WassersteinBottleneck", "it uses 'bottleneck.weights.mmd'")],
    ),
    "integer": ("vae", {"mmd": 10}, [unused("mmd", "10.0", "VAEBottleneck", USES_KL)]),
    "0": ("vae", {"mmd": 0}, [unused("mmd", "0.0", "VAEBottleneck", USES_KL)]),
    "beside one of use": (
        "vae",
        {"kl": 1e-4, "softnorm": 1e-4},
        [unused("softnorm", "0.0001", "VAEBottleneck", USES_KL)],
    ),
    "two of use": (
        "dac_rvq",
        {"codebook": 2, "commitment": 2, "quantizer": 2},
        [unused("quantizer", "2.0", "DACRVQBottleneck", USES_DAC)],
    ),
    "none of use": (
        "tanh",
        {"kl": 1e-4},
        [unused("kl", "0.0001", "TanhBottleneck", "it has no losses")],
    ),
    "several": (
        "vae",
        {"mmd": 1, "quantizer": 2, "codebook": 3, "commitment": 4, "softnorm": 5},
        [
            unused("quantizer", "2.0", "VAEBottleneck", USES_KL),
            unused("codebook", "3.0", "VAEBottleneck", USES_KL),
            unused("commitment", "4.0", "VAEBottleneck", USES_KL),
            unused("mmd", "1.0", "VAEBottleneck", USES_KL),
            unused("softnorm", "5.0", "VAEBottleneck", USES_KL),
        ],
    ),
}


@pytest.mark.parametrize("entry", [plan_losses, create_loss_modules_from_bottleneck])
@pytest.mark.parametrize(("tag", "values", "messages"), UNUSED.values(), ids=UNUSED)
def test_a_weight_of_no_use_draws_a_warning(
    entry: Callable[..., object], tag: str, values: dict[str, object], messages: list[str]
) -> None:
    with pytest.warns(UnusedWeightWarning) as record:
        entry(tag, weights(**values))
    assert sorted(str(warning.message) for warning in record) == sorted(messages)


@pytest.mark.parametrize("entry", [plan_losses, create_loss_modules_from_bottleneck])
def test_a_model_draws_the_same_warning(entry: Callable[..., object]) -> None:
    config = AutoencoderLossConfig.model_validate(weights(kl=1e-4))
    message = unused("kl", "0.0001", "TanhBottleneck", "it has no losses")
    with pytest.warns(UnusedWeightWarning) as record:
        entry("tanh", config)
    assert [str(warning.message) for warning in record] == [message]


@pytest.mark.parametrize(
    "values",
    [
        {"mmd": None, "quantizer": None, "codebook": None, "commitment": None, "softnorm": None},
        {"mmd": 100, "quantizer": 1, "codebook": 1.0, "commitment": 0.25, "softnorm": 1e-5},
        {"kl": 3.0},
    ],
    ids=["null", "default", "of use"],
)
def test_other_weights_draw_no_warning(values: dict[str, object]) -> None:
    """Any warning is an error here."""
    plan_losses("vae", weights(**values))
    create_loss_modules_from_bottleneck("vae", weights(**values))


def test_what_warnings_do_is_the_callers_choice() -> None:
    """A trainer that turns them into errors gets an exception; here every warning is one."""
    with pytest.raises(UnusedWeightWarning, match=r"bottleneck\.weights\.mmd is 7\.0"):
        plan_losses("vae", weights(mmd=7))


def test_the_warning_of_a_plan_points_at_its_caller() -> None:
    frame = currentframe()
    assert frame is not None
    line = frame.f_lineno + 2
    with pytest.warns(UnusedWeightWarning) as record:
        plan_losses("vae", weights(mmd=7))
    assert [(each.filename, each.lineno) for each in record] == [(__file__, line)]


def test_the_warning_about_modules_points_at_their_caller() -> None:
    frame = currentframe()
    assert frame is not None
    line = frame.f_lineno + 2
    with pytest.warns(UnusedWeightWarning) as record:
        create_loss_modules_from_bottleneck("vae", weights(mmd=7))
    assert [(each.filename, each.lineno) for each in record] == [(__file__, line)]


def test_the_type_that_is_given_decides_which_weights_are_of_use() -> None:
    modules = create_loss_modules_from_bottleneck(
        "tanh", weights(mmd=7), bottleneck_type=BottleneckType.WASSERSTEIN
    )
    assert [(module.name, module.weight) for module in modules] == [("mmd_loss", 7.0)]


# --- the owner's document, example by example


def test_the_vae_example() -> None:
    config = json.loads('{"bottleneck": {"weights": {"kl": 1e-5}}}')
    assert losses_of(plan_losses("VAEBottleneck", config)) == [("kl", "kl_loss", 1e-5)]
    assert created("VAEBottleneck", config) == [("kl", "kl_loss", float32(1e-5))]


def test_the_dac_rvq_vae_example() -> None:
    """Without the quantizer loss that the example has and table, code and real system have not."""
    config = json.loads('{"bottleneck": {"weights": {"kl": 1e-4}}}')
    assert losses_of(plan_losses("DACRVQVAEBottleneck", config)) == [
        ("kl", "kl_loss", 1e-4),
        ("vq/codebook_loss", "codebook_loss", 1.0),
        ("vq/commitment_loss", "commitment_loss", 0.25),
    ]
    assert created("DACRVQVAEBottleneck", config) == [
        ("kl", "kl_loss", float32(1e-4)),
        ("vq/codebook_loss", "codebook_loss", 1.0),
        ("vq/commitment_loss", "commitment_loss", 0.25),
    ]


def test_the_wasserstein_example() -> None:
    config = json.loads('{"bottleneck": {"weights": {"mmd": 50.0}}}')
    assert losses_of(plan_losses("WassersteinBottleneck", config)) == [("mmd", "mmd_loss", 50.0)]
    assert created("WassersteinBottleneck", config) == [("mmd", "mmd_loss", 50.0)]


LOSS_CONFIGS = {
    "bottleneck": {"weights": {"kl": 1e-5, "mmd": 75.0}},
    "reconstruction": {"weight": 1.0, "type": "l2"},
    "adversarial": {"weight": 0.1, "type": "hinge"},
}
COMPLETE_EXAMPLE = {
    "model_type": "autoencoder",
    "training": {"learning_rate": 1e-4, "loss_configs": LOSS_CONFIGS},
}


@pytest.mark.parametrize(
    ("tag", "losses", "idle"),
    [("vae", [("kl", "kl_loss", 1e-5)], "mmd"), ("wasserstein", [("mmd", "mmd_loss", 75.0)], "kl")],
)
def test_the_complete_example(tmp_path: Path, tag: str, losses: Losses, idle: str) -> None:
    path = tmp_path / "model_config.json"
    path.write_text(json.dumps(COMPLETE_EXAMPLE))
    config = load_config(path)
    assert config.reconstruction is not None
    assert (config.reconstruction.weight, config.reconstruction.type) == (1.0, "l2")
    assert config.adversarial is not None
    assert (config.adversarial.weight, config.adversarial.type) == (0.1, "hinge")
    with pytest.warns(UnusedWeightWarning, match=rf"^bottleneck\.weights\.{idle} is "):
        assert losses_of(plan_losses(tag, config)) == losses
    with pytest.warns(UnusedWeightWarning, match=rf"^bottleneck\.weights\.{idle} is "):
        assert losses_of(plan_losses(tag, LOSS_CONFIGS)) == losses


def test_the_methods_of_the_result() -> None:
    result = plan_losses("dac_rvq_vae", weights(kl=0.5))
    assert result.get_total_weight() == 0.5 + 1.0 + 0.25
    loss = result.get_loss_by_name("codebook_loss")
    assert loss is not None
    assert loss.model_dump() == {"key": "vq/codebook_loss", "weight": 1.0, "name": "codebook_loss"}
    assert result.get_loss_by_name("quantizer_loss") is None


def test_unused_weights_are_warned_of_in_the_order_of_their_names() -> None:
    weights = {"softnorm": 1, "mmd": 2, "commitment": 3, "quantizer": None, "codebook": 1.0}
    with pytest.warns(UnusedWeightWarning) as caught:
        plan_losses("vae", {"bottleneck": {"weights": weights}})
    assert [str(warning.message).split()[0] for warning in caught] == [
        "bottleneck.weights.commitment",
        "bottleneck.weights.mmd",
        "bottleneck.weights.softnorm",
    ]
