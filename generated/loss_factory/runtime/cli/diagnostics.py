# Generated from templates/runtime/cli/diagnostics.py.
# Do not edit; change it and run: python -m nox -s generate

"""Problems as people read them: the place, the message, the line and a mark below it."""

from __future__ import annotations

from collections.abc import Sequence

from rich.text import Text

from ..findings.checking import Finding
from ..model.errors import ConfigProblem
from ..text.wording import and_more, one_line, without_middle
from .excerpt import WIDEST, excerpt
from .output import console

_STYLES = {"error": "bold red", "warning": "bold yellow", "notice": "bold cyan"}


_LONGEST = 500  # a key may be as long as a file


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
        room = WIDEST if width is None else min(WIDEST, width - len(f" {number} | "))
        line, mark = excerpt(lines, problem.line, problem.column, room)
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
