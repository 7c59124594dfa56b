# Generated from templates/runtime/cli/reports.py.
# Do not edit; change it and run: python -m nox -s generate

"""What `check` prints: for people, for programs, for GitHub's annotations."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from typing import Final, NamedTuple

import click

from ..findings.checking import Findings, Severity
from ..text.wording import and_more, one_line


class Report(NamedTuple):
    """What was found in a document; its text is None if it could not be read."""

    source: str
    text: str | None
    findings: Findings

    def count(self, severity: Severity) -> int:
        """How many findings there are, those included that are not told."""
        told = sum(each.severity == severity for each in self.findings.told)
        return told + self.findings.more.get(severity, 0)

    @property
    def more(self) -> int:
        """How many of them are not told."""
        return sum(self.findings.more.values())


def print_text(reports: Iterable[Report]) -> None:
    """Each problem with its place, the line that it stands in and a mark, and a summary."""
    counts: dict[Severity, int] = {"error": 0, "warning": 0, "notice": 0}
    sources: list[str] = []
    for report in reports:
        sources.append(report.source)
        if report.findings.told:
            from .diagnostics import print_findings  # rich, which most runs have no use for

            print_findings(report.findings.told, report.text, report.more)
        for severity in counts:
            counts[severity] += report.count(severity)
    files = sources[0] if len(sources) == 1 else _counted(len(sources), "file")
    found = [_counted(count, severity) for severity, count in counts.items() if count]
    click.echo(one_line(f"{files}: {', '.join(found) or 'no problems'}"))


def print_json(reports: Iterable[Report]) -> None:
    """One object: the number of files, and the problems with the members of a ConfigProblem.

    `more` is the number of those that are not there: of each file, a hundred are.
    """
    files = more = 0
    problems: list[dict[str, object]] = []
    for report in reports:
        files += 1
        more += report.more
        for severity, problem in report.findings.told:
            problems.append({"severity": severity, **problem._asdict()})
    click.echo(json.dumps({"files": files, "problems": problems, "more": more}, indent=2))


def print_github(reports: Iterable[Report]) -> None:
    """Workflow commands that GitHub shows beside the lines of a change."""
    for report in reports:
        for severity, problem in report.findings.told:
            place = {"file": problem.source, "line": problem.line, "col": problem.column}
            said = ",".join(f"{key}={_property(value)}" for key, value in place.items() if value)
            message = ": ".join(part for part in (problem.pointer, problem.message) if part)
            click.echo(f"::{severity} {said}::{_data(message)}")
        for severity, count in report.findings.more.items():
            if count:
                said = f"file={_property(report.source)}"
                click.echo(f"::{severity} {said}::{and_more(count)}")


FORMATS: Final[dict[str, Callable[[Iterable[Report]], None]]] = {
    "text": print_text,
    "json": print_json,
    "github": print_github,
}


_IN_PROPERTIES = str.maketrans({"%": "%25", "\r": "%0D", "\n": "%0A", ":": "%3A", ",": "%2C"})


def _counted(count: int, noun: str) -> str:
    return f"{count} {noun}" if count == 1 else f"{count} {noun}s"


def _data(text: str) -> str:
    """Text as GitHub's workflow commands take it."""
    return one_line(text).replace("%", "%25")


def _property(value: object) -> str:
    """A property of theirs: line ends as they have them, and what else can't be printed escaped."""
    text = "".join(char if char in "\r\n" else one_line(char) for char in str(value))
    return text.translate(_IN_PROPERTIES)
