# Generated from templates/runtime/tensors/adversary.py.
# Do not edit; change it and run: python -m nox -s generate

"""A discriminator, of which each turn gets what it needs, and no more."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final, NamedTuple, Protocol, cast

from torch import Tensor, nn


class Adversarial(NamedTuple):
    """What a discriminator says of audio; each value is without dimensions."""

    loss_dis: Tensor
    """What the discriminator is trained with; 0 in the generator's turn."""

    loss_adv: Tensor
    """What rewards the generator for fooling it; 0 in the discriminator's turn."""

    feature_matching_distance: Tensor
    """The distance between what its layers make of the two; 0 in the discriminator's turn."""


DISTANCE: Final = "feature_matching_distance"
"""The key of `info` that the last one stands under."""


class Halves(Protocol):
    """What each turn needs of a discriminator. DAC's computes it by itself."""

    def generator_loss(self, fakes: Tensor, reals: Tensor) -> tuple[Tensor, Tensor]:
        """`loss_adv` and `feature_matching_distance`."""
        ...

    def discriminator_loss(self, fakes: Tensor, reals: Tensor) -> Tensor:
        """`loss_dis`."""
        ...


class Adversary:
    """The parameters of a discriminator, and which of them are frozen.

    Args:
        module: the discriminator.
        halves: what it says in each turn.
    """

    def __init__(self, module: nn.Module, halves: Halves) -> None:
        self._module = module
        self._halves = halves
        self._frozen: list[nn.Parameter] = []

    def in_turn_of_generator(self, reals: Tensor, fakes: Tensor) -> Adversarial:
        """Without gradients for the discriminator."""
        self._freeze()
        loss_adv, distance = self._halves.generator_loss(fakes, reals)
        return Adversarial(reals.new_zeros(()), loss_adv, distance)

    def in_own_turn(self, reals: Tensor, fakes: Tensor) -> Adversarial:
        """Without gradients for what made the fakes."""
        self.release()
        nothing = reals.new_zeros(())
        loss_dis = self._halves.discriminator_loss(fakes.detach(), reals)
        return Adversarial(loss_dis, nothing, nothing)

    def release(self) -> None:
        """Unfreeze what was frozen."""
        for parameter in self._frozen:
            parameter.requires_grad_(True)
        self._frozen.clear()

    def _freeze(self) -> None:
        for parameter in self._module.parameters():
            if parameter.requires_grad:
                parameter.requires_grad_(False)
                self._frozen.append(parameter)


class _WholeLoss:
    """The halves of a `loss(reals, fakes)` of three values, which computes both each time."""

    def __init__(self, loss: Callable[[Tensor, Tensor], tuple[Tensor, Tensor, Tensor]]) -> None:
        self._loss = loss

    def generator_loss(self, fakes: Tensor, reals: Tensor) -> tuple[Tensor, Tensor]:
        _, loss_adv, distance = self._loss(reals, fakes)
        return loss_adv, distance

    def discriminator_loss(self, fakes: Tensor, reals: Tensor) -> Tensor:
        loss_dis, _, _ = self._loss(reals, fakes)
        return loss_dis


def halves_of(module: nn.Module) -> Halves:
    """What a discriminator with losses of its own says in each turn.

    A `loss` that somebody put into the module comes before halves that its class has.

    Raises:
        TypeError: it has no method `loss`.
    """
    loss: object = getattr(module, "loss", None)
    if not callable(loss):
        raise TypeError(
            f"discriminator: expected a module with a method 'loss(reals, fakes)'; "
            f"{type(module).__name__} has none"
        )
    names = ("generator_loss", "discriminator_loss")
    has_halves = all(callable(getattr(module, name, None)) for name in names)
    if has_halves and "loss" not in vars(module):
        return cast("Halves", module)
    return _WholeLoss(cast("Callable[[Tensor, Tensor], tuple[Tensor, Tensor, Tensor]]", loss))
