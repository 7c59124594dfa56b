"""What a schema says of the trainers that read configs: `x-trainers`, at its root and elsewhere.

At the root it names the trainers. In a property it says what each of them makes of that property:
`needs` and `ignores` it, `refuses` some of its values, or, of keyword arguments, `passes` some
itself or `takes` no others. In the definition of an object, it says which keys trainers pass.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

from .document import TRAINERS, owners
from .ir import Trainer
from .problems import Problem
from .shared.jsontext import JsonPath
from .shared.wording import did_you_mean


class _Note(NamedTuple):
    """What a schema says of a trainer at a place, such as `TimeLossConfig.weights`."""

    place: str
    path: JsonPath
    trainer: str
    said: Any


def _notes(document: Any) -> Iterator[_Note]:
    for owner in owners(document):
        subschemas = [
            (f"{owner.name}.{key}", (*owner.path, "properties", key), subschema)
            for key, subschema in owner.subschema["properties"].items()
        ]
        if owner.path:
            subschemas.append((owner.name, owner.path, owner.subschema))
        for place, path, subschema in subschemas:
            for trainer, said in subschema.get(TRAINERS, {}).items():
                yield _Note(place, (*path, TRAINERS, trainer), trainer, said)


def trainer_problems(document: Any) -> Iterator[Problem]:
    """Trainers that the root does not name, and arguments that both config and trainer have."""
    known = document.get(TRAINERS, {})
    objects = {owner.name: owner.subschema["properties"] for owner in owners(document)}
    for note in _notes(document):
        if note.trainer not in known:
            message = f"the root's {TRAINERS!r} has no trainer {note.trainer!r}"
            near = did_you_mean(note.trainer, known)
            about = ((TRAINERS, note.trainer),)
            yield Problem(note.path, message, at_key=True, about=about, near=near)
        for index, key in enumerate(note.said.get("passes", ())):
            if key in objects.get(note.place, ()):
                message = f"{note.place} has {key!r}, which a trainer can't pass as well"
                yield Problem((*note.path, "passes", index), message)


def trainers(document: Any) -> tuple[Trainer, ...]:
    """The trainers of a schema without problems."""
    notes = list(_notes(document))
    return tuple(
        _trainer(name, said, [note for note in notes if note.trainer == name])
        for name, said in document.get(TRAINERS, {}).items()
    )


def _trainer(name: str, said: Any, notes: list[_Note]) -> Trainer:
    def places(what: str) -> tuple[str, ...]:
        return tuple(note.place for note in notes if note.said.get(what))

    def values(what: str) -> dict[str, tuple[Any, ...]]:
        return {note.place: tuple(note.said[what]) for note in notes if what in note.said}

    return Trainer(
        name=name,
        description=said["description"],
        assumed=said["assumed"],
        needs=places("needs"),
        ignores=places("ignores"),
        refuses=values("refuses"),
        passes=values("passes"),
        takes=values("takes"),
    )
