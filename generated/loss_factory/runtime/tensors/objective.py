# Generated from templates/runtime/tensors/objective.py.
# Do not edit; change it and run: python -m nox -s generate

"""The whole objective of a training: both turns, what they read of the audio, the discriminator."""

from __future__ import annotations

from typing import Final, Literal, TypeAlias

from torch import Tensor

from ..model.objective_plan import ObjectivePlan
from ..text.wording import shown
from .adversary import Adversarial, Adversary
from .objective_module import ADVERSARIAL, SIGNALS, ObjectiveModule
from .old_checkpoints import LoadHook, dropping_everything_below

Turn: TypeAlias = Literal["generator", "discriminator"]
"""Who is trained in a step."""


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
        adversary: Adversary | None,
    ) -> None:
        self.plan: Final = plan
        """What is summed, loss by loss."""

        self.generator: Final = generator
        """`total, losses = generator(info)`: what the autoencoder is trained with."""

        self.discriminator: Final = discriminator
        """The same for the discriminator; None if there is none."""

        self._channels = channels
        self._adversary = adversary

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
        own turn nothing reaches the autoencoder. Go backward from one turn before you ask for the
        other: what was frozen in between gets no gradient.

        If the discriminator has a `loss`, the bits are those of the old
        `discriminator.loss(reals, decoded)`, as it was at construction: a trainer may put this in
        its place.

        Args:
            reals: the audio that went in, of shape (batch, channels, samples).
            decoded: what the autoencoder made of it, of the same shape.
            turn: "generator" or "discriminator".

        Raises:
            TypeError: the discriminator returns something else than its scores.
            ValueError: there is no discriminator, no such turn, or no features of which the config
                wants the distance; or the shapes differ.
        """
        if reals.shape != decoded.shape:
            raise ValueError(
                f"expected reals and decoded of one shape, not {tuple(reals.shape)} and "
                f"{tuple(decoded.shape)}"
            )
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

    def set_step(self, step: int) -> None:
        """Say for which step of the generator the weights are, to the modules of both turns.

        Only an objective with a weight that changes needs it. Nothing waits for a device.

        Args:
            step: how many steps the generator has made; `generator_step` counts them in a trainer
                that counts those of both optimizers.

        Raises:
            TypeError: `step` is no integer.
            ValueError: `step` is negative.
        """
        self.generator.set_step(step)
        if self.discriminator is not None:
            self.discriminator.set_step(step)

    def release(self) -> None:
        """Unfreeze what the generator's turn has frozen of the discriminator's parameters."""
        if self._adversary is not None:
            self._adversary.release()

    def old_checkpoint_hook(
        self,
        generator: str = "losses_gen",
        discriminator: str = "losses_disc",
        others: tuple[str, ...] = ("sdstft", "lrstft", "mrmel", "hubert", "clap_loss"),
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
