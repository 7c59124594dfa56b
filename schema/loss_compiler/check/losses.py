"""What losses, bottlenecks and their mapping contradict."""

from __future__ import annotations

from collections.abc import Iterator

from ..shared.wording import did_you_mean, did_you_mean_name, slip_for
from ..source.problems import Problem
from ..source.syntax import (
    ENTRIES,
    LOSS_WEIGHT,
    MAPPING,
    MAX_FLOAT32,
    ROOT,
    SCALE,
    WEIGHTS,
    LossDefinition,
    LossesSchema,
    Plain,
    Property,
)
from .reachability import unheld_objects, way_problems
from .repetitions import alike, repeated

_ZERO_IN_FLOAT32 = 2.0**-150
"""The largest number that is rounded to 0."""


def loss_problems(schema: LossesSchema) -> Iterator[Problem]:
    """Everything that is wrong with the schema's losses."""
    yield from _repetitions(schema)
    yield from _class_names(schema)
    # What is wrong or missing may have been meant for what is not used: that is not said as well.
    unmapped = list(_totality(schema))
    carried = list(_carried_losses(schema))
    yield from [*unmapped, *carried] or _unused_losses(schema)
    yield from _lengths(schema)
    weights = [
        problem for loss in schema.losses.values() for problem in _weight_problems(schema, loss)
    ]
    weights += way_problems(schema)
    yield from weights or [*_unused_weights(schema), *unheld_objects(schema)]


def _repetitions(schema: LossesSchema) -> Iterator[Problem]:
    entries = schema.bottlenecks
    names = [((*each.path, "const"), each.class_name) for each in entries]
    yield from repeated(names, "class name")
    yield from repeated([((*each.path, "title"), each.member) for each in entries], "enum member")
    tags = [((*each.path, "x-config-type"), each.config_type) for each in entries]
    yield from repeated(tags, "config tag")
    yield from alike(names)
    losses = schema.losses.values()
    keys = [((*each.path, "properties", "key", "const"), each.key) for each in losses]
    yield from repeated(keys, "loss key")
    names = [((*each.path, "properties", "name", "const"), each.name) for each in losses]
    yield from repeated(names, "loss name")
    yield from alike(names)


def _class_names(schema: LossesSchema) -> Iterator[Problem]:
    for entry in schema.bottlenecks:
        if entry.class_name == "Bottleneck":
            message = "its module would be called 'BottleneckLoss', like the base of all of them"
            yield Problem((*entry.path, "const"), message)


def _weight_problems(schema: LossesSchema, loss: LossDefinition) -> Iterator[Problem]:
    path = (*loss.path, *LOSS_WEIGHT)
    owner, name = loss.weight_owner, loss.weight
    if owner == ROOT and loss.weight_reference != f"#/properties/{name}":
        near = f"; write '#/properties/{name}'"
        yield Problem(path, f"'$defs/{ROOT}' does not exist", near=near)
        return
    if owner not in schema.objects:
        if owner in schema.definitions:
            yield Problem(path, f"'$defs/{owner}' is no object of a config")
        else:
            message = f"'$defs/{owner}' does not exist"
            near = did_you_mean_name(owner, schema.objects)
            yield Problem(path, message, about=(("$defs", owner),), near=near)
        return
    properties = schema.objects[owner].properties
    place = (*schema.objects[owner].path, "properties", name)
    shown = f"'{'#' if owner == ROOT else owner}/properties/{name}'"
    if name not in properties:
        near = did_you_mean(name, properties)
        yield Problem(path, f"{shown} does not exist", about=(place,), near=near)
    elif (default := _default_weight(properties[name])) is None:
        message = (
            f"{shown} can't be a loss weight: expected a number with 'minimum' 0, 'maximum' "
            "3.4028234663852886e38 and a default"
        )
        yield Problem(path, message, about=(place,))
    elif default * loss.scale > MAX_FLOAT32:
        message = f"times the default of {name!r}, this is more than 3.4028234663852886e38"
        yield Problem((*loss.path, SCALE), message, about=((*place, "default"),))
    elif 0 < default * loss.scale <= _ZERO_IN_FLOAT32:
        message = f"so small that the weight of {loss.name!r} is 0 in float32"
        about = ((*loss.path, SCALE),)
        yield Problem((*place, "default"), f"{message}; write 0 if that is meant", about=about)


def _default_weight(of: Property) -> float | None:
    """The default of a property that can be a loss weight; None if it can't."""
    least, most = of.limits.get("minimum", -1), of.limits.get("maximum", float("inf"))
    if of.kind != Plain("number") or least < 0 or most > MAX_FLOAT32:
        return None
    return float(of.default) if isinstance(of.default, int | float) else None


def _totality(schema: LossesSchema) -> Iterator[Problem]:
    entries = {each.class_name: each for each in schema.bottlenecks}
    unmapped = {name: each for name, each in entries.items() if name not in schema.mapping}
    for name in schema.mapping:
        if name not in entries:
            meant = slip_for(name, unmapped) or slip_for(name, entries)
            unmapped.pop(meant or "", None)
            near = "" if meant is None else f"; did you mean {meant!r}?"
            message, about = f"{name!r} is no BottleneckType", ((*ENTRIES, name),)
            yield Problem((*MAPPING, name), message, at_key=True, about=about, near=near)
    for name, entry in unmapped.items():
        message = f"LossMapping does not say which losses {name!r} carries"
        yield Problem(entry.path, message, about=((*MAPPING, name),))


def _carried_losses(schema: LossesSchema) -> Iterator[Problem]:
    for carried in schema.mapping.values():
        yield from repeated([(each.path, each.target) for each in carried.losses], "loss")
        for each in carried.losses:
            if each.target not in schema.definitions:
                near = did_you_mean_name(each.target, schema.losses)
                message, about = f"'$defs/{each.target}' does not exist", ("$defs", each.target)
                yield Problem(each.path, message, about=(about,), near=near)


def _lengths(schema: LossesSchema) -> Iterator[Problem]:
    for carried in schema.mapping.values():
        names = [each.target for each in carried.losses]
        if carried.count != len(names) and len(set(names)) == len(names):
            message = f"expected {len(names)}, the number of 'prefixItems'"
            yield Problem((*carried.path, "minItems"), message)


def _unused_losses(schema: LossesSchema) -> Iterator[Problem]:
    carried = {each.target for carried in schema.mapping.values() for each in carried.losses}
    for name, loss in schema.losses.items():
        if name not in carried:
            message = f"no bottleneck carries {name}; name it in LossMapping, or remove it"
            yield Problem(loss.path, message, at_key=True)


def _unused_weights(schema: LossesSchema) -> Iterator[Problem]:
    used = {each.weight for each in schema.losses.values() if each.weight_owner == WEIGHTS}
    for name, each in schema.objects[WEIGHTS].properties.items():
        if name not in used:
            message = f"no loss uses the weight {name!r}; let a loss refer to it, or remove it"
            yield Problem(each.path, message, at_key=True)
