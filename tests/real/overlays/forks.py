"""Forks of stable-audio-tools: the bottlenecks that they add, and their hand-written factories.

Each factory does by hand what the overlay of the same name says. Where a fork only adds to the
factory of stable-audio-tools it calls the real one; where it changes the factory's inside, it has
its own copy, `copied`.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from support.stable_audio.real import KNOWN, VERSIONS, StableAudio, load, make_bottleneck

Config = Mapping[str, Any]
Encoded = tuple[Tensor, dict[str, Tensor]]


class GroupedVAEBottleneck(nn.Module):
    """Samples as the VAE does; has values for groups of channels, for time, and for all."""

    groups = 2

    def encode(self, x: Tensor, return_info: bool) -> Encoded:
        """The latents and their values."""
        mean, scale = x.chunk(2, dim=1)
        deviation = F.softplus(scale) + 1e-4
        kl = mean.square() + deviation.square() - 2 * deviation.log() - 1
        info = {
            "kl_w": kl.unflatten(1, (self.groups, -1)).sum(2).mean(),
            "kl_spatial": kl.mean(1).sum(-1).mean(),
            "kl_joint": kl.sum(1).mean(),
        }
        return mean + deviation * torch.randn_like(mean), info


class SSLBottleneck(nn.Module):
    """Compares the latents with those of another model, here a fixed pattern."""

    def encode(self, x: Tensor, return_info: bool) -> Encoded:
        """The latents and their values."""
        wanted = torch.linspace(-1, 1, x.numel()).view_as(x)
        cosine = F.cosine_similarity(x, wanted, dim=1)
        return x, {"ssl/cosine": (1 - cosine).mean(), "ssl/distance": (x - wanted).abs().mean()}


@functools.cache
def stereo_vae(version: str) -> type[nn.Module]:
    """A subclass of that version's VAEBottleneck."""
    base: Any = load(version).bottleneck.VAEBottleneck

    class StereoVAEBottleneck(base):  # type: ignore[misc]
        def encode(self, x: Tensor, return_info: bool) -> Encoded:
            """The latents and their values; one more than the VAE has."""
            latents, info = super().encode(x, return_info=return_info)
            mid, side = latents.chunk(2, dim=1)
            info["mid_side"] = (mid * side).mean(-1).square().mean()
            return latents, info

    return StereoVAEBottleneck


def weight(loss_config: Config, name: str, default: float) -> Any:
    """A weight as the hand-written factories read it."""
    try:
        return loss_config["bottleneck"]["weights"][name]
    except KeyError:
        return default


def copied(
    real: StableAudio,
    bottleneck: nn.Module,
    *,
    kl: float = 1e-6,
    mmd: float = 100,
    softnorm: float = 1e-5,
    quantizer: float = 1.0,
    codebook: float = 1.0,
    commitment: float = 0.25,
) -> list[nn.Module]:
    """The factory of stable-audio-tools, with weights as parameters."""
    known, ValueLoss = real.bottleneck, real.losses.ValueLoss
    losses: list[nn.Module] = []
    if isinstance(
        bottleneck, (known.VAEBottleneck, known.RVQVAEBottleneck, known.DACRVQVAEBottleneck)
    ):
        losses.append(ValueLoss(key="kl", weight=kl, name="kl_loss"))
    if isinstance(bottleneck, (known.RVQBottleneck, known.RVQVAEBottleneck)):
        losses.append(ValueLoss(key="quantizer_loss", weight=quantizer, name="quantizer_loss"))
    if isinstance(bottleneck, (known.DACRVQBottleneck, known.DACRVQVAEBottleneck)):
        losses.append(ValueLoss(key="vq/codebook_loss", weight=codebook, name="codebook_loss"))
        losses.append(
            ValueLoss(key="vq/commitment_loss", weight=commitment, name="commitment_loss")
        )
    if isinstance(bottleneck, known.WassersteinBottleneck):
        losses.append(ValueLoss(key="mmd", weight=mmd, name="mmd_loss"))
    if isinstance(bottleneck, known.SoftNormBottleneck):
        losses.append(ValueLoss(key="softnorm_loss", weight=softnorm, name="softnorm_loss"))
    return losses


def unchanged(real: StableAudio, bottleneck: nn.Module, loss_config: Config) -> list[nn.Module]:
    """A fork whose factory is that of stable-audio-tools."""
    return real.factory(bottleneck, loss_config)


def grouped_vae(real: StableAudio, bottleneck: nn.Module, loss_config: Config) -> list[nn.Module]:
    """Two weights and losses for a new bottleneck."""
    losses = real.factory(bottleneck, loss_config)
    if isinstance(bottleneck, GroupedVAEBottleneck):
        kl_w = weight(loss_config, "kl_w", 1e-6)
        losses.append(real.losses.ValueLoss(key="kl_w", weight=kl_w, name="kl_w_loss"))
        spatial = weight(loss_config, "kl_spatial", 1e-4)
        losses.append(
            real.losses.ValueLoss(key="kl_spatial", weight=spatial, name="kl_spatial_loss")
        )
    return losses


def grouped_vae_lab(
    real: StableAudio, bottleneck: nn.Module, loss_config: Config
) -> list[nn.Module]:
    """A lab's fork of the fork above: another default, a third loss."""
    losses = real.factory(bottleneck, loss_config)
    if isinstance(bottleneck, GroupedVAEBottleneck):
        kl_w = weight(loss_config, "kl_w", 1e-5)
        losses.append(real.losses.ValueLoss(key="kl_w", weight=kl_w, name="kl_w_loss"))
        spatial = weight(loss_config, "kl_spatial", 1e-4)
        losses.append(
            real.losses.ValueLoss(key="kl_spatial", weight=spatial, name="kl_spatial_loss")
        )
        losses.append(
            real.losses.ValueLoss(key="kl_joint", weight=0.1 * kl_w, name="kl_joint_loss")
        )
    return losses


def shared_weight(real: StableAudio, bottleneck: nn.Module, loss_config: Config) -> list[nn.Module]:
    """Two losses of a new bottleneck with one weight."""
    losses = real.factory(bottleneck, loss_config)
    if isinstance(bottleneck, SSLBottleneck):
        ssl = weight(loss_config, "ssl", 0.5)
        losses.append(real.losses.ValueLoss(key="ssl/cosine", weight=ssl, name="ssl_cosine_loss"))
        losses.append(
            real.losses.ValueLoss(key="ssl/distance", weight=ssl, name="ssl_distance_loss")
        )
    return losses


def vq_scale(real: StableAudio, bottleneck: nn.Module, loss_config: Config) -> list[nn.Module]:
    """All VQ losses scaled by one weight."""
    rvq = weight(loss_config, "rvq", 1.0)
    return copied(
        real,
        bottleneck,
        kl=weight(loss_config, "kl", 1e-6),
        mmd=weight(loss_config, "mmd", 100),
        softnorm=weight(loss_config, "softnorm", 1e-5),
        quantizer=rvq,
        codebook=rvq,
        commitment=0.25 * rvq,
    )


def changed_default(
    real: StableAudio, bottleneck: nn.Module, loss_config: Config
) -> list[nn.Module]:
    """Other default weights."""
    return copied(
        real,
        bottleneck,
        kl=weight(loss_config, "kl", 1e-4),
        mmd=weight(loss_config, "mmd", 10),
        softnorm=weight(loss_config, "softnorm", 1e-4),
    )


def top_level_scalar(
    real: StableAudio, bottleneck: nn.Module, loss_config: Config
) -> list[nn.Module]:
    """The KL weight read from the top."""
    return copied(
        real,
        bottleneck,
        kl=loss_config.get("kl_weight", 1e-6),
        mmd=weight(loss_config, "mmd", 100),
        softnorm=weight(loss_config, "softnorm", 1e-5),
    )


def subclass(real: StableAudio, bottleneck: nn.Module, loss_config: Config) -> list[nn.Module]:
    """One more loss for a subclass: the real factory takes it for the VAE that it is."""
    losses = real.factory(bottleneck, loss_config)
    if isinstance(bottleneck, stereo_vae(real.version)):
        mid_side = weight(loss_config, "mid_side", 0.01)
        losses.append(real.losses.ValueLoss(key="mid_side", weight=mid_side, name="mid_side_loss"))
    return losses


def _weights(**values: float) -> Config:
    return {"bottleneck": {"type": "kl", "weights": values}}


_SECTIONS = {
    "power_channel": {"weight": 2, "start": 1000},
    "sisdr": {},
    "phase_ifgd": {"weight": 0.5, "schedule": {"kind": "linear", "steps": [0, [1, None]]}},
}


@dataclass(frozen=True)
class Fork:
    """A fork's factory, configs that its trainers have, and new bottlenecks by class name.

    A class is made for the version of stable-audio-tools that is forked.
    """

    factory: Callable[[StableAudio, nn.Module, Config], list[nn.Module]]
    configs: Sequence[Config]
    new: Mapping[str, Callable[[str], type[nn.Module]]] = field(default_factory=dict)

    def bottleneck(self, real: StableAudio, class_name: str) -> nn.Module:
        """A small, working bottleneck: one that the fork adds, or a real one."""
        if class_name in self.new:
            return self.new[class_name](real.version)()
        return make_bottleneck(real, class_name)


_GROUPED = {"GroupedVAEBottleneck": lambda _: GroupedVAEBottleneck}

FORKS: dict[str, Fork] = {
    "changed_default": Fork(
        changed_default,
        [_weights(kl=1e-6, mmd=100, softnorm=0), {"spectral": {}, **_weights(kl=0.3)}],
    ),
    "grouped_vae": Fork(
        grouped_vae, [_weights(kl_w=0.3, kl_spatial=7, kl=0.1), _weights(kl_spatial=0)], _GROUPED
    ),
    "grouped_vae_lab": Fork(
        grouped_vae_lab, [_weights(kl_w=0.7, kl_spatial=7, mmd=3), _weights(kl_w=0)], _GROUPED
    ),
    "open_sections": Fork(unchanged, [_SECTIONS, {**_SECTIONS, **_weights(kl=0.3, mmd=10)}]),
    "removed_section": Fork(unchanged, [{"time": {"weights": {"l1": 0.1}}}, _weights(kl=0.3)]),
    "shared_weight": Fork(
        shared_weight,
        [_weights(ssl=0.3, kl=0.1), _weights(ssl=0)],
        {"SSLBottleneck": lambda _: SSLBottleneck},
    ),
    "subclass": Fork(
        subclass,
        [_weights(kl=0.3, mid_side=7), _weights(mid_side=0)],
        {"StereoVAEBottleneck": stereo_vae},
    ),
    "top_level_scalar": Fork(
        top_level_scalar,
        [{"kl_weight": 0.3, "warmup_steps": 1000}, {"kl_weight": 0, **_weights(mmd=10)}],
    ),
    "vq_scale": Fork(vq_scale, [_weights(rvq=0.3, kl=0.1, mmd=10), _weights(rvq=0)]),
}
"""The forks by the name of the overlay that does the same."""

CASES = [
    (overlay, version, class_name)
    for overlay, fork in FORKS.items()
    for version in VERSIONS
    for class_name in (*fork.new, *KNOWN[version])
]
"""Overlay, version of stable-audio-tools that is forked, and a bottleneck that the fork knows."""

NEW = [case for case in CASES if case[2] in FORKS[case[0]].new]
"""The cases of bottlenecks that the forks add."""
