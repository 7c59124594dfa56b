# Generated from templates/runtime/model/plain.py.
# Do not edit; change it and run: python -m nox -s generate

"""Whatever mapping a trainer holds its config in, as plain dicts, lists, strings and numbers."""

from __future__ import annotations

import math
import numbers
import re
from collections.abc import Collection, Mapping, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple, Protocol, cast

from pydantic import BaseModel

from ..text.wording import shown

if TYPE_CHECKING:
    from ..text.jsontext import JsonPath

    class _Container(Protocol):
        def __getitem__(self, key: Any, /) -> object: ...


_DEEPEST_CONFIG = 100  # as deep as JSON is read; reading is not imported before it is needed
_DEEPEST_VALUE = 90  # so that what stands around it, in a whole model config too, can be read
_MOST_DIGITS = 4300  # of an integer that Python reads and writes
_TOO_LONG = 10**_MOST_DIGITS
_HALF_A_PAIR = re.compile("[\ud800-\udfff]")

_SAID_AS_THEY_ARE = frozenset({type(None), bool})
_BINARY = (bytes, bytearray, memoryview)


class Mistake(NamedTuple):
    """What is wrong in a config: the path to it, the message, and whether it is the key there."""

    path: JsonPath
    message: str
    at_key: bool = False


def plain_members(
    mapping: Mapping[str, object], mistakes: list[Mistake], *, skip: Collection[str] = ()
) -> dict[str, object]:
    """`mapping` as JSON values, without the keys in `skip`, which are not even looked at.

    Mappings and sequences of any kind become dict and list (OmegaConf resolves its interpolations
    on the way); real numbers of any kind become int or float, and models become what they dump.
    What can't be a JSON value is noted in `mistakes`.
    """
    return _members(mapping, (), mistakes, _DEEPEST_CONFIG, skip)


def plain(value: object, mistakes: list[Mistake]) -> object:
    """`value` as JSON says it, like the members of a mapping."""
    return _plain(value, (), mistakes, _DEEPEST_VALUE)


def _plain(value: object, path: JsonPath, mistakes: list[Mistake], deepest: int) -> object:
    # Most of a config is this, so it is said before any case is looked at.
    if (
        type(value) in _SAID_AS_THEY_ARE
        or (type(value) is float and math.isfinite(value))
        or (type(value) is int and -_TOO_LONG < value < _TOO_LONG)
        or (type(value) is str and value.isascii())
    ):
        return value
    match value:
        case BaseModel():  # Pydantic also makes models without validation: nothing is on trust
            return _plain(value.model_dump(warnings=False), path, mistakes, deepest)
        case str():
            return _text(value, path, mistakes)
        case numbers.Real():
            return _number(value, path, mistakes)
        case _ if issubclass(type(value), _BINARY):
            mistakes.append(Mistake(path, f"expected a JSON value, not {shown(value)}"))
        case Mapping() | Sequence() if len(path) >= deepest:
            mistakes.append(Mistake(path, f"nested more than {deepest} levels deep"))
        case Mapping():
            return _members(cast("Mapping[str, object]", value), path, mistakes, deepest)
        case Sequence():
            items = cast("Sequence[object]", value)
            return [
                _item(items, index, (*path, index), mistakes, deepest)
                for index in range(len(items))
            ]
        case _:
            mistakes.append(Mistake(path, f"expected a JSON value, not {shown(value)}"))
    return None


def _members(
    mapping: Mapping[str, object],
    path: JsonPath,
    mistakes: list[Mistake],
    deepest: int,
    skip: Collection[str] = (),
) -> dict[str, object]:
    members: dict[str, object] = {}
    for key in mapping:
        if not isinstance(cast("object", key), str):
            mistakes.append(Mistake(path, f"expected strings for keys, not {shown(key)}"))
        elif key not in skip:
            name = _text(key, (*path, key), mistakes)
            members[name] = _item(mapping, key, (*path, name), mistakes, deepest)
    return members


def _item(
    container: _Container, key: str | int, path: JsonPath, mistakes: list[Mistake], deepest: int
) -> object:
    try:
        value = container[key]
    except Exception as error:  # any container, any error of its own: an interpolation, say
        mistakes.append(Mistake(path, f"can't be read: {str(error).partition(chr(10))[0]}"))
        return None
    return _plain(value, path, mistakes, deepest)


def _text(value: str, path: JsonPath, mistakes: list[Mistake]) -> str:
    text = str.__str__(value)
    if not text.isascii() and _HALF_A_PAIR.search(text):
        mistakes.append(Mistake(path, "a string holds half of a surrogate pair"))
    return text


def _number(value: numbers.Real, path: JsonPath, mistakes: list[Mistake]) -> int | float | None:
    if isinstance(value, numbers.Integral):
        whole = int(value)
        if abs(whole) >= _TOO_LONG:
            expected = f"expected at most {_MOST_DIGITS} digits"
            mistakes.append(Mistake(path, f"{expected}, not {shown(whole)}"))
        return whole
    try:
        number = float(value)
    except OverflowError:  # a fraction
        number = math.inf
    if not math.isfinite(number):
        mistakes.append(Mistake(path, f"expected a finite number, not {number!r}"))
        return None
    return number
