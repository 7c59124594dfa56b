"""What the real losses and ours make of one `info`."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor

from support.stable_audio.compare import same_bits
from support.stable_audio.setups import BATCH, SAMPLES

Made = Callable[..., "Pair"]


@dataclass(frozen=True)
class Outcome:
    """What a turn's losses make of an `info`."""

    total: Tensor
    losses: Mapping[str, Tensor]
    gradients: Mapping[str, Tensor | None]


@dataclass(frozen=True)
class Pair:
    """The real wrapper, and the same with our objective."""

    theirs: Any
    ours: Any

    def outcomes(self, info: Mapping[str, Tensor]) -> tuple[Outcome, Outcome]:
        """What both make of it in the generator's turn; the same bits, or the test fails."""
        then, now = (outcome(each.losses_gen, info) for each in (self.theirs, self.ours))
        assert list(now.losses) == list(then.losses)
        assert all(same_bits(then.losses[name], value) for name, value in now.losses.items())
        assert same_bits(then.total, now.total)
        assert all(same_bits(then.gradients[key], each) for key, each in now.gradients.items())
        return then, now


def outcome(losses: Any, info: Mapping[str, Tensor]) -> Outcome:
    """Forward and backward, on copies of the values."""
    own = {key: value.detach().clone().requires_grad_() for key, value in info.items()}
    read = dict(own)
    for side, at in (("left", 0), ("right", 1)):
        for audio in ("reals", "decoded"):
            if own[audio].shape[1] == 2:
                read[f"{audio}_{side}"] = own[audio][:, at : at + 1]
    total, values = losses(read)
    leaves = torch.autograd.grad(total, list(own.values()), allow_unused=True)
    return Outcome(total, values, dict(zip(own, leaves, strict=True)))


def an_info(channels: int = 2, seed: int = 0, **more: Tensor) -> dict[str, Tensor]:
    """What a training step of a VAE with a discriminator finds."""
    generator = torch.Generator().manual_seed(seed)
    audio = {
        key: torch.randn(BATCH, channels, SAMPLES, generator=generator) * 0.1
        for key in ("reals", "decoded")
    }
    values = {
        key: torch.randn((), generator=generator)
        for key in ("loss_adv", "feature_matching_distance", "kl")
    }
    return {**audio, **values, **more}
