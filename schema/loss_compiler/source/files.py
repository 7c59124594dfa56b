"""Reads a file of a schema and knows where everything in it stands."""

from __future__ import annotations

import errno
import os
import stat
from collections.abc import Iterable
from dataclasses import dataclass
from heapq import nsmallest
from pathlib import Path
from typing import TypeAlias

from ..shared.jsontext import JsonDocument, JsonPath, JsonSyntaxError, Position, read_json
from ..shared.wording import MOST_TOLD, and_more, first_told, one_line, shown_pointer
from .problems import CompileError, Problem

LONGEST_FILE = 100_000_000
"""The most bytes that are read."""


@dataclass(frozen=True)
class SourceFile:
    """A file as it was read: its name in messages, its text with "\\n" line ends, its JSON."""

    name: str
    text: str
    json: JsonDocument

    def position(self, path: JsonPath, at_key: bool) -> Position:
        """Where the value at `path` stands, or its key."""
        return self.json.position_of_key(path) if at_key else self.json.position_of_value(path)

    def error(self, problems: Iterable[Problem]) -> CompileError:
        """The error that reports the first of `problems` in the order of the file."""
        return placed_error(
            (self, self.position(each.path, each.at_key), each) for each in problems
        )


Placed: TypeAlias = tuple[SourceFile, Position, Problem]
"""A problem, and where it is reported."""


def placed_error(placed: Iterable[Placed]) -> CompileError:
    """The error that reports the first problems by file and in the order in which they stand there.

    What is told twice is one problem.
    """
    problems = {
        (file.name, position, each.path, each.message + each.near)
        for file, position, each in placed
    }
    first = nsmallest(MOST_TOLD, problems, key=_order)
    lines = [
        one_line(f"{name}:{line}:{column}: {shown_pointer(path) or '(root)'}: {message}")
        for name, (line, column), path, message in first
    ]
    if more := len(problems) - len(first):
        lines.append(one_line(f"{first[-1][0]}: {and_more(more)}"))
    return CompileError(lines)


def _order(problem: tuple[str, Position, JsonPath, str]) -> tuple[str, Position, list[str], str]:
    name, position, path, message = problem
    return name, position, [*map(str, path)], message


def read_source(file: Path) -> SourceFile:
    """Read a file.

    Raises:
        CompileError: the file can't be read, or isn't strict JSON.
    """
    name = name_of(file)
    try:
        text = _content(file).decode("utf-8").replace("\r\n", "\n")
    except UnicodeDecodeError as error:
        message = f"{name}: expected UTF-8 text; {error.reason} at byte {error.start}"
        raise CompileError([message]) from None
    except OSError as error:
        raise CompileError([f"{name}: can't be read: {error.strerror}"]) from None
    return parsed(name, text)


def _content(file: Path) -> bytes:
    """What a file holds; nobody waits for a pipe, nor reads a device that has no end.

    Raises:
        OSError: it can't be read.
    """
    status = file.stat()
    is_shells = stat.S_ISFIFO(status.st_mode) and file.is_symlink()  # <(…)
    if not (is_shells or stat.S_ISREG(status.st_mode) or stat.S_ISDIR(status.st_mode)):
        raise OSError(errno.EINVAL, "expected a file, not a pipe or a device")
    most = LONGEST_FILE + 1
    with file.open("rb") as stream:  # some files below /proc have no size and no end
        content = stream.read(most if is_shells else min(status.st_size, most))
    if len(content) == most:
        raise OSError(errno.EFBIG, f"it is longer than {LONGEST_FILE:,} bytes")
    return content


def parsed(name: str, text: str) -> SourceFile:
    """The file `name`, which holds `text`.

    Raises:
        CompileError: it isn't strict JSON.
    """
    try:
        source = SourceFile(name, text, read_json(text))
    except JsonSyntaxError as error:
        raise CompileError([f"{name}:{error}"]) from None
    if source.json.defects:
        first, more = first_told(source.json.defects)
        told = placed_error(
            (source, each.position, Problem(each.path, each.message)) for each in first
        )
        rest = [one_line(f"{name}: {and_more(more)}")] if more else []
        raise CompileError([*told.lines, *rest])
    return source


def name_of(file: Path) -> str:
    """`file` as people near it would write it."""
    try:
        return Path(os.path.abspath(file)).relative_to(Path.cwd()).as_posix()
    except (ValueError, OSError):  # elsewhere, or in a folder that was removed
        return file.as_posix()
