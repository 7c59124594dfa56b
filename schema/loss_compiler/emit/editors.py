"""Objects of a config as language servers serve them best; what is valid stays the same."""

from __future__ import annotations

from collections.abc import Mapping

from ..meaning.ir import Field, Model
from ..shared.jsontext import Json
from ..source.json_text import written
from ..source.syntax import Objects
from .json_schema import property_schema

BRACES: dict[str, Json] = {"defaultSnippets": [{"label": "{}", "body": "^{$1}"}]}
"""Proposes an object to write keys into; servers would propose null, or no value at all."""


def object_for_editors(model: Model, models: Mapping[str, Model]) -> dict[str, Json]:
    """The closed object of a class."""
    schema: dict[str, Json] = {
        "type": "object",
        "additionalProperties": False,
        "description": model.description,
    }
    if required := [each.key for each in model.fields if each.required]:
        schema["required"] = [*required]
    schema["properties"] = {each.key: _property(each, models) for each in model.fields}
    return schema


def one_of(descriptions: Mapping[str | None, str]) -> dict[str, Json]:
    """Takes the values of which these are the descriptions, and shows these."""
    return {"enum": [*descriptions], "enumDescriptions": [*descriptions.values()]}


def _property(field: Field, models: Mapping[str, Model]) -> dict[str, Json]:
    schema = property_schema(field)
    description: dict[str, Json] = {"description": _description(field)}
    if "anyOf" in schema:
        objects = _by_tag(field, models) or {"anyOf": schema["anyOf"]}
        return {**objects, **BRACES, **description}
    examples: dict[str, Json] = {"examples": [*field.examples]} if field.examples else {}
    return {**schema, **description, **examples}


def _description(field: Field) -> str:
    """The description, and below it what servers leave out."""
    lines = [field.description]
    if field.default not in (None, {}):
        lines.append(f"Default: {written(field.default)}")
    if field.unit is not None:
        lines.append(f"Unit: {field.unit}")
    return "\n".join(lines)


def _by_tag(field: Field, models: Mapping[str, Model]) -> dict[str, Json]:
    """One of several objects: the tag is checked first, and then the one object that it names.

    With anyOf, a server proposes only the tags of the objects that fit best so far, and
    a mistyped tag leads to complaints about an object that nobody meant.
    """
    if not isinstance(field.kind, Objects) or field.kind.tag is None:
        return {}
    tag = field.kind.tag
    variants = {models[name].tag(tag): models[name] for name in field.kind.classes}
    tags = one_of({value: each.description for value, each in variants.items()})
    return {
        "type": ["object", "null"] if field.nullable else "object",
        "required": [tag],
        "properties": {tag: {**tags, "description": field.description}},
        "allOf": [
            {"if": _tagged(tag, value), "then": {"$ref": f"#/$defs/{each.name}"}}
            for value, each in variants.items()
        ],
    }


def _tagged(tag: str, value: str) -> dict[str, Json]:
    """Whether something is an object with a tag; servers would propose this one tag for any."""
    properties: dict[str, Json] = {tag: {"const": value, "doNotSuggest": True}}
    return {"type": "object", "required": [tag], "properties": properties}
