"""Overlays that change an objective: what is summed is what a fork sums, bit for bit.

Each fork's list is written by hand, of the real classes of the version that the fork began with.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import pytest
import torch
from torch import Tensor, nn

from real.objective.real import auraloss, tight_auraloss
from support.overlays import PackageOf
from support.stable_audio.real import StableAudio, load
from support.stable_audio.trainer import whole_trainer

RATE = 44_100
STFT = {"fft_sizes": [64, 32], "hop_sizes": [16, 8], "win_lengths": [64, 32]}
CONFIG: dict[str, Any] = {
    "discriminator": {
        "type": "encodec",
        "config": {"filters": 8},
        "weights": {"adversarial": 0.1, "feature_matching": 5.0},
    },
    "spectral": {"type": "mrstft", "config": STFT, "weights": {"mrstft": 0.7}},
    "time": {"type": "l1", "weights": {"l1": 0.3}},
    "bottleneck": {"type": "kl", "weights": {"kl": 1e-4}},
}


class Modules:
    """The real classes, and what each fork builds of them alike."""

    def __init__(self, version: str, channels: int) -> None:
        self.real: StableAudio = load(version)
        spectral: Any = {"0.0.19": auraloss, "0.0.20": tight_auraloss}[version]()
        self.lrstft: nn.Module = spectral.MultiResolutionSTFTLoss(sample_rate=RATE, **STFT)
        self.sdstft: nn.Module = (
            spectral.SumAndDifferenceSTFTLoss(sample_rate=RATE, **STFT)
            if channels == 2
            else self.lrstft
        )

    def value(self, key: str, name: str, weight: float) -> nn.Module:
        """A value that is in `info`."""
        module: nn.Module = self.real.losses.ValueLoss(key=key, name=name, weight=weight)
        return module

    def spectral(self, module: nn.Module, name: str, weight: float, of: str = "") -> nn.Module:
        """An STFT loss of reals and decoded, `of` a channel."""
        made: nn.Module = self.real.losses.AuralossLoss(
            module, target_key=f"reals{of}", input_key=f"decoded{of}", name=name, weight=weight
        )
        return made

    def distance(self, kind: str, name: str, weight: float, of: str = "") -> nn.Module:
        """An L1Loss or MSELoss of reals and decoded, `of` a mixture."""
        module: nn.Module = getattr(self.real.losses, kind)(
            key_a=f"reals{of}", key_b=f"decoded{of}", name=name, weight=weight
        )
        return module

    def adversarial(self, feature_matching: str = "feature_matching_loss") -> list[nn.Module]:
        """The two that a discriminator brings."""
        return [
            self.value("loss_adv", "loss_adv", 0.1),
            self.value("feature_matching_distance", feature_matching, 5.0),
        ]


def stable_codec(make: Modules) -> list[nn.Module]:
    """Mono, and a CTC loss at the end."""
    return [
        *make.adversarial(),
        make.spectral(make.sdstft, "mrstft_loss", 0.7),
        make.distance("L1Loss", "l1_time_loss", 0.3),
        make.value("kl", "kl_loss", 1e-4),
        make.value("ctc", "ctc_loss", 0.25),
    ]


def friendly(make: Modules) -> list[nn.Module]:
    """Another name for feature matching, the STFT loss twice."""
    return [
        *make.adversarial("feature_matching"),
        make.spectral(make.sdstft, "mrstft_loss", 0.7),
        make.spectral(make.lrstft, "stft_loss_left", 0.35, "_left"),
        make.spectral(make.lrstft, "stft_loss_right", 0.35, "_right"),
        make.spectral(make.sdstft, "second_mrstft_loss", 0.7),
        make.distance("L1Loss", "l1_time_loss", 0.3),
        make.value("kl", "kl_loss", 1e-4),
    ]


def changed_order(make: Modules) -> list[nn.Module]:
    """The bottleneck's loss first, the distance before the STFT losses."""
    return [
        make.value("kl", "kl_loss", 1e-4),
        *make.adversarial(),
        make.distance("L1Loss", "l1_time_loss", 0.3),
        make.spectral(make.sdstft, "mrstft_loss", 0.7),
        make.spectral(make.lrstft, "lr_stft_loss", 0.7),
    ]


def downmix(make: Modules) -> list[nn.Module]:
    """Two losses of the mono versions, with one weight."""
    return [
        *make.adversarial(),
        make.spectral(make.sdstft, "mrstft_loss", 0.7),
        make.spectral(make.lrstft, "stft_loss_left", 0.35, "_left"),
        make.spectral(make.lrstft, "stft_loss_right", 0.35, "_right"),
        make.spectral(make.lrstft, "downmix_stft_loss", 0.6, "_mono"),
        make.distance("L1Loss", "downmix_time_loss", 0.1 * 0.6, "_mono"),
        make.distance("L1Loss", "l1_time_loss", 0.3),
        make.value("kl", "kl_loss", 1e-4),
    ]


@dataclass(frozen=True)
class Fork:
    """What a fork sums, of which version it is one, and what its configs have beside CONFIG."""

    losses: Callable[[Modules], list[nn.Module]]
    trainer: str
    version: str
    channels: int
    sections: Mapping[str, Any]


FORKS = {
    "changed_order": Fork(changed_order, "stable-audio-tools 0.0.20", "0.0.20", 2, {}),
    "downmix": Fork(
        downmix, "stable-audio-tools 0.0.19", "0.0.19", 2, {"downmix": {"weight": 0.6}}
    ),
    "friendly": Fork(friendly, "friendly-stable-audio-tools", "0.0.19", 2, {}),
    "stable_codec": Fork(
        stable_codec,
        "stable-codec",
        "0.0.19",
        1,
        {"ctc": {"weights": {"ctc": 0.25}, "decay": 1.0, "blank_idx": 80}},
    ),
}
"""The forks by the name of the overlay that says the same."""


class Step:
    """The values of a step, from the same numbers each time; leaves have gradients."""

    def __init__(self, channels: int) -> None:
        generator = torch.Generator().manual_seed(0)

        def made(*shape: int) -> Tensor:
            return torch.randn(shape, generator=generator)

        self.reals = made(2, channels, 256)
        self.decoded = made(2, channels, 256).requires_grad_()
        self.values = {
            key: made().abs().requires_grad_()
            for key in ("loss_adv", "feature_matching_distance", "kl", "ctc")
        }
        mono = {
            "reals_mono": self.reals.mean(1, keepdim=True),
            "decoded_mono": self.decoded.mean(1, keepdim=True),
        }
        self.info: dict[str, Tensor] = {**self.values, **mono}

    def gradients(self, total: Tensor) -> list[Tensor]:
        """Those of the leaves that `total` depends on."""
        leaves = [self.decoded, *self.values.values()]
        found = torch.autograd.grad(total, leaves, allow_unused=True)
        return [torch.zeros(()) if each is None else each for each in found]


@pytest.mark.parametrize("name", FORKS)
def test_an_objective_sums_what_the_fork_sums(package_of: PackageOf, name: str) -> None:
    fork, package = FORKS[name], package_of(name)
    objective = package.create_objective(
        "vae",
        CONFIG | fork.sections,
        trainer=fork.trainer,
        channels=fork.channels,
        sample_rate=RATE,
    )
    ours = Step(fork.channels)
    ours.info |= objective.signals(ours.reals, ours.decoded)
    total, losses = objective.generator(ours.info)

    theirs = Step(fork.channels)
    theirs.info |= objective.signals(theirs.reals, theirs.decoded)
    with whole_trainer(fork.version).importable():
        make = Modules(fork.version, fork.channels)
        expected_total, expected = make.real.losses.MultiLoss(fork.losses(make))(theirs.info)

    assert list(losses) == list(expected)
    for key, loss in {**expected, "total": expected_total}.items():
        torch.testing.assert_close({**losses, "total": total}[key], loss, rtol=0, atol=0)
    for one, other in zip(ours.gradients(total), theirs.gradients(expected_total), strict=True):
        torch.testing.assert_close(one, other, rtol=0, atol=0)


def test_a_loss_needs_the_section_of_its_arguments(package_of: PackageOf) -> None:
    """Also where the trainer itself does not: here it reads `spectral` in its own way."""
    package = package_of("downmix")
    config = {"time": {"weights": {}}, "downmix": {"weight": 1.0}, "spectral": {"mine": 1}}
    with pytest.raises(package.LossConfigError) as refused:
        package.create_objective(
            "vae",
            config,
            trainer="stable-audio-tools 0.0.19",
            channels=2,
            sample_rate=RATE,
            foreign_sections=["spectral"],
        )
    assert str(refused.value) == (
        "loss_config: /spectral/config: missing; another loss of this config is computed with what "
        "stands here"
    )


def test_a_fork_of_ones_own_warns_of_what_it_does_not_read(package_of: PackageOf) -> None:
    """The section `hubert`, and `time.weights.l2`, lead to none of its losses."""
    config = CONFIG | {
        "hubert": {"weights": {"hubert": 1.0}},
        "time": {"type": "l1", "weights": {"l1": 0.3, "l2": 0.2}},
    }
    package = package_of("friendly")
    with pytest.warns(package.UnusedWeightWarning) as warned:
        package.plan_objective("vae", config, trainer="friendly-stable-audio-tools", channels=2)
    assert sorted(str(each.message) for each in warned) == [
        "'hubert' is not read by friendly-stable-audio-tools",
        "'time.weights.l2' is not read by friendly-stable-audio-tools",
    ]
