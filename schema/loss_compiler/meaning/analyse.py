"""From the syntax of a schema without problems to the IR."""

from __future__ import annotations

from collections.abc import Container, Iterable
from typing import Literal

from ..shared.jsontext import Json
from ..source.objectives import in_order, unread
from ..source.paths import NoWay, Paths, Step
from ..source.syntax import (
    ABSENT,
    CARRIED,
    NUMBERS,
    RESULTS,
    SCHEMA_KEY,
    Absent,
    Array,
    ClosedObject,
    Kind,
    LossDefinition,
    LossesSchema,
    Map,
    ObjectiveEntry,
    OneOrList,
    Property,
    PropertyReference,
    TrainerEntry,
    Values,
    is_comment,
)
from ..source.syntax import Failure as FailureEntry
from ..source.syntax import Summand as SummandEntry
from ..source.syntax import Term as TermEntry
from .ir import (
    Bottleneck,
    Condition,
    Failure,
    Field,
    Loss,
    Model,
    Objective,
    Place,
    Schema,
    Summand,
    Term,
    Trainer,
    Weight,
)


def analyse(schema: LossesSchema) -> Schema:
    """The meaning of a schema without problems."""
    paths = Paths(schema)
    known = {name: _loss(each, schema, paths) for name, each in schema.carried.items()}
    models = {
        each.name: _model(each, paths.place_of(each.name)) for each in schema.objects.values()
    }
    return Schema(
        name=schema.name,
        version=schema.version,
        bottleneck_description=schema.bottleneck_description,
        models=tuple(each for name, each in models.items() if name not in RESULTS),
        results=tuple(each for name, each in models.items() if name in RESULTS),
        schedules=tuple(_model(each, each.name) for each in schema.schedules),
        losses=tuple(known.values()),
        bottlenecks=tuple(
            Bottleneck(
                class_name=entry.class_name,
                member=entry.member,
                config_type=entry.config_type,
                description=entry.description,
                losses=tuple(
                    known[each.target] for each in schema.mapping[entry.class_name].losses
                ),
            )
            for entry in schema.bottlenecks
        ),
        trainers=tuple(_trainer(each, schema, paths) for each in schema.trainers),
    )


def _loss(definition: LossDefinition, schema: LossesSchema, paths: Paths) -> Loss:
    return Loss(
        definition=definition.definition,
        constant=definition.constant,
        key=definition.key,
        name=definition.name,
        weight=_weight(definition, schema, paths),
        scale=definition.scale,
        description=definition.description,
    )


def _weight(loss: LossDefinition, schema: LossesSchema, paths: Paths) -> Weight:
    assert isinstance(loss.weight, PropertyReference), loss
    held = schema.objects[loss.weight.owner].properties[loss.weight.key]
    assert isinstance(held.default, int | float), held
    return Weight(_place(loss.weight, schema, paths).steps, float(held.default))


def _place(reference: PropertyReference, schema: LossesSchema, paths: Paths) -> Place:
    held = schema.objects[reference.owner].properties[reference.key]
    steps = paths.steps_to_key(reference.owner, reference.key)
    assert not isinstance(steps, NoWay), steps
    return Place((*steps, Step(held.key, held.name, held.nullable, held.deprecated)))


def _steps(owner: str, paths: Paths) -> tuple[Step, ...]:
    steps = paths.steps_to(owner)
    assert not isinstance(steps, NoWay), steps
    return steps


def _model(of: ClosedObject, place: str) -> Model:
    return Model(of.name, of.description, of.path, place, _fields(of), of.needs)


def _fields(owner: ClosedObject) -> tuple[Field, ...]:
    return tuple(_field(each, each.key in owner.required) for each in owner.properties.values())


def _field(of: Property, required: bool) -> Field:
    default = None if of.default is ABSENT else of.default
    return Field(
        name=of.name,
        key=of.key,
        description=of.description,
        required=required,
        nullable=of.nullable,
        kind=of.kind,
        default=_as_numbers(default, of.kind),
        deprecated=of.deprecated,
        choices=of.choices,
        limits=of.limits,
        unit=of.unit,
        also=_other_names(of),
        examples=of.examples,
    )


def _other_names(of: Property) -> tuple[str, ...]:
    """What people call it elsewhere, and what it is called in Python."""
    if of.key == SCHEMA_KEY or of.name in (of.key, *of.also):
        return of.also
    return (*of.also, of.name)


def _as_numbers(value: Json, kind: Kind) -> Json:
    """A default with the floats or ints that the model holds, whatever digits JSON says them in."""
    match kind, value:
        case Array(items) | OneOrList(many=Values(kind=Array(items))), list():
            return [_as_numbers(each, items.kind) for each in value]
        case Map(items), dict():
            there = {key: each for key, each in value.items() if not is_comment(key)}
            return {key: _as_numbers(each, items.kind) for key, each in there.items()}
        case OneOrList(one), _:
            return _as_numbers(value, one.kind)
        case _:
            pass
    if isinstance(value, bool) or not isinstance(value, int | float):
        return value
    return float(value) if kind in NUMBERS else int(value)


def _trainer(entry: TrainerEntry, schema: LossesSchema, paths: Paths) -> Trainer:
    notes = [each for each in schema.notes if each.trainer == entry.name]
    ignores = [each.place for each in notes if each.ignores]
    if entry.objective is not None:
        ignores += unread(entry.objective, schema)
    return Trainer(
        name=entry.name,
        description=entry.description,
        assumed=entry.assumed,
        model_types=entry.model_types,
        needs=tuple(each.place for each in notes if each.needs),
        ignores=tuple(ignores),
        refuses={each.place: each.refuses for each in notes if each.refuses is not None},
        passes={each.place: each.passes for each in notes if each.passes is not None},
        refuses_comments=tuple(each.place for each in notes if each.refuses_comments),
        lacks=tuple(each.place for each in notes if each.lacks),
        excludes={each.place: each.excludes for each in notes if each.excludes},
        same_length={each.place: each.same_length for each in notes if each.same_length},
        defaults={
            f"{each.place}.{key}": value for each in notes for key, value in each.defaults.items()
        },
        fails={each.place: tuple(map(_failure, each.fails)) for each in notes if each.fails},
        objective=None
        if entry.objective is None
        else _objective(entry.objective, entry.name, schema, paths),
    )


def _failure(entry: FailureEntry) -> Failure:
    return Failure(
        tuple(
            Condition(
                key=each.key,
                one_of=each.one_of,
                none_of=each.none_of,
                length=each.length,
                shorter_than=each.shorter_than,
                above=each.above,
                below=each.below,
                times=each.times or 1.0,
            )
            for each in entry.conditions
        ),
        entry.channels,
        entry.why,
    )


def _objective(
    entry: ObjectiveEntry, trainer: str, schema: LossesSchema, paths: Paths
) -> Objective:
    order = in_order(entry.generator)
    names = [each.target for each in order]
    has_bottleneck = CARRIED in names
    end = names.index(CARRIED) if has_bottleneck else len(names)
    ignored = {each.place for each in schema.notes if each.trainer == trainer and each.ignores}

    def summands(entries: Iterable[SummandEntry]) -> tuple[Summand, ...]:
        return tuple(_summand(each, ignored, schema, paths) for each in entries)

    return Objective(
        missing=entry.missing,
        scores=None if entry.scores is None else Place(_steps(entry.scores, paths)),
        before_bottleneck=summands(order[:end]),
        has_bottleneck=has_bottleneck,
        after_bottleneck=summands(order[end + 1 :]),
        discriminator=summands(in_order(entry.discriminator)),
    )


def _summand(
    entry: SummandEntry, ignored: Container[str], schema: LossesSchema, paths: Paths
) -> Summand:
    loss = schema.losses[entry.target]
    weight: Place | float
    default: Json | Literal[Absent.ABSENT] = None
    if isinstance(loss.weight, PropertyReference):
        weight = _place(loss.weight, schema, paths)
        default = schema.objects[loss.weight.owner].properties[loss.weight.key].default
    else:
        weight = loss.weight
    decay = loss.decay
    if decay is not None and f"{decay.owner}.{decay.key}" in ignored:
        decay = None
    return Summand(
        definition=loss.definition,
        stem=loss.stem,
        name=loss.name,
        description=loss.description,
        value=_term(loss.value, paths) if isinstance(loss.value, TermEntry) else loss.value,
        weight=weight,
        default=float(default) if isinstance(default, int | float) else None,
        scale=loss.scale,
        decay=None if decay is None else _place(decay, schema, paths),
        discriminator=entry.discriminator,
        teacher=entry.teacher,
        channels=entry.channels,
        off_at_zero=entry.off_at_zero,
    )


def _term(term: TermEntry, paths: Paths) -> Term:
    place = None if term.arguments is None else Place(_steps(term.arguments, paths))
    return Term(term.kind, term.reads, place)
