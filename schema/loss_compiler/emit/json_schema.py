"""The IR's objects and properties as JSON Schema, for what goes on reading that."""

from __future__ import annotations

from ..meaning.ir import Field
from ..shared.jsontext import Json
from ..source.syntax import WEIGHT_KIND, Array, Kind, Objects, Plain

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
        schema = _kind_schema(kind)
        if field.nullable:
            schema["type"] = [schema["type"], "null"]
    if field.choices:
        schema["enum"] = [*field.choices, None] if field.nullable else [*field.choices]
    schema |= {rule: _shortest(limit) for rule, limit in field.limits.items()}
    if not field.required:
        schema["default"] = field.default
    return schema


def _kind_schema(kind: Kind) -> dict[str, Json]:
    if isinstance(kind, Array):
        return {"type": "array", "items": _kind_schema(kind.items)}
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
