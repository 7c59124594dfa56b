# Generated from schema/losses.schema.json and templates/factories.py.jinja.
# Do not edit; change them and run: python -m nox -s generate

"""From a bottleneck and a config to torch modules."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from torch import nn

from .runtime.plan.keys import checked_keys
from .runtime.plan.planning import plan
from .runtime.tensors.bottleneck_loss import BottleneckLoss
from .runtime.tensors.drop_in import ValueLoss
from .runtime.tensors.making import make_objective
from .runtime.tensors.objective import Objective
from .runtime.tensors.values import Missing
from .dispatch import TABLES
from .models import AutoencoderLossConfig
from .modules import BOTTLENECK_LOSSES
from .objectives import DISCRIMINATORS, GENERATORS


def create_loss_modules_from_bottleneck(
    bottleneck: object,
    loss_config: Mapping[str, object] | AutoencoderLossConfig | None = None,
    *,
    bottleneck_type: object = None,
    keys: Mapping[str, str] | None = None,
    foreign_sections: Iterable[str] = (),
) -> list[ValueLoss]:
    """The losses that `bottleneck` is trained with, in the order in which they are summed.

    Args:
        bottleneck: a bottleneck module, also compiled or wrapped, or whatever `plan_losses` takes.
        loss_config: the whole `loss_configs` object, or None for the defaults.
        bottleneck_type: the type to train it as, for a class that is not known.
        keys: what values are called in this trainer's `info`, by the keys that the schema has.
        foreign_sections: names of its sections that the trainer reads itself; they are skipped.

    Raises:
        LossConfigError: `loss_config` has mistakes; all of them are listed.
        UnknownBottleneckError: `bottleneck` is no known type, nor a subclass of one.
        ValueError: `keys` names a value that no loss has.

    Warns:
        UnusedWeightWarning: the config sets a weight that this bottleneck has no use for, or one
            that is 0 in float32.
    """
    known = bottleneck if bottleneck_type is None else bottleneck_type
    planned = plan(TABLES, known, loss_config, foreign_sections, caller_level=3)
    own = checked_keys(TABLES, keys)
    return [
        ValueLoss(own.get(loss.key, loss.key), loss.name, weight)
        for loss, weight in planned.rounded
    ]


def create_bottleneck_loss(
    bottleneck: object,
    loss_config: Mapping[str, object] | AutoencoderLossConfig | None = None,
    *,
    bottleneck_type: object = None,
    keys: Mapping[str, str] | None = None,
    foreign_sections: Iterable[str] = (),
    missing: Missing = "error",
) -> BottleneckLoss:
    """One module for all the losses of `bottleneck`: `total, losses = module(info)`.

    The same losses as those of `create_loss_modules_from_bottleneck`, in a module of
    modules.py whose forward pass is written out for the bottleneck's type.

    Args:
        bottleneck: a bottleneck module, also compiled or wrapped, or whatever `plan_losses` takes.
        loss_config: the whole `loss_configs` object, or None for the defaults.
        bottleneck_type: the type to train it as, for a class that is not known.
        keys: what values are called in this trainer's `info`, by the keys that the schema has.
        foreign_sections: names of its sections that the trainer reads itself; they are skipped.
        missing: what happens in the forward pass to a loss whose value is not in `info`: "error"
            raises MissingLossValueError, "skip" leaves it out.

    Raises:
        LossConfigError: `loss_config` has mistakes; all of them are listed.
        UnknownBottleneckError: `bottleneck` is no known type, nor a subclass of one.
        ValueError: `keys` names a value that no loss has.

    Warns:
        UnusedWeightWarning: the config sets a weight that this bottleneck has no use for, or one
            that is 0 in float32.
    """
    known = bottleneck if bottleneck_type is None else bottleneck_type
    planned = plan(TABLES, known, loss_config, foreign_sections, caller_level=3)
    weights = {loss.argument: weight for loss, weight in planned.rounded}
    module = BOTTLENECK_LOSSES[planned.bottleneck_type]
    return module(**weights, missing=missing, keys=checked_keys(TABLES, keys))


def create_objective(
    bottleneck: object,
    loss_config: Mapping[str, object] | AutoencoderLossConfig | None,
    *,
    trainer: str,
    channels: int,
    sample_rate: int,
    discriminator: nn.Module | None = None,
    teacher: bool = False,
    keys: Mapping[str, str] | None = None,
    missing: Missing | None = None,
    foreign_sections: Iterable[str] = (),
) -> Objective:
    """Every loss of a training, built: what a trainer sums in each turn, in its order.

    Args:
        bottleneck: a bottleneck module, also compiled or wrapped, or whatever `plan_losses` takes;
            None for an autoencoder without one.
        loss_config: the whole `loss_configs` object.
        trainer: the name of the trainer whose objective it is, such as "loss-factory"; one config
            is another objective for another trainer.
        channels: how many the autoencoder puts out.
        sample_rate: of the audio, in Hz.
        discriminator: the trainer's. Where the config has the objective make the losses of its
            scores, a module that maps audio to a list of scores, or to such a list and one of
            features: for each score, a list of tensors. Else a module with a `loss(reals, fakes)`
            of three values: `loss_dis`, `loss_adv`, `feature_matching_distance`. It is kept, but
            not registered. Without it, these values are read from `info`.
        teacher: whether there is a teacher, whose latents and audio the trainer puts into `info`.
        keys: what values are called in this trainer's `info`, by the keys that the schema has.
        missing: what happens in the forward pass to a loss whose values are not in `info`: "error"
            raises MissingLossValueError, "skip" leaves it out; None for what the trainer does.
        foreign_sections: names of sections that the trainer reads itself; they are skipped.

    Raises:
        LossConfigError: `loss_config` is None, or has mistakes, or something that this trainer
            fails on or that is not built here; all of one kind are listed.
        UnknownBottleneckError: `bottleneck` is no known type, nor a subclass of one.
        TypeError: an argument is of another type; `discriminator` has no `loss` where it needs one.
        ValueError: no such trainer has an objective; `keys` names a value that no loss has; there
            is a discriminator, and the config has no section for it.

    Warns:
        UnusedWeightWarning: the config has something that this training has no use for.
    """
    return make_objective(
        TABLES,
        BOTTLENECK_LOSSES,
        GENERATORS,
        DISCRIMINATORS,
        bottleneck,
        loss_config,
        trainer=trainer,
        channels=channels,
        sample_rate=sample_rate,
        discriminator=discriminator,
        teacher=teacher,
        keys=keys,
        missing=missing,
        foreign_sections=foreign_sections,
    )
