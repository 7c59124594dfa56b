"""What a schema says of trainers and can't be true; at its root it names them, in `x-trainers`."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from ..shared.wording import did_you_mean
from ..source.problems import Problem
from ..source.syntax import TRAINERS, LossesSchema


def trainer_problems(schema: LossesSchema) -> Iterator[Problem]:
    """Trainers that the root does not name, and what can't be true of a trainer."""
    yield from _unknown_trainers(schema)
    yield from _contradictions(schema)
    for note in schema.notes:
        held = schema.objects[note.place].properties if note.place in schema.objects else {}
        for index, key in enumerate(note.passes or ()):
            if key in held:
                message = f"{note.place} has {key!r}, which a trainer can't pass as well"
                yield Problem((*note.path, "passes", index), message)


def _unknown_trainers(schema: LossesSchema) -> Iterator[Problem]:
    """One for each, at the first place that speaks of it: there may be forty."""
    known = [each.name for each in schema.trainers]
    for trainer, count in Counter(note.trainer for note in schema.notes).items():
        if trainer not in known:
            path = next(note.path for note in schema.notes if note.trainer == trainer)
            places = f", of which {count} places say something" if count > 1 else ""
            yield Problem(
                path,
                f"the root's {TRAINERS!r} has no trainer {trainer!r}{places}",
                at_key=True,
                about=((TRAINERS, trainer),),
                near=did_you_mean(trainer, known),
                instead='write {"assumed": false} instead: no config is checked for it unasked',
            )


def _contradictions(schema: LossesSchema) -> Iterator[Problem]:
    for note in schema.notes:
        if note.needs and note.ignores:
            message = "a trainer can't need what it ignores; remove 'needs' or 'ignores'"
            path, about = (*note.path, "ignores"), ((*note.path, "needs"),)
            yield Problem(path, message, at_key=True, about=about)
