"""Inserts entries into a JSON text and leaves everything else in it as it is."""

from __future__ import annotations

from json import JSONDecoder
from typing import Any

from ..shared.jsontext import JsonPath, Position
from ..source.files import SourceFile, parsed
from ..source.json_text import Style, written


def inserted(
    source: SourceFile, path: JsonPath, value: Any, style: Style, after: str | None = None
) -> SourceFile:
    """`source` with a new entry.

    Args:
        source: a file.
        path: where `value` is to stand: the last step is a new key, or, in an array, its length.
            Objects on the way there are made if they are missing.
        value: what is to stand there.
        style: how to write it.
        after: the key of the entry to write it after, in place of the last one.
    """
    while path[:-1] not in source.json.value_positions:
        path, value, after = path[:-1], {path[-1]: value}, None
    *parents, key = path
    place = tuple(parents)
    for length in range(len(place) + 1):
        if _has_to_be_opened(source, place[:length], place, style):
            source = _opened(source, place[:length], style)
    name = f"{written(key, style)}:{style.space}" if type(key) is str else ""
    members = _members(source, place)
    if not members:
        return _filled(source, place, name, value, style)
    neighbour = members[-1] if after is None else (*place, after)
    return _added_after(source, neighbour, name, value, style)


def _has_to_be_opened(source: SourceFile, path: JsonPath, place: JsonPath, style: Style) -> bool:
    """Whether the entries at `path`, on the way to a new one in `place`, need their own lines."""
    members, (start, end) = _members(source, path), _span(source, path)
    if style.indent is None or not members:
        return False
    begins_in_line = _line(source, path) == _line(source, members[0])
    return begins_in_line and (path == place or "\n" not in source.text[start:end])


def _added_after(
    source: SourceFile, neighbour: JsonPath, name: str, value: Any, style: Style
) -> SourceFile:
    """With an entry after `neighbour`, in a line of its own if there are lines."""
    _, end = _span(source, neighbour)
    margin = _margin(source, source.json.position_of_key(neighbour))
    entry = written(value, style, margin, len(margin) + len(name) + 1)
    gap = style.space if style.indent is None else f"\n{margin}"
    return _replaced(source, end, end, f",{gap}{name}{entry}")


def _filled(source: SourceFile, path: JsonPath, name: str, value: Any, style: Style) -> SourceFile:
    """With an entry in the empty container at `path`."""
    start, end = _span(source, path)
    margin = _margin(source, source.json.value_positions[path])
    inner = margin + (style.indent or "")
    entry = name + written(value, style, inner, len(inner) + len(name))
    if style.indent is None:
        return _replaced(source, start + 1, end - 1, f"{style.padding}{entry}{style.padding}")
    return _replaced(source, start + 1, end - 1, f"\n{inner}{entry}\n{margin}")


def _opened(source: SourceFile, path: JsonPath, style: Style) -> SourceFile:
    """With each entry of the container at `path` in a line of its own."""
    start, end = _span(source, path)
    margin = _margin(source, source.json.value_positions[path])
    inner = margin + (style.indent or "")
    entries = (inner + _member(source, each) for each in _members(source, path))
    return _replaced(source, start + 1, end - 1, "\n" + ",\n".join(entries) + f"\n{margin}")


def _replaced(source: SourceFile, start: int, end: int, text: str) -> SourceFile:
    return parsed(source.name, source.text[:start] + text + source.text[end:])


def _members(source: SourceFile, path: JsonPath) -> list[JsonPath]:
    """The paths to the entries of the container at `path`."""
    container: Any = source.json.value
    for step in path:
        container = container[step]
    keys = container if type(container) is dict else range(len(container))
    return [(*path, key) for key in keys]


def _member(source: SourceFile, path: JsonPath) -> str:
    """An entry with its key, as it stands in the text."""
    _, end = _span(source, path)
    return source.text[_offset(source, source.json.position_of_key(path)) : end]


def _span(source: SourceFile, path: JsonPath) -> tuple[int, int]:
    """Where the value at `path` begins and ends in the text."""
    start = _offset(source, source.json.value_positions[path])
    _, end = JSONDecoder().raw_decode(source.text, start)
    return start, int(end)


def _offset(source: SourceFile, position: Position) -> int:
    lines = source.text.split("\n")[: position.line - 1]
    return sum(len(line) + 1 for line in lines) + position.column - 1


def _margin(source: SourceFile, position: Position) -> str:
    """The white space at the beginning of a line."""
    line = source.text.split("\n")[position.line - 1]
    return line[: len(line) - len(line.lstrip(" \t"))]


def _line(source: SourceFile, path: JsonPath) -> int:
    return source.json.value_positions[path].line
