"""Our factory and modules against the real ones of stable-audio-tools, bit for bit.

On valid configs there is no difference: the same losses in the same order with the same weights,
and in every dtype the same totals, entries and gradients. Everywhere else the differences are
intended; differences.py lists them all, and each is a test below, `test_difference_<name>`, that
shows what the real one does and what ours does.
"""

from __future__ import annotations

import math
import random
import re
from collections import Counter
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import numpy as np
import pytest
import torch
from omegaconf import OmegaConf
from torch.profiler import ProfilerActivity, profile

from support.stable_audio.compare import (
    create_fused,
    create_ours,
    described,
    differences,
    same_bits,
    step,
)
from support.stable_audio.differences import DIFFERENCES
from support.stable_audio.real import (
    ARGUMENTS,
    KNOWN,
    VERSIONS,
    VERSIONS_AND_CLASSES,
    StableAudio,
    load,
    make_bottleneck,
    subclass_of,
)
from support.under_test import (
    AutoencoderLossConfig,
    BottleneckType,
    LossConfigError,
    MissingLossValueError,
    MultiLoss,
    UnknownBottleneckError,
    ValueLoss,
)

every_class = pytest.mark.parametrize(("version", "class_name"), VERSIONS_AND_CLASSES)

#: Random configs for each version and class, each of them given to the class itself, to a
#: subclass, and to a subclass of that.
CASES = 350
DEPTHS = (0, 1, 2)

#: Which weights a bottleneck has a use for, their defaults, and the default of all others.
USED: dict[str, set[str]] = {
    "VAEBottleneck": {"kl"},
    "RVQBottleneck": {"quantizer"},
    "RVQVAEBottleneck": {"kl", "quantizer"},
    "DACRVQBottleneck": {"codebook", "commitment"},
    "DACRVQVAEBottleneck": {"kl", "codebook", "commitment"},
    "WassersteinBottleneck": {"mmd"},
    "SoftNormBottleneck": {"softnorm"},
}
DEFAULTS: dict[str, float] = {
    "kl": 1e-6,
    "mmd": 100,
    "softnorm": 1e-5,
    "quantizer": 1.0,
    "codebook": 1.0,
    "commitment": 0.25,
}
CONFIGURABLE_THEN = ("kl", "mmd", "softnorm")
FIXED_THEN = ("quantizer", "codebook", "commitment")

COMMON_WEIGHTS: tuple[float, ...] = (1e-6, 1e-5, 1e-4, 5e-4, 1e-3, 0.1, 1, 10, 100, 100.0)
EDGE_WEIGHTS: tuple[float, ...] = (
    5e-324,  # the least float64, far below float32
    7e-46,  # the last that rounds to 0 in float32
    1e-45,  # a denormal float32
    1.1754942e-38,
    1.1754943508222875e-38,  # the least normal float32
    1 + 2**-24,  # halfway between two float32
    1 + 2**-24 + 2**-40,
    2**24 + 1,
    2**53 + 1,
    1e30,
    3.4028234663852886e38,  # the greatest float32
    -0.0,
)
DTYPES = (torch.float32, torch.float64, torch.bfloat16, torch.float16)
KEYS = ("kl", "quantizer_loss", "vq/codebook_loss", "vq/commitment_loss", "mmd", "softnorm_loss")
SPECIAL_VALUES = (0.0, -0.0, math.inf, -math.inf, math.nan, 1e-30, 6e4, 1e38)


def random_weight(rng: random.Random) -> float:
    kind = rng.randrange(7)
    if kind == 0:
        return rng.choice((0, 0.0))
    if kind == 1:
        return rng.choice(COMMON_WEIGHTS)
    if kind == 2:
        return rng.choice(EDGE_WEIGHTS)
    if kind == 3:
        return rng.randrange(1, 1000)
    if kind == 4:
        return rng.randrange(2**62)
    return float(rng.uniform(1, 10) * 10.0 ** rng.uniform(-46, 30))


def random_bottleneck_section(rng: random.Random) -> dict[str, object]:
    section: dict[str, object] = {}
    if rng.random() < 0.5:
        section["type"] = rng.choice(("kl", "mmd", "rvq", "kld", "softnorm", "", "whatever"))
    if rng.random() < 0.9:
        weights: dict[str, float] = {}
        for name in rng.sample(CONFIGURABLE_THEN, k=rng.randrange(4)):
            weights[name] = random_weight(rng) if rng.random() < 0.85 else DEFAULTS[name]
        for name in FIXED_THEN:
            if rng.random() < 0.1:
                weights[name] = DEFAULTS[name]
        section["weights"] = weights
    items = list(section.items())
    rng.shuffle(items)
    return dict(items)


def random_own_section(name: str, rng: random.Random) -> dict[str, object]:
    """A section of ours that the factories have no business with."""
    sizes = sorted((2 ** rng.randrange(4, 12) for _ in range(rng.randrange(1, 8))), reverse=True)
    if name == "spectral":
        config: dict[str, object] = {"fft_sizes": sizes, "hop_sizes": [n // 4 for n in sizes]}
        config["perceptual_weighting"] = rng.random() < 0.5
        section = {"type": "mrstft", "config": config, "weights": {"mrstft": rng.random()}}
        return section | ({"decay": 1.0} if rng.random() < 0.2 else {})
    if name == "time":
        weight = rng.choice((0, 0.0, 0.1, 1.0))
        return {"type": "l1", "weights": {rng.choice(("l1", "l2", "mmd")): weight}}
    if name == "discriminator":
        weights = {"adversarial": rng.choice((0.05, 0.1)), "feature_matching": rng.choice((0, 5.0))}
        configs: dict[str, dict[str, object]] = {
            "encodec": {"filters": 32, "n_ffts": sizes},
            "dac": {"fft_sizes": sizes, "bands": [[0.0, 0.1], [0.1, 1.0]], "rates": []},
        }
        kind = rng.choice(list(configs))
        return {"type": kind, "config": configs[kind], "weights": weights}
    if name == "hubert":
        return {"weights": {"hubert": 0.5}, "decay": 0.99}
    if name == "contrastive":
        return {"config": {"depth": 2, "transformer_dim": 64}, "weights": {"contrastive": 1}}
    if name == "reconstruction":
        return {"weight": 1.0, "type": "l2"}
    return {"weight": 0.1, "type": "hinge"}  # adversarial


OWN_SECTIONS = (
    "spectral",
    "time",
    "discriminator",
    "hubert",
    "contrastive",
    "reconstruction",
    "adversarial",
)
FOREIGN_SECTIONS: dict[str, object] = {
    "mrmel": {"weights": {"mrmel": 15.0}, "fork": "of a section that is ours, too"},
    "sisdr": {"weights": {"sisdr": 0.5}, "decay": 0.99},
    "power_channel": {"weight": 3, "schedule": {"kind": "linear", "steps": [0, 1000]}},
    "label": "no section at all",
}


def random_config(rng: random.Random) -> tuple[dict[str, Any] | None, tuple[str, ...]]:
    """A config that is valid in both worlds, and which of its sections are the trainer's own."""
    if rng.random() < 0.05:
        return rng.choice((None, {})), ()
    config: dict[str, object] = {}
    if rng.random() < 0.85:
        config["bottleneck"] = random_bottleneck_section(rng)
    for name in OWN_SECTIONS:
        if rng.random() < 0.3:
            config[name] = random_own_section(name, rng)
    foreign = tuple(name for name in FOREIGN_SECTIONS if rng.random() < 0.2)
    config.update({name: FOREIGN_SECTIONS[name] for name in foreign})
    items = list(config.items())
    rng.shuffle(items)
    return dict(items), foreign


def random_values(rng: random.Random) -> dict[str, torch.Tensor]:
    """Values for every key that a loss reads: of one dtype, or of one per key."""
    values = {}
    dtype = rng.choice(DTYPES) if rng.random() < 0.5 else None
    for key in KEYS:
        value = rng.gauss(0, 1) * 10.0 ** rng.randrange(-6, 6)
        if rng.random() < 0.1:
            value = rng.choice(SPECIAL_VALUES)
        values[key] = torch.tensor(value, dtype=dtype or rng.choice(DTYPES))
    return values


def unused_weights(class_name: str, config: dict[str, Any] | None) -> list[str]:
    """The weights that this bottleneck should warn of."""
    written = (config or {}).get("bottleneck", {}).get("weights", {})
    used = USED.get(class_name, set())
    return [
        name
        for name, value in written.items()
        if (vanishes(value) if name in used else value != DEFAULTS[name])
    ]


def vanishes(weight: float | None) -> bool:
    """Whether float32 makes a weight 0 that is none."""
    return bool(weight) and float(torch.tensor(float(weight or 0))) == 0


def compare_case(
    real: StableAudio,
    class_name: str,
    bottleneck: torch.nn.Module,
    config: dict[str, Any] | None,
    foreign: tuple[str, ...],
    values: dict[str, torch.Tensor],
) -> list[str]:
    """Give the same to the real ones and to ours, and list what is not the same."""
    theirs = real.factory(bottleneck, config)
    ours, warned = create_ours(bottleneck, config, foreign_sections=foreign)
    found = []
    if described(theirs) != described(ours):
        found.append(f"losses: {described(theirs)} became {described(ours)}")
    unused = unused_weights(class_name, config)
    text = " ".join(warned)
    if bool(unused) != bool(warned) or not all(re.search(rf"\b{u}\b", text) for u in unused):
        found.append(f"unused are {unused}, warned of: {warned}")

    expected = step(real.losses.MultiLoss(theirs), values)
    found += [
        f"in the real MultiLoss: {difference}"
        for difference in differences(expected, step(real.losses.MultiLoss(ours), values))
    ]
    if not theirs:  # their total is the integer 0: test_difference_no_losses
        return found
    for multi_loss in (MultiLoss(ours), create_fused(bottleneck, config, foreign_sections=foreign)):
        found += [
            f"in our {type(multi_loss).__name__}: {difference}"
            for difference in differences(expected, step(multi_loss, values))
        ]
    return found


@every_class
def test_valid_configs_give_the_same_losses_totals_and_gradients(
    version: str, class_name: str, record_property: Callable[[str, object], None]
) -> None:
    real = load(version)
    cls = getattr(real.bottleneck, class_name)
    bottlenecks = [
        make_bottleneck(real, class_name, cls=subclass_of(cls, depth)) for depth in DEPTHS
    ]
    rng = random.Random(f"{version} {class_name}")
    compared = 0
    mismatches = []
    for _ in range(CASES):
        config, foreign = random_config(rng)
        for depth, bottleneck in zip(DEPTHS, bottlenecks, strict=True):
            values = random_values(rng)
            half = rng.choice((None, torch.bfloat16, torch.float16))
            with torch.autocast("cpu", dtype=half, enabled=half is not None):
                found = compare_case(real, class_name, bottleneck, config, foreign, values)
            mismatches += [
                f"depth {depth}, {config}, {values}, autocast to {half}: {what}" for what in found
            ]
            compared += 1
    record_property("compared_cases", compared)
    assert not mismatches, f"{len(mismatches)} mismatches:\n" + "\n".join(mismatches[:20])
    assert compared == CASES * len(DEPTHS)


def test_random_configs_and_values_are_as_varied_as_they_claim() -> None:
    rng = random.Random(0)
    seen: Counter[str] = Counter()
    for _ in range(CASES):
        config, foreign = random_config(rng)
        seen["no config"] += config is None
        seen["empty config"] += config == {}
        config = config or {}
        seen["foreign section"] += bool(foreign)
        seen["own section"] += any(name in config for name in ("spectral", "discriminator"))
        seen["no bottleneck section"] += "bottleneck" not in config
        section = config.get("bottleneck", {})
        seen["type label"] += "type" in section
        seen["no weights"] += "weights" not in section
        for name, weight in section.get("weights", {}).items():
            seen[name] += 1
            seen["integer 0"] += weight == 0 and isinstance(weight, int)
            seen["integer"] += isinstance(weight, int)
            seen["below float32"] += 0 < weight < 1e-45
            seen["beyond a million"] += weight > 1e6
        dtypes = {value.dtype for value in random_values(rng).values()}
        seen["one dtype"] += len(dtypes) == 1
        seen["mixed dtypes"] += len(dtypes) > 1
    assert len(seen) == 19
    assert min(seen.values()) >= 3, seen


def test_both_versions_live_in_one_process() -> None:
    old, new = (load(version) for version in VERSIONS)
    assert (old.version, new.version) == VERSIONS
    assert old.bottleneck.VAEBottleneck is not new.bottleneck.VAEBottleneck
    assert new.factory(make_bottleneck(new, "VAEBottleneck"), {})
    assert not new.factory(make_bottleneck(old, "VAEBottleneck"), {})


@pytest.mark.parametrize(
    "values",
    [(0.1, 3, torch.tensor(7)), (np.float64(0.1), np.float32(0.1), np.int64(3))],
    ids=["numbers", "numpy"],
)
def test_values_that_are_no_floating_point_tensors_give_the_same(
    real: StableAudio, values: tuple[Any, ...]
) -> None:
    bottleneck = make_bottleneck(real, "DACRVQVAEBottleneck")
    config = {"bottleneck": {"weights": {"kl": 0.3}}}
    info = dict(zip(("kl", "vq/codebook_loss", "vq/commitment_loss"), values, strict=True))
    expected_total, expected = real.losses.MultiLoss(real.factory(bottleneck, config))(info)
    ours, _ = create_ours(bottleneck, config)
    for multi_loss in (real.losses.MultiLoss(ours), MultiLoss(ours)):
        total, losses = multi_loss(info)
        assert same_bits(expected_total, total)
        assert {name: str(value) for name, value in losses.items()} == {
            name: str(value) for name, value in expected.items()
        }


@pytest.fixture(params=VERSIONS)
def real(request: pytest.FixtureRequest) -> StableAudio:
    version: str = request.param
    return load(version)


@pytest.fixture
def vae(real: StableAudio) -> torch.nn.Module:
    return make_bottleneck(real, "VAEBottleneck")


def real_weights(real: StableAudio, bottleneck: object, config: object) -> list[float]:
    return [float(module.weight) for module in real.factory(bottleneck, config)]


def kl(weight: object) -> dict[str, dict[str, dict[str, object]]]:
    return {"bottleneck": {"weights": {"kl": weight}}}


DEFAULT_KL = float(torch.tensor(1e-6))


def test_every_bottleneck_class_is_compared(real: StableAudio) -> None:
    abstract = {"Bottleneck", "DiscreteBottleneck"}
    classes = {
        name
        for name, value in vars(real.bottleneck).items()
        if isinstance(value, type) and issubclass(value, real.bottleneck.Bottleneck)
    }
    assert classes - abstract == set(ARGUMENTS)
    overlooked = set(ARGUMENTS) - set(KNOWN[real.version])
    assert overlooked == ({"SoftNormBottleneck"} if real.version == "0.0.19" else set())


def test_every_difference_is_listed() -> None:
    tests = [name for name in globals() if name.startswith("test_difference_")]
    assert sorted(tests) == sorted(f"test_difference_{name}" for name in DIFFERENCES)


@pytest.mark.parametrize(
    ("config", "wrong", "right"),
    [
        ({"bottleneck": {"weight": {"kl": 1e-4}}}, "weight", "weights"),
        ({"bottleneck": {"weights": {"KL": 1e-4}}}, "KL", "kl"),
        ({"botleneck": {"weights": {"kl": 1e-4}}}, "botleneck", "bottleneck"),
        ({"bottleneck": {"kl": 1e-4}}, "kl", "weights"),
        ({"weights": {"kl": 1e-4}}, "weights", "bottleneck"),
    ],
    ids=["weight", "KL", "botleneck", "no-weights-level", "no-bottleneck-level"],
)
def test_difference_mistyped_key(
    real: StableAudio, vae: torch.nn.Module, config: object, wrong: str, right: str
) -> None:
    assert real_weights(real, vae, config) == [DEFAULT_KL]
    with pytest.raises(LossConfigError) as caught:
        create_ours(vae, config)
    assert re.search(rf"\b{wrong}\b", str(caught.value))
    assert re.search(rf"\b{right}\b", str(caught.value))


@pytest.mark.parametrize("config", [[], "kl", 1e-4, [("bottleneck", {})]])
def test_difference_config_of_another_kind(
    real: StableAudio, vae: torch.nn.Module, config: object
) -> None:
    assert real_weights(real, vae, config) == [DEFAULT_KL]
    with pytest.raises(LossConfigError):
        create_ours(vae, config)


def test_difference_whole_model_config(real: StableAudio, vae: torch.nn.Module) -> None:
    config = {"model_type": "autoencoder", "training": {"loss_configs": kl(0.5)}}
    assert real_weights(real, vae, config) == [DEFAULT_KL]
    with pytest.raises(LossConfigError, match="loss_configs"):
        create_ours(vae, config)


def test_difference_config_model(real: StableAudio, vae: torch.nn.Module) -> None:
    config = AutoencoderLossConfig.model_validate(kl(0.5))
    assert real_weights(real, vae, config) == [DEFAULT_KL]
    modules, warned = create_ours(vae, config)
    assert ([module.weight for module in modules], warned) == ([0.5], [])


def test_difference_null_weight(real: StableAudio, vae: torch.nn.Module) -> None:
    with pytest.raises(TypeError, match="NoneType"):
        real.factory(vae, kl(None))
    modules, warned = create_ours(vae, kl(None))
    assert ([module.weight for module in modules], warned) == ([DEFAULT_KL], [])


@pytest.mark.parametrize("config", [{"bottleneck": None}, {"bottleneck": {"weights": None}}])
def test_difference_null_section(real: StableAudio, vae: torch.nn.Module, config: object) -> None:
    assert real_weights(real, vae, config) == [DEFAULT_KL]
    with pytest.raises(LossConfigError, match="bottleneck"):
        create_ours(vae, config)


@pytest.mark.parametrize("label", [1, True, []])
def test_difference_label_of_another_kind(
    real: StableAudio, vae: torch.nn.Module, label: object
) -> None:
    config = {"bottleneck": {"type": label, "weights": {"kl": 0.5}}}
    assert real_weights(real, vae, config) == [0.5]
    with pytest.raises(LossConfigError, match="/bottleneck/type: expected a string or null"):
        create_ours(vae, config)


@pytest.mark.parametrize(
    ("section", "place"),
    [({"reconstruction": {"type": "L1"}}, "/reconstruction/type"), ({"hubert": True}, "/hubert")],
    ids=["time", "hubert"],
)
def test_difference_mistake_in_another_section(
    real: StableAudio, vae: torch.nn.Module, section: dict[str, object], place: str
) -> None:
    """The factory of the trainer looks at the bottleneck's section only."""
    assert real_weights(real, vae, kl(0.5) | section) == [0.5]
    with pytest.raises(LossConfigError, match=place):
        create_ours(vae, kl(0.5) | section)
    modules, _ = create_ours(vae, kl(0.5) | section, foreign_sections=list(section))
    assert [module.weight for module in modules] == [0.5]


def test_difference_negative_weight(real: StableAudio, vae: torch.nn.Module) -> None:
    assert real_weights(real, vae, kl(-1)) == [-1.0]
    with pytest.raises(LossConfigError, match="kl"):
        create_ours(vae, kl(-1))


@pytest.mark.parametrize("weight", [True, False])
def test_difference_boolean_weight(real: StableAudio, vae: torch.nn.Module, weight: bool) -> None:
    assert real_weights(real, vae, kl(weight)) == [float(weight)]
    with pytest.raises(LossConfigError, match="kl"):
        create_ours(vae, kl(weight))


def test_difference_string_weight(real: StableAudio, vae: torch.nn.Module) -> None:
    (module,) = real.factory(vae, kl("1e-4"))
    with pytest.raises(TypeError, match="invalid data type 'str'"):
        module({"kl": torch.tensor(1.0)})
    with pytest.raises(LossConfigError, match="kl"):
        create_ours(vae, kl("1e-4"))


def test_difference_tensor_weight(real: StableAudio, vae: torch.nn.Module) -> None:
    assert real_weights(real, vae, kl(torch.tensor(0.5))) == [0.5]
    with pytest.raises(LossConfigError, match="kl"):
        create_ours(vae, kl(torch.tensor(0.5)))


@pytest.mark.parametrize(
    ("weight", "error"),
    [([0.5], TypeError), ({}, TypeError), (b"0.5", None), (Decimal("0.5"), None)],
)
def test_difference_weight_of_another_kind(
    real: StableAudio, vae: torch.nn.Module, weight: object, error: type[Exception] | None
) -> None:
    if error is None:
        assert real_weights(real, vae, kl(weight)) == [0.5]
    else:
        with pytest.raises(error):
            real.factory(vae, kl(weight))
    with pytest.raises(LossConfigError, match="/bottleneck/weights/kl: expected"):
        create_ours(vae, kl(weight))


@pytest.mark.parametrize("weight", [math.nan, math.inf])
def test_difference_nan_or_infinite_weight(
    real: StableAudio, vae: torch.nn.Module, weight: float
) -> None:
    (module,) = real.factory(vae, kl(weight))
    assert not torch.isfinite(module({"kl": torch.tensor(1.0)}))
    with pytest.raises(LossConfigError, match="kl"):
        create_ours(vae, kl(weight))


@pytest.mark.parametrize("weight", [3.5e38, 1e300, 10**39])
def test_difference_weight_beyond_float32(
    real: StableAudio, vae: torch.nn.Module, weight: float
) -> None:
    assert real_weights(real, vae, kl(weight)) == [math.inf]
    with pytest.raises(LossConfigError, match="kl"):
        create_ours(vae, kl(weight))


def test_difference_huge_integer_weight(real: StableAudio, vae: torch.nn.Module) -> None:
    info = {"kl": torch.tensor(1.0)}
    (theirs,) = real.factory(vae, kl(10**20))
    with pytest.raises(OverflowError):
        theirs(info)
    (ours,), _ = create_ours(vae, kl(10**20))
    assert same_bits(ours(info), torch.tensor(1e20))


def test_difference_several_mistakes(real: StableAudio, vae: torch.nn.Module) -> None:
    config = {"bottleneck": {"weights": {"KL": 1e-4, "mmd": -1}, "typ": "kl"}, "spectrl": {}}
    assert real_weights(real, vae, config) == [DEFAULT_KL]
    with pytest.raises(LossConfigError) as caught:
        create_ours(vae, config)
    for mistake in ("KL", "mmd", "typ", "spectrl"):
        assert re.search(rf"\b{mistake}\b", str(caught.value))


def test_difference_unused_weight(real: StableAudio, vae: torch.nn.Module) -> None:
    config = {"bottleneck": {"weights": {"kl": 1e-4, "mmd": 10}}}
    expected = float(torch.tensor(1e-4))
    assert real_weights(real, vae, config) == [expected]
    modules, warned = create_ours(vae, config)
    assert [module.weight for module in modules] == [expected]
    assert len(warned) == 1
    assert re.search(r"\bmmd\b", warned[0])


def test_difference_unknown_section(real: StableAudio, vae: torch.nn.Module) -> None:
    config = {"xyzzy": {"weight": 1}, **kl(0.5)}
    assert real_weights(real, vae, config) == [0.5]
    with pytest.raises(LossConfigError, match="xyzzy") as caught:
        create_ours(vae, config)
    assert "foreign_sections" in str(caught.value)
    modules, warned = create_ours(vae, config, foreign_sections=("xyzzy",))
    assert ([module.weight for module in modules], warned) == ([0.5], [])


@pytest.mark.parametrize(
    ("class_name", "weight", "name"),
    [
        ("RVQBottleneck", "quantizer", "quantizer_loss"),
        ("RVQVAEBottleneck", "quantizer", "quantizer_loss"),
        ("DACRVQBottleneck", "codebook", "codebook_loss"),
        ("DACRVQBottleneck", "commitment", "commitment_loss"),
        ("DACRVQVAEBottleneck", "codebook", "codebook_loss"),
        ("DACRVQVAEBottleneck", "commitment", "commitment_loss"),
    ],
)
def test_difference_fixed_weights(
    real: StableAudio, class_name: str, weight: str, name: str
) -> None:
    bottleneck = make_bottleneck(real, class_name)
    config = {"bottleneck": {"weights": {weight: 0.5}}}
    theirs = {module.name: float(module.weight) for module in real.factory(bottleneck, config)}
    modules, warned = create_ours(bottleneck, config)
    assert theirs[name] == DEFAULTS[weight]
    assert {module.name: module.weight for module in modules} == {**theirs, name: 0.5}
    assert warned == []


@pytest.mark.parametrize("value", ["${nowhere}", "???"])
def test_difference_unresolved_interpolation(
    real: StableAudio, vae: torch.nn.Module, value: str
) -> None:
    config = OmegaConf.create(kl(value))
    assert real_weights(real, vae, config) == [DEFAULT_KL]
    with pytest.raises(LossConfigError, match="kl"):
        create_ours(vae, config)


def test_difference_softnorm_beside_0_0_19() -> None:
    old, new = (load(version) for version in VERSIONS)
    config = {"bottleneck": {"weights": {"softnorm": 1e-4}}}
    bottleneck = make_bottleneck(old, "SoftNormBottleneck")
    assert old.factory(bottleneck, config) == []
    expected = new.factory(make_bottleneck(new, "SoftNormBottleneck"), config)
    modules, warned = create_ours(bottleneck, config)
    assert described(modules) == described(expected)
    assert warned == []


def test_difference_unknown_class(real: StableAudio) -> None:
    unknown = type("GroupedVAE", (real.bottleneck.Bottleneck,), {})()
    assert real.factory(unknown, kl(0.5)) == []
    with pytest.raises(UnknownBottleneckError, match="GroupedVAE") as caught:
        create_ours(unknown, kl(0.5))
    assert "bottleneck_type" in str(caught.value)
    modules, _ = create_ours(unknown, kl(0.5), bottleneck_type="VAEBottleneck")
    assert [(module.name, module.weight) for module in modules] == [("kl_loss", 0.5)]


def test_difference_whole_autoencoder(real: StableAudio, vae: torch.nn.Module) -> None:
    autoencoder = torch.nn.Module()
    autoencoder.bottleneck = vae
    assert real.factory(autoencoder, {}) == []
    with pytest.raises(UnknownBottleneckError, match=r"\.bottleneck\b"):
        create_ours(autoencoder, {})


def test_difference_class_or_name(real: StableAudio, vae: torch.nn.Module) -> None:
    expected = described(real.factory(vae, kl(0.5)))
    for stands_for_it in (type(vae), "VAEBottleneck", "vae", BottleneckType.VAE):
        assert real.factory(stands_for_it, kl(0.5)) == []
        assert described(create_ours(stands_for_it, kl(0.5))[0]) == expected


def test_difference_no_bottleneck(real: StableAudio) -> None:
    assert real.factory(None, {}) == []
    with pytest.raises(UnknownBottleneckError, match="None"):
        create_ours(None, {})


def test_difference_same_name_class(real: StableAudio) -> None:
    """A fork's own class: for the real isinstance it is a stranger, whatever its name."""
    fork = type("WassersteinBottleneck", (torch.nn.Module,), {})()
    assert real.factory(fork, {}) == []
    modules, _ = create_ours(fork, {})
    assert [module.name for module in modules] == ["mmd_loss"]


@pytest.mark.parametrize(
    ("bases", "names"),
    [
        (("VAEBottleneck", "WassersteinBottleneck"), ["kl_loss", "mmd_loss"]),
        (("VAEBottleneck", "RVQVAEBottleneck"), ["kl_loss", "quantizer_loss"]),
        (("VAEBottleneck", "TanhBottleneck"), ["kl_loss"]),
        (("TanhBottleneck", "L2Bottleneck"), []),
    ],
    ids=["both", "overlap", "one-has-none", "neither-has-any"],
)
def test_difference_two_known_bases(
    real: StableAudio, bases: tuple[str, str], names: list[str]
) -> None:
    members = {"__init__": lambda self: real.bottleneck.Bottleneck.__init__(self)}
    bottleneck = type("Both", tuple(getattr(real.bottleneck, base) for base in bases), members)()
    assert [module.name for module in real.factory(bottleneck, {})] == names
    with pytest.raises(UnknownBottleneckError) as caught:
        create_ours(bottleneck, {})
    for what in (*bases, "bottleneck_type"):
        assert what in str(caught.value)
    chosen, _ = create_ours(bottleneck, {}, bottleneck_type=bases[0])
    plain = make_bottleneck(real, bases[0])
    assert described(chosen) == described(real.factory(plain, {}))


def test_difference_compiled_bottleneck(real: StableAudio, vae: torch.nn.Module) -> None:
    compiled = torch.compile(vae, backend="eager")
    assert isinstance(compiled, torch.nn.Module)
    assert real.factory(compiled, kl(0.5)) == []
    modules, _ = create_ours(compiled, kl(0.5))
    assert described(modules) == described(real.factory(vae, kl(0.5)))


def test_difference_wrapped_bottleneck(real: StableAudio, vae: torch.nn.Module) -> None:
    """torch.nn.DataParallel; DistributedDataParallel and nested wrappers are in test_drop_in."""
    wrapped = torch.nn.DataParallel(vae)
    assert real.factory(wrapped, kl(0.5)) == []
    modules, _ = create_ours(wrapped, kl(0.5))
    assert described(modules) == described(real.factory(vae, kl(0.5)))


def test_difference_missing_value(real: StableAudio, vae: torch.nn.Module) -> None:
    real_multi_loss = real.losses.MultiLoss(real.factory(vae, {}))
    info = {"quantizer_loss": torch.tensor(1.0)}
    if real.version == "0.0.19":
        with pytest.raises(KeyError):
            real_multi_loss(info)
    else:
        assert real_multi_loss(info) == (0, {})
    ours, _ = create_ours(vae, {})
    for multi_loss in (real.losses.MultiLoss(ours), MultiLoss(ours)):
        with pytest.raises(MissingLossValueError) as caught:
            multi_loss(info)
        assert not isinstance(caught.value, KeyError)
        for what in ("kl_loss", "kl", "quantizer_loss"):
            assert re.search(rf"\b{what}\b", str(caught.value))


def test_difference_value_with_dimensions(real: StableAudio, vae: torch.nn.Module) -> None:
    info = {"kl": torch.ones(2, 3)}
    (theirs,), ((ours,), _) = real.factory(vae, kl(0.5)), create_ours(vae, kl(0.5))
    assert same_bits(theirs(info), torch.full((2, 3), 0.5))
    with pytest.raises(ValueError, match="kl") as caught:
        ours(info)
    assert "(2, 3)" in str(caught.value)


def test_difference_nameless_loss(real: StableAudio) -> None:
    theirs = real.losses.MultiLoss([torch.nn.Identity()])
    with pytest.raises(AttributeError, match="name"):
        theirs(torch.tensor(1.0))
    with pytest.raises(TypeError, match="name"):
        MultiLoss([torch.nn.Identity()])


def test_difference_duplicate_names(real: StableAudio, vae: torch.nn.Module) -> None:
    info = {"kl": torch.tensor(1.0)}
    twice = real.factory(vae, kl(1)) + real.factory(vae, kl(2))
    total, losses = real.losses.MultiLoss(twice)(info)
    assert (float(total), {name: float(loss) for name, loss in losses.items()}) == (
        3.0,
        {"kl_loss": 2.0},
    )
    ours = create_ours(vae, kl(1))[0] + create_ours(vae, kl(2))[0]
    with pytest.raises(ValueError, match="kl_loss"):
        MultiLoss(ours)


def test_difference_no_losses(real: StableAudio) -> None:
    bottleneck = make_bottleneck(real, "TanhBottleneck")
    total, losses = real.losses.MultiLoss(real.factory(bottleneck, {}))({})
    assert type(total) is int
    assert (total, losses) == (0, {})
    total, losses = MultiLoss(create_ours(bottleneck, {})[0])({})
    assert same_bits(total, torch.tensor(0.0))
    assert losses == {}


def test_difference_decay(real: StableAudio) -> None:
    theirs = real.losses.ValueLoss("kl", "kl_loss", 1.0, decay=0.5)
    theirs.eval()
    info = {"kl": torch.tensor(1.0)}
    assert [float(theirs(info)), float(theirs(info))] == [0.5, 0.25]
    ours = ValueLoss("kl", "kl_loss", 1.0, decay=0.5)
    ours.eval()
    with pytest.raises(RuntimeError, match="set_step"):
        ours(info)
    ours.set_step(0)
    assert [float(ours(info)), float(ours(info))] == [0.5, 0.5]
    ours.set_step(1)
    assert float(ours(info)) == 0.25


@pytest.mark.parametrize("weight", [True, "1e-4", math.nan, math.inf, 1e39, torch.tensor(0.5)])
def test_difference_value_loss_weight(real: StableAudio, weight: Any) -> None:
    assert float(real.losses.ValueLoss("kl", "kl_loss", weight).weight) != 2.0
    with pytest.raises((TypeError, ValueError), match="weight"):
        ValueLoss("kl", "kl_loss", weight)


def test_difference_misplaced_weight(real: StableAudio) -> None:
    """The owner's document writes (key, weight, name); the real order is (key, name, weight)."""
    assert real.losses.ValueLoss("kl", 0.5).name == 0.5
    misplaced: tuple[Any, ...] = ("kl", 0.5)
    with pytest.raises((TypeError, ValueError), match="name"):
        ValueLoss(*misplaced)


def test_difference_state_dict(real: StableAudio) -> None:
    bottleneck = make_bottleneck(real, "DACRVQVAEBottleneck")
    theirs = real.losses.MultiLoss(real.factory(bottleneck, {}))
    assert list(theirs.state_dict()) == [f"losses.{index}.weight" for index in range(3)]
    ours, _ = create_ours(bottleneck, {})
    for multi_loss in (MultiLoss(ours), real.losses.MultiLoss(ours)):
        assert list(multi_loss.state_dict()) == []
        assert list(multi_loss.buffers()) == []


def test_difference_half(real: StableAudio, vae: torch.nn.Module) -> None:
    info = {"kl": torch.tensor(1.0)}
    theirs, ours = real.factory(vae, kl(1e-4)), create_ours(vae, kl(1e-4))[0]
    total, _ = real.losses.MultiLoss(theirs).half()(info)
    assert float(total) == float(torch.tensor(1e-4, dtype=torch.float16))
    total, _ = MultiLoss(ours).half()(info)
    assert same_bits(total, torch.tensor(1e-4))


def test_difference_meta_device(real: StableAudio, vae: torch.nn.Module) -> None:
    info = {"kl": torch.tensor(1.0)}
    with torch.device("meta"):
        (theirs,), (ours,) = real.factory(vae, kl(0.5)), create_ours(vae, kl(0.5))[0]
    with pytest.raises(RuntimeError, match="meta"):
        theirs(info)
    assert same_bits(ours(info), torch.tensor(0.5))


def test_difference_host_synchronisation(real: StableAudio) -> None:
    bottleneck = make_bottleneck(real, "DACRVQVAEBottleneck")
    theirs = real.losses.MultiLoss(real.factory(bottleneck, {}))
    ours = MultiLoss(create_ours(bottleneck, {})[0])
    values = random_values(random.Random(0))
    counts = []
    for multi_loss in (theirs, ours):
        with profile(activities=[ProfilerActivity.CPU]) as profiled:
            multi_loss(values)
        names = [event.name for event in profiled.events() or ()]
        assert names.count("aten::mul") == 3
        counts.append(names.count("aten::_local_scalar_dense"))
    assert counts == [3, 0]


def test_difference_full_graph(real: StableAudio) -> None:
    bottleneck = make_bottleneck(real, "DACRVQVAEBottleneck")
    theirs = real.losses.MultiLoss(real.factory(bottleneck, {}))
    ours = MultiLoss(create_ours(bottleneck, {})[0])
    values = random_values(random.Random(0))
    torch.compiler.reset()
    with real.importable(), pytest.raises(torch._dynamo.exc.Unsupported):
        torch.compile(theirs, backend="eager", fullgraph=True)(values)
    expected = theirs(values)
    total, losses = torch.compile(ours, backend="eager", fullgraph=True)(values)
    assert same_bits(expected[0], total)
    assert list(losses) == list(expected[1])
    assert all(same_bits(expected[1][name], losses[name]) for name in losses)
    torch.compiler.reset()
