"""Objects that stand in properties, whose classes can't be named after their paths."""

from __future__ import annotations

from collections.abc import Iterator

from ..shared.jsontext import JsonPath
from ..shared.wording import shown_pointer
from ..source.paths import Paths
from ..source.problems import Problem
from ..source.syntax import SCHEDULES, WEIGHT, LossesSchema, is_loss
from .classes import is_taken
from .repetitions import alike

_ADVICE = "give it an entry in '$defs', and a '$ref' in its place"


def in_place_problems(schema: LossesSchema) -> Iterator[Problem]:
    """Those without a name of their own, if it is clear where each object stands."""
    paths = Paths(schema)
    objects = {each.path: each for each in schema.objects.values() if each.is_in_place}
    first: dict[str, JsonPath] = {name: ("$defs", name) for name in schema.definitions}
    for path, each in objects.items():
        name = schema.wanted[path]
        if name is None:
            if each.name in paths.ways and not paths.is_endless:
                message = "a config can hold this object at several places, and its class would"
                yield Problem(path, f"{message} be named after one path; {_ADVICE}", at_key=True)
        elif name in first:
            message = (
                f"its class would be called {name!r}, like that of {shown_pointer(first[name])}"
            )
            yield Problem(path, f"{message}; {_ADVICE}", at_key=True, about=(first[name],))
        elif is_taken(name) or is_loss(name) or name in {WEIGHT, *SCHEDULES}:
            message = f"its class would be called {name!r}, and that name is taken"
            yield Problem(path, f"{message}; {_ADVICE}", at_key=True)
        else:
            first[name] = path
    named = ((path, name) for name, path in first.items())
    yield from (each for each in alike(named, at_key=True) if each.path in objects)
