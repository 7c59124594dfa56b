"""The reference of the config: a row for each key, by section, as plain data for the template."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from ..meaning.ir import Field, Model, Schema
from ..meaning.words import as_json, kind_in_words, range_in_words
from ..source.syntax import Array, Kind, Objects


@dataclass(frozen=True)
class Row:
    """A key of the config: its dotted path, and what may stand there.

    `choices` and `default` are JSON; a required key has no default. `range` is in words, and empty
    where anything of the type will do, or where there are choices.
    """

    key: str
    type: str
    choices: tuple[str, ...]
    range: str
    default: str | None
    unit: str | None
    meaning: str


@dataclass(frozen=True)
class Condition:
    """A key, and the value that it has to have, in JSON."""

    key: str
    value: str


@dataclass(frozen=True)
class Variant:
    """One of several objects that a key may hold, and its rows but for those that all have."""

    conditions: tuple[Condition, ...]
    description: str
    rows: tuple[Row, ...]


@dataclass(frozen=True)
class Section:
    """A key of the root that holds objects, and everything below it."""

    key: str
    description: str
    rows: tuple[Row, ...]
    variants: tuple[Variant, ...]


@dataclass(frozen=True)
class Reference:
    """The whole config; `rows` are the keys of the root that are no sections."""

    description: str
    rows: tuple[Row, ...]
    sections: tuple[Section, ...]


def refer(schema: Schema) -> Reference:
    """The reference of the config that `schema` describes."""
    models = {model.name: model for model in schema.models}
    root, *_ = schema.models
    return Reference(
        description=root.description,
        rows=tuple(
            _row(each.key, each, each.description)
            for each in root.fields
            if _objects(each.kind) is None
        ),
        sections=tuple(
            _section(each, objects, models)
            for each in root.fields
            if (objects := _objects(each.kind)) is not None
        ),
    )


def _section(field: Field, objects: Objects, models: Mapping[str, Model]) -> Section:
    below = _below(field.key, field.kind, (), models)
    own = _row(field.key, field, _about(objects, models))
    return Section(field.key, field.description, (own, *below.rows), below.variants)


@dataclass(frozen=True)
class _Part:
    rows: tuple[Row, ...] = ()
    variants: tuple[Variant, ...] = ()


def _joined(parts: Iterable[_Part]) -> _Part:
    rows: list[Row] = []
    variants: list[Variant] = []
    for part in parts:
        rows += part.rows
        variants += part.variants
    return _Part(tuple(rows), tuple(variants))


def _below(
    path: str, kind: Kind, conditions: tuple[Condition, ...], models: Mapping[str, Model]
) -> _Part:
    """What can be written below the key `path`, which holds `kind` if the conditions hold."""
    if isinstance(kind, Array):
        return _below(f"{path}[]", kind.items, conditions, models)
    if not isinstance(kind, Objects):
        return _Part()
    variants = [models[name] for name in kind.classes]
    if kind.tag is None:
        [only] = variants
        return _keys(path, only.fields, conditions, models)
    shared = list(_shared(variants, kind.tag))
    parts = [_keys(path, shared, conditions, models)]
    kept = {field.key for field in shared}
    for variant in variants:
        here = (*conditions, Condition(f"{path}.{kind.tag}", as_json(variant.tag(kind.tag))))
        own = [field for field in variant.fields if field.key not in kept]
        part = _keys(path, own, here, models)
        described = Variant(here, variant.description, part.rows)
        parts.append(_Part((), (described, *part.variants)))
    return _joined(parts)


def _keys(
    path: str,
    fields: Sequence[Field],
    conditions: tuple[Condition, ...],
    models: Mapping[str, Model],
) -> _Part:
    def parts() -> Iterator[_Part]:
        for field in fields:
            key = f"{path}.{field.key}"
            yield _Part((_row(key, field, _meaning(field, models)),))
            yield _below(key, field.kind, conditions, models)

    return _joined(parts())


def _shared(variants: Sequence[Model], tag: str) -> Iterator[Field]:
    """The fields that are the same in all variants; the tag, with the values of all of them."""
    first, *others = (
        {field.key: _untagged(field, tag) for field in variant.fields} for variant in variants
    )
    values = tuple(each.tag(tag) for each in variants)
    for key, field in first.items():
        if all(other.get(key) == field for other in others):
            yield replace(field, choices=values) if key == tag else field


def _untagged(field: Field, tag: str) -> Field:
    return replace(field, choices=()) if field.key == tag else field


def _row(key: str, field: Field, meaning: str) -> Row:
    return Row(
        key=key,
        type=kind_in_words(field.kind) + (" or null" if field.nullable else ""),
        choices=tuple(map(as_json, field.choices)),
        range=range_in_words(field),
        default=None if field.required else as_json(field.default),
        unit=field.unit,
        meaning=meaning,
    )


def _meaning(field: Field, models: Mapping[str, Model]) -> str:
    """The description of a key and, if it holds objects, what is said of these."""
    objects = _objects(field.kind)
    if objects is None:
        return field.description
    about = _about(objects, models)
    repeats = re.match(rf"{re.escape(field.description.removesuffix('.'))}(?!\w)", about)
    return about if repeats else f"{field.description} {about}"


def _about(objects: Objects, models: Mapping[str, Model]) -> str:
    if len(objects.classes) > 1:
        return f"One of the objects below; its `{objects.tag}` says which."
    return models[objects.classes[0]].description


def _objects(kind: Kind) -> Objects | None:
    if isinstance(kind, Array):
        return _objects(kind.items)
    return kind if isinstance(kind, Objects) else None
