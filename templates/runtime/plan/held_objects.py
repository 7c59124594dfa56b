"""The objects of a loss config, and what is noted of places in them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import NamedTuple

from pydantic import BaseModel
from pydantic.fields import FieldInfo

from ..model.comments import is_comment
from ..model.shape import choices_of, fields_of, models_of
from ..text.jsontext import Json, JsonPath


class Note(NamedTuple):
    """What a trainer makes of a place; its name stands between the two halves of the message."""

    path: JsonPath
    at_key: bool
    before: str
    after: str


class HeldObject(NamedTuple):
    """An object of a loss config: the path to it, its class, its members."""

    path: JsonPath
    model: type[BaseModel]
    members: Mapping[str, Json]

    @property
    def comments(self) -> list[str]:
        """The keys that are comments."""
        return [key for key in self.members if is_comment(key)]

    @property
    def has_unknown_keys(self) -> bool:
        """Whether something may be there under a wrong name."""
        return not self.members.keys() <= {*fields_of(self.model), *self.comments}


def objects_of(config: type[BaseModel], sections: Mapping[str, Json]) -> Iterator[HeldObject]:
    """Every object that is there, also by default; `config` is the class of the whole."""
    found = [HeldObject((), config, sections)]
    for each in found:  # grows while it is read
        yield each
        for key, field in fields_of(each.model).items():
            path = (*each.path, key)
            value = each.members.get(key, {} if field.default_factory else None)
            if isinstance(value, dict):
                found += _object(path, field, value)
            elif isinstance(value, list):
                for index, item in enumerate(value):
                    if isinstance(item, dict):
                        found += _object((*path, index), field, item)


def _object(path: JsonPath, field: FieldInfo, members: dict[str, Json]) -> Iterator[HeldObject]:
    """An object that stands in `field`, if it is clear of which class it is."""
    choices = choices_of(field)
    if choices is None:
        model = next(models_of(field), None)
    else:
        model = choices.models.get(str(members.get(choices.tag)))
    if model is not None:
        yield HeldObject(path, model, members)
