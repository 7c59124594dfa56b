"""From a schema without problems to the IR."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from ..check.classes import SCHEMA_FIELD, SCHEMA_KEY
from ..check.trainers import trainers
from ..check.ways import NoWay, weight_ways
from ..source.document import (
    NAME,
    SCALE,
    UNIT,
    VERSION,
    as_float,
    bottlenecks,
    constant,
    losses,
    mapping,
    nullable,
    owners,
    target,
    type_names,
    weight_place,
)
from .ir import Array, Bottleneck, Field, Kind, Loss, Model, Objects, Plain, Schema, Step, Weight

_LIMITS = {
    "minimum": "ge",
    "maximum": "le",
    "exclusiveMinimum": "gt",
    "exclusiveMaximum": "lt",
    "minLength": "min_length",
    "maxLength": "max_length",
}
"""What JSON Schema's constraints are called in Pydantic."""


def analyse(document: Any) -> Schema:
    """The meaning of a schema without problems."""
    weights = _weights(document)
    known = {name: _loss(name, each, weights) for name, each in losses(document).items()}
    carried = mapping(document)
    return Schema(
        name=document.get(NAME),
        version=document[VERSION],
        bottleneck_description=document["$defs"]["BottleneckType"]["description"],
        models=tuple(_models(document)),
        losses=tuple(known.values()),
        bottlenecks=tuple(
            Bottleneck(
                class_name=entry["const"],
                member=entry["title"],
                config_type=entry["x-config-type"],
                description=entry["description"],
                losses=tuple(known[name] for name in carried[entry["const"]]),
            )
            for entry in bottlenecks(document)
        ),
        trainers=trainers(document),
        document=document,
    )


def _loss(name: str, definition: Any, weights: Mapping[tuple[str, str], Weight]) -> Loss:
    parts = definition["properties"]
    return Loss(
        constant=constant(name),
        key=parts["key"]["const"],
        name=parts["name"]["const"],
        weight=weights[weight_place(definition)],
        scale=float(definition.get(SCALE, 1)),
        description=definition["description"],
    )


def _weights(document: Any) -> dict[tuple[str, str], Weight]:
    """The weights that losses refer to, each by the object that holds it and its name there."""
    properties = {each.name: each.subschema["properties"] for each in owners(document)}
    ways = weight_ways(document)
    weights: dict[tuple[str, str], Weight] = {}
    for definition in losses(document).values():
        owner, name = place = weight_place(definition)
        weights[place] = _weight(name, properties[owner][name], ways[owner])
    return weights


def _weight(name: str, subschema: Any, way: tuple[Step, ...] | NoWay) -> Weight:
    match way:
        case NoWay(reason):
            raise RuntimeError(f"no path to the weight {name!r}: {reason}")
        case steps:
            path = (*steps, Step(name, nullable(subschema)))
    return Weight(path, float(subschema["default"]))


def _models(document: Any) -> Iterator[Model]:
    for owner in owners(document):
        required = owner.subschema.get("required", [])
        fields = (
            _field(key, subschema, required=key in required)
            for key, subschema in owner.subschema["properties"].items()
        )
        yield Model(owner.name, owner.subschema["description"], tuple(fields))


def _field(key: str, subschema: Any, *, required: bool) -> Field:
    types = frozenset(type_names(subschema))
    as_python = as_float if "Number" in types else lambda value: value
    return Field(
        name=SCHEMA_FIELD if key == SCHEMA_KEY else key,
        key=key,
        description=subschema["description"],
        required=required,
        nullable=nullable(subschema),
        kind=_kind(subschema),
        default=as_python(subschema.get("default")),
        choices=tuple(each for each in subschema.get("enum", ()) if each is not None),
        types=types,
        limits={
            _LIMITS[rule]: as_python(subschema[rule]) for rule in _LIMITS.keys() & subschema.keys()
        },
        unit=subschema.get(UNIT),
    )


def _kind(subschema: Any) -> Kind:
    match subschema:
        case {"$ref": _}:
            return Objects((target(subschema),), None)
        case {"anyOf": choices}:
            classes = tuple(target(each) for each in choices if "$ref" in each)
            return Objects(classes, subschema.get("discriminator", {}).get("propertyName"))
        case {"items": items}:
            return Array(_kind(items))
        case {"type": [name, "null"] | name}:
            return Plain(name)
    raise RuntimeError(f"not in the dialect: {subschema}")
