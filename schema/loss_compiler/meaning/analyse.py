"""From the syntax of a schema without problems to the IR."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from ..shared.jsontext import Json
from ..source.paths import NoWay, Paths, Step
from ..source.syntax import (
    ABSENT,
    RESULTS,
    SCHEMA_FIELD,
    SCHEMA_KEY,
    ClosedObject,
    Kind,
    LossDefinition,
    LossesSchema,
    Plain,
    Property,
    TrainerEntry,
    TrainerNote,
)
from .ir import Bottleneck, Field, Loss, Model, Schema, Trainer, Weight


def analyse(schema: LossesSchema) -> Schema:
    """The meaning of a schema without problems."""
    paths = Paths(schema)
    known = {name: _loss(each, schema, paths) for name, each in schema.losses.items()}
    models = {
        each.name: Model(each.name, each.description, paths.place_of(each.name), _fields(each))
        for each in schema.objects.values()
    }
    return Schema(
        name=schema.name,
        version=schema.version,
        bottleneck_description=schema.bottleneck_description,
        models=tuple(each for name, each in models.items() if name not in RESULTS),
        results=tuple(each for name, each in models.items() if name in RESULTS),
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
        trainers=tuple(_trainer(each, tuple(schema.notes)) for each in schema.trainers),
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
    held = schema.objects[loss.weight_owner].properties[loss.weight]
    steps = paths.steps_to(loss.weight_owner)
    assert not isinstance(steps, NoWay), steps
    assert isinstance(held.default, int | float), held
    return Weight((*steps, Step(held.key, held.nullable)), float(held.default))


def _fields(owner: ClosedObject) -> tuple[Field, ...]:
    return tuple(_field(each, each.key in owner.required) for each in owner.properties.values())


def _field(of: Property, required: bool) -> Field:
    default = None if of.default is ABSENT else of.default
    return Field(
        name=SCHEMA_FIELD if of.key == SCHEMA_KEY else of.key,
        key=of.key,
        description=of.description,
        required=required,
        nullable=of.nullable,
        kind=of.kind,
        default=_as_number(default, of.kind),
        choices=tuple(each for each in of.choices or () if each is not None),
        limits=of.limits,
        unit=of.unit,
        examples=of.examples,
    )


def _as_number(value: Json, kind: Kind) -> Json:
    """A default as the float or int that the model holds, whatever digits JSON says it in."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return value
    return float(value) if kind == Plain("number") else int(value)


def _trainer(entry: TrainerEntry, all_notes: tuple[TrainerNote, ...]) -> Trainer:
    notes = [each for each in all_notes if each.trainer == entry.name]
    return Trainer(
        name=entry.name,
        description=entry.description,
        assumed=entry.assumed,
        needs=tuple(each.place for each in notes if each.needs),
        ignores=tuple(each.place for each in notes if each.ignores),
        refuses={each.place: each.refuses for each in notes if each.refuses is not None},
        passes=_arguments((each.place, each.passes) for each in notes),
        takes=_arguments((each.place, each.takes) for each in notes),
    )


def _arguments(
    found: Iterable[tuple[str, tuple[str, ...] | None]],
) -> Mapping[str, tuple[str, ...]]:
    return {place: names for place, names in found if names is not None}
