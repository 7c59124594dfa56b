"""What losses, bottlenecks and their mapping contradict."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from ..shared.jsontext import JsonPath
from ..shared.wording import did_you_mean, did_you_mean_name, slip_for
from ..source.problems import Problem
from ..source.syntax import (
    ABSENT,
    CARRIED,
    ENTRIES,
    MAPPING,
    MAX_FLOAT32,
    NUMBERS,
    ROOT,
    SCALE,
    WEIGHT,
    WEIGHTS,
    LossDefinition,
    LossesSchema,
    Plain,
    PropertyReference,
    Term,
)
from .reachability import in_its_place, unheld_objects, way_problems
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
        problem
        for loss in schema.losses.values()
        for problem in (*_number_problems(schema, loss), *_argument_problems(schema, loss))
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
    carried = schema.carried.values()
    keys = [
        ((*each.path, "properties", "key", "const"), each.value)
        for each in carried
        if isinstance(each.value, str)
    ]
    yield from repeated(keys, "loss key")
    names = [(_at_name(each), each.name) for each in carried]
    yield from repeated(names, "loss name")
    yield from alike((_at_name(each), each.name) for each in _by_name(schema.losses.values()))


def _at_name(loss: LossDefinition) -> JsonPath:
    return (*loss.path, "properties", "name", "const")


def _by_name(losses: Iterable[LossDefinition]) -> list[LossDefinition]:
    """The first loss of each name; objectives say which of them exclude each other."""
    first: dict[str, LossDefinition] = {}
    for loss in losses:
        first.setdefault(loss.name, loss)
    return list(first.values())


def _class_names(schema: LossesSchema) -> Iterator[Problem]:
    for entry in schema.bottlenecks:
        if entry.class_name == "Bottleneck":
            message = "its module would be called 'BottleneckLoss', like the base of all of them"
            yield Problem((*entry.path, "const"), message)


def _number_problems(schema: LossesSchema, loss: LossDefinition) -> Iterator[Problem]:
    """What is wrong with the weight of a loss, and with the number that it is decayed by."""
    if isinstance(loss.weight, float):
        path = (*loss.path, "properties", "weight", "const")
        yield from _scale_problems(loss, loss.weight, "the weight", path)
    else:
        held = schema.referable.get(loss.weight.owner)
        if lost := _lost(schema, loss.weight):
            yield lost
        elif held is not None:
            has_to_have_default = loss.definition in schema.carried
            problem = _no_weight(schema, loss.weight, has_to_have_default)
            yield from [problem] if problem else _default_problems(schema, loss, loss.weight)
    if loss.decay is not None:
        if lost := _lost(schema, loss.decay):
            yield lost
        elif schema.objects[loss.decay.owner].properties[loss.decay.key].kind != Plain("number"):
            message = f"{_shown(loss.decay)} can't be a decay: expected a number"
            yield Problem(loss.decay.path, message)


def _argument_problems(schema: LossesSchema, loss: LossDefinition) -> Iterator[Problem]:
    """Arguments of what a loss computes that are no object."""
    name = loss.value.arguments if isinstance(loss.value, Term) else None
    if isinstance(loss.value, Term) and name is not None and not _is_object(name, schema):
        yield _no_object(name, (*loss.value.path, "arguments"), schema)


def _lost(schema: LossesSchema, reference: PropertyReference) -> Problem | None:
    """Why a reference leads to no property."""
    path, owner, key = reference.path, reference.owner, reference.key
    if owner == ROOT and reference.said != f"#/properties/{key}":
        near = f"; write '#/properties/{key}'"
        return Problem(path, f"'$defs/{ROOT}' does not exist", near=near)
    if owner not in schema.referable:
        return _no_object(owner, path, schema)
    held = schema.objects[owner]
    if key not in held.properties:
        near = did_you_mean(key, held.properties)
        about = ((*held.path, "properties", key),)
        return Problem(path, f"{_shown(reference)} does not exist", about=about, near=near)
    return None


def _is_object(name: str, schema: LossesSchema) -> bool:
    return name in schema.referable and name != ROOT


def _no_object(name: str, path: JsonPath, schema: LossesSchema) -> Problem:
    if name in schema.definitions:
        return Problem(path, f"'$defs/{name}' is no object of a config")
    near = did_you_mean_name(name, [each for each in schema.referable if each != ROOT])
    message = f"'$defs/{name}' does not exist"
    near = in_its_place(name, schema) or near
    return Problem(path, message, about=(("$defs", name),), near=near)


def _shown(reference: PropertyReference) -> str:
    return f"'{'#' if reference.owner == ROOT else reference.owner}/properties/{reference.key}'"


def _no_weight(
    schema: LossesSchema, reference: PropertyReference, has_to_have_default: bool
) -> Problem | None:
    """Why the property that is referred to is no weight."""
    held = schema.referable[reference.owner].properties[reference.key]
    least, most = held.limits.get("minimum", -1), held.limits.get("maximum", float("inf"))
    is_weight = held.kind in NUMBERS and least >= 0 and most <= MAX_FLOAT32
    if is_weight and (held.default not in (None, ABSENT) or not has_to_have_default):
        return None
    expected = "a number with 'minimum' 0, 'maximum' 3.4028234663852886e38"
    if WEIGHT in schema.definitions:
        expected = f'"$ref": "#/$defs/{WEIGHT}"'
    if has_to_have_default:
        expected = "a number as its default" if is_weight else f"{expected} and a default"
    message = f"{_shown(reference)} can't be a loss weight: expected {expected}"
    return Problem(reference.path, message, about=(held.path,))


def _default_problems(
    schema: LossesSchema, loss: LossDefinition, reference: PropertyReference
) -> Iterator[Problem]:
    """What is wrong with the default of a weight, once the loss scales it."""
    held = schema.referable[reference.owner].properties[reference.key]
    if isinstance(held.default, int | float):
        path = (*held.path, "default")
        what = f"the default of {held.key!r}"
        yield from _scale_problems(loss, float(held.default), what, path)


def _scale_problems(
    loss: LossDefinition, weight: float, what: str, path: JsonPath
) -> Iterator[Problem]:
    """A weight that is too large or too small once it is scaled; it stands at `path`."""
    scale = (*loss.path, SCALE)
    if weight * loss.scale > MAX_FLOAT32:
        message = f"times {what}, this is more than 3.4028234663852886e38"
        yield Problem(scale, message, about=(path,))
    elif 0 < weight * loss.scale <= _ZERO_IN_FLOAT32:
        message = f"so small that the weight of {loss.name!r} is 0 in float32"
        yield Problem(path, f"{message}; write 0 if that is meant", about=(scale,))


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
            elif (loss := schema.losses.get(each.target)) and isinstance(loss.value, Term):
                message = f"{each.target} is computed; a bottleneck carries what is in 'info'"
                yield Problem(each.path, message, about=(loss.path,))
            elif loss and not isinstance(loss.weight, PropertyReference):
                message = f"the weight of {each.target} stands in no config; a bottleneck carries"
                message += " losses with a weight that does"
                yield Problem(each.path, message, about=(loss.path,))


def _lengths(schema: LossesSchema) -> Iterator[Problem]:
    for carried in schema.mapping.values():
        names = [each.target for each in carried.losses]
        if carried.count != len(names) and len(set(names)) == len(names):
            message = f"expected {len(names)}, the number of 'prefixItems'"
            yield Problem((*carried.path, "minItems"), message)


def _unused_losses(schema: LossesSchema) -> Iterator[Problem]:
    used = {
        each.target
        for trainer in schema.trainers
        if trainer.objective is not None
        for turn in trainer.objective.turns
        for each in turn
    }
    if not used <= {CARRIED, *schema.losses}:
        return  # one that does not exist may have been meant for one that is not used
    for name, loss in schema.losses.items():
        if name not in schema.carried and name not in used:
            message = f"no bottleneck carries {name}"
            advice = "name it in LossMapping, or remove it"
            if used:
                message += ", and no objective has it"
                advice = "name it in LossMapping or in an objective, or remove it"
            yield Problem(loss.path, f"{message}; {advice}", at_key=True)


def _unused_weights(schema: LossesSchema) -> Iterator[Problem]:
    references = [each.weight for each in schema.losses.values()]
    used = {
        each.key
        for each in references
        if isinstance(each, PropertyReference) and each.owner == WEIGHTS
    }
    for name, each in schema.objects[WEIGHTS].properties.items():
        if name not in used:
            message = f"no loss uses the weight {name!r}; let a loss refer to it, or remove it"
            yield Problem(each.path, message, at_key=True)
