"""Inserts entries into a JSON text and leaves everything else in it as it is."""

from __future__ import annotations

from json import JSONDecoder
from typing import Any

from .jsonstyle import Style, written
from .shared.jsontext import JsonPath, Position
from .source import SourceFile, parsed


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
    while len(path) > 1 and path[:-1] not in source.json.value_positions:
        path, value, after = path[:-1], {path[-1]: value}, None
    *parents, key = path
    container: Any = source.json.value
    for step in parents:
        container = container[step]
    keys = list(container) if type(container) is dict else list(range(len(container)))
    place = tuple(parents)
    in_lines = keys and _line(source, place) != _line(source, (*place, keys[0]))
    if keys and (in_lines or style.indent is None):
        neighbour = (*place, keys[-1] if after is None else after)
        name = f"{written(key, style)}:{style.space}" if type(container) is dict else ""
        text = _added_after(source, neighbour, name, value, style)
    else:
        changed = {**container, key: value} if type(container) is dict else [*container, value]
        text = _rewritten(source, place, changed, style)
    return parsed(source.name, text)


def _added_after(
    source: SourceFile, neighbour: JsonPath, name: str, value: Any, style: Style
) -> str:
    """The text with an entry after `neighbour`, in a line of its own if there are lines."""
    _, end = _span(source, neighbour)
    margin = _margin(source, source.json.position_of_key(neighbour))
    entry = written(value, style, margin, len(margin) + len(name) + 1)
    gap = style.space if style.indent is None else f"\n{margin}"
    return f"{source.text[:end]},{gap}{name}{entry}{source.text[end:]}"


def _rewritten(source: SourceFile, path: JsonPath, value: Any, style: Style) -> str:
    """The text with `value` in place of one that stands in a single line."""
    start, end = _span(source, path)
    position = source.json.value_positions[path]
    entry = written(value, style, _margin(source, position), position.column)
    return f"{source.text[:start]}{entry}{source.text[end:]}"


def _span(source: SourceFile, path: JsonPath) -> tuple[int, int]:
    """Where the value at `path` begins and ends in the text."""
    position = source.json.value_positions[path]
    lines = source.text.split("\n")[: position.line - 1]
    start = sum(len(line) + 1 for line in lines) + position.column - 1
    _, end = JSONDecoder().raw_decode(source.text, start)
    return start, int(end)


def _margin(source: SourceFile, position: Position) -> str:
    """The white space at the beginning of a line."""
    line = source.text.split("\n")[position.line - 1]
    return line[: len(line) - len(line.lstrip(" \t"))]


def _line(source: SourceFile, path: JsonPath) -> int:
    return source.json.value_positions[path].line
