"""Reads a file of a schema and knows where everything in it stands."""

from __future__ import annotations

import errno
import os
import stat
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import TypeAlias

from ..shared.jsontext import JsonDocument, JsonPath, JsonSyntaxError, Position, read_json
from ..shared.wording import json_pointer, one_line
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
        """The error that reports `problems` in the order in which they stand in the file."""
        return placed_error(
            (self, self.position(each.path, each.at_key), each) for each in problems
        )


Placed: TypeAlias = tuple[SourceFile, Position, Problem]
"""A problem, and where it is reported."""


def placed_error(placed: Iterable[Placed]) -> CompileError:
    """The error that reports problems by file and in the order in which they stand there."""
    lines = sorted(
        (file.name, position, json_pointer(each.path) or "(root)", each.message + each.near)
        for file, position, each in placed
    )
    return CompileError(
        one_line(f"{name}:{position.line}:{position.column}: {pointer}: {message}")
        for name, position, pointer, message in dict.fromkeys(lines)
    )


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
        raise placed_error(
            (source, each.position, Problem(each.path, each.message))
            for each in source.json.defects
        )
    return source


def name_of(file: Path) -> str:
    """`file` as people near it would write it."""
    try:
        return Path(os.path.abspath(file)).relative_to(Path.cwd()).as_posix()
    except (ValueError, OSError):  # elsewhere, or in a folder that was removed
        return file.as_posix()
