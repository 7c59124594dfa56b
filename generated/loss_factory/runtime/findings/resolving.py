# Generated from templates/runtime/findings/resolving.py.
# Do not edit; change it and run: python -m nox -s generate

"""Configs with every default written out, and how two of them differ."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import NamedTuple, cast

from ..config.documents import Loaded
from ..model.errors import ConfigProblem
from ..model.plain import ReadByField, names_of_what_is_off
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


def defects_of_foreign_sections(loaded: Loaded[ConfigT]) -> Iterator[ConfigProblem]:
    """What JSON can't say in the sections that the trainer reads itself."""
    depth = len(loaded.path)
    for each in loaded.document.defects:
        path = each.path
        if path[:depth] == loaded.path and loaded.foreign.keys() & set(path[depth : depth + 1]):
            yield loaded.problem(path, each.message, at_key=False)


def _complete(model: ReadByField) -> dict[str, object]:
    members: dict[str, object] = {}
    off = names_of_what_is_off(model)
    for name, field in type(model).model_fields.items():
        if name not in off:
            value: object = vars(model)[name]  # to read what is deprecated is a warning
            if value is None and not field.is_required():  # a weight, say, has its own default
                value = field.default
            members[field.alias or name] = _plain(value)
    return members


def _plain(value: object) -> object:
    if isinstance(value, ReadByField):
        return _complete(value)
    if isinstance(value, list):
        return [_plain(each) for each in cast("list[object]", value)]
    return _in_order(cast("object", value)) if isinstance(value, dict) else value


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

    path: tuple[str, ...]
    before: object
    after: object


ABSENT: object = object()


def differences(before: Mapping[str, object], after: Mapping[str, object]) -> Iterator[Difference]:
    """Every value in which two configs differ, in the order of the first one; then what is new."""
    for path, value in _leaves(before, ()):
        other = _leaf_at(after, path)
        if _comparable(value) != _comparable(other):
            yield Difference(path, value, other)
    for path, value in _leaves(after, ()):
        if _leaf_at(before, path) is ABSENT:
            yield Difference(path, ABSENT, value)


def _leaves(value: object, path: tuple[str, ...]) -> Iterator[tuple[tuple[str, ...], object]]:
    """The values that hold no others by key, and the paths to them."""
    if isinstance(value, dict) and value:
        for key, inner in cast("dict[str, object]", value).items():
            yield from _leaves(inner, (*path, key))
    else:
        yield path, value


def _leaf_at(whole: object, path: tuple[str, ...]) -> object:
    value = whole
    for key in path:
        value = _members(value).get(key, ABSENT)
    return ABSENT if _members(value) else value


def _members(value: object) -> dict[str, object]:
    return cast("dict[str, object]", value) if isinstance(value, dict) else {}


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
