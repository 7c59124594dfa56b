"""Reads a schema file and knows where everything in it stands."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from .problems import CompileError, Problem
from .shared.jsontext import JsonDocument, JsonSyntaxError, read_json
from .shared.wording import json_pointer, one_line


@dataclass(frozen=True)
class SchemaSource:
    """A schema as it was read: its name in messages, its text with "\\n" line ends, its JSON."""

    name: str
    text: str
    json: JsonDocument

    def error(self, problems: Iterable[Problem]) -> CompileError:
        """The error that reports `problems` in the order in which they stand in the file."""
        placed = sorted(
            (
                self.json.position_of_key(problem.path)
                if problem.at_key
                else self.json.position_of_value(problem.path),
                json_pointer(problem.path) or "(root)",
                problem.message,
            )
            for problem in problems
        )
        return CompileError(
            one_line(f"{self.name}:{position.line}:{position.column}: {pointer}: {message}")
            for position, pointer, message in dict.fromkeys(placed)
        )


def read_schema(file: Path) -> SchemaSource:
    """Read a schema.

    Raises:
        CompileError: the file can't be read, or isn't strict JSON.
    """
    name = _name(file)
    try:
        text = file.read_bytes().decode("utf-8").replace("\r\n", "\n")
    except UnicodeDecodeError as error:
        message = f"{name}: expected UTF-8 text; {error.reason} at byte {error.start}"
        raise CompileError([message]) from None
    except OSError as error:
        raise CompileError([f"{name}: can't be read: {error.strerror}"]) from None
    try:
        source = SchemaSource(name, text, read_json(text))
    except JsonSyntaxError as error:
        raise CompileError([f"{name}:{error}"]) from None
    if source.json.defects:
        raise CompileError(
            one_line(
                f"{name}:{defect.position.line}:{defect.position.column}: "
                f"{json_pointer(defect.path) or '(root)'}: {defect.message}"
            )
            for defect in source.json.defects
        )
    return source


def _name(file: Path) -> str:
    """`file` as people near it would write it."""
    try:
        return file.resolve().relative_to(Path.cwd()).as_posix()
    except ValueError:
        return file.as_posix()
