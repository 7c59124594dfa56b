# Generated from templates/runtime/plan/trainer_notes.py.
# Do not edit; change it and run: python -m nox -s generate

"""What a trainer makes of a loss config that is right in itself."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator

from ..model.comments import is_comment
from ..model.records import ConfigT, Objective, Trainer
from ..model.schedules import Schedule
from ..model.shape import fields_of
from ..text.jsontext import JsonPath
from ..text.wording import shown
from .held_objects import HeldObject, Note
from .values_together import failing_values, failures_of, is_one_of, unequal_lists

NOT_READ = " is not read by "


def failures(
    trainer: Trainer,
    objects: Iterable[HeldObject],
    foreign: Collection[str],
    channels: int | None,
    is_misspelled: Callable[[str, JsonPath], bool],
) -> Iterator[Note]:
    """What `trainer` fails on, when it starts or later.

    Args:
        trainer: the trainer.
        objects: those of the config.
        foreign: the sections that are there, and the trainer's own.
        channels: how many the autoencoder puts out, if that is known.
        is_misspelled: whether a key that an object lacks is there under a wrong name.
    """
    for found in objects:
        together = failures_of(trainer, found, channels)
        said = {each.key for failure in together for each in failure.conditions}
        for key in fields_of(found.model):
            place = f"{found.model.__name__}.{key}"
            path = (*found.path, key)
            if not found.path and key in foreign:
                continue
            if key in found.members and found.members[key] is None and key in said:
                continue  # what should be there instead is told below
            if key in found.members:
                yield from _refused(trainer, found, key)
                yield from _excluded(trainer, place, found, path)
            elif place in trainer.needs and not is_misspelled(key, found.path):
                missing = f"{'.'.join(map(str, path))!r} is missing, and "
                yield Note(found.path, True, missing, " can't do without it")
        if found.model.__name__ in trainer.refuses_comments:
            yield from _commented(found.path, found.comments)
        yield from unequal_lists(trainer, found)
        yield from failing_values(together, trainer, found)


def decays_beside_schedules(objective: Objective[ConfigT], config: ConfigT) -> Iterator[Note]:
    """Where a weight is a schedule, and would decay as well."""
    told: set[str] = set()
    for each in objective.summands:
        if each.decay is None or each.decay_path is None or each.decay_path in told:
            continue
        factor = each.decay(config)
        if factor not in (None, 1) and isinstance(each.weight(config), Schedule):
            told.add(each.decay_path)
            after = f" can't use {factor!r} here, since {each.path} is a schedule; expected 1"
            yield Note(tuple(each.decay_path.split(".")), False, "", after)


def in_vain(objective: Objective[ConfigT], config: ConfigT, has_teacher: bool) -> Iterator[Note]:
    """What the trainer reads, and what changes nothing in this training."""
    summands = [each for each in objective.summands if each.path is not None]
    if not has_teacher:
        for section in dict.fromkeys(str(each.path).partition(".")[0] for each in summands):
            inside = [each for each in summands if str(each.path).partition(".")[0] == section]
            is_written = any(each.weight(config) is not None for each in inside)
            if is_written and all(each.teacher for each in inside):
                before = f"{section!r} does nothing in "
                after = " without a teacher ('training.teacher_model')"
                yield Note((section,), True, before, after)
    turn = (*objective.before_bottleneck, *objective.after_bottleneck)
    weights = {
        str(each.path): weight
        for each in turn
        if each.discriminator and (weight := each.weight(config)) is not None
    }
    if weights and all(weight == 0 for weight in weights.values()):
        said = "all weights of what the discriminator says are 0, so that "
        path = tuple(next(iter(weights)).split("."))
        path = path if len(weights) == 1 else path[:-1]
        yield Note(path, True, said, " would train it in vain")


def _refused(trainer: Trainer, found: HeldObject, key: str) -> Iterator[Note]:
    place, path, value = f"{found.model.__name__}.{key}", (*found.path, key), found.members[key]
    if place in trainer.lacks:
        yield Note(path, True, "", f" can't take {key!r} here")
    elif is_one_of(value, trainer.refuses.get(place, ())):
        advice = ""
        if value is None:
            is_needed = place in trainer.needs or fields_of(found.model)[key].is_required()
            advice = "; it needs a value" if is_needed else f"; leave {key!r} out"
        yield Note(path, False, "", f" can't use {shown(value)} here{advice}")
    if isinstance(value, dict):
        if place in trainer.refuses_comments:
            yield from _commented(path, filter(is_comment, value))
        for passed in trainer.passes.get(place, ()):
            if passed in value:
                after = f" can't take {passed!r} here: the trainer passes it itself"
                yield Note((*path, passed), True, "", after)


def _commented(path: JsonPath, comments: Iterable[str]) -> Iterator[Note]:
    """Comments among keyword arguments, which nothing drops."""
    for key in comments:
        yield Note(
            (*path, key), True, "", f" can't take {key!r} here: a comment is an argument, too"
        )


def _excluded(trainer: Trainer, place: str, found: HeldObject, path: JsonPath) -> Iterator[Note]:
    for other in trainer.excludes.get(place, ()):
        if found.members[str(path[-1])] is not None and found.members.get(other) is not None:
            both = f"{path[-1]!r} stands beside {other!r}, and "
            yield Note(path, True, both, " takes one of them")


def unread(trainer: Trainer, objects: Iterable[HeldObject]) -> Iterator[Note]:
    """What is written, and `trainer` doesn't read."""
    for found in objects:
        for key, value in found.members.items():
            if value is not None and f"{found.model.__name__}.{key}" in trainer.ignores:
                yield Note((*found.path, key), True, f"{key!r}{NOT_READ}", "")
