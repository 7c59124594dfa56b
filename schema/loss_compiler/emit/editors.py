"""Objects of a config as language servers serve them best; what is valid stays the same."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from ..meaning.ir import Field, Model
from ..shared.jsontext import Json
from ..source.json_text import written
from ..source.syntax import COMMENT_PATTERN, WEIGHT, WEIGHT_KIND, WEIGHT_LIMITS, Objects
from .json_schema import property_schema

BRACES: dict[str, Json] = {"defaultSnippets": [{"label": "{}", "body": "^{$1}"}]}
"""Proposes an object to write keys into; servers would propose null, or no value at all."""


def object_for_editors(
    model: Model, models: Mapping[str, Model], users: Mapping[str, Sequence[str]]
) -> dict[str, Json]:
    """The closed object of a class; `users` are the bottlenecks that use its weights, by keys."""
    schema: dict[str, Json] = {
        "type": "object",
        "additionalProperties": False,
        "patternProperties": {COMMENT_PATTERN: True},
        "description": model.description,
    }
    if required := [each.key for each in model.fields if each.required]:
        schema["required"] = [*required]
    if model.needs:
        schema["dependentRequired"] = {key: [*others] for key, others in model.needs.items()}
    schema["properties"] = {each.key: _property(each, models, users) for each in model.fields}
    return schema


def one_of(descriptions: Mapping[str | None, str]) -> dict[str, Json]:
    """Takes the values of which these are the descriptions, and shows these."""
    return {"enum": [*descriptions], "enumDescriptions": [*descriptions.values()]}


def weight_for_editors(schedules: Sequence[Model]) -> dict[str, Json]:
    """A number, one of the schedules, or null."""
    tag, *_ = (field.key for field in schedules[0].fields if field.choices)
    variants = {each.tag(tag): each for each in schedules}
    return {
        "type": ["number", "object", "null"],
        **WEIGHT_LIMITS,
        **_tagged_objects(tag, variants, "How the weight changes."),
    }


def object_or_null(name: str) -> dict[str, Json]:
    """Takes null and an object of one class.

    With anyOf, validators say of an object with a mistake that it is not null.
    """
    return {
        "type": ["object", "null"],
        "if": {"type": "object"},
        "then": {"$ref": f"#/$defs/{name}"},
    }


def _property(
    field: Field, models: Mapping[str, Model], users: Mapping[str, Sequence[str]]
) -> dict[str, Json]:
    schema = property_schema(field)
    if field.kind == WEIGHT_KIND:
        default: dict[str, Json] = {} if field.required else {"default": field.default}
        schema = {"$ref": f"#/$defs/{WEIGHT}", **default}
    description: dict[str, Json] = {"description": _description(field, users.get(field.key))}
    if field.deprecated:  # some servers show the one, some the other
        description |= {"deprecated": True, "deprecationMessage": field.description}
    if "anyOf" in schema:
        assert isinstance(field.kind, Objects), field
        objects = _by_tag(field, models) or object_or_null(*field.kind.classes)
        return {**objects, **BRACES, **description}
    examples: dict[str, Json] = {"examples": [*field.examples]} if field.examples else {}
    return {**schema, **description, **examples}


def _description(field: Field, users: Sequence[str] | None) -> str:
    """The description, and below it what servers leave out, and the bottlenecks that use it."""
    lines = [f"Deprecated: {field.description}" if field.deprecated else field.description]
    if users is not None:
        lines.append(f"Used by: {', '.join(users) or 'no bottleneck'}")
    if field.default not in (None, {}):
        lines.append(f"Default: {written(field.default)}")
    if field.unit is not None:
        lines.append(f"Unit: {field.unit}")
    return "\n".join(lines)


def _by_tag(field: Field, models: Mapping[str, Model]) -> dict[str, Json]:
    """One of several objects, if a tag tells them apart."""
    if not isinstance(field.kind, Objects) or field.kind.tag is None:
        return {}
    tag = field.kind.tag
    variants = {models[name].tag(tag): models[name] for name in field.kind.classes}
    return {
        "type": ["object", "null"] if field.nullable else "object",
        **_tagged_objects(tag, variants, field.description),
    }


def _tagged_objects(tag: str, variants: Mapping[str, Model], description: str) -> dict[str, Json]:
    """What an object of several has to be: its tag is checked first, then what this names.

    With anyOf, a server proposes only the tags of the objects that fit best so far, and
    a mistyped tag leads to complaints about an object that nobody meant.
    """
    tags = one_of({value: each.description for value, each in variants.items()})
    return {
        "required": [tag],
        "properties": {tag: {**tags, "description": description}},
        "allOf": [
            {"if": _tagged(tag, value), "then": {"$ref": f"#/$defs/{each.name}"}}
            for value, each in variants.items()
        ],
    }


def _tagged(tag: str, value: str) -> dict[str, Json]:
    """Whether something is an object with a tag; servers would propose this one tag for any."""
    properties: dict[str, Json] = {tag: {"const": value, "doNotSuggest": True}}
    return {"type": "object", "required": [tag], "properties": properties}
