"""Whether what is called compatible is, and what is called breaking breaks something.

A schema is edited at random, and two ways of finding out are compared: that of the compiler, which
looks at the schemas, and trying: what each of them accepts, as `released.corpus` writes it down, is
given to the other one.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, NamedTuple

import jsonschema_rs
from hypothesis import strategies as st

from loss_compiler.history.change import Change, Effect, in_words
from loss_compiler.history.interface import changes
from loss_compiler.meaning.analyse import analyse
from loss_compiler.meaning.ir import Bottleneck, Field, Model, Place, Schema, Summand, Term
from loss_compiler.source.syntax import Array, Kind, Map, Objects, is_comment, syntax_of
from support.corpus import Json, configs
from support.schemas import VARIED
from tools.fuzz.schema_edits import EDITS, edit

from .target import Target

SHOWS_IN_CONFIGS = (
    "key removed",
    "section removed",
    "new required key",
    "now required",
    "null no longer allowed",
    "now needs",
    "choice removed",
    "choices changed",
    "choices narrowed",
    "range narrowed",
    "default changed",
    "items may no longer be the same",
)
"""Changes of which a config can tell: it is refused, or means something else."""


class Step(NamedTuple):
    """An edit: which kind, at which of the places where it is possible, and which of its values."""

    kind: str
    place: int
    value: int


class Case(NamedTuple):
    """The edits of a schema."""

    steps: tuple[Step, ...]


CASES = st.lists(
    st.builds(Step, st.sampled_from(sorted(EDITS)), st.integers(0, 200), st.integers(0, 40)),
    min_size=1,
    max_size=4,
).map(lambda steps: Case(tuple(steps)))


def target(folder: Path) -> Target[Case]:
    """Random edits of the schema with every kind of property, there and back."""
    return Target(
        name="interface",
        title="edits of a schema: what generate calls compatible, and what it calls breaking",
        cases=CASES,
        check=check,
        show=show,
    )


def check(case: Case) -> str:
    """Compare both ways, for the edits and for their opposite."""
    before, after = _documents(case)
    there = _checked(before, after)
    _checked(after, before)
    return there


def show(case: Case) -> str:
    """The edits, and what they are called."""
    old, new = map(_schema, _documents(case))
    said = [f"{each.effect.value} {each.where}: {in_words(each)}" for each in changes(old, new)]
    return "\n".join([*map(repr, case.steps), *said])


def _documents(case: Case) -> tuple[Any, Any]:
    before = json.loads(VARIED.read_text(encoding="utf-8"))
    after = json.loads(VARIED.read_text(encoding="utf-8"))
    for step in case.steps:
        edit(after, step.kind, step.place, step.value)
    return before, after


def _schema(document: Any) -> Schema:
    return analyse(syntax_of(document))


def _checked(before: Any, after: Any) -> str:
    old, new = _schema(before), _schema(after)
    found = changes(old, new)
    breaking = [each for each in found if each.effect is Effect.BREAKING]
    broken = next(_broken_configs(old, new, after), None)
    if not breaking:
        assert broken is None, f"called compatible, but {broken} is refused or means another thing"
        assert _names(old) <= _names(new), f"{_names(old) - _names(new)} are gone"
        assert _plans(old).items() <= _plans(new).items(), "a bottleneck has other losses"
        sums, before = _sums(new), _sums(old)
        assert all(sums[each] == before[each] for each in before), "a trainer sums something else"
    elif any(_shows_in_configs(each, old, new) for each in breaking):
        assert broken is not None, f"called breaking, but no config shows it: {breaking}"
    return _class(found)


def _class(found: tuple[Change, ...]) -> str:
    effects = {each.effect for each in found}
    return next((effect.value for effect in Effect if effect in effects), "no change")


def _broken_configs(old: Schema, new: Schema, document: Any) -> Iterator[Json]:
    """Configs of the old schema that the new one refuses, or that mean something else there."""
    validator = jsonschema_rs.validator_for(document)
    for config in configs(old):
        if not validator.is_valid(config) or not _holds(
            _meaning(config, new), _meaning(config, old)
        ):
            yield config


def _shows_in_configs(change: Change, old: Schema, new: Schema) -> bool:
    """Whether it is a change in what a config can say: in an object that it can hold."""
    unused = {*_unused(new), *_unused(old)}
    if change.was in {model.name for model in old.models}:  # another class, perhaps the same keys
        return False
    return change.what in SHOWS_IN_CONFIGS and not (
        change.where.startswith(tuple(unused)) or set(change.path) & unused
    )


def _unused(schema: Schema) -> list[str]:
    """The classes whose objects stand nowhere in a config."""
    models = (*schema.models, *schema.results)
    return [model.name for model in models if model.name == model.place]


def _names(schema: Schema) -> set[tuple[str, ...]]:
    """What people import, and what they write for a bottleneck."""
    names: set[tuple[str, ...]] = {(model.name,) for model in (*schema.models, *schema.results)}
    return names | {(each.class_name, each.member, each.config_type) for each in schema.bottlenecks}


def _plans(schema: Schema) -> dict[str, list[tuple[str, str, str, float, str]]]:
    return {each.class_name: list(_plan(each)) for each in schema.bottlenecks}


def _plan(bottleneck: Bottleneck) -> Iterator[tuple[str, str, str, float, str]]:
    for loss in bottleneck.losses:
        yield loss.key, loss.name, loss.weight.path, loss.scale, loss.stem


def _sums(schema: Schema) -> dict[str, list[tuple[object, ...]]]:
    """What each trainer sums, in order; the bottleneck's losses are a place in it."""
    return {
        trainer.name: [
            *map(_summed, trainer.objective.before_bottleneck),
            (trainer.objective.has_bottleneck,),
            *map(_summed, trainer.objective.after_bottleneck),
            ("the discriminator",),
            *map(_summed, trainer.objective.discriminator),
        ]
        for trainer in schema.trainers
        if trainer.objective is not None
    }


def _summed(loss: Summand) -> tuple[object, ...]:
    value: object = loss.value
    if isinstance(loss.value, Term):
        arguments = loss.value.arguments
        value = (loss.value.kind, loss.value.reads, arguments and arguments.path)
    weight = loss.weight.path if isinstance(loss.weight, Place) else loss.weight
    conditions = (loss.discriminator, loss.teacher, loss.channels, loss.off_at_zero)
    return loss.name, value, weight, loss.scale, loss.decay and loss.decay.path, *conditions


def _meaning(config: Json, schema: Schema) -> Json:
    """A config with everything that is there by default."""
    models = {model.name: model for model in schema.models}
    return _object(config, schema.models[0], models)


def _object(value: Json, model: Model, models: Mapping[str, Model]) -> Json:
    match value:
        case Mapping():
            return {
                field.key: _value(value.get(field.key, _default(field)), field.kind, models)
                for field in model.fields
            }
        case _:
            return value


def _default(field: Field) -> Any:
    return field.default


def _value(value: Json, kind: Kind, models: Mapping[str, Model]) -> Json:
    match kind, value:
        case Objects((name,)), Mapping():
            return _object(value, models[name], models)
        case Objects(names, str(tag)), Mapping():
            name = next(each for each in names if models[each].tag(tag) == value[tag])
            return _object(value, models[name], models)
        case Array(items), list():
            return [_value(each, items.kind, models) for each in value]
        case Map(), Mapping():
            return {key: each for key, each in value.items() if not is_comment(key)}
        case _:
            return value


def _holds(whole: Json, part: Json) -> bool:
    """Whether all of `part` is in `whole`."""
    match whole, part:
        case Mapping(), Mapping():
            return all(key in whole and _holds(whole[key], part[key]) for key in part)
        case list(), list():
            return len(whole) == len(part) and all(map(_holds, whole, part))
        case _:
            return (type(whole) is bool) == (type(part) is bool) and whole == part
