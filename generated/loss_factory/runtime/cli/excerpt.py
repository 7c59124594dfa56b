# Generated from templates/runtime/cli/excerpt.py.
# Do not edit; change it and run: python -m nox -s generate

"""The line of a text in which something is wrong, with a mark below it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from rich.cells import cell_len

_TOKEN = re.compile(r'"(?:[^"\\\n]|\\.)*"?|[^\s,:\[\]{}"]+|.')
WIDEST = 96
"""Cells that a line takes where nothing else limits it."""

_BEFORE = 40
_AT_LEAST = 20
_FAR = 1000  # characters from the mark, most of them too far away to be shown
_TAB = "    "
_CUT = "…"


class Excerpt(NamedTuple):
    """A line as it can be printed, and spaces and `^` that mark a part of it."""

    line: str
    mark: str


def excerpt(lines: Sequence[str], line: int, column: int, width: int = WIDEST) -> Excerpt:
    """The key or value that begins at `line` and `column`, with what fits around it in `width`."""
    source = lines[line - 1].removesuffix("\r")
    start = column - 1
    token = _TOKEN.match(source, start)
    end = token.end() if token else start
    before = _printable(source[max(start - _FAR, 0) : start])
    marked = _printable(source[start : min(end, start + _FAR)])
    after = _printable(source[end : end + _FAR])
    if cell_len(before + marked + after) > width:
        before = _last(before, min(_BEFORE, max(width - _AT_LEAST, 0)))
        room = width - cell_len(before)
        if cell_len(marked) < room:
            after = _first(after, room - cell_len(marked))
        else:
            marked, after = _first(marked, room), ""
    mark = " " * cell_len(before) + "^" * max(cell_len(marked), 1)
    return Excerpt((before + marked + after).rstrip(), mark)


def _printable(text: str) -> str:
    """`text` with tabs as spaces, and a mark for each character that can't be printed."""
    return "".join(
        char if char.isprintable() else _TAB if char == "\t" else "\ufffd" for char in text
    )


def _first(text: str, cells: int) -> str:
    """As much of the beginning of `text` as fits into `cells`."""
    if cell_len(text) <= cells:
        return text
    return "".join(_fitting(text, cells - 2)) + f" {_CUT}"


def _last(text: str, cells: int) -> str:
    """As much of the end of `text` as fits into `cells`."""
    if cell_len(text) <= cells:
        return text
    return f"{_CUT} " + "".join([*_fitting(reversed(text), cells - 2)][::-1])


def _fitting(chars: Iterable[str], cells: int) -> Iterable[str]:
    for char in chars:
        cells -= cell_len(char)
        if cells < 0:
            return
        yield char
