"""Which part of an overlay is to blame for a problem of the schema that comes out."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TypeAlias

from ..shared.jsontext import Json, JsonPath, Position, at, object_at
from ..shared.wording import json_pointer, slip_for
from ..source.files import Placed, SourceFile, placed_error
from ..source.problems import CompileError, Problem
from ..source.syntax import ENTRIES
from .patch import keyed, keyed_path

_REMOVED = "it is removed here"
_NO_OBJECTS = ("BottleneckType", "LossMapping")
_NEEDED = "change what needs it as well"
_HINT = " ("
_REMOVED_PART = "null removes it here, so write another value"


@dataclass(frozen=True)
class Blame:
    """An overlay, the schema below it, which has no problems, and what they say together."""

    overlay: SourceFile
    below: Json
    document: Json

    def error(self, problems: Iterable[Problem]) -> CompileError:
        """The error that reports `problems` of the document, in the lines of the overlay."""
        placed = [self._placed(problem) for problem in problems]
        hints: dict[object, tuple[Position, str]] = {}
        for _, position, problem in placed:
            if problem.near.startswith(_HINT):
                new, hint = self._perhaps_misspelled(problem), (position, problem.message)
                hints[new] = min(hints.get(new, hint), hint)
        return placed_error(each for each in placed if not self._follows(each, hints))

    def _follows(self, one: Placed, hints: Mapping[object, tuple[Position, str]]) -> bool:
        """Whether another one says already that the same name may be misspelled.

        `hints` has the first one that says it, by the name.
        """
        _, position, problem = one
        new = self._perhaps_misspelled(problem)
        if new is None or new not in hints:
            return False
        if problem.near.startswith(_HINT):
            return hints[new] < (position, problem.message)
        return new[1] in _NO_OBJECTS  # then what is below is judged as that of an object

    def _placed(self, problem: Problem) -> Placed:
        """The place in the overlay that `problem` follows from, and how it reads there."""
        here = replace(problem, path=self._keyed(problem.path))
        about = [self._keyed(each) for each in problem.about]
        for place in about:
            if null := self._null_on(place):
                is_part = place[:-1] == here.path
                removed = f"{_REMOVED}, so {problem.instead or _NEEDED}"
                return self._report(null, here, f"; {_REMOVED_PART if is_part else removed}")
        if self._says(here.path):
            position = self.overlay.position(here.path, problem.at_key)
            return self.overlay, position, self._with_hint(here, about)
        before = _referrers(self._references_below, here.path, *about)
        for place in before:
            if null := self._null_on(place):
                return self._report(null, here, "; what refers to it is removed here")
        after = _referrers(self._references, here.path, *about)
        for places, follows in (
            (about, "it is changed here"),
            (before, "what refers to it is changed here"),
            (after, "it is referred to here"),
        ):
            for change in filter(None, map(self._change_of, places)):
                return self._report(change, here, f"{problem.near}; {follows}")
        return self._report(self._deepest(here.path), here, problem.near)

    def _keyed(self, path: JsonPath) -> JsonPath:
        """Where `path` leads in the overlay, if a choice of objects stands there by name."""
        keyed = keyed_path(self.document, path)
        for length, (step, name) in enumerate(zip(path, keyed, strict=True)):
            if step != name and path[:length] != ENTRIES:
                written = at(self.overlay.json.value, path[:length])
                return keyed if isinstance(written, dict) else path
        return keyed

    def _report(self, place: JsonPath, problem: Problem, follows: str) -> Placed:
        """`problem`, reported at the key that `place` ends in."""
        position = self.overlay.position(place, at_key=True)
        return self.overlay, position, Problem(problem.path, problem.message + follows)

    def _says(self, path: JsonPath) -> bool:
        return self.overlay.json.holds(path)

    def _deepest(self, path: JsonPath) -> JsonPath:
        """As much of `path` as there is in the overlay."""
        lengths = range(len(path), -1, -1)
        return next(path[:length] for length in lengths if self._says(path[:length]))

    def _null_on(self, path: JsonPath) -> JsonPath | None:
        """The null on the way to `path`, if there is one."""
        place = self._deepest(path)
        return place if at(self.overlay.json.value, place) is None else None

    def _change_of(self, path: JsonPath) -> JsonPath | None:
        """Where the overlay writes what stands at `path`, or an array or scalar around it."""
        place = self._deepest(path)
        is_written = place == path or not isinstance(at(self.overlay.json.value, place), dict)
        return place if is_written else None

    # A schema with many problems is searched once.

    @cached_property
    def _keyed_below(self) -> Json:
        return keyed(self.below)

    @cached_property
    def _references_below(self) -> _References:
        return _by_reference(self.below)

    @cached_property
    def _references(self) -> _References:
        return _by_reference(self.document)

    def _with_hint(self, problem: Problem, about: Iterable[JsonPath]) -> Problem:
        """`problem`; if a new entry lacks something, it may be an old one's misspelled name."""
        if problem.path not in [each[:-1] for each in about]:
            return problem
        if (misspelled := self._perhaps_misspelled(problem)) is None:
            return problem
        (*_, key), meant = misspelled
        return replace(problem, near=f"{_HINT}{key!r} is new here; did you mean {meant!r}?)")

    def _perhaps_misspelled(self, problem: Problem) -> tuple[JsonPath, str] | None:
        """The new entry that a problem is in, and the old one that may have been meant."""
        below = self._keyed_below
        for length, key in enumerate(problem.path):
            here = object_at(below, problem.path[:length])
            if here and key not in here:
                meant = slip_for(str(key), here)
                return None if meant is None else (problem.path[: length + 1], meant)
        return None


_References: TypeAlias = Mapping[str, Sequence[tuple[int, JsonPath]]]
"""The paths to what refers to something, by how it does; each with its number in the document."""


def _by_reference(document: Json) -> _References:
    found: dict[str, list[tuple[int, JsonPath]]] = {}
    for number, (reference, path) in enumerate(_references(document)):
        found.setdefault(reference, []).append((number, path))
    return found


def _referrers(references: _References, *places: JsonPath) -> list[JsonPath]:
    """The paths to what refers to one of `places`, in the order of the document."""
    pointers = {f"#{json_pointer(place)}" for place in places}
    found = [each for pointer in pointers for each in references.get(pointer, ())]
    return [path for _, path in sorted(found, key=lambda each: each[0])]


def _references(value: Json, path: JsonPath = ()) -> Iterator[tuple[str, JsonPath]]:
    """Each `$ref` in `value`, and the path to it."""
    members: Iterable[tuple[str | int, Json]] = ()
    if isinstance(value, dict):
        members = value.items()
    elif isinstance(value, list):
        members = enumerate(value)
    for key, each in members:
        if key == "$ref" and isinstance(each, str):
            yield each, (*path, key)
        else:
            yield from _references(each, (*path, key))
