"""What a trainer makes of a loss config that is right in itself."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from typing import NamedTuple

from pydantic import BaseModel
from pydantic.fields import FieldInfo

from ..model.records import ConfigT, Objective, Trainer
from ..model.schedules import Schedule
from ..model.shape import choices_of, fields_of, models_of
from ..text.jsontext import Json, JsonPath
from ..text.wording import listed, shown, together

NOT_READ = " is not read by "


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


def failures(
    trainer: Trainer,
    objects: Iterable[HeldObject],
    foreign: Collection[str],
    is_misspelled: Callable[[str, JsonPath], bool],
) -> Iterator[Note]:
    """What `trainer` fails on, when it starts or later.

    Args:
        trainer: the trainer.
        objects: those of the config.
        foreign: the sections that are there, and the trainer's own.
        is_misspelled: whether a key that an object lacks is there under a wrong name.
    """
    for found in objects:
        for key in fields_of(found.model):
            place = f"{found.model.__name__}.{key}"
            path = (*found.path, key)
            if not found.path and key in foreign:
                continue
            if key in found.members:
                yield from _refused(trainer, place, found.members[key], path)
                yield from _excluded(trainer, place, found, path)
            elif place in trainer.needs and not is_misspelled(key, found.path):
                missing = f"{'.'.join(map(str, path))!r} is missing, and "
                yield Note(found.path, True, missing, " can't do without it")
        yield from _unequal_lists(trainer, found)


def decays_beside_schedules(objective: Objective[ConfigT], config: ConfigT) -> Iterator[Note]:
    """Where a weight is a schedule, and would decay as well."""
    told: set[str] = set()
    for each in objective.summands:
        if each.decay is None or each.decay_path is None or each.decay_path in told:
            continue
        factor = each.decay(config)
        if factor not in (None, 1) and isinstance(each.weight(config), Schedule):
            told.add(each.decay_path)
            after = f" can't use {factor!r} here, since {each.path} is a schedule; expected 1"
            yield Note(tuple(each.decay_path.split(".")), False, "", after)


def _refused(trainer: Trainer, place: str, value: Json, path: JsonPath) -> Iterator[Note]:
    if place in trainer.lacks:
        yield Note(path, True, "", f" can't take {path[-1]!r} here")
    elif _is_one_of(value, trainer.refuses.get(place, ())):
        advice = ""
        if value is None:
            advice = "; it needs a value" if place in trainer.needs else f"; leave {path[-1]!r} out"
        yield Note(path, False, "", f" can't use {shown(value)} here{advice}")
    if isinstance(value, dict):
        for key in trainer.passes.get(place, ()):
            if key in value:
                after = f" can't take {key!r} here: the trainer passes it itself"
                yield Note((*path, key), True, "", after)


def _excluded(trainer: Trainer, place: str, found: HeldObject, path: JsonPath) -> Iterator[Note]:
    for other in trainer.excludes.get(place, ()):
        if found.members[str(path[-1])] is not None and found.members.get(other) is not None:
            both = f"{path[-1]!r} stands beside {other!r}, and "
            yield Note(path, True, both, " takes one of them")


def _unequal_lists(trainer: Trainer, found: HeldObject) -> Iterator[Note]:
    for names in trainer.same_length.get(found.model.__name__, ()):
        lists = {name: each for name in names if isinstance(each := found.members.get(name), list)}
        lengths = [len(each) for each in lists.values()]
        if len(set(lengths)) > 1:
            said = together([str(each) for each in lengths])
            before = f"{listed(lists)} have {said} entries, and "
            after = " can't use lists of several lengths"
            yield Note((*found.path, next(reversed(lists))), False, before, after)


def unread(trainer: Trainer, objects: Iterable[HeldObject]) -> Iterator[Note]:
    """What is written, and `trainer` doesn't read."""
    for found in objects:
        for key, value in found.members.items():
            if value is not None and f"{found.model.__name__}.{key}" in trainer.ignores:
                yield Note((*found.path, key), True, f"{key!r}{NOT_READ}", "")


def _is_one_of(value: Json, values: Iterable[str | float | bool | None]) -> bool:
    """Whether `value` is one of `values`, where 1 is 1.0 and true is not 1."""
    is_boolean = type(value) is bool
    return any(is_boolean == (type(each) is bool) and each == value for each in values)
