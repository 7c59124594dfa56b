# Generated from templates/runtime/plan/planning.py.
# Do not edit; change it and run: python -m nox -s generate

"""From a bottleneck and a config to the losses of a training, without torch."""

from __future__ import annotations

import math
import warnings
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Generic

from pydantic import BaseModel

from ..config.validation import ARGUMENT, as_loss_config
from ..model.courses import PlannedWeight, largest, rounded
from ..model.errors import ConfigProblem, LossConfigError, UnusedWeightWarning
from ..model.float32 import LARGEST, as_float32
from ..model.records import BottleneckT, ConfigT, Loss, Tables
from ..model.schedules import AnySchedule, Schedule
from ..model.shape import held_under
from ..text.wording import listed, shown_pointer
from .resolve import resolve_bottleneck_type


@dataclass(frozen=True)
class Plan(Generic[ConfigT, BottleneckT]):
    """The losses of a training, each with its weight, in the order in which they are summed."""

    bottleneck_type: BottleneckT
    losses: list[tuple[Loss[ConfigT], PlannedWeight]]

    @property
    def rounded(self) -> list[tuple[Loss[ConfigT], PlannedWeight]]:
        """The losses with their weights as modules hold them."""
        return [(loss, rounded(weight)) for loss, weight in self.losses]


def plan(
    tables: Tables[ConfigT, BottleneckT],
    bottleneck: object,
    loss_config: Mapping[str, object] | ConfigT | None,
    foreign_sections: Iterable[str],
    *,
    caller_level: int,
) -> Plan[ConfigT, BottleneckT]:
    """Decide which losses `bottleneck` is trained with; `plan_losses` of each package says more.

    Args:
        tables: those of the package.
        bottleneck: a bottleneck type, a class name, a config tag, a class or an instance.
        loss_config: the whole `loss_configs` object, or None for the defaults.
        foreign_sections: names of its sections that the trainer reads itself.
        caller_level: the `stacklevel` of warnings.
    """
    bottleneck_type = resolve_bottleneck_type(tables, bottleneck)
    config = as_loss_config(tables, loss_config, foreign_sections)
    return plan_of_type(tables, bottleneck_type, config, caller_level=caller_level + 1)


def plan_of_type(
    tables: Tables[ConfigT, BottleneckT],
    bottleneck_type: BottleneckT,
    config: ConfigT,
    *,
    caller_level: int,
) -> Plan[ConfigT, BottleneckT]:
    """The same for a known type and a valid config."""
    losses = tables.losses[bottleneck_type]
    useless = useless_weights(tables, changed_weights(tables, config), bottleneck_type)
    for _, message in (*useless, *vanishing_weights(losses, config)):
        warnings.warn(message, UnusedWeightWarning, stacklevel=caller_level)
    if too_large := list(too_large_weights(losses, config)):
        raise LossConfigError(
            ConfigProblem(ARGUMENT, None, None, shown_pointer(path.split(".")), message)
            for path, message in too_large
        )
    return Plan(bottleneck_type, [(loss, loss.weight_in(config)) for loss in losses])


def too_large_weights(
    losses: Iterable[Loss[ConfigT]], config: ConfigT
) -> Iterator[tuple[str, str]]:
    """Weights that no float32 can hold once they are scaled: each one's path, and a message."""
    for loss in losses:
        if largest(loss.weight_in(config)) > LARGEST:
            limit = LARGEST / loss.scale
            if loss.scale * limit > LARGEST:
                limit = math.nextafter(limit, 0.0)
            value = largest(loss.weight_in(config)) / loss.scale
            message = f"expected at most {limit!r} for {loss.name!r}, not {value!r}"
            yield loss.weight.path, message


def vanishing_weights(
    losses: Iterable[Loss[ConfigT]], config: ConfigT
) -> Iterator[tuple[str, str]]:
    """Weights above 0 that are 0 in float32, also once scaled: each one's path, and a message."""
    for loss in losses:
        value, most = loss.weight.value(config), largest(loss.weight_in(config))
        if most > LARGEST or as_float32(most) != 0:
            continue
        is_meant = value.largest == 0 if isinstance(value, Schedule) else value == 0
        if not is_meant:
            path = loss.weight.path
            what = f"{path} is {in_short(value)}, but the weight of {loss.name!r}"
            yield path, f"{what} is 0 in float32"


def useless_weights(
    tables: Tables[ConfigT, BottleneckT],
    written: Mapping[str, float | AnySchedule],
    bottleneck_type: BottleneckT,
) -> Iterator[tuple[str, str]]:
    """Weights that were written and multiply no loss.

    Args:
        tables: those of the package.
        written: the values by their config paths.
        bottleneck_type: the bottleneck that is trained.

    Yields:
        Each one's path, and a message.
    """
    used = dict.fromkeys(loss.weight.path for loss in tables.losses[bottleneck_type])
    for path, value in written.items():
        if path not in used:
            has = f"it uses {listed(used)}" if used else "it has no losses"
            no_use = f"{bottleneck_type.value} has no use for this weight"
            yield path, f"{path} is {in_short(value)}, but {no_use}; {has}"


def in_short(weight: float | AnySchedule) -> str:
    """A weight of a config, in messages."""
    return "a schedule" if isinstance(weight, Schedule) else repr(weight)


def written_weights(
    tables: Tables[ConfigT, BottleneckT], config: ConfigT
) -> dict[str, float | AnySchedule]:
    """The weights that `config` sets, by their paths."""
    # Only what was written: a schema may have far more weights than a config says.
    return {
        weights[name].path: weights[name].value(config)
        for path, weights in tables.weights_by_object.items()
        for name in sorted(weights.keys() & _written(config, path))
    }


def changed_weights(
    tables: Tables[ConfigT, BottleneckT], config: ConfigT
) -> dict[str, float | AnySchedule]:
    """Those of them that differ from their defaults: dumps of a config write all of them."""
    written = written_weights(tables, config)
    return {path: each for path, each in written.items() if each != tables.weights[path].default}


def _written(config: BaseModel, path: tuple[str, ...]) -> set[str]:
    """The properties that `config` sets in the object at `path`."""
    section: object = config
    for key in path:
        section = held_under(key, section)
    if not isinstance(section, BaseModel):
        return set()
    fields = type(section).model_fields
    return {fields[name].alias or name for name in section.model_fields_set if name in fields}
