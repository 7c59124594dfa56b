# Generated from schema/losses.schema.json and templates/planning.py.jinja.
# Do not edit; change them and run: python -m nox -s generate

"""From a bottleneck and a config to the losses of a training, without torch."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from os import PathLike

from .runtime.model.courses import weight_at
from .runtime.model.objective_plan import ObjectivePlan
from .runtime.model.schedules import checked_step
from .runtime.plan.keys import checked_keys
from .runtime.plan.objective import Situation, plan_in_parts
from .runtime.plan.planning import plan
from .dispatch import TABLES
from .models import AutoencoderLossConfig
from .results import LossFactoryResult, ValueLossConfig


def plan_losses(
    bottleneck: object,
    loss_config: Mapping[str, object] | AutoencoderLossConfig | None = None,
    *,
    step: int = 0,
    foreign_sections: Iterable[str] = (),
) -> LossFactoryResult:
    """The losses that `bottleneck` is trained with, and their weights.

    Args:
        bottleneck: a BottleneckType, a class name, a config tag, a class or an instance.
        loss_config: the whole `loss_configs` object, or None for the defaults.
        step: the generator step at which weights that change are told, from 0 on.
        foreign_sections: names of its sections that the trainer reads itself; they are skipped.

    Raises:
        LossConfigError: `loss_config` has mistakes; all of them are listed.
        UnknownBottleneckError: `bottleneck` is no known type, nor a subclass of one.
        TypeError: `step` is no integer.
        ValueError: `step` is negative.

    Warns:
        UnusedWeightWarning: the config sets a weight that this bottleneck has no use for, or one
            that is 0 in float32.
    """
    step = checked_step(step)
    planned = plan(TABLES, bottleneck, loss_config, foreign_sections, caller_level=3)
    return LossFactoryResult(
        losses=[
            ValueLossConfig(key=loss.key, name=loss.name, weight=weight_at(weight, step))
            for loss, weight in planned.losses
        ],
        bottleneck_type=planned.bottleneck_type,
    )


def plan_objective(
    bottleneck: object,
    loss_config: Mapping[str, object] | AutoencoderLossConfig | None,
    *,
    trainer: str,
    channels: int | None = None,
    discriminator: bool | None = None,
    teacher: bool = False,
    keys: Mapping[str, str] | None = None,
    foreign_sections: Iterable[str] = (),
) -> ObjectivePlan:
    """Every loss of a training, in the order in which a trainer sums them.

    Args:
        bottleneck: whatever `plan_losses` takes; None for an autoencoder without one.
        loss_config: the whole `loss_configs` object.
        trainer: the name of the trainer whose objective it is, such as
            "stable-audio-tools 0.0.19"; one config is another objective for another trainer.
        channels: how many the autoencoder puts out; None if no loss depends on it.
        discriminator: whether there is one; None for what the config says.
        teacher: whether there is a teacher.
        keys: what values are called in this trainer's `info`, by the keys that the schema has.
        foreign_sections: names of sections that the trainer reads itself; they are skipped.

    Raises:
        LossConfigError: `loss_config` is None, or has mistakes, or something that this trainer
            fails on; all of one kind are listed.
        UnknownBottleneckError: `bottleneck` is no known type, nor a subclass of one.
        TypeError: an argument is of another type.
        ValueError: no such trainer has an objective; `keys` names a value that no loss has; there
            is a discriminator, and the config has no section for it; a loss depends on `channels`.

    Warns:
        UnusedWeightWarning: the config has something that this training has no use for.
    """
    situation = Situation(channels, discriminator, teacher)
    parts = plan_in_parts(
        TABLES, bottleneck, loss_config, trainer, situation, foreign_sections, caller_level=3
    )
    return parts.plan(checked_keys(TABLES, keys))


def load_config(
    path: str | PathLike[str], *, at: str | None = None, foreign_sections: Iterable[str] = ()
) -> AutoencoderLossConfig:
    """Read a loss config from a file of JSON, or of YAML if its name ends in .yaml or .yml.

    Args:
        path: a file in UTF-8 that holds either a `loss_configs` object or a whole model config, of
            which `training.loss_configs` is taken.
        at: a JSON Pointer to the `loss_configs` object in a file of another shape, such as
            "/losses".
        foreign_sections: names of sections that the trainer reads itself; they are skipped.

    Raises:
        LossConfigError: the file can't be read, or has mistakes; all of them are listed, each with
            its line and column. What else a file holds has to be JSON or YAML and no more. YAML
            takes ruamel.yaml (the extra [yaml]).
    """
    from .runtime.config.loading import read_config  # planning alone reads no files

    return read_config(TABLES, path, at, foreign_sections)
