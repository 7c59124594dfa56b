# Generated from schema/losses.schema.json and templates/factories.py.jinja.
# Do not edit; change them and run: python -m nox -s generate

"""From a bottleneck and a config to torch modules."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from .runtime.plan.planning import plan
from .runtime.tensors.bottleneck_loss import BottleneckLoss
from .runtime.tensors.drop_in import ValueLoss
from .runtime.tensors.values import Missing
from .dispatch import TABLES
from .models import AutoencoderLossConfig
from .modules import BOTTLENECK_LOSSES


def create_loss_modules_from_bottleneck(
    bottleneck: object,
    loss_config: Mapping[str, object] | AutoencoderLossConfig | None = None,
    *,
    bottleneck_type: object = None,
    foreign_sections: Iterable[str] = (),
) -> list[ValueLoss]:
    """The losses that `bottleneck` is trained with, in the order in which they are summed.

    Args:
        bottleneck: a bottleneck module, also compiled or wrapped, or whatever `plan_losses` takes.
        loss_config: the whole `loss_configs` object, or None for the defaults.
        bottleneck_type: the type to train it as, for a class that is not known.
        foreign_sections: names of its sections that the trainer reads itself; they are skipped.

    Raises:
        LossConfigError: `loss_config` has mistakes; all of them are listed.
        UnknownBottleneckError: `bottleneck` is no known type, nor a subclass of one.

    Warns:
        UnusedWeightWarning: the config sets a weight that this bottleneck has no use for, or one
            that is 0 in float32.
    """
    known = bottleneck if bottleneck_type is None else bottleneck_type
    planned = plan(TABLES, known, loss_config, foreign_sections, caller_level=3)
    return [ValueLoss(loss.key, loss.name, weight) for loss, weight in planned.rounded]


def create_bottleneck_loss(
    bottleneck: object,
    loss_config: Mapping[str, object] | AutoencoderLossConfig | None = None,
    *,
    bottleneck_type: object = None,
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
        foreign_sections: names of its sections that the trainer reads itself; they are skipped.
        missing: what happens in the forward pass to a loss whose value is not in `info`: "error"
            raises MissingLossValueError, "skip" leaves it out.

    Raises:
        LossConfigError: `loss_config` has mistakes; all of them are listed.
        UnknownBottleneckError: `bottleneck` is no known type, nor a subclass of one.

    Warns:
        UnusedWeightWarning: the config sets a weight that this bottleneck has no use for, or one
            that is 0 in float32.
    """
    known = bottleneck if bottleneck_type is None else bottleneck_type
    planned = plan(TABLES, known, loss_config, foreign_sections, caller_level=3)
    weights = {loss.argument: weight for loss, weight in planned.rounded}
    module = BOTTLENECK_LOSSES[planned.bottleneck_type]
    return module(**weights, missing=missing)
