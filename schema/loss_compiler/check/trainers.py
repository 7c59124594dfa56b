"""What a schema says of trainers and can't be true; at its root it names them, in `x-trainers`."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping

from ..shared.wording import did_you_mean
from ..source.problems import Problem
from ..source.syntax import (
    TRAINERS,
    Array,
    Condition,
    Kind,
    LossesSchema,
    Plain,
    Property,
    TrainerNote,
    class_stem,
)


def trainer_problems(schema: LossesSchema) -> Iterator[Problem]:
    """Trainers that the root does not name, and what can't be true of a trainer."""
    yield from _unknown_trainers(schema)
    yield from _contradictions(schema)
    yield from _class_names(schema)
    for note in schema.notes:
        held = schema.objects[note.place].properties if note.place in schema.objects else {}
        for index, key in enumerate(note.passes or ()):
            if key in held:
                message = f"{note.place} has {key!r}, which a trainer can't pass as well"
                yield Problem((*note.path, "passes", index), message)
        if note.excludes:
            yield from _excluded(schema, note)
        lists = [key for key, each in held.items() if isinstance(each.kind, Array)]
        for number, group in enumerate(note.same_length):
            for index, key in enumerate(group):
                if key not in lists:
                    near = did_you_mean(key, lists)
                    message = f"{note.place} has no list {key!r}"
                    path = (*note.path, "same_length", number, index)
                    yield Problem(path, message, near=near)
        yield from _misplaced_defaults(note, held)
        for failure in note.fails:
            for condition in failure.conditions:
                yield from _impossible(condition, note.place, held)


def _misplaced_defaults(note: TrainerNote, held: Mapping[str, Property]) -> Iterator[Problem]:
    """Defaults that are not the trainer's, since the schema has others or the key is not there."""
    for key in note.defaults:
        path = (*note.path, "defaults", key)
        if key not in held:
            near = did_you_mean(key, held)
            yield Problem(path, f"{note.place} has no key {key!r}", at_key=True, near=near)
        elif held[key].default is not None:
            message = f"{key!r} has a default in the schema or is required; only null leaves it"
            yield Problem(path, f"{message} to a trainer", at_key=True)


def _impossible(
    condition: Condition, place: str, held: Mapping[str, Property]
) -> Iterator[Problem]:
    """What can't be true of the value of a key, or can't be compared."""
    if condition.key not in held:
        near = did_you_mean(condition.key, held)
        message = f"{place} has no key {condition.key!r}"
        yield Problem(condition.path, message, at_key=True, near=near)
        return
    if condition.times is not None and condition.above is None and condition.below is None:
        message = "'times' multiplies the value of another key; write 'above' or 'below', too"
        yield Problem((*condition.path, "times"), message, at_key=True)
    yield from _no_lists(condition, place, held)
    of = {key: kind for key, each in held.items() if (kind := _numbers(each.kind)) is not None}
    others = [
        key for key, kind in of.items() if kind == of.get(condition.key) and key != condition.key
    ]
    for word, other in (("above", condition.above), ("below", condition.below)):
        path = (*condition.path, word)
        if other is not None and condition.key not in of:
            message = f"{condition.key!r} is not always a number, nor always a list of numbers"
            yield Problem(path, message, at_key=True)
        elif other is not None and other not in others:
            what = "list of numbers" if of[condition.key] is Array else "number"
            message = f"{place} has no other {what} {other!r}"
            yield Problem(path, message, near=did_you_mean(other, others))


def _no_lists(condition: Condition, place: str, held: Mapping[str, Property]) -> Iterator[Problem]:
    """Lengths of what has none."""
    lists = [key for key, each in held.items() if isinstance(each.kind, Array)]
    other = condition.shorter_than
    for word, said in (("length_is_not", condition.length), ("shorter_than", other)):
        if said is not None and condition.key not in lists:
            message = f"{condition.key!r} is no list"
            yield Problem((*condition.path, word), message, at_key=True)
        elif word == "shorter_than" and other is not None:
            others = [key for key in lists if key != condition.key]
            if other not in others:
                near = did_you_mean(other, others)
                message = f"{place} has no other list {other!r}"
                yield Problem((*condition.path, word), message, near=near)


def _numbers(kind: Kind) -> type[Plain | Array] | None:
    """Whether a value of a kind is a number, a list of numbers, or neither."""
    inner = kind.items.kind if isinstance(kind, Array) else kind
    is_number = isinstance(inner, Plain) and inner.name in ("integer", "number")
    return type(kind) if is_number and isinstance(kind, Plain | Array) else None


def _excluded(schema: LossesSchema, note: TrainerNote) -> Iterator[Problem]:
    """Keys that can't be excluded, since the object has no others of these names."""
    owner, _, own = note.place.partition(".")
    others = [key for key in schema.objects[owner].properties if key != own]
    for index, key in enumerate(note.excludes):
        if key not in others:
            near = did_you_mean(key, others)
            message = f"{owner} has no other key {key!r}"
            yield Problem((*note.path, "excludes", index), message, near=near)


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


def _class_names(schema: LossesSchema) -> Iterator[Problem]:
    """Trainers whose objectives would be classes of one name."""
    first: dict[str, str] = {}
    for trainer in schema.trainers:
        if trainer.objective is not None:
            stem = class_stem(trainer.name)
            other = first.setdefault(stem, trainer.name)
            if other != trainer.name:
                message = f"too much like {other!r}: both become {stem} in Python"
                yield Problem(trainer.path, message, at_key=True)


def _contradictions(schema: LossesSchema) -> Iterator[Problem]:
    for note in schema.notes:
        needs = note.needs, "needs", "need"
        ignores = note.ignores, "ignores", "ignore"
        for (said, keyword, verb), (contradicted, other, _) in (
            (needs, ignores),
            (needs, (note.lacks, "lacks", "lack")),
            (ignores, (note.lacks, "lacks", "lack")),
        ):
            if said and contradicted:
                message = f"a trainer can't {verb} what it {other}; remove {keyword!r} or {other!r}"
                path, about = (*note.path, other), ((*note.path, keyword),)
                yield Problem(path, message, at_key=True, about=about)
