# Generated from templates/support/cli/telling.py.
# Do not edit; change it and run: python -m nox -s generate

"""Problems as people read them: the place, the message, the line and a mark below it."""

from __future__ import annotations

from collections.abc import Iterable

from rich.text import Text

from .._wording import one_line
from .checking import Finding
from .excerpt import excerpt
from .output import console

_STYLES = {"error": "bold red", "warning": "bold yellow"}


def print_findings(findings: Iterable[Finding], text: str | None, *, stderr: bool = False) -> None:
    """What was found in `text`, or why there is none."""
    out = console(stderr=stderr)
    for finding in findings:
        out.print(_told(finding, text))


def _told(finding: Finding, text: str | None) -> Text:
    severity, problem = finding
    place = problem.source
    if problem.line is not None:
        place = f"{place}:{problem.line}:{problem.column}"
    told = Text.assemble(
        (one_line(place), "bold"),
        ": ",
        (severity, _STYLES[severity]),
        ": ",
        one_line(problem.message),
    )
    if text is not None and problem.line is not None and problem.column is not None:
        line, mark = excerpt(text, problem.line, problem.column)
        number = str(problem.line)
        edge = " " * len(number)
        told.append(f"\n {number} | {line}\n {edge} | ").append(mark, _STYLES[severity])
        if problem.pointer:
            told.append(f"\n {edge} = at {one_line(problem.pointer)}")
    return told
