"""What changes for users in the classes of a config: keys, types, ranges, defaults."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping

from ..meaning.ir import Field, Model, Schema
from ..meaning.words import as_json, kind_in_words, own_range_in_words, range_in_words
from ..shared.jsontext import JsonPath
from ..source.paths import joined
from ..source.syntax import (
    NEEDS,
    NUMBERS,
    ROOT,
    WEIGHT_KIND,
    Array,
    Kind,
    Map,
    Objects,
    OneOrList,
    Plain,
    Values,
)
from .change import Change, Effect, listed, wording


def class_changes(old: Schema, new: Schema) -> Iterator[Change]:
    """What is different in classes and in what their properties take."""
    before, after = _models(old), _models(new)
    for name, model in before.items():
        if name in after:
            yield from wording(name, model.description, after[name].description)
            yield from _needs(model, after[name])
            yield from _fields(model, after[name], before, after)
        else:
            yield Change(Effect.BREAKING, name, "class removed", "", "", model.path)


def _models(schema: Schema) -> Mapping[str, Model]:
    return {model.name: model for model in (*schema.models, *schema.results)}


def _fields(
    old: Model, new: Model, before: Mapping[str, Model], after: Mapping[str, Model]
) -> Iterator[Change]:
    there = {field.key: field for field in new.fields}
    path = (*new.path, "properties")
    for field in old.fields:
        where = joined(old.place, field.key)
        if field.key in there:
            at = (*path, field.key)
            yield from _objects(field.kind, there[field.key].kind, where, at, before, after)
            yield from _field(field, there[field.key], where, at)
        else:
            what, was = f"{_noun(old, field)} removed", kind_in_words(field.kind)
            yield Change(Effect.BREAKING, where, what, was, "", path)
    known = {field.key for field in old.fields}
    for field in new.fields:
        if field.key not in known:
            where = joined(new.place, field.key)
            noun, now = _noun(new, field), kind_in_words(field.kind)
            effect, what = Effect.COMPATIBLE, f"new {noun}"
            if field.required:
                effect, what = Effect.BREAKING, f"new required {noun}"
            yield Change(effect, where, what, "", now, (*path, field.key), at_key=True)


def _needs(old: Model, new: Model) -> Iterator[Change]:
    """Which keys need which others beside them."""
    for key, others in new.needs.items():
        had = old.needs.get(key, ())
        is_known = key in (field.key for field in old.fields)
        for other in (each for each in others if each not in had):
            effect = Effect.BREAKING if is_known else Effect.COMPATIBLE
            path = (*new.path, NEEDS, key)
            yield Change(effect, joined(new.place, key), "now needs", "", other, path, at_key=True)
    for key, others in old.needs.items():
        for other in (each for each in others if each not in new.needs.get(key, ())):
            if key in (field.key for field in new.fields):
                where = joined(new.place, key)
                yield Change(Effect.COMPATIBLE, where, "no longer needs", other, "")


def _noun(owner: Model, field: Field) -> str:
    """What a property is to those who write configs."""
    return "section" if owner.name == ROOT and isinstance(field.kind, Objects) else "key"


def _field(old: Field, new: Field, where: str, path: JsonPath) -> Iterator[Change]:
    """What is different in a property, but for the objects that it holds."""
    yield from wording(where, old.description, new.description)
    before, after = _form(old, new), _form(new, old)
    if _is_same_type(before.kind, after.kind):
        yield from _forms(old, new, where, path)
        yield from _values(before, after, where, path)
        yield from _default(old, new, where, path)
        yield from _schedules(old, new, where, path)
    else:
        was, now = kind_in_words(old.kind), kind_in_words(new.kind)
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
    if old.name != new.name:
        what = "name in Python changed"
        yield Change(Effect.BREAKING, where, what, old.name, new.name, path, at_key=True)
    if old.deprecated != new.deprecated:
        what = "now deprecated" if new.deprecated else "no longer deprecated"
        yield Change(Effect.COMPATIBLE, where, what, "", "")
    if old.unit != new.unit:
        was, now = old.unit or "", new.unit or ""
        yield Change(Effect.COMPATIBLE, where, "unit changed", was, now)


def _form(values: Values, others: Values) -> Values:
    """`values`, or of a number or a list the form that the others have."""
    if isinstance(values.kind, OneOrList) and not isinstance(others.kind, OneOrList):
        return values.kind.many if isinstance(others.kind, Array) else values.kind.one
    return values


def _forms(old: Values, new: Values, where: str, path: JsonPath) -> Iterator[Change]:
    """Whether there is another form: a list in place of a number, or the other way round."""
    was, now = kind_in_words(old.kind), kind_in_words(new.kind)
    if _form(old, new) is not old:
        yield Change(Effect.BREAKING, where, "type narrowed", was, now, path, at_key=True)
    elif _form(new, old) is not new:
        yield Change(Effect.COMPATIBLE, where, "type widened", was, now)


def _values(old: Values, new: Values, where: str, path: JsonPath) -> Iterator[Change]:
    """What is different in what a property, or the items of an array, may be."""
    yield from _choices(old, new, where, path)
    yield from _range(old, new, where, path)
    match old.kind, new.kind:
        case Array(), Array():
            yield from _repetitions(old.kind, new.kind, where, path)
            yield from _values(old.kind.items, new.kind.items, f"{where}[]", (*path, "items"))
        case Map(), Map():
            inside = (*path, "additionalProperties")
            yield from _values(old.kind.items, new.kind.items, f"{where}[…]", inside)
        case OneOrList(), OneOrList():
            yield from _values(old.kind.one, new.kind.one, where, path)
            yield from _values(old.kind.many, new.kind.many, where, path)
        case _:
            pass


def _repetitions(old: Array, new: Array, where: str, path: JsonPath) -> Iterator[Change]:
    if new.unique and not old.unique:
        at = (*path, "uniqueItems")
        yield Change(Effect.BREAKING, where, "items may no longer be the same", "", "", at)
    elif old.unique and not new.unique:
        yield Change(Effect.COMPATIBLE, where, "items may be the same", "", "")


def _is_same_type(old: Kind, new: Kind) -> bool:
    if isinstance(old, Array) and isinstance(new, Array):
        return _is_same_type(old.items.kind, new.items.kind)
    if isinstance(old, Map) and isinstance(new, Map):
        return old.items.kind == new.items.kind
    if isinstance(old, OneOrList) and isinstance(new, OneOrList):
        return old.one.kind == new.one.kind
    if old in NUMBERS and new in NUMBERS:
        return True
    return old == new or (isinstance(old, Objects) and isinstance(new, Objects))


def _objects(
    old: Kind,
    new: Kind,
    where: str,
    path: JsonPath,
    before: Mapping[str, Model],
    after: Mapping[str, Model],
) -> Iterator[Change]:
    """Which objects are gone from the choice of a property, or new in it."""
    if isinstance(old, Array) and isinstance(new, Array):
        yield from _objects(old.items.kind, new.items.kind, where, path, before, after)
    elif isinstance(old, Objects) and isinstance(new, Objects):
        had = {name: _variant(name, old.tag, before) for name in old.classes}
        has = {name: _variant(name, new.tag, after) for name in new.classes}
        for name, was in had.items():
            if name not in has:
                said, what = name if was in has.values() else was, "choice removed"
                yield Change(Effect.BREAKING, where, what, said, "", path, at_key=True)
        for name, now in has.items():
            if name not in had:
                said = name if now in had.values() else now
                yield Change(Effect.COMPATIBLE, where, "new choice", "", said)


def _variant(name: str, tag: str | None, models: Mapping[str, Model]) -> str:
    """One of several objects, as a config says which; elsewhere, its class."""
    return name if tag is None else as_json(models[name].tag(tag))


def _choices(old: Values, new: Values, where: str, path: JsonPath) -> Iterator[Change]:
    at = (*path, "enum")
    if old.choices and not new.choices:
        was, now = listed(old.choices), range_in_words(new) or f"any {kind_in_words(new.kind)}"
        effect, what = Effect.COMPATIBLE, "choices widened"
        if not all(_fits(choice, new) for choice in old.choices):
            effect, what = Effect.BREAKING, "choices changed"
        yield Change(effect, where, what, was, now, path, at_key=True)
    elif new.choices and not old.choices:
        was, now = range_in_words(old) or f"any {kind_in_words(old.kind)}", listed(new.choices)
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


def _fits(choice: str | int, values: Values) -> bool:
    """Whether a string or an integer is among values without choices."""
    if isinstance(choice, int):
        low, high = _ends(values)
        return low <= (choice, False) and high <= (-choice, False) and choice % _step(values) == 0
    least, most = values.limits.get("minLength", 0), values.limits.get("maxLength", math.inf)
    return least <= len(choice) <= most


def _step(values: Values) -> int:
    """What each value is a multiple of; 1 where integers are any."""
    return int(values.limits.get("multipleOf", 1))


def _range(old: Values, new: Values, where: str, path: JsonPath) -> Iterator[Change]:
    if old.choices or new.choices:
        return
    ends, others = _ends(old), _ends(new)
    was, now = (own_range_in_words(each) or "any" for each in (old, new))
    narrower = any(other > end for end, other in zip(ends, others, strict=True))
    if narrower or _step(old) % _step(new) != 0:
        yield Change(Effect.BREAKING, where, "range narrowed", was, now, path, at_key=True)
    elif others != ends or _step(old) != _step(new):
        yield Change(Effect.COMPATIBLE, where, "range widened", was, now)


def _default(old: Field, new: Field, where: str, path: JsonPath) -> Iterator[Change]:
    if not old.required and not new.required and old.default != new.default:
        was, now = as_json(old.default), as_json(new.default)
        at = (*path, "default")
        yield Change(Effect.BREAKING, where, "default changed", was, now, at)


def _schedules(old: Field, new: Field, where: str, path: JsonPath) -> Iterator[Change]:
    """Whether a weight may change with the step."""
    if new.kind == WEIGHT_KIND != old.kind:
        yield Change(Effect.COMPATIBLE, where, "schedules allowed", "", "")
    elif old.kind == WEIGHT_KIND != new.kind:
        what = "schedules no longer allowed"
        yield Change(Effect.BREAKING, where, what, "", "", path, at_key=True)


def _ends(values: Values) -> tuple[tuple[float, bool], tuple[float, bool]]:
    """Both ends of a range, and whether each is out of it; what is greater, allows less.

    An integer above 0 is 1 or more; of multiples, the ends are such.
    """
    step = 1 if values.kind == Plain("integer") else 0
    has_length = values.kind == Plain("string") or isinstance(values.kind, Array)
    least = 0 if has_length else -math.inf
    limits = values.limits
    low, high = [(least, False)], [(-math.inf, False)]
    for rule, limit in limits.items():
        if rule == "multipleOf":
            pass
        elif rule in ("minimum", "minLength", "minItems"):
            low.append((limit, False))
        elif rule == "exclusiveMinimum":
            low.append((limit + step, not step))
        elif rule in ("maximum", "maxLength", "maxItems"):
            high.append((-limit, False))
        else:
            high.append((step - limit, not step))
    return _as_multiple(max(low), values), _as_multiple(max(high), values)


def _as_multiple(end: tuple[float, bool], values: Values) -> tuple[float, bool]:
    """An end as the next multiple inside of the range."""
    limit, is_out = end
    if "multipleOf" not in values.limits or math.isinf(limit):
        return end
    return limit + -limit % _step(values), is_out
