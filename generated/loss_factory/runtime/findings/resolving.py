# Generated from templates/runtime/findings/resolving.py.
# Do not edit; change it and run: python -m nox -s generate

"""Configs with every default written out, and how two of them differ."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import NamedTuple, cast

from pydantic import BaseModel

from ..config.documents import Loaded
from ..model.errors import ConfigProblem
from ..model.records import ConfigT

_LARGEST_EXACT = 2**53
"""Integers up to here are floats without loss; those beyond are not written out in digits."""


def resolved(loaded: Loaded[ConfigT]) -> dict[str, object]:
    """The whole loss config, in the order of the schema; sections that are off are left out.

    `$schema`, which only editors read, is left out too. The sections that the trainer reads itself
    come last. Where the schema has no order, in keyword arguments, keys are sorted.
    """
    assert loaded.config is not None
    own = _complete(loaded.config)
    own.pop("$schema", None)
    return own | {name: _in_order(loaded.foreign[name]) for name in sorted(loaded.foreign)}


def defects_of_foreign_sections(loaded: Loaded[ConfigT]) -> list[ConfigProblem]:
    """What JSON can't say in the sections that the trainer reads itself."""
    depth = len(loaded.path)
    return [
        loaded.problem(each.path, each.message, at_key=False)
        for each in loaded.document.defects
        if each.path[:depth] == loaded.path and loaded.foreign.keys() & set(each.path[depth:][:1])
    ]


def _complete(model: BaseModel) -> dict[str, object]:
    members: dict[str, object] = {}
    for name, field in type(model).model_fields.items():
        value: object = getattr(model, name)
        if value is None and not field.is_required():  # a weight, say, has a default of its own
            value = field.default
        if value is not None or field.is_required():
            members[field.alias or name] = _plain(value)
    return members


def _plain(value: object) -> object:
    if isinstance(value, BaseModel):
        return _complete(value)
    if isinstance(value, list):
        return [_plain(each) for each in cast("list[object]", value)]
    return _in_order(value) if isinstance(value, dict) else value


def _in_order(value: object) -> object:
    """A value of an object that the schema leaves open: keys sorted, and 1.0 written as 1."""
    if isinstance(value, dict):
        members = cast("dict[str, object]", value)
        return {key: _in_order(members[key]) for key in sorted(members)}
    if isinstance(value, list):
        return [_in_order(each) for each in cast("list[object]", value)]
    if isinstance(value, float) and value.is_integer() and abs(value) <= _LARGEST_EXACT:
        return int(value)
    return value


class Difference(NamedTuple):
    """A value in one config, in the other, or different in both; absence is no value of JSON."""

    path: str
    before: object
    after: object


ABSENT: object = object()


def differences(before: Mapping[str, object], after: Mapping[str, object]) -> Iterator[Difference]:
    """Every value in which two configs differ, in the order of the first one."""
    old, new = dict(_leaves(before, "")), dict(_leaves(after, ""))
    for path in dict.fromkeys((*old, *new)):
        values = old.get(path, ABSENT), new.get(path, ABSENT)
        if _comparable(values[0]) != _comparable(values[1]):
            yield Difference(path, *values)


def _leaves(value: object, path: str) -> Iterator[tuple[str, object]]:
    if isinstance(value, dict) and value:
        for key, inner in cast("dict[str, object]", value).items():
            yield from _leaves(inner, f"{path}.{key}" if path else key)
    else:
        yield path, value


def _comparable(value: object) -> object:
    """Something that is equal for equal values of JSON: 1 is 1.0, but true is not 1."""
    if isinstance(value, bool):
        return bool, value
    if isinstance(value, list):
        return [_comparable(each) for each in cast("list[object]", value)]
    if isinstance(value, dict):
        members = cast("dict[str, object]", value)
        return {key: _comparable(each) for key, each in members.items()}
    return value
