"""What is wrong with a schema, and the error that reports it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from ..shared.jsontext import JsonPath


@dataclass(frozen=True)
class Problem:
    """A mistake at the value that `path` leads to, or at its key.

    `about` leads to what else it depends on, which may be missing: if an overlay has changed that
    and not what is at `path`, then there is the mistake. `near` suggests a spelling; `instead`
    says what an overlay has to write that has removed what the problem is about.
    """

    path: JsonPath
    message: str
    at_key: bool = False
    about: tuple[JsonPath, ...] = ()
    near: str = ""
    instead: str = ""


class CompileError(Exception):
    """The package can't be compiled. One line for each mistake, as users read it."""

    def __init__(self, lines: Iterable[str]) -> None:
        self.lines = tuple(lines)
        super().__init__("\n".join(self.lines))
