"""What the classes of models.py are in JSON: their keys, and the objects that a key can hold."""

from __future__ import annotations

import typing
from collections.abc import Iterator

from pydantic import BaseModel
from pydantic.fields import FieldInfo


def fields_of(model: type[BaseModel]) -> dict[str, FieldInfo]:
    """A model's fields by the key that they have in JSON."""
    return {field.alias or name: field for name, field in model.model_fields.items()}


def models_in(field: FieldInfo) -> Iterator[type[BaseModel]]:
    """The classes of the objects that `field` can hold."""
    for part in parts_of(field.annotation):
        match part:
            case type() if issubclass(part, BaseModel):
                yield part
            case _:
                pass


def tag_of(field: FieldInfo) -> str | None:
    """The key that tells the objects apart which `field` can hold."""
    match field.discriminator:
        case str() as tag:
            return tag
        case _:
            return None


def strings_in(field: FieldInfo) -> list[str]:
    """The values of a choice among strings."""
    return [part for part in parts_of(field.annotation) if type(part) is str]


def parts_of(annotation: object) -> list[object]:
    """An annotation and everything that it is made of."""
    return [annotation, *(p for each in typing.get_args(annotation) for p in parts_of(each))]


def tagged(field: FieldInfo, tag: object) -> list[type[BaseModel]]:
    """The classes that `field` can hold if the object's tag is `tag`."""
    key = tag_of(field)
    models = list(models_in(field))
    if key is None:
        return models
    return [model for model in models if tag in strings_in(fields_of(model)[key])]
