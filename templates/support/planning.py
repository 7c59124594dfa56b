"""From a bottleneck and a config to the losses of a training, without torch."""

from __future__ import annotations

import math
import warnings
from collections.abc import Iterable, Iterator, Mapping
from typing import NamedTuple

from pydantic import BaseModel

from ._records import Loss, Weight
from ._wording import json_pointer, listed
from .config import ARGUMENT, as_loss_config
from .dispatch import LOSSES
from .errors import ConfigProblem, LossConfigError, UnusedWeightWarning
from .models import AutoencoderLossConfig, BottleneckType, LossFactoryResult, ValueLossConfig
from .resolve import resolve_bottleneck_type

_LARGEST_FLOAT32 = 3.4028234663852886e38


def _weights_by_section() -> dict[tuple[str, ...], dict[str, Weight]]:
    found: dict[tuple[str, ...], dict[str, Weight]] = {}
    for loss in (loss for losses in LOSSES.values() for loss in losses):
        *section, name = loss.weight.path.split(".")
        found.setdefault(tuple(section), {})[name] = loss.weight
    return found


_WEIGHTS = _weights_by_section()
"""The weights by the path to the object that holds them, and by their names there."""


def plan_losses(
    bottleneck: object,
    loss_config: Mapping[str, object] | AutoencoderLossConfig | None = None,
    *,
    foreign_sections: Iterable[str] = (),
) -> LossFactoryResult:
    """The losses that `bottleneck` is trained with, and their weights.

    Args:
        bottleneck: a BottleneckType, a class name, a config tag, a class or an instance.
        loss_config: the whole `loss_configs` object, or None for the defaults.
        foreign_sections: names of its sections that the trainer reads itself; they are skipped.

    Raises:
        LossConfigError: `loss_config` has mistakes; all of them are listed.
        UnknownBottleneckError: `bottleneck` is no known type, nor a subclass of one.

    Warns:
        UnusedWeightWarning: the config sets a weight that this bottleneck has no use for.
    """
    planned = plan(bottleneck, loss_config, foreign_sections, caller_level=3)
    return LossFactoryResult(
        losses=[
            ValueLossConfig(key=loss.key, name=loss.name, weight=weight)
            for loss, weight in planned.losses
        ],
        bottleneck_type=planned.bottleneck_type,
    )


class Plan(NamedTuple):
    """What a LossFactoryResult says, for those who make modules of it."""

    bottleneck_type: BottleneckType
    losses: list[tuple[Loss, float]]


def plan(
    bottleneck: object,
    loss_config: Mapping[str, object] | AutoencoderLossConfig | None,
    foreign_sections: Iterable[str],
    *,
    caller_level: int,
) -> Plan:
    """Decide as `plan_losses` does; `caller_level` is the `stacklevel` of warnings."""
    bottleneck_type = resolve_bottleneck_type(bottleneck)
    config = as_loss_config(loss_config, foreign_sections)
    losses = LOSSES[bottleneck_type]
    for weight, value in _unused_weights(config, losses):
        warnings.warn(
            _unused(weight, value, bottleneck_type), UnusedWeightWarning, stacklevel=caller_level
        )
    weighted = [(loss, loss.scale * _value(loss.weight, config)) for loss in losses]
    if too_large := [loss for loss, weight in weighted if weight > _LARGEST_FLOAT32]:
        raise LossConfigError(_product_too_large(loss, config) for loss in too_large)
    return Plan(bottleneck_type, weighted)


def _value(weight: Weight, config: AutoencoderLossConfig) -> float:
    value = weight.read(config)
    return weight.default if value is None else value


def _product_too_large(loss: Loss, config: AutoencoderLossConfig) -> ConfigProblem:
    pointer = json_pointer(loss.weight.path.split("."))
    limit = _LARGEST_FLOAT32 / loss.scale
    if loss.scale * limit > _LARGEST_FLOAT32:
        limit = math.nextafter(limit, 0.0)
    value = _value(loss.weight, config)
    message = f"expected at most {limit!r} for {loss.name!r}, not {value!r}"
    return ConfigProblem(ARGUMENT, None, None, pointer, message)


def _unused_weights(
    config: AutoencoderLossConfig, losses: tuple[Loss, ...]
) -> Iterator[tuple[Weight, float]]:
    """Weights that differ from their defaults and multiply none of `losses`."""
    used = {loss.weight.path for loss in losses}
    for path, weights in _WEIGHTS.items():
        # Only what was written: a schema may have far more weights than a config says.
        for name in sorted(weights.keys() & _written(config, path)):
            weight = weights[name]
            value = _value(weight, config)
            if value != weight.default and weight.path not in used:
                yield weight, value


def _written(config: AutoencoderLossConfig, path: tuple[str, ...]) -> set[str]:
    """The properties that `config` sets in the object at `path`."""
    section: BaseModel | None = config
    for name in path:
        section = getattr(section, name, None)
    return set() if section is None else section.model_fields_set


def _unused(weight: Weight, value: float, bottleneck_type: BottleneckType) -> str:
    used = listed(dict.fromkeys(loss.weight.path for loss in LOSSES[bottleneck_type]))
    has = f"it uses {used}" if used else "it has no losses"
    return (
        f"{weight.path} is {value!r}, but {bottleneck_type.value} has no use for this weight; {has}"
    )
