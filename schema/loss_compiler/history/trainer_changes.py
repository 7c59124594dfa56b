"""What changes in what is known of trainers, which `check` tells those who write configs."""

from __future__ import annotations

from collections.abc import Iterator

from ..meaning.ir import Condition, Failure, Schema, Trainer
from ..meaning.words import as_json
from ..source.syntax import TRAINERS
from .change import Change, Effect, listed, wording


def trainer_changes(old: Schema, new: Schema) -> Iterator[Change]:
    """What is different in facts about trainers, which no config depends on, or their names."""
    after = {trainer.name: trainer for trainer in new.trainers}
    names = {trainer.name for trainer in old.trainers}
    for trainer in old.trainers:
        name = trainer.name
        if name not in after:
            yield Change(Effect.BREAKING, name, "trainer removed", "", "", (TRAINERS,))
            continue
        other = after[name]
        yield from wording(name, trainer.description, other.description)
        if trainer.assumed != other.assumed:
            was, now = as_json(trainer.assumed), as_json(other.assumed)
            yield Change(Effect.COMPATIBLE, name, "assumed", was, now)
        rules, others = dict(_rules(trainer)), dict(_rules(other))
        for rule in {**rules, **others}:
            was, now = rules.get(rule, ""), others.get(rule, "")
            if was != now:
                where = f"{name}: {rule[0]}"
                yield Change(Effect.COMPATIBLE, where, rule[1], was, now)
    for name in after:
        if name not in names:
            yield Change(Effect.COMPATIBLE, name, "new trainer", "", "")


def _rules(trainer: Trainer) -> Iterator[tuple[tuple[str, str], str]]:
    """What is known of a trainer: places and kinds of rules, each with what it says."""
    for rule, names in (
        ("needs", trainer.needs),
        ("ignores", trainer.ignores),
        ("lacks", trainer.lacks),
        ("refuses comments", trainer.refuses_comments),
    ):
        yield from (((name, rule), "yes") for name in names)
    for rule, values in (
        ("refuses", trainer.refuses),
        ("passes", trainer.passes),
        ("excludes", trainer.excludes),
    ):
        yield from (((name, rule), listed(each)) for name, each in values.items())
    for name, summed in trainer.model_types.items():
        yield (f"model_type {name}", "sums"), summed
    for name, groups in trainer.same_length.items():
        yield (name, "same length"), "; ".join(map(listed, groups))
    for name, default in trainer.defaults.items():
        yield (name, "default"), as_json(default)
    for name, failures in trainer.fails.items():
        yield (name, "fails"), "; ".join(map(_in_words, failures))


def _in_words(failure: Failure) -> str:
    conditions = " and ".join(map(_condition, failure.conditions))
    channels = "" if failure.channels is None else f" in {failure.channels} channels"
    return f"{conditions}{channels}: {failure.why}"


def _condition(condition: Condition) -> str:
    found = [
        f"{verb} {listed(values)}"
        for verb, values in (("is", condition.one_of), ("is not", condition.none_of))
        if values is not None
    ]
    if condition.length is not None:
        found.append(f"has not {condition.length} items")
    if condition.shorter_than is not None:
        found.append(f"is shorter than {condition.shorter_than}")
    found += [
        f"{verb} {condition.times!r} × {other}"
        for verb, other in (("above", condition.above), ("below", condition.below))
        if other is not None
    ]
    return f"{condition.key} {', '.join(found)}"
