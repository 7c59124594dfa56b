"""Objects of a losses schema as language servers serve them best; what is valid stays the same."""

from __future__ import annotations

from typing import Any

from ..source.document import UNIT, nullable, target
from ..source.json_text import PRETTY, written

BRACES = {"defaultSnippets": [{"label": "{}", "body": "^{$1}"}]}
"""Proposes an object to write keys into; servers would propose null, or no value at all."""


def for_editors(owner: Any, definitions: Any) -> dict[str, Any]:
    """The closed object `owner` for editors; `definitions` are the $defs that it refers to."""
    properties = {
        name: _property(subschema, definitions) for name, subschema in owner["properties"].items()
    }
    return _without_annotations({**owner, "properties": properties})


def one_of(descriptions: dict[str | None, str]) -> dict[str, Any]:
    """Takes the values of which these are the descriptions, and shows these."""
    return {"enum": [*descriptions], "enumDescriptions": [*descriptions.values()]}


def _without_annotations(subschema: Any) -> dict[str, Any]:
    """What editors read: `x-…` is for the compiler."""
    return {key: value for key, value in subschema.items() if not key.startswith("x-")}


def _property(subschema: Any, definitions: Any) -> dict[str, Any]:
    description = {"description": _description(subschema)}
    subschema = _without_annotations(subschema)
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
    names = [target(each) for each in choice["anyOf"] if "$ref" in each]
    values = [definitions[name]["properties"][tag]["enum"][0] for name in names]
    descriptions = [definitions[name]["description"] for name in names]
    tags = one_of(dict(zip(values, descriptions, strict=True)))
    return {
        "type": ["object", "null"] if nullable(choice) else "object",
        "required": [tag],
        "properties": {tag: {**tags, "description": choice["description"]}},
        "allOf": [
            {"if": _tagged(tag, value), "then": {"$ref": f"#/$defs/{name}"}}
            for value, name in zip(values, names, strict=True)
        ],
    }


def _tagged(tag: str, value: str) -> dict[str, Any]:
    """Whether something is an object with a tag; servers would propose this one tag for any."""
    properties = {tag: {"const": value, "doNotSuggest": True}}
    return {"type": "object", "required": [tag], "properties": properties}
