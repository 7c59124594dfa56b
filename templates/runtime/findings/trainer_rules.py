"""What trainers would make of a loss config that is right in itself."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

from pydantic import BaseModel
from pydantic.fields import FieldInfo

from ..config.documents import Loaded
from ..model.errors import ConfigProblem
from ..model.records import ConfigT, Trainer
from ..model.shape import choices_of, fields_of, models_of
from ..text.jsontext import Json, JsonPath
from ..text.wording import MOST_TOLD, nearest, shown, together


class _Note(NamedTuple):
    """What a trainer makes of a place; its name stands between the two halves of the message."""

    path: JsonPath
    at_key: bool
    before: str
    after: str


def trainer_problems(
    config: type[ConfigT], loaded: Loaded[ConfigT], trainers: Sequence[Trainer]
) -> Iterator[ConfigProblem]:
    """What makes one of `trainers` fail, and what none of them reads; `config` is the class."""
    objects = list(_objects(config, loaded))
    misspelled = _perhaps_misspelled(objects, loaded)
    failures = _by_note(trainers, lambda each: _failures(each, objects, loaded, misspelled))
    told = {note.path for note in failures}.intersection(_wrong_paths(loaded))
    for note, names in failures.items():
        if note.path not in told:
            yield _problem(loaded, note, names)
    for note, names in _by_note(trainers, lambda each: _unread(each, objects)).items():
        if len(names) == len(trainers):
            yield _problem(loaded, note, names)


def _by_note(
    trainers: Sequence[Trainer], notes: Callable[[Trainer], Iterator[_Note]]
) -> dict[_Note, list[str]]:
    found: dict[_Note, list[str]] = {}
    for trainer in trainers:
        for note in notes(trainer):
            found.setdefault(note, []).append(trainer.name)
    return found


def _problem(loaded: Loaded[ConfigT], note: _Note, names: list[str]) -> ConfigProblem:
    path = (*loaded.path, *note.path)
    while not loaded.document.holds(path):  # an object that is there by default
        path = path[:-1]
    message = f"{note.before}{together(names)}{note.after}"
    return loaded.problem(path, message, at_key=note.at_key)


class _Object(NamedTuple):
    """An object of a loss config: the path to it, its class, its members."""

    path: JsonPath
    model: type[BaseModel]
    members: dict[str, Json]


def _objects(config: type[BaseModel], loaded: Loaded[ConfigT]) -> Iterator[_Object]:
    """Every object that is there, also by default."""
    found = [_Object((), config, loaded.sections)]
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


def _object(path: JsonPath, field: FieldInfo, members: dict[str, Json]) -> Iterator[_Object]:
    """An object that stands in `field`, if it is clear of which class it is."""
    choices = choices_of(field)
    if choices is None:
        model = next(models_of(field), None)
    else:
        model = choices.models.get(str(members.get(choices.tag)))
    if model is not None:
        yield _Object(path, model, members)


def _failures(
    trainer: Trainer,
    objects: Iterable[_Object],
    loaded: Loaded[ConfigT],
    misspelled: Mapping[JsonPath, Sequence[str]],
) -> Iterator[_Note]:
    """What `trainer` fails on, when it starts or later."""
    for found in objects:
        for key in fields_of(found.model):
            place = f"{found.model.__name__}.{key}"
            if not found.path and key in loaded.foreign:
                continue  # it is there, and the trainer's own
            if key in found.members:
                yield from _refused(trainer, place, found.members[key], (*found.path, key))
            elif place in trainer.needs and nearest(key, misspelled[found.path]) is None:
                missing = f"{'.'.join(map(str, (*found.path, key)))!r} is missing, and "
                yield _Note(found.path, True, missing, " can't do without it")


def _refused(trainer: Trainer, place: str, value: Json, path: JsonPath) -> Iterator[_Note]:
    if _is_one_of(value, trainer.refuses.get(place, ())):
        advice = ""
        if value is None:
            advice = "; it needs a value" if place in trainer.needs else f"; leave {path[-1]!r} out"
        yield _Note(path, False, "", f" can't use {shown(value)} here{advice}")
    if not isinstance(value, dict):
        return
    own, taken = trainer.passes.get(place, ()), trainer.takes.get(place)
    free = [each for each in taken or () if each not in value]
    if len(value) > MOST_TOLD:  # they are meant for something else
        free = []
    for key in value:
        if key in own:
            after = f" can't take {key!r} here: the trainer passes it itself"
            yield _Note((*path, key), True, "", after)
        elif taken is not None and key not in taken:
            meant = _meant(key, free)
            near = f"; did you mean {meant!r}?" if meant else ""
            yield _Note((*path, key), True, "", f" can't take {key!a} here{near}")


def _meant(key: str, free: Sequence[str]) -> str | None:
    """The argument that is near `key`, or begins with its first word: some libraries differ so."""
    alike = [each for each in free if each.partition("_")[0] == key.partition("_")[0]]
    return nearest(key, free) or (alike[0] if len(alike) == 1 else None)


def _unread(trainer: Trainer, objects: Iterable[_Object]) -> Iterator[_Note]:
    for found in objects:
        for key, value in found.members.items():
            if value is not None and f"{found.model.__name__}.{key}" in trainer.ignores:
                yield _Note((*found.path, key), True, f"{key!r} is not read by ", "")


def _perhaps_misspelled(
    objects: Iterable[_Object], loaded: Loaded[ConfigT]
) -> Mapping[JsonPath, Sequence[str]]:
    """The keys in each object that are wrong, by its path: one of them may mean another key."""
    keys: dict[JsonPath, list[str]] = {each.path: [] for each in objects}
    for path in _wrong_paths(loaded):
        if path and path[:-1] in keys:
            keys[path[:-1]].append(str(path[-1]))
    return keys


def _wrong_paths(loaded: Loaded[ConfigT]) -> Iterator[JsonPath]:
    """The paths of all problems in the loss config, from there on."""
    depth = len(loaded.path)
    return (path[depth:] for path in loaded.wrong_paths() if path[:depth] == loaded.path)


def _is_one_of(value: Json, values: Iterable[str | float | bool | None]) -> bool:
    """Whether `value` is one of `values`, where 1 is 1.0 and true is not 1."""
    is_boolean = type(value) is bool
    return any(is_boolean == (type(each) is bool) and each == value for each in values)
