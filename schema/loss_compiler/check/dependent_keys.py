"""What is wrong with keys that need others: names, and rules that say nothing or can't be kept."""

from __future__ import annotations

from collections.abc import Iterator

from ..shared.jsontext import JsonPath
from ..shared.wording import did_you_mean, shown
from ..source.problems import Problem
from ..source.syntax import ABSENT, NEEDS, RESULTS, ClosedObject, LossesSchema


def dependent_key_problems(schema: LossesSchema) -> Iterator[Problem]:
    """What is wrong with the `dependentRequired` of all objects."""
    for owner in schema.objects.values():
        for key, needed in owner.needs.items():
            path = (*owner.path, NEEDS, key)
            if owner.name in RESULTS:
                yield Problem(path, f"no config holds {owner.name}", at_key=True)
            elif key not in owner.properties:
                yield _unknown(owner, path, key, at_key=True)
            else:
                yield from _of_a_key(owner, path, key)
                for index, other in enumerate(needed):
                    yield from _of_a_needed_key(owner, (*path, index), key, other)


def _of_a_key(owner: ClosedObject, path: JsonPath, key: str) -> Iterator[Problem]:
    default = owner.properties[key].default
    if key in owner.required:
        message = f"{key!r} is required, so name what it needs in 'required' instead"
        yield Problem(path, message, at_key=True, about=((*owner.path, "required"),))
    elif default is not ABSENT and default is not None:
        message = (
            f"{key!r} is {shown(default)} where it isn't written; expected null as its default"
        )
        about = ((*owner.properties[key].path, "default"),)
        yield Problem(path, message, at_key=True, about=about)


def _of_a_needed_key(
    owner: ClosedObject, path: JsonPath, key: str, other: str
) -> Iterator[Problem]:
    if other not in owner.properties:
        yield _unknown(owner, path, other, at_key=False)
    elif other == key:
        yield Problem(path, f"{key!r} can't be written without itself")
    elif other in owner.required:
        message = f"has no effect: {other!r} is required"
        yield Problem(path, message, about=((*owner.path, "required"),))


def _unknown(owner: ClosedObject, path: JsonPath, name: str, at_key: bool) -> Problem:
    near = did_you_mean(name, owner.properties)
    about = ((*owner.path, "properties", name),)
    return Problem(path, f"there is no property {name!r} here", at_key, about=about, near=near)
