# Generated from schema/loss_compiler/shared/jsontext.py.
# Do not edit; change it and run: python -m nox -s generate

"""Read JSON strictly (RFC 8259) and remember where every key and value stands.

The standard library's decoder accepts NaN, keeps the last of two equal keys, turns 1e400 into
infinity and forgets positions. This reader keeps the positions and notes such defects; the caller
decides which of them concern it, because a document may hold parts that belong to somebody else.
"""

from __future__ import annotations

import math
import re
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass
from json import JSONDecodeError, JSONDecoder
from typing import Final, NamedTuple, TypeAlias

from .ways import JsonPath as JsonPath
from .ways import Step, Way, path_of
from .wording import shortened

MAX_DEPTH: Final = 100
"""Levels of nesting that are read; a deeper document is refused."""

Json: TypeAlias = "dict[str, Json] | list[Json] | str | int | float | bool | None"
"""What JSON can say."""

DUPLICATE: Final = "duplicate key"
"""What the message about a key that stands twice begins with."""

_LONGEST_NUMBER: Final = 24  # characters that messages show
_STRINGS: Final = JSONDecoder(strict=True)
_SPACE: Final = re.compile(r"[ \t\n\r]*")
_NUMBER: Final = re.compile(r"-?(?:0|[1-9][0-9]*)(\.[0-9]+)?([eE][+-]?[0-9]+)?")
_WORD: Final = re.compile(r"-?[A-Za-z_][A-Za-z0-9_]*")
_LITERALS: Final = {"true": True, "false": False, "null": None}
_PYTHON_WORDS: Final = {"True": "true", "False": "false", "None": "null"}
TO_THE_ROOT: Final = ""
"""The step to the value of the whole document, among the members that hold it."""

_NOT_FINITE: Final = {
    word: f"{word} is not a JSON number" for word in ("NaN", "Infinity", "-Infinity")
}
_SURROGATE: Final = re.compile("[\ud800-\udfff]")


class Position(NamedTuple):
    """A place in a text, as editors count: lines and columns (in characters) from 1."""

    line: int
    column: int


class Lines:
    """A text, and where its lines begin."""

    def __init__(self, text: str) -> None:
        self._line_starts = [0, *(match.end() for match in re.finditer("\n", text))]

    def position(self, offset: int) -> Position:
        """The place of a character."""
        line = bisect_right(self._line_starts, offset)
        return Position(line, offset - self._line_starts[line - 1] + 1)


@dataclass(frozen=True, slots=True)
class Defect:
    """Something that JSON forbids or leaves open, at a value or key.

    A text can have one in each few bytes, so path and position are made when they are asked for.
    """

    message: str
    _way: Way
    _offset: int
    _lines: Lines

    @property
    def path(self) -> JsonPath:
        """The path to the value or key."""
        return path_of(self._way)

    @property
    def position(self) -> Position:
        """Where it stands."""
        return self._lines.position(self._offset)


class Members:
    """Where the members of an object or array begin, and what is in them.

    There are no paths here: those of all parts of a document are longer than the document.
    """

    __slots__ = ("inner", "keys", "values")

    def __init__(self) -> None:
        self.keys: dict[Step, int] = {}
        self.values: dict[Step, int] = {}
        self.inner: dict[Step, Members] = {}


@dataclass(frozen=True)
class JsonDocument:
    """A document's value, its defects in reading order, and the positions of its parts."""

    value: Json
    defects: tuple[Defect, ...]
    _root: Members
    _lines: Lines

    def position_of_key(self, path: JsonPath) -> Position:
        """Where the key that `path` ends in stands, or else the nearest value around it."""
        *_, (members, step) = found = list(self._found(path))
        is_there = len(found) > len(path)
        places = members.keys if is_there and step in members.keys else members.values
        return self._lines.position(places[step])

    def position_of_value(self, path: JsonPath) -> Position:
        """Where the value at `path` begins, or else the nearest one around it."""
        return self._lines.position(self.offset_of_value(path))

    def offset_of_value(self, path: JsonPath) -> int:
        """Where in the text the value at `path` begins, or else the nearest one around it."""
        *_, (members, step) = self._found(path)
        return members.values[step]

    def holds(self, path: JsonPath) -> bool:
        """Whether there is a value at `path`."""
        return len(list(self._found(path))) > len(path)

    def _found(self, path: JsonPath) -> Iterator[tuple[Members, Step]]:
        """As many steps of `path` as there are, each with the members that it is one of.

        The first one is that to the root.
        """
        members: Members | None = self._root
        for step in (TO_THE_ROOT, *path):
            if members is None or step not in members.values:
                return
            yield members, step
            members = members.inner.get(step)


class JsonSyntaxError(ValueError):
    """The text is not JSON. `position` is where reading stopped."""

    def __init__(self, message: str, position: Position) -> None:
        super().__init__(message, position)
        self.message = message
        self.position = position

    def __str__(self) -> str:
        return f"{self.position.line}:{self.position.column}: {self.message}"


def read_json(text: str) -> JsonDocument:
    """Read one JSON document.

    Raises:
        JsonSyntaxError: `text` is not JSON, or nested more than MAX_DEPTH levels deep.
    """
    return _Reader(text).read()


def at(document: Json, path: JsonPath) -> Json:
    """What stands at `path`, or None."""
    for step in path:
        if isinstance(document, dict) and isinstance(step, str):
            document = document.get(step)
        elif isinstance(document, list) and isinstance(step, int) and step < len(document):
            document = document[step]
        else:
            return None
    return document


def object_at(document: Json, path: JsonPath) -> dict[str, Json]:
    """The object that stands at `path`, or an empty one."""
    found = at(document, path)
    return found if isinstance(found, dict) else {}


class _Reader:
    def __init__(self, text: str) -> None:
        self.text = text
        self.lines = Lines(text)
        self.defects: list[Defect] = []

    def read(self) -> JsonDocument:
        if self.text.startswith("\ufeff"):
            message = "the text begins with a byte order mark; save it as UTF-8 without one"
            raise JsonSyntaxError(message, Position(1, 1))
        if not self.text.strip(" \t\r\n"):
            raise JsonSyntaxError("the text is empty; expected a JSON object", Position(1, 1))
        root = Members()
        value, end = self._value(self._skip(0), root, TO_THE_ROOT, None, 0)
        end = self._skip(end)
        if end != len(self.text):
            raise self._error(end, "expected the end of the text after the value")
        return JsonDocument(value, tuple(self.defects), root, self.lines)

    def _error(self, offset: int, message: str) -> JsonSyntaxError:
        found = self.text[offset : offset + 1]
        if not found:
            message = f"{message}, but the text ends here"
        elif found in "/#":
            message = f"{message}; JSON has no comments"
        elif found == "'":
            message = f"{message}; JSON strings stand in double quotes"
        return JsonSyntaxError(message, self.lines.position(offset))

    def _defect(self, way: Way, offset: int, message: str) -> None:
        self.defects.append(Defect(message, way, offset, self.lines))

    def _skip(self, offset: int) -> int:
        match = _SPACE.match(self.text, offset)
        return match.end() if match else offset

    def _value(
        self, offset: int, around: Members, step: Step, way: Way, depth: int
    ) -> tuple[Json, int]:
        """The value at `offset`, which is the member `step` of what is `around` it, and its end."""
        around.values[step] = offset
        around.inner.pop(step, None)  # of an equal key before it
        first = self.text[offset : offset + 1]
        if first in ("{", "["):
            if depth >= MAX_DEPTH:
                raise self._error(offset, f"nested more than {MAX_DEPTH} levels deep")
            members = around.inner[step] = Members()
            read = self._object if first == "{" else self._array
            return read(offset, members, way, depth + 1)
        if first == '"':
            text, end = self._text(offset)
            self._check_surrogates(text, way, offset)
            return text, end
        if word := _WORD.match(self.text, offset):
            return self._word(word, way)
        if number := _NUMBER.match(self.text, offset):
            return self._number(number, way), number.end()
        raise self._error(offset, "expected a value")

    def _object(
        self, offset: int, members: Members, way: Way, depth: int
    ) -> tuple[dict[str, Json], int]:
        result: dict[str, Json] = {}
        offset = self._skip(offset + 1)
        if self.text[offset : offset + 1] == "}":
            return result, offset + 1
        while True:
            if self.text[offset : offset + 1] != '"':
                raise self._error(offset, "expected a key in double quotes")
            start = offset
            key, offset = self._text(offset)
            child = (way, key)
            self._check_surrogates(key, child, start)
            if key in result:
                first = self.lines.position(members.keys[key])
                message = f"{DUPLICATE}; the first one stands in line {first.line}"
                self._defect(child, start, message)
            else:
                members.keys[key] = start
            offset = self._skip(offset)
            if self.text[offset : offset + 1] != ":":
                raise self._error(offset, "expected ':' after the key")
            result[key], offset = self._value(self._skip(offset + 1), members, key, child, depth)
            offset, closed = self._next(offset, "}")
            if closed:
                return result, offset

    def _array(self, offset: int, members: Members, way: Way, depth: int) -> tuple[list[Json], int]:
        result: list[Json] = []
        offset = self._skip(offset + 1)
        if self.text[offset : offset + 1] == "]":
            return result, offset + 1
        while True:
            index = len(result)
            item, offset = self._value(offset, members, index, (way, index), depth)
            result.append(item)
            offset, closed = self._next(offset, "]")
            if closed:
                return result, offset

    def _next(self, offset: int, closing: str) -> tuple[int, bool]:
        """The offset after what follows a member, and whether that closed the container."""
        offset = self._skip(offset)
        found = self.text[offset : offset + 1]
        if found == closing:
            return offset + 1, True
        if found != ",":
            raise self._error(offset, f"expected ',' or '{closing}'")
        following = self._skip(offset + 1)
        if self.text[following : following + 1] == closing:
            raise self._error(offset, f"a trailing comma before '{closing}' is not JSON")
        return following, False

    def _text(self, offset: int) -> tuple[str, int]:
        try:
            value, end = _STRINGS.raw_decode(self.text, offset)
        except JSONDecodeError as error:
            reason = error.msg[:1].lower() + error.msg[1:].removesuffix(" at")
            raise JsonSyntaxError(reason, self.lines.position(error.pos)) from None
        return value, end

    def _check_surrogates(self, text: str, way: Way, offset: int) -> None:
        if _SURROGATE.search(text):
            self._defect(way, offset, "a string holds half of a surrogate pair")

    def _word(self, word: re.Match[str], way: Way) -> tuple[Json, int]:
        if word[0] in _NOT_FINITE:
            self._defect(way, word.start(), _NOT_FINITE[word[0]])
            return float(word[0]), word.end()
        if word[0] not in _LITERALS:
            near = _PYTHON_WORDS.get(word[0])
            meant = f"; did you mean {near}?" if near else ""
            raise self._error(word.start(), f"expected a value, not {word[0]}{meant}")
        return _LITERALS[word[0]], word.end()

    def _number(self, number: re.Match[str], way: Way) -> int | float:
        shown = shortened(number[0], _LONGEST_NUMBER)
        if not number[1] and not number[2]:
            try:
                return int(number[0])
            except ValueError:  # the interpreter's limit on digits
                self._defect(way, number.start(), f"the number {shown} has too many digits")
                return 0
        value = float(number[0])
        if math.isinf(value):
            self._defect(way, number.start(), f"the number {shown} is too large")
        return value
