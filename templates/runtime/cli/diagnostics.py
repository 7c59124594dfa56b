"""Problems as people read them: the place, the message, the line and a mark below it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from rich.cells import cell_len
from rich.text import Text

from ..findings.checking import Finding
from ..model.errors import ConfigProblem
from ..text.wording import and_more, one_line, without_middle
from .output import console

_STYLES = {"error": "bold red", "warning": "bold yellow", "notice": "bold cyan"}
_LONGEST = 500  # a key may be as long as a file

_TOKEN = re.compile(r'"(?:[^"\\\n]|\\.)*"?|[^\s,:\[\]{}"]+|.')
_WIDEST = 96  # cells that a line takes where nothing else limits it
_BEFORE = 40
_AT_LEAST = 20
_FAR = 1000  # characters from the mark, most of them too far away to be shown
_TAB = "    "
_CUT = "…"


def print_findings(
    findings: Sequence[Finding], text: str | None, more: int = 0, *, stderr: bool = False
) -> None:
    """What was found in `text`, or why there is none, and that there is `more`."""
    out = console(stderr=stderr)
    width = out.width if out.is_terminal else None
    lines = None if text is None else text.split("\n")
    for finding in findings:
        out.print(_told(finding, lines, width))
    if more:
        out.print(f"{one_line(findings[0].problem.source)}: {and_more(more)}")


def _told(finding: Finding, lines: Sequence[str] | None, width: int | None) -> Text:
    severity, problem = finding
    place = problem.source
    if problem.line is not None:
        place = f"{place}:{problem.line}:{problem.column}"
    told = Text.assemble(
        (one_line(place), "bold"),
        ": ",
        (severity, _STYLES[severity]),
        ": ",
        _one_line(_headline(problem)),
    )
    if lines is not None and problem.line is not None and problem.column is not None:
        number = str(problem.line)
        edge = " " * len(number)
        room = _WIDEST if width is None else min(_WIDEST, width - len(f" {number} | "))
        line, mark = _excerpt(lines, problem.line, problem.column, room)
        told.append(f"\n {number} | {line}\n {edge} | ").append(mark, _STYLES[severity])
        if problem.pointer:
            told.append(f"\n {edge} = at {_one_line(problem.pointer)}")
    return told


def _headline(problem: ConfigProblem) -> str:
    """The message; it names what is missing, since the line that is shown doesn't have it."""
    if problem.message.startswith("missing"):
        return f"{problem.pointer.rpartition('/')[2]!r} is {problem.message}"
    return problem.message


def _one_line(text: str) -> str:
    """`text` as it can be printed, without the middle if it is very long."""
    return one_line(without_middle(text, _LONGEST))


class _Excerpt(NamedTuple):
    """A line as it can be printed, and spaces and `^` that mark a part of it."""

    line: str
    mark: str


def _excerpt(lines: Sequence[str], line: int, column: int, width: int) -> _Excerpt:
    """The key or value that begins at `line` and `column`, with what fits around it in `width`."""
    source = lines[line - 1].removesuffix("\r")
    start = column - 1
    token = _TOKEN.match(source, start)
    end = token.end() if token else start
    before = _shown(source[max(start - _FAR, 0) : start])
    marked = _shown(source[start : min(end, start + _FAR)])
    after = _shown(source[end : end + _FAR])
    if cell_len(before + marked + after) > width:
        before = _last(before, min(_BEFORE, max(width - _AT_LEAST, 0)))
        room = width - cell_len(before)
        if cell_len(marked) < room:
            after = _first(after, room - cell_len(marked))
        else:
            marked, after = _first(marked, room), ""
    mark = " " * cell_len(before) + "^" * max(cell_len(marked), 1)
    return _Excerpt((before + marked + after).rstrip(), mark)


def _shown(text: str) -> str:
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
