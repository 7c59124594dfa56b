"""What the classes of models.py are in JSON: their keys, and the objects that a key can hold."""

from __future__ import annotations

import typing
from collections.abc import Iterator
from typing import Final, NamedTuple, cast

from pydantic import BaseModel
from pydantic.fields import FieldInfo

from .kinds import Also, OneOrList
from .schedules import Schedule


class Choices(NamedTuple):
    """Several objects that a field can hold: the key that tells them apart, and each by its tag."""

    tag: str
    models: dict[str, type[BaseModel]]


SCHEDULE: Final = "schedule"
"""The key of a schedule that says which one it is."""


def holds_schedules(field: FieldInfo) -> bool:
    """Whether it is a weight: a schedule may stand in the place of its number."""
    return any(issubclass(each, Schedule) for each in models_of(field))


def fields_of(model: type[BaseModel]) -> dict[str, FieldInfo]:
    """A model's fields by the key that they have in JSON."""
    return {field.alias or name: field for name, field in model.model_fields.items()}


def also_of(field: FieldInfo) -> tuple[str, ...]:
    """What people call a field elsewhere."""
    return tuple(name for each in field.metadata if isinstance(each, Also) for name in each.names)


def takes_one_or_list(field: FieldInfo) -> bool:
    """Whether a number may stand there, or a list of numbers."""
    return OneOrList in (*field.metadata, *parts_of(field.annotation))


def held_under(key: str, model: object) -> object:
    """What a model holds under a key; None if it is no model, or has no such key."""
    if not isinstance(model, BaseModel):
        return None
    fields = type(model).model_fields
    names = (name for name, field in fields.items() if (field.alias or name) == key)
    return cast("dict[str, object]", vars(model)).get(next(names, ""))  # may be deprecated


def models_of(field: FieldInfo) -> Iterator[type[BaseModel]]:
    """The classes of the objects that `field` can hold."""
    for part in parts_of(field.annotation):
        if isinstance(part, type) and issubclass(part, BaseModel):
            yield part


def choices_of(field: FieldInfo | None) -> Choices | None:
    """The objects that `field` can hold, if a tag tells them apart."""
    if field is None:
        return None
    tag = SCHEDULE if holds_schedules(field) else field.discriminator
    if not isinstance(tag, str):
        return None
    of_tag = {
        each: model for model in models_of(field) for each in strings_of(fields_of(model)[tag])
    }
    return Choices(tag, of_tag)


def strings_of(field: FieldInfo) -> list[str]:
    """The values of a choice among strings."""
    return [part for part in parts_of(field.annotation) if type(part) is str]


def parts_of(annotation: object) -> list[object]:
    """An annotation and everything that it is made of."""
    return [annotation, *(p for each in typing.get_args(annotation) for p in parts_of(each))]
