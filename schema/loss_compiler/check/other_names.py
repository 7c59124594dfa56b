"""What people call properties elsewhere, which is nothing that the object itself has."""

from __future__ import annotations

from collections.abc import Iterator

from ..source.problems import Problem
from ..source.syntax import ALSO, ClosedObject


def other_name_problems(owner: ClosedObject) -> Iterator[Problem]:
    """Other names that properties of the same object have; two may have one of them."""
    for each in owner.properties.values():
        for index, name in enumerate(each.also):
            path = (*each.path, ALSO, index)
            if name == each.key:
                yield Problem(path, f"{name!r} is what the property is called here; leave it out")
            elif name in owner.properties:
                message = f"{name!r} is a property of this object itself; leave it out"
                yield Problem(path, message, about=(owner.properties[name].path,))
