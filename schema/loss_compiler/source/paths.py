"""The ways from the root of a config to the objects in it."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from graphlib import CycleError, TopologicalSorter
from typing import NamedTuple

from ..shared.jsontext import JsonPath
from ..shared.wording import listed
from .syntax import ROOT, Array, ClosedObject, Kind, LossesSchema, Objects, Property


class Step(NamedTuple):
    """One key on the way from the config's root to a value, and what it is called in Python.

    To read what is deprecated is a warning.
    """

    key: str
    name: str
    nullable: bool
    deprecated: bool


class Way(NamedTuple):
    """A property that holds an object.

    `variant` is `[type=dac]` where the object is one of several, and `key` ends in `[]` where it
    stands in an array; elsewhere there is a `step` to it.
    """

    owner: str
    key: str
    variant: str
    step: Step | None

    @property
    def place(self) -> str:
        """The property, as messages name it."""
        return f"{self.owner}.{self.key.partition('[')[0]}"


class NoWay(NamedTuple):
    """Why there is no one way to an object: a message, and the object where the way ends.

    `path` leads to the key that the message is about, if it is about one.
    """

    message: str
    owner: str
    path: JsonPath | None = None


@dataclass(frozen=True)
class Paths:
    """The ways into each closed object that the root holds, directly or in others."""

    schema: LossesSchema

    @cached_property
    def ways(self) -> Mapping[str, list[Way]]:
        """The ways into each object that a config can hold; there is none into the root."""
        objects = self.schema.objects
        found: dict[str, list[Way]] = {ROOT: []}
        reachable = [ROOT]
        for owner in reachable:  # grows while it is read
            for each in objects[owner].properties.values():
                for name, way in _ways(owner, each, each.key, each.kind, objects):
                    if name not in found:
                        found[name] = []
                        reachable.append(name)
                    if way not in found[name]:
                        found[name].append(way)
        return found

    @cached_property
    def is_endless(self) -> bool:
        """Whether an object holds itself, directly or in others: then ways have no end."""
        try:
            TopologicalSorter(
                {each.name: each.held for each in self.schema.objects.values()}
            ).prepare()
        except CycleError:
            return True
        return False

    def steps_to(self, name: str) -> tuple[Step, ...] | NoWay:
        """The one path from the root to the object `name`, or why there is no such path.

        It leads there whatever tags say: no other object may stand in the place of this one.
        """
        if others := self._others(name, [name]):
            way = self.ways[name][0]
            either = " or ".join([name, *others])
            message = f"{way.place!r} holds {either}; expected one path whatever the tag says"
            return NoWay(message, name)
        return self._steps_to(name)

    def steps_to_key(self, name: str, key: str) -> tuple[Step, ...] | NoWay:
        """The same to the object `name` for its `key`; others with the same key may stand there."""
        objects = self.schema.objects
        held = objects[name].properties[key]
        for other in self._others(name, [name]):
            same = objects[other].properties.get(key)
            if same is None or _seen_in_python(same) != _seen_in_python(held):
                lack = f"no {key!r}" if same is None else f"another {key!r}"
                message = f"{self.ways[name][0].place!r} may also hold {other}, which has {lack}"
                expected = f"expected one like that of {name}, whatever the tag says"
                return NoWay(f"{message}; {expected}", other)
        return self._steps_to(name)

    def _steps_to(self, name: str) -> tuple[Step, ...] | NoWay:
        """The same, where others may stand in its place."""
        if name not in self._known_steps:
            self._known_steps[name] = self._found_steps(name)
        return self._known_steps[name]

    @cached_property
    def _known_steps(self) -> dict[str, tuple[Step, ...] | NoWay]:
        return {ROOT: ()}

    def _found_steps(self, name: str) -> tuple[Step, ...] | NoWay:
        ways = self.ways.get(name, [])
        if not ways:
            return NoWay(f"no config holds {article(name)}", name)
        found: dict[tuple[tuple[Step, ...], str, str], tuple[bool, bool]] = {}
        for way in ways:
            if way.step is None:
                message = f"{way.place!r} holds {name} in an array; expected one fixed path"
                return NoWay(message, name)
            if others := self._others(way.owner, [way.owner for way in ways]):
                lack = "has" if len(others) == 1 else "have"
                message = f"{way.place!r} holds {name}, and {listed(others)} {lack} no such key"
                return NoWay(f"{message}; expected one path whatever the tag says", way.owner)
            above = self._steps_to(way.owner)
            if isinstance(above, NoWay):
                return above
            end = (above, way.step.key, way.step.name)
            nullable, deprecated = found.get(end, (False, False))
            found[end] = nullable or way.step.nullable, deprecated or way.step.deprecated
        if len(found) > 1 and self._differs_by_tag(ways, found):
            first, last = ways[0], ways[-1]
            message = f"{last.place!r} holds {name}, and so does {first.place!r}"
            path = (*self.schema.objects[last.owner].path, "properties", last.key)
            return NoWay(f"{message}; expected one key whatever the tag says", name, path)
        if len(found) > 1:
            places = listed(f"{way.owner}.{way.key}" for way in ways)
            expected = "expected one place, to know the weight's path"
            return NoWay(f"{name} stands at {places}; {expected}", name)
        [((steps, key, name), (nullable, deprecated))] = found.items()
        return (*steps, Step(key, name, nullable, deprecated))

    def _differs_by_tag(
        self, ways: Sequence[Way], ends: Iterable[tuple[tuple[Step, ...], str, str]]
    ) -> bool:
        """Whether objects that are told apart by a tag have different keys for the same object."""
        return len({way.owner for way in ways}) == len(ways) and len({end[0] for end in ends}) == 1

    def _others(self, name: str, known: Collection[str]) -> list[str]:
        """What may stand in the place of the object `name`, beside those that are `known`."""
        objects = self.schema.objects
        ways = self.ways.get(name, [])
        kinds = (objects[way.owner].properties[way.key.partition("[")[0]].kind for way in ways)
        classes = (each for kind in kinds if isinstance(kind, Objects) for each in kind.classes)
        return [each for each in dict.fromkeys(classes) if each in objects and each not in known]

    def place_of(self, name: str) -> str:
        """The path to the object `name`, such as `spectral.weights`; the root's is empty.

        `[type=dac]` says which of several objects it is, unless the path is the same for all of
        them. An object that stands at several places, or nowhere, is called by its name.
        """
        return self._places[name][0]

    @cached_property
    def _places(self) -> Mapping[str, tuple[str, str]]:
        """The places of all objects, with variants and without."""
        places: dict[str, tuple[str, str]] = {ROOT: ("", "")}

        def place(name: str) -> tuple[str, str]:
            if name not in places:
                ways = self.ways.get(name, [])
                exact = {f"{joined(place(way.owner)[0], way.key)}{way.variant}" for way in ways}
                rough = {joined(place(way.owner)[1], way.key) for way in ways}
                alike = rough.pop() if len(rough) == 1 else name
                places[name] = (exact.pop() if len(exact) == 1 else alike, alike)
            return places[name]

        for name in self.schema.objects:
            place(name)
        return places


def joined(place: str, key: str) -> str:
    """The path to the key of an object."""
    return f"{place}.{key}" if place else key


def article(name: str) -> str:
    """The name of an object with `a` or `an` before it."""
    return f"an {name}" if name.startswith(("A", "E", "I", "O")) else f"a {name}"


def _seen_in_python(held: Property) -> tuple[Kind, bool, str]:
    return held.kind, held.nullable, held.name


def _ways(
    owner: str, held: Property, key: str, kind: Kind, objects: Mapping[str, ClosedObject]
) -> Iterator[tuple[str, Way]]:
    if isinstance(kind, Array):
        yield from _ways(owner, held, f"{key}[]", kind.items.kind, objects)
    elif isinstance(kind, Objects):
        here = Step(key, held.name, held.nullable, held.deprecated)
        step = here if key == held.key else None
        for name in kind.classes:
            if name in objects:
                yield name, Way(owner, key, _variant(objects[name], kind.tag), step)


def _variant(held: ClosedObject, tag: str | None) -> str:
    tagged = None if tag is None else held.properties.get(tag)
    return f"[{tag}={tagged.choices[0]}]" if tagged is not None and tagged.choices else ""
