"""The whole objective of a training: both turns, what they read of the audio, the discriminator."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final, Literal, NamedTuple, Protocol, TypeAlias, cast

from torch import Tensor, nn

from ..model.objective_plan import ObjectivePlan
from ..text.wording import shown
from .objective_module import ADVERSARIAL, SIGNALS, ObjectiveModule
from .old_checkpoints import LoadHook, dropping_everything_below

Turn: TypeAlias = Literal["generator", "discriminator"]
"""Who is trained in a step."""


class Adversarial(NamedTuple):
    """What a discriminator says of audio; each value is without dimensions."""

    loss_dis: Tensor
    """What the discriminator is trained with; 0 in the generator's turn."""

    loss_adv: Tensor
    """What rewards the generator for fooling it; 0 in the discriminator's turn."""

    feature_matching_distance: Tensor
    """The distance between what its layers make of the two; 0 in the discriminator's turn."""


class _Halves(Protocol):
    """A discriminator that computes what each turn needs by itself, such as DAC's."""

    def generator_loss(self, fakes: Tensor, reals: Tensor) -> tuple[Tensor, Tensor]: ...

    def discriminator_loss(self, fakes: Tensor, reals: Tensor) -> Tensor: ...


class Objective:
    """Every loss of a training: `create_objective` makes one.

        info |= objective.signals(reals, decoded)
        info |= objective.adversarial(reals, decoded, "generator")._asdict()
        total, losses = objective.generator(info)

    The discriminator stays the trainer's: nothing here registers, saves or moves it. Its parameters
    are frozen in the generator's turn, until the next turn of the discriminator or `release()`.
    """

    def __init__(
        self,
        plan: ObjectivePlan,
        generator: ObjectiveModule,
        discriminator: ObjectiveModule | None,
        *,
        channels: int,
        adversary: nn.Module | None,
    ) -> None:
        self.plan: Final = plan
        """What is summed, loss by loss."""

        self.generator: Final = generator
        """`total, losses = generator(info)`: what the autoencoder is trained with."""

        self.discriminator: Final = discriminator
        """The same for the discriminator; None if there is none."""

        self._channels = channels
        self._adversary = None if adversary is None else _Adversary(adversary)

    def signals(self, reals: Tensor, decoded: Tensor) -> dict[str, Tensor]:
        """What the losses read of the audio, under the keys that they read it by.

        Args:
            reals: the audio that went in, of shape (batch, channels, samples).
            decoded: what the autoencoder made of it, of the same shape.

        Raises:
            ValueError: the shapes differ, or there is another number of channels.
        """
        if reals.shape[-1] != decoded.shape[-1]:
            raise ValueError(
                f"reals has {reals.shape[-1]} samples and decoded {decoded.shape[-1]}: trim both "
                "to the shorter one, as the trainer does it"
            )
        if reals.shape != decoded.shape or reals.dim() != 3 or reals.shape[1] != self._channels:
            raise ValueError(
                f"expected reals and decoded of one shape (batch, {self._channels}, samples), not "
                f"{tuple(reals.shape)} and {tuple(decoded.shape)}"
            )
        keys = self.generator.keys
        read = [key for key in SIGNALS if keys.get(key) in self.plan.reads]
        return {keys[key]: _signal(key, reals, decoded) for key in read}

    def adversarial(self, reals: Tensor, decoded: Tensor, turn: Turn) -> Adversarial:
        """What the discriminator says, as far as this turn needs it; the rest is 0.

        In the turn of the generator its parameters are frozen, and they stay so until its own turn
        or `release()`, since a checkpointed discriminator is run again in the backward pass. In its
        own turn nothing reaches the autoencoder. All of it has the bits of the old
        `discriminator.loss(reals, decoded)`, which is the one that was there at construction: a
        trainer may put this in its place.

        Args:
            reals: the audio that went in, of shape (batch, channels, samples).
            decoded: what the autoencoder made of it, of the same shape.
            turn: "generator" or "discriminator".

        Raises:
            ValueError: there is no discriminator, or no such turn.
        """
        if self._adversary is None:
            raise ValueError(
                "there is no discriminator; pass discriminator=… to create_objective, or put "
                f"{', '.join(ADVERSARIAL)} into info yourself"
            )
        match turn:
            case "generator":
                return self._adversary.in_turn_of_generator(reals, decoded)
            case "discriminator":
                return self._adversary.in_own_turn(reals, decoded)
            case _:
                raise ValueError(
                    f"turn: expected 'generator' or 'discriminator', not {shown(turn)}"
                )

    def release(self) -> None:
        """Unfreeze what the generator's turn has frozen of the discriminator's parameters."""
        if self._adversary is not None:
            self._adversary.release()

    def old_checkpoint_hook(
        self,
        generator: str = "losses_gen",
        discriminator: str = "losses_disc",
        others: tuple[str, ...] = ("sdstft", "lrstft", "mrmel", "hubert"),
    ) -> LoadHook:
        """Lets a trainer that moved from hand-written losses load its old checkpoints.

            hook = objective.old_checkpoint_hook()
            handle = trainer.register_load_state_dict_pre_hook(hook)
            trainer.load_state_dict(old_state_dict, strict=True)
            handle.remove()

        What those losses kept, weights and filters, is dropped: the config has it. The hook is for
        old checkpoints only, so take it off again.

        Args:
            generator: the path from the hooked module to the one that held the generator's losses.
            discriminator: the same for the discriminator's losses.
            others: paths to what those losses computed with, and the hooked module has no more.
        """
        return dropping_everything_below(generator, discriminator, *others)


def _signal(key: str, reals: Tensor, decoded: Tensor) -> Tensor:
    audio = reals if key.startswith("reals") else decoded
    match key.rpartition("_")[2]:
        case "left":
            return audio[:, 0:1, :]
        case "right":
            return audio[:, 1:2, :]
        case _:
            return audio


class _Adversary:
    """A discriminator, and which of its parameters are frozen."""

    def __init__(self, module: nn.Module) -> None:
        loss: object = getattr(module, "loss", None)
        if not callable(loss):
            raise TypeError(
                f"discriminator: expected a module with a method 'loss(reals, fakes)'; "
                f"{type(module).__name__} has none"
            )
        self._module = module
        self._loss = cast("Callable[[Tensor, Tensor], tuple[Tensor, Tensor, Tensor]]", loss)
        self._halves = _halves(module)
        self._frozen: list[nn.Parameter] = []

    def in_turn_of_generator(self, reals: Tensor, fakes: Tensor) -> Adversarial:
        """Without gradients for the discriminator."""
        self._freeze()
        nothing = reals.new_zeros(())
        if self._halves is not None:
            loss_adv, distance = self._halves.generator_loss(fakes, reals)
        else:
            _, loss_adv, distance = self._loss(reals, fakes)
        return Adversarial(nothing, loss_adv, distance)

    def in_own_turn(self, reals: Tensor, fakes: Tensor) -> Adversarial:
        """Without gradients for what made the fakes."""
        self.release()
        nothing = reals.new_zeros(())
        fakes = fakes.detach()
        if self._halves is not None:
            loss_dis = self._halves.discriminator_loss(fakes, reals)
        else:
            loss_dis, _, _ = self._loss(reals, fakes)
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


def _halves(module: nn.Module) -> _Halves | None:
    """The module, if it computes each turn's half by itself and nobody has replaced its `loss`."""
    names = ("generator_loss", "discriminator_loss")
    has_halves = all(callable(getattr(module, name, None)) for name in names)
    return cast("_Halves", module) if has_halves and "loss" not in vars(module) else None
