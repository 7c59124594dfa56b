"""What changes in what is known of trainers, which `check` tells those who write configs."""

from __future__ import annotations

from collections.abc import Iterator

from ..meaning.ir import Schema, Trainer
from ..source.document import TRAINERS
from .change import Change, Effect, as_json, listed, wording
from .matches import Matches


def trainer_changes(old: Schema, new: Schema, matches: Matches) -> Iterator[Change]:
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
        rules, others = dict(_rules(trainer, matches)), dict(_rules(other, None))
        for rule in {**rules, **others}:
            was, now = rules.get(rule, ""), others.get(rule, "")
            if was != now:
                where = f"{name}: {rule[0]}"
                yield Change(Effect.COMPATIBLE, where, rule[1], was, now)
    for name in after:
        if name not in names:
            yield Change(Effect.COMPATIBLE, name, "new trainer", "", "")


def _rules(trainer: Trainer, matches: Matches | None) -> Iterator[tuple[tuple[str, str], str]]:
    """What is known of a trainer: places and kinds of rules, each with what it says."""

    def place(name: str) -> str:
        return name if matches is None else matches.place(name)

    for rule, names in (("needs", trainer.needs), ("ignores", trainer.ignores)):
        yield from (((place(name), rule), "yes") for name in names)
    for rule, values in (
        ("refuses", trainer.refuses),
        ("passes", trainer.passes),
        ("takes", trainer.takes),
    ):
        yield from (((place(name), rule), listed(each)) for name, each in values.items())
