"""The IR's objects and properties as JSON Schema, for what goes on reading that."""

from __future__ import annotations

from ..meaning.ir import Field
from ..shared.jsontext import Json
from ..source.syntax import (
    COMMENT_PATTERN,
    WEIGHT_KIND,
    Array,
    Kind,
    Map,
    Objects,
    OneOrList,
    Plain,
    Values,
)

_NULL: Json = {"type": "null"}
_LARGEST_EXACT = 1e15


def property_schema(field: Field) -> dict[str, Json]:
    """What a property takes, and its default; not what it means."""
    kind = field.kind
    if isinstance(kind, Objects) and (field.nullable or kind.tag is not None):
        choices: list[Json] = [_reference(name) for name in kind.classes]
        schema: dict[str, Json] = {"anyOf": [*choices, _NULL] if field.nullable else choices}
        if kind.tag is not None:
            schema["discriminator"] = {"propertyName": kind.tag}
    else:
        schema = _values_schema(field)
        if field.nullable:
            types = schema["type"]
            schema["type"] = [*(types if isinstance(types, list) else [types]), "null"]
    if field.choices and field.nullable:
        schema["enum"] = [*field.choices, None]
    if not field.required:
        schema["default"] = field.default
    return schema


def _values_schema(values: Values) -> dict[str, Json]:
    schema = _kind_schema(values.kind)
    if values.choices:
        schema["enum"] = [*values.choices]
    return schema | {rule: _shortest(limit) for rule, limit in values.limits.items()}


def _kind_schema(kind: Kind) -> dict[str, Json]:
    if isinstance(kind, Array):
        unique: dict[str, Json] = {"uniqueItems": True} if kind.unique else {}
        return {"type": "array", "items": _values_schema(kind.items), **unique}
    if isinstance(kind, OneOrList):
        one, many = _values_schema(kind.one), _values_schema(kind.many)
        return {**one, **many, "type": [one["type"], many["type"]]}
    if isinstance(kind, Map):
        numbers = _values_schema(kind.items)
        comments: Json = {COMMENT_PATTERN: True}
        return {"type": "object", "additionalProperties": numbers, "patternProperties": comments}
    if isinstance(kind, Objects):
        [name] = kind.classes
        return _reference(name)
    if kind == Plain("object"):
        return {"type": "object", "additionalProperties": True}
    return {"type": "number" if kind == WEIGHT_KIND else kind.name}


def _reference(name: str) -> dict[str, Json]:
    return {"$ref": f"#/$defs/{name}"}


def _shortest(limit: int | float) -> int | float:
    """A limit without a fraction of 0."""
    return int(limit) if limit == int(limit) and abs(limit) < _LARGEST_EXACT else limit
