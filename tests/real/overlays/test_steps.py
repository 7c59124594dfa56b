"""A training step with the package of an overlay is that of the fork, bit for bit."""

from __future__ import annotations

import random
import warnings
from collections.abc import Callable
from types import ModuleType
from typing import Any

import pytest
import torch
from torch import nn

from real.overlays.forks import (
    CASES,
    FORKS,
    NEW,
    Config,
    copied,
    grouped_vae_lab,
    stereo_vae,
    vq_scale,
)
from real.overlays.test_objectives import FORKS as OBJECTIVES
from support.overlays import NAMES, PackageOf
from support.stable_audio.compare import described, differences, same_bits, step
from support.stable_audio.real import (
    CHANNELS,
    VERSIONS,
    VERSIONS_AND_CLASSES,
    StableAudio,
    load,
    make_bottleneck,
    subclass_of,
)


@pytest.fixture(params=VERSIONS)
def real(request: pytest.FixtureRequest) -> StableAudio:
    version: str = request.param
    return load(version)


def create(
    package: ModuleType, bottleneck: object, config: Config, **options: Any
) -> tuple[list[nn.Module], nn.Module]:
    """The package's list of modules, and its one module; unused weights are as they may be."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", package.UnusedWeightWarning)
        modules = package.create_loss_modules_from_bottleneck(bottleneck, config, **options)
        return modules, package.create_bottleneck_loss(bottleneck, config, **options)


def weight_bits(weight: float) -> str:
    """A weight as stable-audio-tools holds it."""
    return float(torch.tensor(float(weight))).hex()


def encoded(bottleneck: Any) -> tuple[torch.Tensor, dict[str, torch.Tensor]]:
    """The bottleneck's input and the `info` that it leaves."""
    torch.manual_seed(0)
    x = torch.randn(2, CHANNELS, 16, requires_grad=True)
    _, info = bottleneck.encode(x, return_info=True)
    return x, info


def test_every_overlay_has_its_fork() -> None:
    assert sorted([*FORKS, *OBJECTIVES]) == list(NAMES)


@pytest.mark.parametrize(("version", "class_name"), VERSIONS_AND_CLASSES)
def test_the_forks_have_a_true_copy_of_the_factory(version: str, class_name: str) -> None:
    real = load(version)
    bottleneck = make_bottleneck(real, class_name)
    assert described(copied(real, bottleneck)) == described(real.factory(bottleneck, {}))


@pytest.mark.parametrize(("overlay", "version", "class_name"), CASES)
def test_a_step_is_that_of_the_fork(
    package_of: PackageOf, overlay: str, version: str, class_name: str
) -> None:
    """Order, keys, names, weights, totals and gradients, with default and given weights."""
    fork, real, package = FORKS[overlay], load(version), package_of(overlay)
    bottleneck = fork.bottleneck(real, class_name)
    generator = torch.Generator().manual_seed(0)
    for config in ({}, *fork.configs):
        theirs = fork.factory(real, bottleneck, config)
        ours, fused = create(package, bottleneck, config)
        assert described(ours) == described(theirs)
        values = {str(each.key): torch.randn((), generator=generator) for each in theirs}
        for dtype in (torch.float32, torch.float64, torch.bfloat16) if theirs else ():
            rounded = {key: value.to(dtype) for key, value in values.items()}
            expected = step(real.losses.MultiLoss(theirs), rounded)
            for multi_loss in (real.losses.MultiLoss(ours), package.MultiLoss(ours), fused):
                assert differences(expected, step(multi_loss, rounded)) == []
        if not theirs:  # the real total of no losses is the integer 0
            assert fused({}) == package.MultiLoss(ours)({}) == (torch.zeros(()), {})


@pytest.mark.parametrize(("overlay", "version", "class_name"), NEW)
def test_a_new_bottleneck_is_trained_as_in_the_fork(
    package_of: PackageOf, overlay: str, version: str, class_name: str
) -> None:
    """What it leaves in `info` goes in, and the gradient of its input comes out."""
    fork, real, package = FORKS[overlay], load(version), package_of(overlay)
    bottleneck = fork.bottleneck(real, class_name)
    x, info = encoded(bottleneck)
    for config in ({}, *fork.configs):
        expected_total, expected = real.losses.MultiLoss(fork.factory(real, bottleneck, config))(
            info
        )
        (expected_gradient,) = torch.autograd.grad(expected_total, x, retain_graph=True)
        assert bool(expected_gradient.any()) or not any(loss.any() for loss in expected.values())
        ours, fused = create(package, bottleneck, config)
        for multi_loss in (real.losses.MultiLoss(ours), package.MultiLoss(ours), fused):
            total, losses = multi_loss(info)
            (gradient,) = torch.autograd.grad(total, x, retain_graph=True)
            assert same_bits(expected_total, total)
            assert same_bits(expected_gradient, gradient)
            assert list(losses) == list(expected)
            assert all(same_bits(expected[name], losses[name]) for name in expected)


@pytest.mark.parametrize(("overlay", "version", "class_name"), NEW)
def test_beside_the_losses_of_a_trainer(
    package_of: PackageOf, overlay: str, version: str, class_name: str
) -> None:
    fork, real, package = FORKS[overlay], load(version), package_of(overlay)
    bottleneck = fork.bottleneck(real, class_name)
    ours, _ = create(package, bottleneck, fork.configs[0])
    theirs = fork.factory(real, bottleneck, fork.configs[0])

    def trainer_losses(between: list[nn.Module]) -> list[nn.Module]:
        first = real.losses.ValueLoss(key="loss_adv", weight=0.1, name="loss_adv")
        last = real.losses.L1Loss(key_a="reals", key_b="decoded", weight=0.5)
        return [first, *between, last]

    generator = torch.Generator().manual_seed(1)
    values = {each.key: torch.randn((), generator=generator) for each in theirs}
    values["loss_adv"] = torch.randn((), generator=generator)
    values |= {key: torch.randn(2, 1, 16, generator=generator) for key in ("reals", "decoded")}
    expected = step(real.losses.MultiLoss(trainer_losses(theirs)), values)
    for multi_loss in (real.losses.MultiLoss, package.MultiLoss):
        assert differences(expected, step(multi_loss(trainer_losses(ours)), values)) == []


@pytest.mark.parametrize(("overlay", "version", "class_name"), NEW)
def test_a_new_bottleneck_goes_by_tag_name_class_and_type(
    package_of: PackageOf, overlay: str, version: str, class_name: str
) -> None:
    fork, real, package = FORKS[overlay], load(version), package_of(overlay)
    bottleneck = fork.bottleneck(real, class_name)
    expected = described(create(package, bottleneck, {})[0])
    kind = package.plan_losses(bottleneck).bottleneck_type
    assert kind.value == class_name
    tag = {"GROUPED_VAE": "grouped_vae", "SSL": "ssl", "STEREO_VAE": "stereo_vae"}[kind.name]
    for said in (kind, class_name, tag, type(bottleneck), nn.DataParallel(bottleneck)):
        assert described(create(package, said, {})[0]) == expected
    modules, _ = create(package, nn.Identity(), {}, bottleneck_type=tag)
    assert described(modules) == expected


@pytest.mark.parametrize(
    ("overlay", "factory", "class_name", "name"),
    [
        ("vq_scale", vq_scale, "DACRVQVAEBottleneck", "rvq"),
        ("grouped_vae_lab", grouped_vae_lab, "GroupedVAEBottleneck", "kl_w"),
    ],
)
def test_a_scale_multiplies_before_anything_is_rounded(
    package_of: PackageOf,
    real: StableAudio,
    overlay: str,
    factory: Callable[..., list[nn.Module]],
    class_name: str,
    name: str,
) -> None:
    bottleneck = FORKS[overlay].bottleneck(real, class_name)
    rng = random.Random(0)
    for value in (0, 1, 7, 0.3, 1e-43, 1e38, *(10 ** rng.uniform(-8, 2) for _ in range(200))):
        config = {"bottleneck": {"weights": {name: value}}}
        ours, _ = create(package_of(overlay), bottleneck, config)
        assert described(ours) == described(factory(real, bottleneck, config))


def test_a_plan_has_the_product(package_of: PackageOf) -> None:
    plan = package_of("vq_scale").plan_losses("dac_rvq", {"bottleneck": {"weights": {"rvq": 2}}})
    assert [loss.weight for loss in plan.losses] == [2.0, 0.5]
    assert plan.get_total_weight() == 2.5


# Defaults that are not those of stable-audio-tools


@pytest.mark.parametrize(
    ("overlay", "bottleneck", "weights"),
    [
        ("changed_default", "vae", [1e-4]),
        ("changed_default", "wasserstein", [10]),
        ("changed_default", "softnorm", [1e-4]),
        ("grouped_vae", "grouped_vae", [1e-6, 1e-4]),
        ("grouped_vae_lab", "grouped_vae", [1e-5, 1e-4, 0.1 * 1e-5]),
        ("shared_weight", "ssl", [0.5, 0.5]),
        ("subclass", "stereo_vae", [1e-6, 0.01]),
        ("top_level_scalar", "dac_rvq_vae", [1e-6, 1, 0.25]),
        ("vq_scale", "dac_rvq_vae", [1e-6, 1, 0.25]),
    ],
)
def test_default_weights(
    package_of: PackageOf, overlay: str, bottleneck: str, weights: list[float]
) -> None:
    modules, _ = create(package_of(overlay), bottleneck, {})
    assert [each.weight.hex() for each in modules] == [weight_bits(each) for each in weights]


# A subclass


def test_the_nearest_class_decides(package_of: PackageOf, real: StableAudio) -> None:
    package = package_of("subclass")
    stereo = stereo_vae(real.version)
    for base, names in (
        (real.bottleneck.VAEBottleneck, ["kl_loss"]),
        (stereo, ["kl_loss", "mid_side_loss"]),
    ):
        for depth in range(3):
            bottleneck = subclass_of(base, depth)()
            modules, fused = create(package, bottleneck, {})
            assert [each.name for each in modules] == names
            assert list(fused(encoded(bottleneck)[1])[1]) == names


def test_the_forks_subclass_is_no_other_bottleneck_as_well(
    package_of: PackageOf, real: StableAudio
) -> None:
    package = package_of("subclass")
    stereo = stereo_vae(real.version)
    both = type("Both", (stereo, real.bottleneck.WassersteinBottleneck), {})
    with pytest.raises(package.UnknownBottleneckError) as refusal:
        package.plan_losses(both)
    assert "Both is both 'StereoVAEBottleneck' and 'WassersteinBottleneck'" in str(refusal.value)


# Values and weights that don't fit


def test_a_value_that_is_missing(package_of: PackageOf) -> None:
    package = package_of("grouped_vae_lab")
    info = {"kl_w": torch.tensor(1.0), "kl_spatial": torch.tensor(2.0)}
    modules, fused = create(package, "grouped_vae", {})
    for multi_loss in (package.MultiLoss(modules), fused):
        with pytest.raises(package.MissingLossValueError, match=r"\bkl_joint_loss\b"):
            multi_loss(info)
    _, losses = package.create_bottleneck_loss("grouped_vae", missing="skip")(info)
    assert list(losses) == ["kl_w_loss", "kl_spatial_loss"]


@pytest.mark.parametrize(
    ("overlay", "bottleneck", "config", "message"),
    [
        (
            "grouped_vae",
            "grouped_vae",
            {"bottleneck": {"weights": {"kl": 0.5}}},
            "bottleneck.weights.kl is 0.5, but GroupedVAEBottleneck has no use for this weight; it "
            "uses 'bottleneck.weights.kl_w', 'bottleneck.weights.kl_spatial'",
        ),
        (
            "vq_scale",
            "vae",
            {"bottleneck": {"weights": {"rvq": 0.5}}},
            "bottleneck.weights.rvq is 0.5, but VAEBottleneck has no use for this weight; it uses "
            "'bottleneck.weights.kl'",
        ),
        (
            "top_level_scalar",
            "rvq",
            {"kl_weight": 0.5},
            "kl_weight is 0.5, but RVQBottleneck has no use for this weight; it uses "
            "'bottleneck.weights.quantizer'",
        ),
    ],
)
def test_a_weight_of_no_use(
    package_of: PackageOf, overlay: str, bottleneck: str, config: Config, message: str
) -> None:
    package = package_of(overlay)
    with pytest.warns(package.UnusedWeightWarning) as warned:
        package.plan_losses(bottleneck, config)
    assert [str(each.message) for each in warned] == [message]


def test_a_weight_of_no_use_beside_a_shared_one(package_of: PackageOf) -> None:
    package = package_of("shared_weight")
    with pytest.warns(package.UnusedWeightWarning) as warned:
        package.plan_losses("ssl", {"bottleneck": {"weights": {"kl": 0.5}}})
    assert str(warned[0].message).endswith("; it uses 'bottleneck.weights.ssl'")
