# Generated from templates/runtime/tensors/making.py.
# Do not edit; change it and run: python -m nox -s generate

"""From a bottleneck and a config to the modules of a whole objective."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any, cast

from torch import nn

from ..config.validation import ARGUMENT
from ..model.records import BottleneckT, ConfigT, Tables
from ..plan.keys import checked_keys
from ..plan.objective import ObjectiveInParts, Situation, plan_in_parts
from ..text.wording import shown
from .adversary import DISTANCE, Adversary, halves_of
from .bottleneck_loss import BottleneckLoss
from .objective import Objective
from .objective_module import ObjectiveModule, Parts
from .scores import Scored
from .terms.audio import Audio
from .values import Missing, checked_missing

Make = Callable[[Parts], ObjectiveModule]
"""Makes the module of one turn."""


def make_objective(
    tables: Tables[ConfigT, BottleneckT],
    bottleneck_losses: Mapping[BottleneckT, Callable[..., BottleneckLoss]],
    generators: Mapping[str, Make],
    discriminators: Mapping[str, Make],
    bottleneck: object,
    loss_config: Mapping[str, object] | ConfigT | None,
    *,
    trainer: str,
    channels: int,
    sample_rate: int,
    discriminator: nn.Module | None,
    teacher: bool,
    keys: Mapping[str, str] | None,
    missing: Missing | None,
    foreign_sections: Iterable[str],
) -> Objective:
    """Plan and build; `create_objective` of each package says more.

    Args:
        tables: those of the package.
        bottleneck_losses: the module of each bottleneck type.
        generators: the module of each trainer for the turn of the generator.
        discriminators: the same for the discriminator, as far as there is one.
    """
    audio = Audio(_whole("sample_rate", sample_rate), _whole("channels", channels))
    own = checked_keys(tables, keys)
    situation = Situation(audio.channels, True if discriminator is not None else None, teacher)
    planned = plan_in_parts(
        tables, bottleneck, loss_config, trainer, situation, foreign_sections, caller_level=4
    )
    chosen = checked_missing(planned.objective.missing if missing is None else missing)
    names = {key: own.get(key, key) for key in tables.info_keys}
    plan = planned.plan(own)
    carried = _carried(planned, bottleneck_losses, chosen, own)

    def parts(turn: str) -> Parts:
        losses = plan.generator if turn == "generator" else plan.discriminator
        return Parts(
            arguments=planned.arguments_at,
            source=ARGUMENT,
            audio=audio,
            weights=planned.weights,
            bottleneck=carried if turn == "generator" else None,
            losses=losses,
            courses=plan.courses,
            keys=names,
            missing=chosen,
        )

    return Objective(
        plan,
        generators[trainer](parts("generator")),
        discriminators[trainer](parts("discriminator")) if plan.discriminator else None,
        channels=audio.channels,
        adversary=None if discriminator is None else _adversary(planned, discriminator),
    )


def _adversary(planned: ObjectiveInParts[ConfigT, BottleneckT], module: nn.Module) -> Adversary:
    if not isinstance(cast("object", module), nn.Module):
        raise TypeError(f"discriminator: expected a module, not {shown(module)}")
    if planned.scores is None:
        return Adversary(module, halves_of(module))
    weighed = (*planned.before_bottleneck, *planned.after_bottleneck)
    wants_features = any(DISTANCE in summand.reads for summand, _ in weighed)
    return Adversary(module, Scored(module, planned.scores, wants_features=wants_features))


def _carried(
    planned: ObjectiveInParts[ConfigT, BottleneckT],
    bottleneck_losses: Mapping[BottleneckT, Callable[..., BottleneckLoss]],
    missing: Missing,
    keys: Mapping[str, str],
) -> BottleneckLoss | None:
    if planned.bottleneck is None:
        return None
    weights: dict[str, Any] = {loss.argument: each for loss, each in planned.bottleneck.rounded}
    module = bottleneck_losses[planned.bottleneck.bottleneck_type]
    return module(**weights, missing=missing, keys=keys)


def _whole(name: str, value: int) -> int:
    number = cast("object", value)
    if isinstance(number, bool) or not isinstance(number, int) or number < 1:
        raise (ValueError if type(number) is int else TypeError)(
            f"{name}: expected a whole number from 1 on, not {shown(number)}"
        )
    return number
