# Generated from templates/support/_places.py.
# Do not edit; change it and run: python -m nox -s generate

"""Where keys stand in a config, as the classes in models.py have them."""

from __future__ import annotations

import typing
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from pydantic import BaseModel
from pydantic.fields import FieldInfo

from ._jsontext import JsonPath
from .models import AutoencoderLossConfig


class Choice(NamedTuple):
    """One of several objects that can stand at `path`: the one whose key `tag` is `value`."""

    path: JsonPath
    tag: str
    value: str


class Place(NamedTuple):
    """Where a mistake is: the path, the classes the object around it can have, and the field.

    `choice` is the last choice among objects that led there.
    """

    path: JsonPath
    models: list[type[BaseModel]]
    field: FieldInfo | None
    choice: Choice | None


class Home(NamedTuple):
    """A path at which a key is legal, and the choice that it takes to be so."""

    path: JsonPath
    choice: Choice | None

    def is_ruled_out_by(self, choice: Choice | None) -> bool:
        """Whether it takes another object where `choice` was made."""
        if self.choice is None or choice is None:
            return False
        return self.choice.path == choice.path and self.choice != choice


def place_of(location: JsonPath) -> Place:
    """The place that Pydantic calls `location`, in which a tag follows each choice of objects."""
    path: JsonPath = ()
    models: list[type[BaseModel]] = [AutoencoderLossConfig]
    around = models
    field: FieldInfo | None = None
    choice: Choice | None = None
    for step in location:
        if field is not None and (tag := _tag(field)) is not None:
            models = [each for each in models if step in strings_of(fields_of(each)[tag])]
            field, choice = None, Choice(path, tag, str(step))
            continue
        path = (*path, step)
        if type(step) is int:
            continue  # an item of an array: the class stays
        around = models
        found = [fields_of(each).get(str(step)) for each in around]
        field = next((each for each in found if each is not None), None)
        models = [inner for each in found if each is not None for inner in _models(each)]
    return Place(path, around, field, choice)


def _tag(field: FieldInfo) -> str | None:
    """The key that tells the objects apart which `field` can hold."""
    match field.discriminator:
        case str() as tag:
            return tag
        case _:
            return None


class Choices(NamedTuple):
    """Several objects that a field can hold: the key that tells them apart, and each by its tag."""

    tag: str
    models: dict[str, type[BaseModel]]


def choices_of(field: FieldInfo | None) -> Choices:
    """The objects that `field`, which has a tag, can hold."""
    assert field is not None
    tag = _tag(field)
    assert tag is not None
    models = {each: model for model in _models(field) for each in strings_of(fields_of(model)[tag])}
    return Choices(tag, models)


def homes_of(key: str | int) -> list[Home]:
    """Where `key` is legal."""
    return [each for each in _all_homes(AutoencoderLossConfig, (), None) if each.path[-1] == key]


def paths_of(homes: Iterable[Home]) -> list[JsonPath]:
    """Each path once, however many objects it can lead through."""
    return list(dict.fromkeys(each.path for each in homes))


def _all_homes(model: type[BaseModel], above: JsonPath, choice: Choice | None) -> Iterator[Home]:
    for name, field in fields_of(model).items():
        path = (*above, name)
        yield Home(path, choice)
        if (tag := _tag(field)) is not None:
            for value, inner in choices_of(field).models.items():
                yield from _all_homes(inner, path, Choice(path, tag, value))
        else:
            for inner in _models(field):
                yield from _all_homes(inner, path, choice)


def fields_of(model: type[BaseModel]) -> dict[str, FieldInfo]:
    """A model's fields by the key that they have in JSON."""
    return {field.alias or name: field for name, field in model.model_fields.items()}


def _models(field: FieldInfo) -> Iterator[type[BaseModel]]:
    for part in parts_of(field.annotation):
        match part:
            case type() if issubclass(part, BaseModel):
                yield part
            case _:
                pass


def strings_of(field: FieldInfo) -> list[str]:
    """The values of a choice among strings."""
    return [part for part in parts_of(field.annotation) if type(part) is str]


def parts_of(annotation: object) -> list[object]:
    """An annotation and everything that it is made of."""
    return [annotation, *(p for each in typing.get_args(annotation) for p in parts_of(each))]
