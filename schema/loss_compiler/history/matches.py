"""What of one schema is what of another, also if it has another name there."""

from __future__ import annotations

from collections.abc import Collection, Hashable, Iterable, Mapping
from dataclasses import dataclass
from typing import NamedTuple

from ..meaning.ir import Array, Bottleneck, Field, Kind, Loss, Model, Objects, Plain, Schema, Step
from ..shared.wording import nearest
from ..source.document import losses


class Alike(NamedTuple):
    """What two things have in common if one is the other, renamed.

    `own` tells one thing apart from all others, or is None; `exact` is its whole shape; `rough` is
    enough of it if the names are near.
    """

    own: Hashable
    exact: Hashable
    rough: Hashable


@dataclass(frozen=True)
class Matches:
    """For names in the old schema, those in the new one; what is gone is in none of them.

    `classes` are those of objects; `keys` are looked up by class and key; `losses` are entries of
    $defs; `bottlenecks` are classes.
    """

    classes: Mapping[str, str]
    keys: Mapping[tuple[str, str], str]
    losses: Mapping[str, str]
    bottlenecks: Mapping[str, str]

    def place(self, place: str) -> str:
        """`TimeLossConfig.weights` or `TimeLossConfig`, as the new schema says it."""
        name, dot, key = place.partition(".")
        return f"{self.classes.get(name, name)}{dot}{self.keys.get((name, key), key)}"


def match_up(old: Schema, new: Schema) -> Matches:
    """What of `old` is what of `new`."""
    new_models = {model.name: model for model in new.models}
    classes = matched(_models_alike(old.models), _models_alike(new.models))
    keys: dict[tuple[str, str], str] = {}
    for model in old.models:
        if model.name in classes:
            there = new_models[classes[model.name]]
            found = matched(_fields_alike(model.fields), _fields_alike(there.fields))
            keys |= {(model.name, key): other for key, other in found.items()}
    return Matches(
        classes,
        keys,
        matched(_losses_alike(old), _losses_alike(new)),
        _bottlenecks(old.bottlenecks, new.bottlenecks),
    )


def matched(old: Mapping[str, Alike], new: Mapping[str, Alike]) -> dict[str, str]:
    """For each name in `old` that is in `new`, or was renamed, its name there.

    A name that is gone was renamed if just one that came is the same in what is its own, or of its
    shape; of several, the one that is spelled most like it; or else one that is spelled like it and
    roughly of its shape.
    """
    found = {name: name for name in old if name in new}
    for shape in ("own", "exact", "rough"):
        gone = _by_shape(old, shape, found.keys())
        came = _by_shape(new, shape, set(found.values()))
        for alike, names in gone.items():
            others = came.get(alike, [])
            if shape != "rough" and len(names) == len(others) == 1:
                found[names[0]] = others[0]
                continue
            for name in names:
                if other := nearest(name, others):
                    found[name] = other
                    others.remove(other)
    return found


def _by_shape(
    things: Mapping[str, Alike], shape: str, known: Collection[str]
) -> dict[Hashable, list[str]]:
    """The names of `things` that are not `known`, by one part of what they have in common."""
    names: dict[Hashable, list[str]] = {}
    for name, alike in things.items():
        value: Hashable = getattr(alike, shape)
        if name not in known and value is not None:
            names.setdefault(value, []).append(name)
    return names


def definitions(schema: Schema) -> dict[str, Loss]:
    """The losses by their entries in $defs."""
    return dict(zip(losses(schema.document), schema.losses, strict=True))


def weight_path(steps: Iterable[Step], schema: Schema, matches: Matches) -> str:
    """The path to a weight of the old `schema`, as the new one says it."""
    models = {model.name: model for model in schema.models}
    model, *_ = schema.models
    path: list[str] = []
    for step in steps:
        path.append(matches.keys.get((model.name, step.name), step.name))
        field = next(each for each in model.fields if each.name == step.name)
        match field.kind:
            case Objects((name,)):
                model = models[name]
    return ".".join(path)


def _models_alike(models: Iterable[Model]) -> dict[str, Alike]:
    return {
        model.name: Alike(
            _tag(model),
            frozenset((field.key, _exact(field)) for field in model.fields),
            frozenset(field.key for field in model.fields),
        )
        for model in models
    }


def _tag(model: Model) -> Hashable:
    """The keys that have one value only, which tells an object apart from others."""
    tags = [(each.key, each.choices) for each in model.fields if len(each.choices) == 1]
    return tuple(tags) or None


def _fields_alike(fields: Iterable[Field]) -> dict[str, Alike]:
    return {field.key: Alike(None, _exact(field), _kind(field.kind)) for field in fields}


def _exact(field: Field) -> Hashable:
    return (
        _kind(field.kind),
        field.required,
        field.nullable,
        repr(field.default),
        field.choices,
        frozenset(field.limits.items()),
    )


def _kind(kind: Kind) -> str:
    """What kind of values it is, whatever classes are called."""
    match kind:
        case Plain(name):
            return name
        case Array(items):
            return f"array of {_kind(items)}"
        case Objects():
            return "closed object"


def _losses_alike(schema: Schema) -> dict[str, Alike]:
    return {name: Alike(loss.key, None, None) for name, loss in definitions(schema).items()}


def _bottlenecks(old: Iterable[Bottleneck], new: Iterable[Bottleneck]) -> dict[str, str]:
    """By class, or else by config tag or enum member."""
    names = {each.class_name for each in new}
    found = {each.class_name: each.class_name for each in old if each.class_name in names}
    came = [each for each in new if each.class_name not in found]
    for gone in (each for each in old if each.class_name not in names):
        for other in came:
            if gone.config_type == other.config_type or gone.member == other.member:
                found[gone.class_name] = other.class_name
                came.remove(other)
                break
    return found
