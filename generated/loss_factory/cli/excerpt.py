# Generated from templates/support/cli/excerpt.py.
# Do not edit; change it and run: python -m nox -s generate

"""The line of a text in which something is wrong, with a mark below it."""

from __future__ import annotations

import re
from typing import NamedTuple

from rich.cells import cell_len

_TOKEN = re.compile(r'"(?:[^"\\\n]|\\.)*"?|[^\s,:\[\]{}"]+|.')
_WIDEST = 96
_BEFORE = 40
_TAB = "    "


class Excerpt(NamedTuple):
    """A line as it can be printed, and spaces and `^` that mark a part of it."""

    line: str
    mark: str


def excerpt(text: str, line: int, column: int) -> Excerpt:
    """The key or value that begins at `line` and `column` of `text`, with what is around it."""
    source = text.split("\n")[line - 1].removesuffix("\r")
    before, rest = source[: column - 1], source[column - 1 :]
    token = _TOKEN.match(rest)
    marked = token[0] if token else ""
    after = rest[len(marked) :]
    before, marked, after = _printable(before), _printable(marked), _printable(after)
    if cell_len(before + marked + after) > _WIDEST:
        if cell_len(before) > _BEFORE:
            before = "… " + before[-_BEFORE:]
        room = max(_WIDEST - cell_len(before), _BEFORE)
        if cell_len(marked) > room:
            marked, after = marked[: room - 2], " …"
        elif cell_len(marked + after) > room:
            after = after[: room - cell_len(marked)] + " …"
    width = max(cell_len(marked), 1)
    return Excerpt((before + marked + after).rstrip(), " " * cell_len(before) + "^" * width)


def _printable(text: str) -> str:
    """`text` with tabs as spaces, and a mark for each character that can't be printed."""
    return "".join(
        char if char.isprintable() else _TAB if char == "\t" else "\ufffd" for char in text
    )
