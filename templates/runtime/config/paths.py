"""Paths in a config, as its class has them: what stands where, and where a key is legal."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache, reduce
from typing import NamedTuple

from pydantic import BaseModel
from pydantic.fields import FieldInfo

from ..model.schedules import SCHEDULES
from ..model.shape import also_of, choices_of, fields_of, holds_schedules, models_of
from ..text.jsontext import Json, JsonPath, at


class Choice(NamedTuple):
    """One of several objects that can stand at `path`: the one whose key `tag` is `value`."""

    path: JsonPath
    tag: str
    value: str


class Place(NamedTuple):
    """Where a mistake is: the path, the classes the object around it can have, and the field.

    `choice` is the last choice among objects that led there. In a list or a map, `is_inside`.
    """

    path: JsonPath
    models: list[type[BaseModel]]
    field: FieldInfo | None
    choice: Choice | None
    is_inside: bool = False


class Home(NamedTuple):
    """A path at which a key is legal, the choice that it takes, and the class that has it.

    `needs` is the path to the last object on the way that is not there by default.
    """

    path: JsonPath
    choice: Choice | None
    owner: type[BaseModel]
    needs: JsonPath = ()

    @property
    def key(self) -> str:
        """The key that is legal there."""
        return str(self.path[-1])

    @property
    def field(self) -> FieldInfo:
        """What the key means."""
        return fields_of(self.owner)[self.key]

    def is_ruled_out_by(self, choice: Choice | None) -> bool:
        """Whether it takes another object where `choice` was made."""
        if self.choice is None or choice is None:
            return False
        return self.choice.path == choice.path and self.choice != choice


class _Reached(NamedTuple):
    """A place, and the classes that an object there can have."""

    place: Place
    inside: list[type[BaseModel]]


def place_of(config: type[BaseModel], location: JsonPath) -> Place:
    """The place that Pydantic calls `location`, in which a tag follows each choice of objects."""
    if not location:
        return _reached(config, location).place
    return _step(_reached(config, location[:-1]), location[-1]).place


@lru_cache(maxsize=8)  # one object can have thousands of mistakes, one after the other
def _reached(config: type[BaseModel], location: JsonPath) -> _Reached:
    return reduce(_step, location, _Reached(Place((), [config], None, None), [config]))


def _step(reached: _Reached, step: str | int) -> _Reached:
    place, inside = reached
    if (choices := choices_of(place.field)) is not None:
        choice = Choice(place.path, choices.tag, str(step))
        return _Reached(place._replace(field=None, choice=choice), [choices.models[str(step)]])
    path = (*place.path, step)
    if type(step) is int or (place.field is not None and not inside):
        return _Reached(place._replace(path=path, is_inside=True), inside)  # in an array or a map
    found = [field for each in inside if (field := fields_of(each).get(str(step))) is not None]
    models = [model for each in found for model in models_of(each)]
    return _Reached(Place(path, inside, next(iter(found), None), place.choice), models)


def homes_of(config: type[BaseModel], key: str) -> Sequence[Home]:
    """Where `key` is legal."""
    return _homes_of(config).by_key.get(key, ())


def homes_called(config: type[BaseModel], word: str) -> Sequence[Home]:
    """What people call `word` elsewhere, but for keys of schedules."""
    return _homes_of(config).by_other_name.get(word, ())


def known_words(config: type[BaseModel]) -> frozenset[str]:
    """Every key, and what people call it elsewhere."""
    return _homes_of(config).words


class _Homes(NamedTuple):
    """Where what is legal: by keys, and by what people call them elsewhere."""

    by_key: dict[str, list[Home]]
    by_other_name: dict[str, list[Home]]
    words: frozenset[str]


@lru_cache(maxsize=8)
def _homes_of(config: type[BaseModel]) -> _Homes:
    by_key: dict[str, list[Home]] = {}
    by_other_name: dict[str, list[Home]] = {}
    for home in _all_homes(config, (), None):
        by_key.setdefault(home.key, []).append(home)
        for word in also_of(home.field):
            by_other_name.setdefault(word, []).append(home)
    of_schedules = (name for each in SCHEDULES for name in fields_of(each))
    return _Homes(by_key, by_other_name, frozenset({*by_key, *by_other_name, *of_schedules}))


def is_chosen(home: Home, sections: Json) -> bool:
    """Whether the config makes the choice that a place takes."""
    choice = home.choice
    return choice is None or at(sections, (*choice.path, choice.tag)) == choice.value


def is_there(home: Home, sections: Json) -> bool:
    """Whether the config has the object that a place is in, if only by default."""
    return is_chosen(home, sections) and isinstance(at(sections, home.needs), dict)


def paths_of(homes: Iterable[Home]) -> list[JsonPath]:
    """Each path once, however many objects it can lead through."""
    return list(dict.fromkeys(each.path for each in homes))


def _all_homes(
    model: type[BaseModel], above: JsonPath, choice: Choice | None, needs: JsonPath = ()
) -> Iterator[Home]:
    for name, field in fields_of(model).items():
        path = (*above, name)
        yield Home(path, choice, model, needs)
        if holds_schedules(field):
            continue  # any weight may be one, which says nothing of where its keys belong
        inside = needs if field.default_factory is not None else path
        if (choices := choices_of(field)) is not None:
            for value, inner in choices.models.items():
                yield from _all_homes(inner, path, Choice(path, choices.tag, value), inside)
        else:
            for inner in models_of(field):
                yield from _all_homes(inner, path, choice, inside)
