"""What a schema says of the trainers that read configs: `x-trainers`, at its root and elsewhere.

At the root it names the trainers. In a property it says what each of them makes of that property:
`needs` or `ignores` it, `refuses` some of its values, or, of keyword arguments, `passes` some
itself or `takes` no others. In the definition of an object, it says which keys trainers pass.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator
from typing import Any, NamedTuple

from ..meaning.ir import Trainer
from ..shared.jsontext import JsonPath
from ..shared.wording import did_you_mean
from ..source.document import TRAINERS, owners
from ..source.problems import Problem


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
    """Trainers that the root does not name, and what can't be true of a trainer."""
    notes = list(_notes(document))
    yield from _unknown_trainers(notes, document.get(TRAINERS, {}))
    yield from _contradictions(notes)
    objects = {owner.name: owner.subschema["properties"] for owner in owners(document)}
    for note in notes:
        for index, key in enumerate(note.said.get("passes", ())):
            if key in objects.get(note.place, ()):
                message = f"{note.place} has {key!r}, which a trainer can't pass as well"
                yield Problem((*note.path, "passes", index), message)


def _unknown_trainers(notes: list[_Note], known: Collection[str]) -> Iterator[Problem]:
    """One for each, at the first place that speaks of it: there may be forty."""
    for trainer, count in Counter(note.trainer for note in notes).items():
        if trainer not in known:
            path = next(note.path for note in notes if note.trainer == trainer)
            places = f", of which {count} places say something" if count > 1 else ""
            yield Problem(
                path,
                f"the root's {TRAINERS!r} has no trainer {trainer!r}{places}",
                at_key=True,
                about=((TRAINERS, trainer),),
                near=did_you_mean(trainer, known),
                instead='write {"assumed": false} instead: no config is checked for it unasked',
            )


def _contradictions(notes: list[_Note]) -> Iterator[Problem]:
    for note in notes:
        if "needs" in note.said and "ignores" in note.said:
            message = "a trainer can't need what it ignores; remove 'needs' or 'ignores'"
            path, about = (*note.path, "ignores"), ((*note.path, "needs"),)
            yield Problem(path, message, at_key=True, about=about)


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
