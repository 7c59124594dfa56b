"""What people call properties elsewhere, which has to lead to one property."""

from __future__ import annotations

from collections.abc import Iterator

from ..source.problems import Problem
from ..source.syntax import ALSO, ClosedObject


def other_name_problems(owner: ClosedObject) -> Iterator[Problem]:
    """Other names that are none, or that properties of the same object have."""
    first: dict[str, str] = {}
    for each in owner.properties.values():
        for index, name in enumerate(each.also):
            path = (*each.path, ALSO, index)
            other = first.setdefault(name, each.key)
            if name == each.key:
                yield Problem(path, f"{name!r} is what the property is called here; leave it out")
            elif name in owner.properties:
                message = f"{name!r} is a property of this object itself; leave it out"
                yield Problem(path, message, about=(owner.properties[name].path,))
            elif other != each.key:
                message = f"{name!r} is another name of {other!r} already; leave it out"
                yield Problem(path, message, about=((*owner.properties[other].path, ALSO),))
