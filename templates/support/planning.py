"""From a bottleneck and a config to the losses of a training, without torch."""

from __future__ import annotations

import math
import warnings
from collections.abc import Iterable, Iterator, Mapping
from types import MappingProxyType
from typing import Final, NamedTuple

from pydantic import BaseModel

from ._records import Loss, Weight
from ._wording import json_pointer, listed
from .config import ARGUMENT, as_loss_config
from .dispatch import LOSSES
from .errors import ConfigProblem, LossConfigError, UnusedWeightWarning
from .models import AutoencoderLossConfig, BottleneckType, LossFactoryResult, ValueLossConfig
from .resolve import resolve_bottleneck_type

_LARGEST_FLOAT32 = 3.4028234663852886e38


WEIGHTS: Final[Mapping[str, Weight]] = MappingProxyType(
    {loss.weight.path: loss.weight for losses in LOSSES.values() for loss in losses}
)
"""The weights by their config paths."""


def _weights_by_section() -> dict[tuple[str, ...], dict[str, Weight]]:
    found: dict[tuple[str, ...], dict[str, Weight]] = {}
    for path, weight in WEIGHTS.items():
        *section, name = path.split(".")
        found.setdefault(tuple(section), {})[name] = weight
    return found


_WEIGHTS_BY_SECTION = _weights_by_section()
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
    for _, message in useless_weights(_written_weights(config), bottleneck_type):
        warnings.warn(message, UnusedWeightWarning, stacklevel=caller_level)
    if too_large := list(too_large_weights(config, bottleneck_type)):
        raise LossConfigError(
            ConfigProblem(ARGUMENT, None, None, json_pointer(path.split(".")), message)
            for path, message in too_large
        )
    return Plan(
        bottleneck_type, [(loss, weight_of(loss, config)) for loss in LOSSES[bottleneck_type]]
    )


def weight_of(loss: Loss, config: AutoencoderLossConfig) -> float:
    """What `config` says that the value of `loss` is multiplied by."""
    return loss.scale * _value(loss.weight, config)


def too_large_weights(
    config: AutoencoderLossConfig, bottleneck_type: BottleneckType
) -> Iterator[tuple[str, str]]:
    """Weights that no float32 can hold once they are scaled: each one's path, and a message."""
    for loss in LOSSES[bottleneck_type]:
        if weight_of(loss, config) > _LARGEST_FLOAT32:
            limit = _LARGEST_FLOAT32 / loss.scale
            if loss.scale * limit > _LARGEST_FLOAT32:
                limit = math.nextafter(limit, 0.0)
            value = _value(loss.weight, config)
            message = f"expected at most {limit!r} for {loss.name!r}, not {value!r}"
            yield loss.weight.path, message


def useless_weights(
    written: Mapping[str, float], bottleneck_type: BottleneckType
) -> Iterator[tuple[str, str]]:
    """Weights that were written, differ from their defaults and multiply no loss.

    Args:
        written: the values by their config paths.
        bottleneck_type: the bottleneck that is trained.

    Yields:
        Each one's path, and a message.
    """
    used = dict.fromkeys(loss.weight.path for loss in LOSSES[bottleneck_type])
    for path, value in written.items():
        if path not in used and value != WEIGHTS[path].default:
            has = f"it uses {listed(used)}" if used else "it has no losses"
            no_use = f"{bottleneck_type.value} has no use for this weight"
            yield path, f"{path} is {value!r}, but {no_use}; {has}"


def _value(weight: Weight, config: AutoencoderLossConfig) -> float:
    value = weight.read(config)
    return weight.default if value is None else value


def _written_weights(config: AutoencoderLossConfig) -> dict[str, float]:
    """The weights that `config` sets, by their paths."""
    # Only what was written: a schema may have far more weights than a config says.
    return {
        weights[name].path: _value(weights[name], config)
        for path, weights in _WEIGHTS_BY_SECTION.items()
        for name in sorted(weights.keys() & _written(config, path))
    }


def _written(config: AutoencoderLossConfig, path: tuple[str, ...]) -> set[str]:
    """The properties that `config` sets in the object at `path`."""
    section: BaseModel | None = config
    for name in path:
        section = getattr(section, name, None)
    return set() if section is None else section.model_fields_set
