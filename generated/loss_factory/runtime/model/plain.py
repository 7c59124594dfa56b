# Generated from templates/runtime/model/plain.py.
# Do not edit; change it and run: python -m nox -s generate

"""Whatever mapping a trainer holds its config in, as plain dicts, lists, strings and numbers."""

from __future__ import annotations

import math
import numbers
import re
from collections.abc import Callable, Collection, Mapping, Sequence
from typing import Any, NamedTuple, Protocol, cast

from pydantic import BaseModel

from ..text.ways import JsonPath, Way, path_of
from ..text.wording import shown


class _Container(Protocol):
    def __getitem__(self, key: Any, /) -> object: ...


_DEEPEST_CONFIG = 100  # as deep as JSON is read; reading is not imported before it is needed
_DEEPEST_VALUE = 90  # so that what stands around it, in a whole model config too, can be read
_MOST_VALUES = 1_000_000  # a file that is read holds fewer; a dict that holds others twice, more
_MOST_DIGITS = 4300  # of an integer that Python reads and writes
_TOO_LONG = 10**_MOST_DIGITS
_HALF_A_PAIR = re.compile("[\ud800-\udfff]")

_SAID_AS_THEY_ARE = frozenset({type(None), bool})
_BINARY = (bytes, bytearray, memoryview)


class Mistake(NamedTuple):
    """What is wrong in a config: the path to it, the message, and whether it is the key there.

    The message may be what makes it: of many mistakes, few are told.
    """

    path: JsonPath
    message: str | Callable[[], str]
    at_key: bool = False

    @property
    def told(self) -> str:
        """The message."""
        return self.message if isinstance(self.message, str) else self.message()


class NoJson(NamedTuple):
    """What can't be a JSON value, and why. Each value can be such a one; paths are long."""

    way: Way
    message: str

    @property
    def path(self) -> JsonPath:
        """The path to it."""
        return path_of(self.way)


def plain_members(
    mapping: Mapping[str, object], *, skip: Collection[str] = ()
) -> tuple[dict[str, object], list[NoJson]]:
    """`mapping` as JSON values, without the keys in `skip`, which are not even looked at.

    Mappings and sequences of any kind become dict and list (OmegaConf resolves its interpolations
    on the way); real numbers of any kind become int or float, and models become what they dump.
    What can't be a JSON value is noted.
    """
    reading = _Reading(_DEEPEST_CONFIG)
    try:
        return reading.members(mapping, None, 0, skip), reading.mistakes
    except _TooManyValuesError:
        return {}, [_TOO_MANY_VALUES]


def plain(value: object) -> tuple[object, list[NoJson]]:
    """`value` as JSON says it, like the members of a mapping."""
    reading = _Reading(_DEEPEST_VALUE)
    try:
        return reading.value(value, None, 0), reading.mistakes
    except _TooManyValuesError:
        return None, [_TOO_MANY_VALUES]


_TOO_MANY_VALUES = NoJson(None, f"holds more than {_MOST_VALUES:,} values")


class _TooManyValuesError(Exception):
    """There is perhaps no end to them."""


class _Reading:
    """Reads what is nested up to a depth, and notes what can't be a JSON value."""

    def __init__(self, deepest: int) -> None:
        self.deepest = deepest
        self.mistakes: list[NoJson] = []
        self.values = 0

    def value(self, value: object, way: Way, depth: int) -> object:
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
                return self.value(value.model_dump(warnings=False), way, depth)
            case str():
                return self._text(value, way)
            case numbers.Real():
                return self._number(value, way)
            case _ if issubclass(type(value), _BINARY):
                self._note(way, f"expected a JSON value, not {shown(value)}")
            case Mapping() | Sequence() if depth >= self.deepest:
                self._note(way, f"nested more than {self.deepest} levels deep")
            case Mapping():
                return self.members(cast("Mapping[str, object]", value), way, depth)
            case Sequence():
                items = cast("Sequence[object]", value)
                return [
                    self._item(items, index, (way, index), depth) for index in range(len(items))
                ]
            case _:
                self._note(way, f"expected a JSON value, not {shown(value)}")
        return None

    def members(
        self, mapping: Mapping[str, object], way: Way, depth: int, skip: Collection[str] = ()
    ) -> dict[str, object]:
        members: dict[str, object] = {}
        for key in mapping:
            if not isinstance(cast("object", key), str):
                self._count()
                self._note(way, f"expected strings for keys, not {shown(key)}")
            elif key not in skip:
                name = self._text(key, (way, key))
                members[name] = self._item(mapping, key, (way, name), depth)
        return members

    def _item(self, container: _Container, key: str | int, way: Way, depth: int) -> object:
        self._count()
        try:
            value = container[key]
        except Exception as error:  # any container, any error of its own: an interpolation, say
            self._note(way, f"can't be read: {str(error).partition(chr(10))[0]}")
            return None
        return self.value(value, way, depth + 1)

    def _count(self) -> None:
        self.values += 1
        if self.values > _MOST_VALUES:
            raise _TooManyValuesError

    def _note(self, way: Way, message: str) -> None:
        self.mistakes.append(NoJson(way, message))

    def _text(self, value: str, way: Way) -> str:
        text = str.__str__(value)
        if not text.isascii() and _HALF_A_PAIR.search(text):
            self._note(way, "a string holds half of a surrogate pair")
        return text

    def _number(self, value: numbers.Real, way: Way) -> int | float | None:
        if isinstance(value, numbers.Integral):
            whole = int(value)
            if abs(whole) >= _TOO_LONG:
                self._note(way, f"expected at most {_MOST_DIGITS} digits, not {shown(whole)}")
            return whole
        try:
            number = float(value)
        except OverflowError:  # a fraction
            number = math.inf
        if not math.isfinite(number):
            self._note(way, f"expected a finite number, not {number!r}")
            return None
        return number
