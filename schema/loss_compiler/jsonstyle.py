"""JSON as a file is formatted: with its indentation, and short objects and arrays in one line."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import Any

from .source import SourceFile


@dataclass(frozen=True)
class Style:
    """How JSON is written.

    `indent` is one level of indentation, or None for everything in one line; `padding` stands
    inside the braces of an object in one line; objects and arrays that don't fit into `width`
    columns, counted from the start of the line, are broken.
    """

    indent: str | None
    padding: str
    width: int


PRETTY = Style("  ", " ", 100)
"""As the canonical schema is formatted."""


def style_of(source: SourceFile) -> Style:
    """The style in which a file is written."""
    text, places = source.text.strip(), source.json.value_positions
    padding = "" if '{"' in text else " "
    if "\n" not in text:
        return Style(None, padding, 0)
    indented = re.search(r"^[ \t]+", text, re.MULTILINE)
    inline = any(path and places[path].line == places[path[:-1]].line for path in places)
    return Style(indented[0] if indented else "", padding, PRETTY.width if inline else 0)


def written(value: Any, style: Style, depth: int = 0, before: int = 0) -> str:
    """`value` as text.

    Args:
        value: any JSON value.
        style: how to write it.
        depth: how many levels of indentation its line has.
        before: how many characters stand before it in its line, a comma after it included.
    """
    flat = _flat(value, style)
    if style.indent is None or not value or type(value) not in (dict, list):
        return flat
    if before + len(flat) <= style.width:
        return flat
    inner = style.indent * (depth + 1)
    column = len(inner) + 1
    if type(value) is dict:
        keys = [f"{_scalar(key)}: " for key in value]
        members = [
            key + written(each, style, depth + 1, column + len(key))
            for key, each in zip(keys, value.values(), strict=True)
        ]
    else:
        members = [written(each, style, depth + 1, column) for each in value]
    opening, closing = "{}" if type(value) is dict else "[]"
    body = ",\n".join(inner + member for member in members)
    return f"{opening}\n{body}\n{style.indent * depth}{closing}"


def _flat(value: Any, style: Style) -> str:
    if type(value) is dict and value:
        members = (f"{_scalar(key)}: {_flat(each, style)}" for key, each in value.items())
        return f"{{{style.padding}{', '.join(members)}{style.padding}}}"
    if type(value) is list:
        return f"[{', '.join(_flat(each, style) for each in value)}]"
    return _scalar(value)


def _scalar(value: Any) -> str:
    text = json.dumps(value, ensure_ascii=False)
    return re.sub(r"e\+?(-?)0*", r"e\1", text) if type(value) is float else text
