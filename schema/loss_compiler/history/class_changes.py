"""What changes for users in the classes of a config: keys, types, ranges, defaults."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from ..emit.reference import range_in_words
from ..meaning.ir import Array, Field, Kind, Model, Objects, Plain, Schema
from ..meaning.places import joined, places, tag_value
from ..shared.jsontext import JsonPath
from ..source.document import ROOT
from .change import Change, Effect, as_json, listed, wording
from .matches import Matches


@dataclass(frozen=True)
class _Side:
    """A schema's classes, and where their objects stand in a config."""

    models: Mapping[str, Model]
    places: Mapping[str, str]

    @staticmethod
    def of(schema: Schema) -> _Side:
        return _Side({model.name: model for model in schema.models}, places(schema.models))


@dataclass(frozen=True)
class _Sides:
    """Both schemas, and what of the old one is what of the new one."""

    old: _Side
    new: _Side
    matches: Matches

    def now(self, kind: Objects) -> tuple[str, ...]:
        """What the classes of an old type are called in the new schema."""
        return tuple(self.matches.classes.get(name, name) for name in kind.classes)


def class_changes(old: Schema, new: Schema, matches: Matches) -> Iterator[Change]:
    """What is different in classes and in what their properties take."""
    sides = _Sides(_Side.of(old), _Side.of(new), matches)
    for model in old.models:
        name = model.name
        if name not in matches.classes:
            yield Change(Effect.BREAKING, name, "class removed", "", "", ("$defs", name))
            continue
        other = sides.new.models[matches.classes[name]]
        path = _class_path(other.name)
        if other.name != name:
            what = "class renamed"
            yield Change(Effect.BREAKING, name, what, name, other.name, path, at_key=True)
        yield from wording(name, model.description, other.description)
        yield from _fields(model, other, sides)


def _class_path(name: str) -> JsonPath:
    return () if name == ROOT else ("$defs", name)


def _fields(old: Model, new: Model, sides: _Sides) -> Iterator[Change]:
    known = {field.key: sides.matches.keys.get((old.name, field.key)) for field in old.fields}
    there = {field.key: field for field in new.fields}
    path = (*_class_path(new.name), "properties")
    for field in old.fields:
        where, noun = joined(sides.old.places[old.name], field.key), _noun(old, field)
        key = known[field.key]
        if key is None:
            yield Change(Effect.BREAKING, where, f"{noun} removed", _type(field.kind), "", path)
            continue
        other, at = there[key], (*path, key)
        if key != field.key:
            what = f"{noun} renamed"
            yield Change(Effect.BREAKING, where, what, field.key, key, at, at_key=True)
        yield from _field(field, other, where, at, sides)
    for field in new.fields:
        if field.key not in known.values():
            where = joined(sides.new.places[new.name], field.key)
            noun, now = _noun(new, field), _type(field.kind)
            effect, what = Effect.COMPATIBLE, f"new {noun}"
            if field.required:
                effect, what = Effect.BREAKING, f"new required {noun}"
            yield Change(effect, where, what, "", now, (*path, field.key), at_key=True)


def _noun(owner: Model, field: Field) -> str:
    """What a property is to those who write configs."""
    match field.kind:
        case Objects() if owner.name == ROOT:
            return "section"
        case _:
            return "key"


def _field(old: Field, new: Field, where: str, path: JsonPath, sides: _Sides) -> Iterator[Change]:
    """What is different in a property, but for its key."""
    yield from wording(where, old.description, new.description)
    if _is_same_type(old.kind, new.kind, sides):
        yield from _objects(old.kind, new.kind, where, path, sides)
        yield from _choices(old, new, where, path)
        yield from _range(old, new, where, path)
        yield from _default(old, new, where, path)
    else:
        was, now = _type(old.kind), _type(new.kind)
        yield Change(Effect.BREAKING, where, "type changed", was, now, path, at_key=True)
    if new.required and not old.required:
        was, now = f"default {as_json(old.default)}", "required"
        yield Change(Effect.BREAKING, where, "now required", was, now, path, at_key=True)
    elif old.required and not new.required:
        was, now = "required", f"default {as_json(new.default)}"
        yield Change(Effect.COMPATIBLE, where, "no longer required", was, now)
    if old.nullable and not new.nullable:
        what = "null no longer allowed"
        yield Change(Effect.BREAKING, where, what, "null", "", path, at_key=True)
    elif new.nullable and not old.nullable:
        yield Change(Effect.COMPATIBLE, where, "null allowed", "", "null")
    if old.unit != new.unit:
        was, now = old.unit or "", new.unit or ""
        yield Change(Effect.COMPATIBLE, where, "unit changed", was, now)


def _is_same_type(old: Kind, new: Kind, sides: _Sides) -> bool:
    match old, new:
        case Plain(), Plain():
            return old == new
        case Array(items), Array(others):
            return _is_same_type(items, others, sides)
        case Objects(), Objects():
            return not set(sides.now(old)).isdisjoint(new.classes)
        case _:
            return False


def _objects(old: Kind, new: Kind, where: str, path: JsonPath, sides: _Sides) -> Iterator[Change]:
    """Which objects are gone from the choice of a property, or new in it."""
    match old, new:
        case Objects(), Objects():
            now = sides.now(old)
            for name, other in zip(old.classes, now, strict=True):
                if other not in new.classes:
                    was = _variant(name, old.tag, sides.old)
                    yield Change(
                        Effect.BREAKING, where, "choice removed", was, "", path, at_key=True
                    )
            for name in new.classes:
                if name not in now:
                    added = _variant(name, new.tag, sides.new)
                    what = "new choice"
                    yield Change(Effect.COMPATIBLE, where, what, "", added)


def _variant(name: str, tag: str | None, side: _Side) -> str:
    """One of several objects, as a config says which."""
    return name if tag is None else as_json(tag_value(side.models[name], tag))


def _choices(old: Field, new: Field, where: str, path: JsonPath) -> Iterator[Change]:
    at = (*path, "enum")
    if old.choices and not new.choices:
        was, now = listed(old.choices), range_in_words(new) or "any string"
        effect, what = Effect.COMPATIBLE, "choices widened"
        if not all(_fits(choice, new) for choice in old.choices):
            effect, what = Effect.BREAKING, "choices changed"
        yield Change(effect, where, what, was, now, path, at_key=True)
    elif new.choices and not old.choices:
        was, now = range_in_words(old) or "any string", listed(new.choices)
        yield Change(Effect.BREAKING, where, "choices narrowed", was, now, at)
    else:
        for choice in old.choices:
            if choice not in new.choices:
                was = as_json(choice)
                yield Change(Effect.BREAKING, where, "choice removed", was, "", at)
        for choice in new.choices:
            if choice not in old.choices:
                now = as_json(choice)
                yield Change(Effect.COMPATIBLE, where, "new choice", "", now)


def _fits(choice: str, field: Field) -> bool:
    """Whether a string is in the range of a field without choices."""
    least, most = field.limits.get("min_length", 0), field.limits.get("max_length", math.inf)
    return least <= len(choice) <= most


def _range(old: Field, new: Field, where: str, path: JsonPath) -> Iterator[Change]:
    if old.choices or new.choices:
        return
    ends, others = _ends(old), _ends(new)
    was, now = (range_in_words(each) or "any" for each in (old, new))
    if any(other > end for end, other in zip(ends, others, strict=True)):
        yield Change(Effect.BREAKING, where, "range narrowed", was, now, path, at_key=True)
    elif others != ends:
        yield Change(Effect.COMPATIBLE, where, "range widened", was, now)


def _default(old: Field, new: Field, where: str, path: JsonPath) -> Iterator[Change]:
    if not old.required and not new.required and old.default != new.default:
        was, now = as_json(old.default), as_json(new.default)
        at = (*path, "default")
        yield Change(Effect.BREAKING, where, "default changed", was, now, at)


def _ends(field: Field) -> tuple[tuple[float, bool], tuple[float, bool]]:
    """Both ends of a range, and whether each is out of it; what is greater, allows less.

    An integer above 0 is 1 or more.
    """
    step = 1 if field.kind == Plain("integer") else 0
    least = 0 if field.kind == Plain("string") else -math.inf
    limits = field.limits
    low, high = [(least, False)], [(-math.inf, False)]
    for rule, limit in limits.items():
        match rule:
            case "ge" | "min_length":
                low.append((limit, False))
            case "gt":
                low.append((limit + step, not step))
            case "le" | "max_length":
                high.append((-limit, False))
            case "lt":
                high.append((step - limit, not step))
    return max(low), max(high)


def _type(kind: Kind) -> str:
    match kind:
        case Plain("object"):
            return "keyword arguments"
        case Plain(name):
            return name
        case Array(items):
            return f"array of {_type(items)}"
        case Objects(names):
            return " or ".join(names)
