"""What a schema says that people call its properties elsewhere, and can't be."""

from __future__ import annotations

from collections.abc import Iterator

from ..source.problems import Problem
from ..source.syntax import ALSO, LossesSchema


def other_name_problems(schema: LossesSchema) -> Iterator[Problem]:
    """Other names that are names of the same object: nobody would be told of them."""
    for owner in schema.objects.values():
        for held in owner.properties.values():
            for index, name in enumerate(held.also):
                if name in owner.properties:
                    message = f"{owner.name} has a property {name!r} itself"
                    yield Problem((*held.path, ALSO, index), message)
