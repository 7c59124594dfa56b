"""Inserts entries into a JSON text; all that is there stays, but for space in what is empty."""

from __future__ import annotations

import re
from collections.abc import Mapping
from json import JSONDecoder

from ..shared.jsontext import Json, JsonPath, Position, at
from ..source.files import SourceFile, parsed
from ..source.json_text import INDENT, flat_text, written


def with_entries(
    source: SourceFile, entries: Json, after: Mapping[JsonPath, str], path: JsonPath = ()
) -> SourceFile:
    """`source` with those of `entries`, which begin at `path`, that are not there yet.

    Where the file has an array, the values of an object are its new items. `after` says, for the
    path to a new entry, the key after which it stands; others stand last.
    """
    there = at(source.json.value, path)
    if isinstance(entries, dict) and isinstance(there, list):
        for index, value in enumerate(entries.values(), start=len(there)):
            source = _inserted(source, (*path, index), value, None)
    elif isinstance(entries, dict) and isinstance(there, dict):
        for key, value in entries.items():
            if key in there:
                source = with_entries(source, value, after, (*path, key))
            else:
                source = _inserted(source, (*path, key), value, after.get((*path, key)))
    return source


def _inserted(source: SourceFile, path: JsonPath, value: Json, after: str | None) -> SourceFile:
    """With `value` at `path`, whose last step is new: after a key, or last."""
    *parents, key = path
    place = tuple(parents)
    name = f"{flat_text(key)}: " if isinstance(key, str) else ""
    start, end = _span(source, place)
    keys = _keys(source, place)
    if not keys and "\n" not in source.text.strip():
        space = " " if name else ""
        return _replaced(source, start + 1, end - 1, f"{space}{name}{flat_text(value)}{space}")
    indent = _indent(source)
    if not keys:
        margin = _margin(source, start)
        inner = margin + indent
        entry = name + written(value, inner, len(inner) + len(name), indent)
        return _replaced(source, start + 1, end - 1, f"\n{inner}{entry}\n{margin}")
    neighbour = (*place, keys[-1] if after is None else after)
    _, end = _span(source, neighbour)
    begin = _offset(source, source.json.position_of_key(neighbour))
    margin = _margin(source, begin)
    if not source.text[:begin].endswith(f"\n{margin}"):  # entries stand in one line
        return _replaced(source, end, end, f", {name}{flat_text(value)}")
    entry = name + written(value, margin, len(margin) + len(name) + 1, indent)
    return _replaced(source, end, end, f",\n{margin}{entry}")


def _replaced(source: SourceFile, start: int, end: int, text: str) -> SourceFile:
    return parsed(source.name, source.text[:start] + text + source.text[end:])


def _keys(source: SourceFile, path: JsonPath) -> list[str] | list[int]:
    """The keys or indices of what the object or array at `path` holds."""
    container = at(source.json.value, path)
    if isinstance(container, dict):
        return [*container]
    return [*range(len(container))] if isinstance(container, list) else []


def _span(source: SourceFile, path: JsonPath) -> tuple[int, int]:
    """Where the value at `path` begins and ends in the text."""
    start = _offset(source, source.json.position_of_value(path))
    _, end = JSONDecoder().raw_decode(source.text, start)
    return start, int(end)


def _offset(source: SourceFile, position: Position) -> int:
    lines = source.text.split("\n")[: position.line - 1]
    return sum(len(line) + 1 for line in lines) + position.column - 1


def _margin(source: SourceFile, offset: int) -> str:
    """The white space at the beginning of the line of `offset`."""
    line = source.text[source.text.rfind("\n", 0, offset) + 1 :]
    return line[: len(line) - len(line.lstrip(" \t"))]


def _indent(source: SourceFile) -> str:
    """What the first line that is indented begins with."""
    found = re.search(r"^[ \t]+(?=\S)", source.text, re.MULTILINE)
    return found[0] if found else INDENT
