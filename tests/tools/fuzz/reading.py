"""What a text says as JSON, and what it has that not every reader of JSON takes."""

from __future__ import annotations

import json
import math
import re
import sys
from dataclasses import dataclass
from decimal import Decimal
from enum import Enum, auto
from typing import Any


class Oddity(Enum):
    """Something that readers of JSON treat differently."""

    EQUAL_KEYS = auto()
    """Two that are no comments."""
    NO_NUMBER = auto()
    """NaN, Infinity or -Infinity."""
    TOO_LARGE = auto()
    """A number with a fraction or an exponent that is too large for a float, as 1e400."""
    TOO_LARGE_INTEGER = auto()
    """An integer that is too large for a float."""
    TOO_MANY_DIGITS = auto()
    """An integer that Python refuses to read."""
    HALF_SURROGATE = auto()


@dataclass(frozen=True)
class Reading:
    """What a text says.

    `value` has every number as it is, or larger than any float, and of equal keys the last; `odd`
    is what is odd about it, and `odd_text` about all of the text. `depth` is that of the deepest
    container in the text, and `size` its bytes.
    """

    value: Any
    odd: frozenset[Oddity]
    odd_text: frozenset[Oddity]
    depth: int
    size: int


_LARGEST = int(sys.float_info.max)
_BEYOND = 10**400
"""Stands for numbers that are larger than any float, and so than any limit of a schema."""

_MOST_DIGITS = 4300
_COMMENT = re.compile(r"//|[_$]comment\Z")
_HALF = re.compile("[\ud800-\udfff]")


class _Members(list[tuple[str, Any]]):
    """The members of an object, all of them."""


class _TooLarge(int): ...


class _TooManyDigits(int): ...


def read(text: str) -> Reading | None:
    """What `text` says; None if Python's json module doesn't take it for JSON."""
    try:
        whole = json.loads(text, object_pairs_hook=_Members, parse_float=_float, parse_int=_integer)
    except ValueError:
        return None
    odd_text: set[Oddity] = set()
    depth = _depth(whole, odd_text)
    odd: set[Oddity] = set()
    value = _with_last_keys(whole, odd)
    return Reading(value, frozenset(odd), frozenset(odd_text), depth, len(text.encode()))


def _float(text: str) -> float:
    number = float(text)
    if math.isinf(number):  # 1e999999999 has too many digits to be written out
        return _TooLarge(_BEYOND if number > 0 else -_BEYOND)
    return number


def _integer(text: str) -> int:
    return _TooManyDigits(Decimal(text)) if len(text.lstrip("-")) > _MOST_DIGITS else int(text)


def _depth(value: object, odd: set[Oddity]) -> int:
    """How deep containers are nested; what is odd goes into `odd`."""
    match value:
        case _Members():
            for key, _ in value:
                _note(key, odd)
            keys = [key for key, _ in value if not _COMMENT.match(key)]
            if len(set(keys)) < len(keys):
                odd.add(Oddity.EQUAL_KEYS)
            return 1 + max((_depth(each, odd) for _, each in value), default=0)
        case list():
            return 1 + max((_depth(each, odd) for each in value), default=0)
        case _:
            _note(value, odd)
            return 0


def _with_last_keys(value: object, odd: set[Oddity]) -> object:
    """A value as plain JSON; what is odd about it goes into `odd`."""
    match value:
        case _Members():
            last = dict(value)
            for key in last:
                _note(key, odd)
            return {key: _with_last_keys(each, odd) for key, each in last.items()}
        case list():
            return [_with_last_keys(each, odd) for each in value]
        case _TooLarge() | _TooManyDigits():
            _note(value, odd)
            return int(value)
        case _:
            _note(value, odd)
            return value


def _note(value: object, odd: set[Oddity]) -> None:
    match value:
        case str():
            if not value.isascii() and _HALF.search(value):
                odd.add(Oddity.HALF_SURROGATE)
        case float():
            if not math.isfinite(value):
                odd.add(Oddity.NO_NUMBER)
        case _TooLarge():
            odd.add(Oddity.TOO_LARGE)
        case int():
            if abs(value) > _LARGEST:
                odd.add(Oddity.TOO_LARGE_INTEGER)
            if type(value) is _TooManyDigits:
                odd.add(Oddity.TOO_MANY_DIGITS)
        case _:
            pass
