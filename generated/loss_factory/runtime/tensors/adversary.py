# Generated from templates/runtime/tensors/adversary.py.
# Do not edit; change it and run: python -m nox -s generate

"""A discriminator, of which each turn gets what it needs, and no more."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Sequence
from typing import Any, Final, NamedTuple, Protocol, cast

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
    """What each turn needs of a discriminator."""

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
        """Without gradients for the discriminator, which stays as it was if it fails."""
        self._freeze()
        try:
            loss_adv, distance = self._halves.generator_loss(fakes, reals)
        except BaseException:
            self.release()
            raise
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

    def __init__(self, loss: Callable[[Tensor, Tensor], object]) -> None:
        self._loss = loss

    def generator_loss(self, fakes: Tensor, reals: Tensor) -> tuple[Tensor, Tensor]:
        _, loss_adv, distance = self._said(reals, fakes)
        return loss_adv, distance

    def discriminator_loss(self, fakes: Tensor, reals: Tensor) -> Tensor:
        loss_dis, _, _ = self._said(reals, fakes)
        return loss_dis

    def _said(self, reals: Tensor, fakes: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        said = self._loss(reals, fakes)
        values = items_of(said)
        if values is not None and len(values) == 3:
            return cast("tuple[Tensor, Tensor, Tensor]", tuple(values))
        raise TypeError(
            "discriminator: expected its 'loss' to return three values, loss_dis, loss_adv and "
            f"feature_matching_distance, not {in_words(said)}"
        )


class _OwnHalves:
    """Those of DAC's discriminator, which has a method for each."""

    def __init__(self, module: nn.Module) -> None:
        self._module = cast("Any", module)

    def generator_loss(self, fakes: Tensor, reals: Tensor) -> tuple[Tensor, Tensor]:
        said: tuple[Tensor, Tensor] = self._module.generator_loss(fake=fakes, real=reals)
        return said

    def discriminator_loss(self, fakes: Tensor, reals: Tensor) -> Tensor:
        said: Tensor = self._module.discriminator_loss(fake=fakes, real=reals)
        return said


def _has_halves(module: nn.Module) -> bool:
    """Whether it has DAC's two methods; others of these names may mean something else."""
    methods = (getattr(module, name, None) for name in ("generator_loss", "discriminator_loss"))
    return all(
        inspect.ismethod(method) and [*inspect.signature(method).parameters] == ["fake", "real"]
        for method in methods
    )


def items_of(value: object) -> Sequence[object] | None:
    """What a list or tuple holds; None for anything else."""
    return cast("Sequence[object]", value) if isinstance(value, (list, tuple)) else None


def in_words(value: object) -> str:
    """`Tensor`, or `list of 3 (Tensor, Tensor, list of 0)`."""
    items = items_of(value)
    if items is None:
        return type(value).__name__
    inner = ", ".join(in_words(each) for each in items[:3])
    more = ", …" if len(items) > 3 else ""
    return f"{type(items).__name__} of {len(items)}" + (f" ({inner}{more})" if inner else "")


def halves_of(module: nn.Module) -> Halves:
    """What a discriminator with losses of its own says in each turn.

    Where the class has both halves apart, as DAC's has (`generator_loss(fake, real)` and
    `discriminator_loss(fake, real)`), each turn computes one; but a `loss` that somebody put into
    the module comes first.

    Raises:
        TypeError: it has no method `loss`.
    """
    loss: object = getattr(module, "loss", None)
    if not callable(loss):
        raise TypeError(
            f"discriminator: expected a module with a method 'loss(reals, fakes)'; "
            f"{type(module).__name__} has none"
        )
    if "loss" not in vars(module) and _has_halves(module):
        return _OwnHalves(module)
    return _WholeLoss(cast("Callable[[Tensor, Tensor], object]", loss))
