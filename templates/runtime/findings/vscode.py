"""Settings of VS Code, to which something is added: JSON with comments and trailing commas."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from ..text.jsontext import Json

SCHEMAS = "json.schemas"
"""The setting that says which files have which schema."""

_STRING = r'"(?:[^"\\\n]|\\.)*"'
_COMMENT = re.compile(rf"{_STRING}|//[^\r\n]*|/\*.*?\*/", re.DOTALL)
_LAST_COMMA = re.compile(rf"{_STRING}|,(?=\s*[}}\]])")
_SPACE = re.compile(r"\s*")
_UNTIL_LINE_END = re.compile(r"[^\r\n]")
_DECODER = json.JSONDecoder()


class _Container(NamedTuple):
    """An object or array in a text: where it is closed, and where each of its members stands."""

    close: int
    members: list[_Member]


class _Member(NamedTuple):
    """A member: its key, which items of an array lack, and where key and value begin and end."""

    key: str
    start: int
    value: int
    end: int


def with_schemas(text: str, schemas: Sequence[Mapping[str, Json]]) -> str:
    """The settings `text` with `schemas`, and all else as it is; the same, if they are there.

    Raises:
        ValueError: they are no settings that something can be added to; it says why.
    """
    newline = "\r\n" if "\r\n" in text else "\n"
    plain = _without_comments(text)
    if not plain.strip("\ufeff \t\r\n"):
        end = newline if plain.strip("\ufeff") and not text.endswith("\n") else ""
        text, plain = (f"{each}{end}{{}}{newline}" for each in (text, plain))
    settings = _read(plain)
    if not isinstance(settings, dict):
        raise ValueError("expected an object")
    found = _container(plain, plain.index("{"))
    there = [each for each in found.members if each.key == SCHEMAS]
    if len(there) > 1:
        raise ValueError(f"{SCHEMAS!r} is there twice")
    indent = _indent(text, found)
    if not there:
        listed = _written([*schemas], indent, 1)
        return _added(text, found, [f"{json.dumps(SCHEMAS)}: {listed}"], indent, newline)
    old = settings[SCHEMAS]
    if not isinstance(old, list):
        raise ValueError(f"{SCHEMAS!r} is no array")
    urls = [each.get("url") for each in old if isinstance(each, dict)]
    new = [_written(each, indent, 2) for each in schemas if each["url"] not in urls]
    items = _container(plain, there[0].value)
    return _added(text, items, new, 2 * indent, newline) if new else text


def _without_comments(text: str) -> str:
    """`text` with spaces in the place of comments and of commas after which nothing comes."""
    return _LAST_COMMA.sub(_blank, _COMMENT.sub(_blank, text))


def _blank(found: re.Match[str]) -> str:
    return found[0] if found[0].startswith('"') else _UNTIL_LINE_END.sub(" ", found[0])


def _read(plain: str) -> Json:
    try:
        value: Json = json.loads(plain.replace("\ufeff", " ", 1))
    except ValueError as error:
        raise ValueError(f"it is no JSON with comments: {error}") from None
    except RecursionError:
        raise ValueError("it is nested too deeply") from None
    return value


def _container(plain: str, start: int) -> _Container:
    members = list(_members(plain, start))
    end = members[-1].end if members else start + 1
    return _Container(_after_space(plain, end), members)


def _members(plain: str, start: int) -> Iterator[_Member]:
    is_object = plain[start] == "{"
    place = _after_space(plain, start + 1)
    while plain[place] not in "}]":
        key, value = "", place
        if is_object:
            key, after = _DECODER.raw_decode(plain, place)
            value = _after_space(plain, _after_space(plain, after) + 1)
        _, end = _DECODER.raw_decode(plain, value)
        yield _Member(key, place, value, end)
        place = _after_space(plain, end)
        if plain[place] == ",":
            place = _after_space(plain, place + 1)


def _after_space(plain: str, place: int) -> int:
    found = _SPACE.match(plain, place)
    assert found is not None
    return found.end()


def _indent(text: str, found: _Container) -> str:
    """What the first member is indented by, if it begins a line."""
    for first in found.members[:1]:
        before = text[: first.start].rpartition("\n")[2]
        if before and before.isspace():
            return before
    return "  "


def _written(value: object, indent: str, levels: int) -> str:
    lines = json.dumps(value, indent=indent).splitlines()
    return f"\n{levels * indent}".join(lines)


def _added(text: str, owner: _Container, new: Sequence[str], indent: str, newline: str) -> str:
    """`text` with new members at the end of `owner`, behind the comments that stand there."""
    last = owner.members[-1].end if owner.members else owner.close
    before, between = text[:last], text[last : owner.close].rstrip()
    if not owner.members:
        before = before.rstrip()
    comma = "," if owner.members and "," not in _COMMENT.sub(_blank, between) else ""
    lines = f",\n{indent}".join(new)
    closing = indent[: len(indent) // 2] if text[owner.close] == "]" else ""
    added = f"\n{indent}{lines}\n{closing}".replace("\n", newline)
    return f"{before}{comma}{between}{added}{text[owner.close :]}"
