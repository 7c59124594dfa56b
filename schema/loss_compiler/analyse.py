"""From a schema that keeps to the dialect to the IR, or to everything that it contradicts."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from .classes import SCHEMA_FIELD, SCHEMA_KEY, class_problems
from .document import as_float, bottlenecks, constant, losses, mapping, nullable, owners, type_names
from .ir import Bottleneck, Field, Loss, Model, Schema, Step, Weight
from .losses import loss_problems, weight_steps
from .problems import Problem

_LIMITS = {
    "minimum": "ge",
    "maximum": "le",
    "exclusiveMinimum": "gt",
    "exclusiveMaximum": "lt",
    "minLength": "min_length",
    "maxLength": "max_length",
}
"""What JSON Schema's constraints are called in Pydantic."""


def contradictions(document: Any) -> list[Problem]:
    """Where the entries of `document` don't fit together."""
    return [*class_problems(document), *loss_problems(document)]


def analyse(document: Any) -> Schema:
    """The meaning of a schema without contradictions."""
    known = {name: _loss(document, name, each) for name, each in losses(document).items()}
    carried = mapping(document)
    return Schema(
        version=document["x-version"],
        bottleneck_description=document["$defs"]["BottleneckType"]["description"],
        models=tuple(_models(document)),
        weights=tuple({loss.weight.path: loss.weight for loss in known.values()}.values()),
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
        document=document,
    )


def _loss(document: Any, name: str, definition: Any) -> Loss:
    parts = definition["properties"]
    return Loss(
        constant=constant(name),
        key=parts["key"]["const"],
        name=parts["name"]["const"],
        weight=_weight(document, parts["weight"]["$ref"]),
        description=definition["description"],
    )


def _weight(document: Any, reference: str) -> Weight:
    _, _, owner, _, name = reference.split("/")
    [properties] = [each.subschema["properties"] for each in owners(document) if each.name == owner]
    subschema = properties[name]
    match weight_steps(document, owner):
        case str() as reason:
            raise RuntimeError(f"no path to the weight {name!r}: {reason}")
        case steps:
            path = (*steps, Step(name, nullable(subschema)))
    return Weight(path, float(subschema["default"]), subschema["description"])


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
        default=as_python(subschema.get("default")),
        choices=tuple(each for each in subschema.get("enum", ()) if each is not None),
        types=types,
        limits={
            _LIMITS[rule]: as_python(subschema[rule]) for rule in _LIMITS.keys() & subschema.keys()
        },
    )
