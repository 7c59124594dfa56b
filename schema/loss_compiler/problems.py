"""What is wrong with a schema, and the error that reports it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from .shared.jsontext import JsonPath


@dataclass(frozen=True)
class Problem:
    """A mistake at the value that `path` leads to, or at its key."""

    path: JsonPath
    message: str
    at_key: bool = False


class CompileError(Exception):
    """The package can't be compiled. One line for each mistake, as users read it."""

    def __init__(self, lines: Iterable[str]) -> None:
        self.lines = tuple(lines)
        super().__init__("\n".join(self.lines))
