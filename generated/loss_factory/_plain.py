# Generated from templates/support/_plain.py.
# Do not edit; change those and run: python -m nox -s generate

"""Whatever mapping a trainer holds its config in, as plain dicts, lists, strings and numbers."""

from __future__ import annotations

import math
import numbers
from collections.abc import Collection, Mapping, Sequence
from typing import cast

from pydantic import BaseModel

from ._jsontext import MAX_DEPTH, JsonPath
from ._wording import shown

_BINARY = (bytes, bytearray, memoryview)

Mistakes = dict[JsonPath, str]
"""What is wrong, by the path to it."""


def plain_members(
    mapping: Mapping[str, object],
    mistakes: Mistakes,
    *,
    skip: Collection[str] = (),
    path: JsonPath = (),
) -> dict[str, object]:
    """`mapping` as JSON values, without the keys in `skip`, which are not even looked at.

    Mappings and sequences of any kind become dict and list (OmegaConf resolves its interpolations
    on the way); real numbers of any kind become int or float. Instances of this package's models
    stay as they are. What can't be a JSON value becomes None and is noted in `mistakes`.
    """
    members: dict[str, object] = {}
    for key in mapping:
        if type(key) is not str:
            mistakes[path] = f"expected strings for keys, not {shown(key)}"
        elif key not in skip:
            child = (*path, key)
            try:
                value = mapping[key]
            except Exception as error:  # any mapping, any error of its own: an interpolation, say
                mistakes[child] = f"can't be read: {error}"
                value = None
            members[key] = _plain(value, child, mistakes)
    return members


def _plain(value: object, path: JsonPath, mistakes: Mistakes) -> object:
    match value:
        case None | bool() | BaseModel():
            return value
        case str():
            return str.__str__(value)
        case numbers.Real():
            return _number(value, path, mistakes)
        case _ if issubclass(type(value), _BINARY):
            mistakes[path] = f"expected a JSON value, not {shown(value)}"
        case Mapping() | Sequence() if len(path) >= MAX_DEPTH:
            mistakes[path] = f"nested more than {MAX_DEPTH} levels deep"
        case Mapping():
            return plain_members(cast("Mapping[str, object]", value), mistakes, path=path)
        case Sequence():
            items = enumerate(cast("Sequence[object]", value))
            return [_plain(each, (*path, index), mistakes) for index, each in items]
        case _:
            mistakes[path] = f"expected a JSON value, not {shown(value)}"
    return None


def _number(value: numbers.Real, path: JsonPath, mistakes: Mistakes) -> int | float | None:
    try:
        number = float(value)
    except OverflowError:
        mistakes[path] = f"the number {shown(value)} is too large"
        return None
    if not math.isfinite(number):
        mistakes[path] = f"expected a finite number, not {shown(value)}"
        return None
    match value:
        case numbers.Integral():
            return int(value)
        case _:
            return number
