# Generated from templates/runtime/tensors/scores.py.
# Do not edit; change it and run: python -m nox -s generate

"""Losses that are made of what a discriminator returns: its scores, and what its layers say.

The hinge is that of Lim and Ye, "Geometric GAN" (2017); least squares are those of Mao et al.,
"Least Squares Generative Adversarial Networks" (2017).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Final, NamedTuple, TypeGuard, cast

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from .adversary import in_words
from .terms.arguments import Arguments
from .values import widened


class ScoreLoss(NamedTuple):
    """What is made of one score: a tensor of any shape, which is large where audio seems real."""

    of_generator: Callable[[Tensor], Tensor]
    """Takes the score of fakes."""

    of_discriminator: Callable[[Tensor, Tensor], Tensor]
    """Takes the score of reals, and of fakes."""


def _hinge(real: Tensor, fake: Tensor) -> Tensor:
    return F.relu(1 - real).mean() + F.relu(1 + fake).mean()


def _negated(fake: Tensor) -> Tensor:
    return -fake.mean()


def _least_squares(real: Tensor, fake: Tensor) -> Tensor:
    return (1 - real).square().mean() + fake.square().mean()


def _squared(fake: Tensor) -> Tensor:
    return (1 - fake).square().mean()


SCORE_LOSSES: Final[Mapping[str, ScoreLoss]] = {
    "hinge": ScoreLoss(_negated, _hinge),
    "lsgan": ScoreLoss(_squared, _least_squares),
}
"""What the `type` in a config names."""


class Scored:
    """What each turn needs of a discriminator that returns scores: the mean over all of them.

    Args:
        module: maps audio to a list of scores, or to such a list and one of its features: for each
            score, a list of what its layers make of the audio.
        arguments: those in the config; `type` is one of `SCORE_LOSSES`.
        wants_features: whether the distance between features is asked for.

    Raises:
        RefusedArgument: there is no such type.
    """

    def __init__(
        self, module: nn.Module, arguments: Mapping[str, object], *, wants_features: bool
    ) -> None:
        self._module = module
        self._loss = SCORE_LOSSES[Arguments(arguments).choice("type", SCORE_LOSSES, "hinge")]
        self._wants_features = wants_features

    def generator_loss(self, fakes: Tensor, reals: Tensor) -> tuple[Tensor, Tensor]:
        """`loss_adv` and `feature_matching_distance`, which is 0 if nobody asks for it."""
        scores, features = self._said(fakes)
        loss_adv = _mean([self._loss.of_generator(each) for each in scores])
        if not self._wants_features:
            return loss_adv, reals.new_zeros(())
        with torch.no_grad():
            _, wanted = self._said(reals)
        return loss_adv, _distance(features, wanted)

    def discriminator_loss(self, fakes: Tensor, reals: Tensor) -> Tensor:
        """`loss_dis`."""
        real, _ = self._said(reals)
        fake, _ = self._said(fakes)
        if len(real) != len(fake):
            raise ValueError(
                f"discriminator: expected as many scores of fakes as of reals, {len(real)}, not "
                f"{len(fake)}"
            )
        pairs = zip(real, fake, strict=True)
        return _mean([self._loss.of_discriminator(*pair) for pair in pairs])

    def _said(self, audio: Tensor) -> tuple[Sequence[Tensor], Sequence[Sequence[Tensor]]]:
        """The scores, and the features of each, if they are asked for."""
        said: object = self._module(audio)
        scores, features = _parted(said)
        has_features = _are_lists_of_tensors(features)
        if not _are_tensors(scores) or (features is not None and not has_features):
            raise TypeError(
                self._expected(
                    "a list of scores, or that and, for each score, a list of features", said
                )
            )
        if not self._wants_features:
            return [widened(each) for each in scores], []
        if not _are_lists_of_tensors(features) or len(features) != len(scores):
            wanted = "a list of scores and, for each, a list of features, which the config weighs"
            raise ValueError(self._expected(wanted, said))
        return [widened(each) for each in scores], features

    def _expected(self, wanted: str, said: object) -> str:
        name = type(self._module).__name__
        return f"discriminator: expected {name} to return {wanted}; it returned {in_words(said)}"


def _parted(said: object) -> tuple[object, object]:
    """What should be scores, and what should be features, if there are two lists."""
    if isinstance(said, (list, tuple)):
        both = cast("Sequence[object]", said)
        if len(both) == 2 and not isinstance(both[0], Tensor):
            return both[0], both[1]
        return both, None
    return said, None


def _are_tensors(value: object) -> TypeGuard[Sequence[Tensor]]:
    if not isinstance(value, (list, tuple)):
        return False
    items = cast("Sequence[object]", value)
    return len(items) > 0 and all(isinstance(each, Tensor) for each in items)


def _are_lists_of_tensors(value: object) -> TypeGuard[Sequence[Sequence[Tensor]]]:
    return isinstance(value, (list, tuple)) and all(
        _are_tensors(each) for each in cast("Sequence[object]", value)
    )


def _distance(found: Sequence[Sequence[Tensor]], wanted: Sequence[Sequence[Tensor]]) -> Tensor:
    return _mean(
        [
            _mean([F.l1_loss(*pair) for pair in zip(*layers, strict=True)])
            for layers in zip(found, wanted, strict=True)
        ]
    )


def _mean(values: Sequence[Tensor]) -> Tensor:
    return torch.stack(list(values)).mean()
