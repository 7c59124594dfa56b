"""A losses schema as it was read: one file, or a file and the overlays that change it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import product
from pathlib import Path
from typing import Any

from .completion import completed
from .dialect import dialect_problems
from .jsonstyle import PRETTY, written
from .overlay import applied, at, keyed, keyed_path, overlay_problems, removals
from .problems import CompileError, Problem
from .shared.jsontext import JsonPath
from .shared.wording import did_you_mean
from .source import Placed, SourceFile, placed_error, read_source


@dataclass(frozen=True)
class Overlay:
    """An overlay, and the schema that it changes."""

    file: SourceFile
    below: Any

    def says(self, path: JsonPath) -> bool:
        """Whether something stands at `path`, where entries of BottleneckType go by class name."""
        return path in self.file.json.value_positions

    def removes(self, path: JsonPath) -> bool:
        """Whether null stands at `path`."""
        return self.says(path) and at(self.file.json.value, path) is None

    def depth(self, path: JsonPath) -> int:
        """How far `path` leads into the overlay."""
        return next(length for length in range(len(path), -1, -1) if self.says(path[:length]))

    def placed(self, path: JsonPath, problem: Problem) -> Placed:
        """`problem`, reported at `path`."""
        return self.file, self.file.position(path, problem.at_key), problem

    def with_hint(self, problem: Problem, lacking: Sequence[JsonPath]) -> Problem:
        """`problem`; where a new entry lacks something, it may be an old one's misspelled name."""
        if problem.path not in [each[:-1] for each in lacking]:
            return problem
        below = keyed(self.below)
        for length, key in enumerate(problem.path):
            here = at(below, problem.path[:length])
            if key not in here:
                near = did_you_mean(str(key), here)
                return replace(problem, near=f" ({key!r} is new here{near})" if near else "")
        return problem


@dataclass(frozen=True)
class Layers:
    """A schema, the overlays on it from the lowest to the highest, and what they say together."""

    schema: SourceFile
    overlays: tuple[Overlay, ...]
    document: Any

    @property
    def text(self) -> str:
        """The schema as its package ships it."""
        return written(self.document, PRETTY) + "\n" if self.overlays else self.schema.text

    def error(self, problems: Iterable[Problem]) -> CompileError:
        """The error that reports `problems` of the document.

        With overlays they are reported there: the schema below compiles, so one of them is wrong.
        """
        if not self.overlays:
            return self.schema.error(problems)
        return placed_error(self._placed(problem) for problem in problems)

    def _placed(self, problem: Problem) -> Placed:
        """Where an overlay says what `problem` is about, and the problem as it reads there."""
        path = keyed_path(self.document, problem.path)
        abouts = [keyed_path(self.document, each) for each in problem.about]
        here = replace(problem, path=path)
        highest_first = self.overlays[::-1]
        for about, overlay in product(abouts, highest_first):
            if overlay.removes(about):
                message = f"{problem.message}; it is removed here, so change what needs it as well"
                return overlay.placed(about, replace(here, message=message, at_key=True, near=""))
        for overlay in highest_first:
            if overlay.says(path):
                return overlay.placed(path, overlay.with_hint(here, abouts))
        for about, overlay in product(abouts, highest_first):
            if overlay.says(about):
                message = f"{problem.message}{problem.near}; it is changed here"
                return overlay.placed(about, replace(here, message=message, at_key=True, near=""))
        overlay = max(highest_first, key=lambda each: each.depth(path))
        return overlay.placed(path[: overlay.depth(path)], replace(here, at_key=True))


def read_layers(schema: Path, overlays: Sequence[Path] = ()) -> Layers:
    """Read a schema and apply overlays, from the lowest to the highest.

    Raises:
        CompileError: a file can't be read, isn't strict JSON, or is no overlay of what is below it.
    """
    source = read_source(schema)
    layers = Layers(source, (), source.json.value)
    for file in overlays:
        layers = with_overlay(layers, read_source(file))
    return layers


def with_overlay(layers: Layers, file: SourceFile) -> Layers:
    """`layers` with the overlay `file` on top.

    Raises:
        CompileError: it is no overlay of them.
    """
    below, patch = layers.document, file.json.value
    if problems := list(overlay_problems(below, patch)):
        raise file.error(problems)
    document = completed(applied(below, patch))
    result = Layers(layers.schema, (*layers.overlays, Overlay(file, below)), document)
    if problems := dialect_problems(document):
        raise result.error(problems)
    if kept := [path for path in removals(patch) if at(keyed(document), path) is not None]:
        message = "can't be removed: every schema has it"
        raise file.error(Problem(path, message, at_key=True) for path in kept)
    return result
