"""JSON as a file is formatted: with its indentation, and short objects and arrays in one line."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from .files import SourceFile


@dataclass(frozen=True)
class Style:
    """How JSON is written.

    `indent` is one level of indentation, or None for everything in one line; `space` follows colons
    and commas, and `padding` stands inside the braces of an object in one line; objects and arrays
    that don't fit into `width` columns, counted from the start of the line, are broken.
    """

    indent: str | None
    space: str
    padding: str
    width: int


PRETTY = Style("  ", " ", " ", 100)
"""As the canonical schema is formatted."""


def style_of(source: SourceFile) -> Style:
    """The style in which a file is written."""
    text, places = source.text.strip(), source.json.value_positions
    space = " " if text.count('": ') >= len(re.findall('":[^ ]', text)) else ""
    padding = " " if text.count('{ "') >= text.count('{"') else ""
    if "\n" not in text:
        return Style(None, space, padding, 0)
    indented = re.search(r"^[ \t]+", text, re.MULTILINE)
    inline = any(path and places[path].line == places[path[:-1]].line for path in places)
    return Style(indented[0] if indented else "", space, padding, PRETTY.width if inline else 0)


def written(value: Any, style: Style, margin: str = "", before: int = 0) -> str:
    """`value` as text.

    Args:
        value: any JSON value.
        style: how to write it.
        margin: the white space that its line begins with.
        before: how many characters stand before it in its line, and a comma after it.
    """
    flat = _flat(value, style)
    if style.indent is None or not value or type(value) not in (dict, list):
        return flat
    if before + len(flat) <= style.width:
        return flat
    inner = margin + style.indent
    column = len(inner) + 1
    if type(value) is dict:
        keys = [f"{_scalar(key)}:{style.space}" for key in value]
        members = [
            key + written(each, style, inner, column + len(key))
            for key, each in zip(keys, value.values(), strict=True)
        ]
    else:
        members = [written(each, style, inner, column) for each in value]
    opening, closing = "{}" if type(value) is dict else "[]"
    body = ",\n".join(inner + member for member in members)
    return f"{opening}\n{body}\n{margin}{closing}"


def _flat(value: Any, style: Style) -> str:
    if type(value) is dict and value:
        members = [
            f"{_scalar(key)}:{style.space}{_flat(each, style)}" for key, each in value.items()
        ]
        return f"{{{style.padding}{f',{style.space}'.join(members)}{style.padding}}}"
    if type(value) is list:
        return f"[{f',{style.space}'.join(_flat(each, style) for each in value)}]"
    return _scalar(value)


def _scalar(value: Any) -> str:
    text = json.dumps(value, ensure_ascii=False)
    if type(value) is not float or 1e-3 <= abs(value) < 1e16 or not value:
        return text
    return f"{Decimal(text):e}".replace("e+", "e")  # 1e-4, and not 0.0001 or 1e-04
