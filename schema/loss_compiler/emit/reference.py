"""The reference of the config: a row for each key, by section, as plain data for the template."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple

from ..meaning.ir import Field, Model, Schema
from ..meaning.words import as_json, kind_in_words, range_in_words
from ..source.syntax import Array, Kind, Objects, innermost


@dataclass(frozen=True)
class Row:
    """A key of the config: its dotted path, and what may stand there.

    `choices` and `default` are JSON; a required key has no default. The choices of an array are
    those of its items. `range` is in words, and empty where anything of the type will do.
    `needs` are the keys that have to be written beside it.
    """

    key: str
    type: str
    choices: tuple[str, ...]
    range: str
    default: str | None
    unit: str | None
    deprecated: bool
    needs: tuple[str, ...]
    meaning: str


class Condition(NamedTuple):
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
    rows: list[Row] = []
    sections: list[Section] = []
    for field in root.fields:
        objects = _objects(field.kind)
        if objects is None:
            rows.append(_row(field.key, field, field.description))
        else:
            own = _row(field.key, field, _about(objects, models))
            always, *variants = _variants(field, models)
            all_rows = (own, *always.rows)
            sections.append(Section(field.key, field.description, all_rows, tuple(variants)))
    return Reference(root.description, tuple(rows), tuple(sections))


def _variants(section: Field, models: Mapping[str, Model]) -> Iterator[Variant]:
    """What can be written below a section: always first, then under each of the conditions."""
    descriptions: dict[tuple[Condition, ...], str] = {(): section.description}
    rows: dict[tuple[Condition, ...], list[Row]] = {(): []}

    def add(path: str, kind: Kind, conditions: tuple[Condition, ...]) -> None:
        if isinstance(kind, Array):
            add(f"{path}[]", kind.items.kind, conditions)
        elif isinstance(kind, Objects):
            objects = [models[name] for name in kind.classes]
            if kind.tag is None or len(objects) == 1:
                add_keys(path, objects[0].fields, conditions, objects[0].needs)
            else:
                add_choice(path, kind.tag, objects, conditions)

    def add_choice(
        path: str, tag: str, objects: Sequence[Model], conditions: tuple[Condition, ...]
    ) -> None:
        shared = [
            field
            for field in _shared(objects, tag)
            if all(each.needs.get(field.key) == objects[0].needs.get(field.key) for each in objects)
        ]
        add_keys(path, shared, conditions, objects[0].needs)
        kept = {field.key for field in shared}
        for each in objects:
            here = (*conditions, Condition(f"{path}.{tag}", as_json(each.tag(tag))))
            descriptions[here], rows[here] = each.description, []
            own = [field for field in each.fields if field.key not in kept]
            add_keys(path, own, here, each.needs)

    def add_keys(
        path: str,
        fields: Iterable[Field],
        conditions: tuple[Condition, ...],
        needs: Mapping[str, tuple[str, ...]],
    ) -> None:
        for field in fields:
            key = f"{path}.{field.key}"
            needed = needs.get(field.key, ())
            rows[conditions].append(_row(key, field, _meaning(field, models), needed))
            add(key, field.kind, conditions)

    add(section.key, section.kind, ())
    for conditions, found in rows.items():
        yield Variant(conditions, descriptions[conditions], tuple(found))


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


def _row(key: str, field: Field, meaning: str, needs: tuple[str, ...] = ()) -> Row:
    return Row(
        key=key,
        type=kind_in_words(field.kind) + (" or null" if field.nullable else ""),
        choices=tuple(map(as_json, innermost(field).choices)),
        range=range_in_words(field),
        default=None if field.required else as_json(field.default),
        unit=field.unit,
        deprecated=field.deprecated,
        needs=needs,
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
        return _objects(kind.items.kind)
    return kind if isinstance(kind, Objects) else None
