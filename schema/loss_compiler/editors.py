"""Objects of a losses schema as language servers serve them best; what is valid stays the same."""

from __future__ import annotations

from typing import Any

from .document import UNIT, nullable, target
from .jsonstyle import PRETTY, written

BRACES = {"defaultSnippets": [{"label": "{}", "body": "^{$1}"}]}
"""Proposes an object to write keys into; servers would propose null, or no value at all."""


def for_editors(owner: Any, definitions: Any) -> dict[str, Any]:
    """The closed object `owner` for editors; `definitions` are the $defs that it refers to."""
    properties = {
        name: _property(subschema, definitions) for name, subschema in owner["properties"].items()
    }
    return {**owner, "properties": properties}


def one_of(descriptions: dict[str | None, str]) -> dict[str, Any]:
    """Takes the values of which these are the descriptions, and shows these."""
    return {"enum": [*descriptions], "enumDescriptions": [*descriptions.values()]}


def _property(subschema: Any, definitions: Any) -> dict[str, Any]:
    description = {"description": _description(subschema)}
    if "anyOf" not in subschema:
        return {**subschema, **description}
    if "discriminator" not in subschema:
        return {"anyOf": subschema["anyOf"], **BRACES, **description}
    return {**_by_tag(subschema, definitions), **BRACES, **description}


def _description(subschema: Any) -> str:
    """The description, and below it what servers leave out."""
    lines = [subschema["description"]]
    default = subschema.get("default")
    if default not in (None, {}):
        lines.append(f"Default: {written(default, PRETTY)}")
    if UNIT in subschema:
        lines.append(f"Unit: {subschema[UNIT]}")
    return "\n".join(lines)


def _by_tag(choice: Any, definitions: Any) -> dict[str, Any]:
    """One of several objects: the tag is checked first, and then the one object that it names.

    With anyOf, a server proposes only the tags of the objects that fit best so far, and
    a mistyped tag leads to complaints about an object that nobody meant.
    """
    tag = choice["discriminator"]["propertyName"]
    variants = {
        definitions[name]["properties"][tag]["enum"][0]: name
        for name in (target(each) for each in choice["anyOf"] if "$ref" in each)
    }
    return {
        "type": ["object", "null"] if nullable(choice) else "object",
        "required": [tag],
        "properties": {
            tag: one_of(
                {value: definitions[name]["description"] for value, name in variants.items()}
            )
        },
        "allOf": [
            {
                "if": {"type": "object", "required": [tag], "properties": {tag: {"const": value}}},
                "then": {"$ref": f"#/$defs/{name}"},
            }
            for value, name in variants.items()
        ],
    }
