"""What is computed in each turn, as one module with one forward pass: what DDP asks for.

A turn trains one of the two: the generator, which is the autoencoder, or the discriminator.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from torch import Tensor, nn

from autoencoder import Autoencoder

if TYPE_CHECKING:
    from loss_factory import LossDetails, Objective

Turn = Literal["generator", "discriminator"]


def turn_of(step: int, warmup_steps: int, *, has_discriminator: bool) -> Turn:
    """Whose turn a step is, the first being 1: the two alternate once the warm-up is over."""
    after_warmup = step - warmup_steps
    # The discriminator begins: what it says before it has learned anything is of no use.
    if has_discriminator and after_warmup > 0 and after_warmup % 2 == 1:
        return "discriminator"
    return "generator"


def generator_steps_before(step: int, warmup_steps: int, *, has_discriminator: bool) -> int:
    """How many steps before this one, the first being 1, were the generator's."""
    before = step - 1
    if not has_discriminator:
        return before
    alone = min(before, warmup_steps)
    return alone + (before - alone) // 2


class GeneratorTurn(nn.Module):
    """The autoencoder and its losses. The discriminator is asked, and is no part of it."""

    def __init__(self, autoencoder: Autoencoder, objective: Objective) -> None:
        super().__init__()
        self.autoencoder = autoencoder
        self.objective = objective
        self.losses = objective.generator  # an attribute, so that it follows the device

    def forward(self, reals: Tensor, noise: Tensor, is_warm: bool) -> LossDetails:
        """Encode, decode, and compare; `is_warm`: whether the discriminator has a say.

        Args:
            reals: (batch, channels, samples).
            noise: what `Autoencoder` takes.
        """
        decoded, info = self.autoencoder(reals, noise)
        info.update(self.objective.signals(reals, decoded))
        if self.objective.discriminator is not None:
            if is_warm:
                info.update(self.objective.adversarial(reals, decoded, "generator")._asdict())
            else:
                nothing = reals.new_zeros(())
                info.update(loss_adv=nothing, feature_matching_distance=nothing)
        return self.losses.detailed(info)


class DiscriminatorTurn(nn.Module):
    """The discriminator and its losses."""

    def __init__(self, discriminator: nn.Module, objective: Objective) -> None:
        super().__init__()
        assert objective.discriminator is not None
        self.discriminator = discriminator
        self.objective = objective
        self.losses = objective.discriminator

    def forward(self, reals: Tensor, decoded: Tensor) -> LossDetails:
        """Compare; both are (batch, channels, samples)."""
        info = self.objective.adversarial(reals, decoded, "discriminator")._asdict()
        return self.losses.detailed(info)
