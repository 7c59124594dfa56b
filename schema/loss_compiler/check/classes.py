"""What the classes of a schema contradict: names, references, properties and their defaults."""

from __future__ import annotations

import builtins
import keyword
from collections.abc import Iterable, Iterator, Mapping
from graphlib import CycleError, TopologicalSorter
from typing import Any

from pydantic import BaseModel

from ..shared.jsontext import JsonPath
from ..shared.wording import did_you_mean, listed, shown
from ..source.document import (
    RESULTS,
    Owner,
    at,
    constant,
    losses,
    nullable,
    owners,
    references,
    target,
)
from ..source.problems import Problem
from .repetitions import alike, repeated
from .spelling import did_you_mean_name, slip_for

SCHEMA_KEY = "$schema"
SCHEMA_FIELD = "schema_uri"
"""What the key `$schema` is called in Python."""

_TAKEN_BY_OUTPUT = frozenset(
    {
        "Annotated",
        "Any",
        "Arguments",
        "AutoencoderLossConfig",
        "BaseModel",
        "BottleneckLoss",
        "ConfigProblem",
        "Enum",
        "Field",
        "Final",
        "Literal",
        "Loss",
        "LossConfigError",
        "LossFactoryModel",
        "LossFactoryResultModel",
        "Mapping",
        "MappingProxyType",
        "MissingLossValueError",
        "MultiLoss",
        "Number",
        "UnknownBottleneckError",
        "UnusedWeightWarning",
        "ValueLoss",
        "Weight",
    }
)
_TAKEN_BY_PYTHON = frozenset(dir(builtins)) | frozenset(keyword.kwlist)
_HARMLESS_BUILTINS = frozenset({"pow", "type"})
"""Names that configs use, and that shadow nothing which the generated classes need."""
_TAKEN_BY_PYDANTIC = frozenset(dir(BaseModel)) | frozenset(dir(type(BaseModel)))
_TAKEN_BY_MODEL_CONFIGS = frozenset({"loss_configs", "model", "model_type", "training"})
"""At the root of a document, they tell the package that it is more than a loss config."""
_SHOWN_NAMES = 12
_MOST_LEVELS = 32
_MOST_KEYS = 20_000
_MOST_VARIANTS = 100
"""More than people can read, and about as much as the generator and Python's parser can."""


def class_problems(document: Any) -> Iterator[Problem]:
    """Everything that is wrong with the schema's classes."""
    yield from _definition_names(document)
    yield from _references(document)
    for owner in owners(document):
        yield from _properties(owner, document["$defs"])
    yield from _sections(document)


def _definition_names(document: Any) -> Iterator[Problem]:
    for name in document["$defs"]:
        if name in _TAKEN_BY_OUTPUT or name in _TAKEN_BY_PYTHON:
            message = f"the name {name!r} is taken in the generated code; choose another"
            yield Problem(("$defs", name), message, at_key=True)
    first: dict[str, str] = {}
    for name in losses(document):
        other = first.setdefault(constant(name), name)
        if other != name:
            message = f"too much like {other!r}: both become {constant(name)} in Python"
            yield Problem(("$defs", name), message, at_key=True)
    kept = [name for name in document["$defs"] if first.get(constant(name), name) == name]
    yield from alike(((("$defs", name), name) for name in kept), at_key=True)


def _references(document: Any) -> Iterator[Problem]:
    classes = {owner.name for owner in owners(document) if owner.path}
    holdable = classes - RESULTS
    graph: dict[str, set[str]] = {}
    for owner in owners(document):
        graph[owner.name] = set()
        for name, subschema in owner.subschema["properties"].items():
            for path, referred in references(subschema, (*owner.path, "properties", name)):
                if referred not in document["$defs"]:
                    near = did_you_mean_name(referred, holdable)
                    message = f"'$defs/{referred}' does not exist"
                    yield Problem(path, message, about=(("$defs", referred),), near=near)
                elif owner.name == "LossFactoryResult" and referred in RESULTS:
                    pass
                elif referred in RESULTS or referred not in classes:
                    yield Problem(path, f"{referred!r} is nothing that a config can hold")
                else:
                    graph[owner.name].add(referred)
    try:
        children_first = tuple(TopologicalSorter(graph).static_order())
    except CycleError as error:
        cycle: list[str] = error.args[1]
        names = cycle[::-1]
        if len(names) > _SHOWN_NAMES:
            names[_SHOWN_NAMES - 2 : -1] = ["…"]
        message = f"refers back to itself: {' → '.join(names)}"
        about = tuple(("$defs", name) for name in cycle)
        yield Problem(("$defs", cycle[0]), message, at_key=True, about=about)
    else:
        yield from _sizes(document, children_first)


def _sizes(document: Any, children_first: Iterable[str]) -> Iterator[Problem]:
    """Sections that stand for too much: a few objects that hold each other twice are millions."""
    by_name = {owner.name: owner.subschema["properties"] for owner in owners(document)}
    levels: dict[str, int] = {}
    keys: dict[str, int] = {}
    for name in children_first:
        properties = by_name[name]
        held = _held(properties)
        levels[name] = 1 + max((levels.get(child, 0) for child in held), default=0)
        keys[name] = len(properties) + sum(keys.get(child, 0) for child in held)
    for section, subschema in document["properties"].items():
        held = [child for _, child in references(subschema)]
        deepest = max((levels.get(child, 0) for child in held), default=0)
        largest = sum(keys.get(child, 0) for child in held)
        if deepest > _MOST_LEVELS:
            message = f"holds objects in objects, {deepest} levels deep; expected at most"
            yield Problem(("properties", section), f"{message} {_MOST_LEVELS}", at_key=True)
        elif largest > _MOST_KEYS:
            message = f"holds {shown(largest)} keys, counted wherever they stand; expected at most"
            yield Problem(("properties", section), f"{message} {_MOST_KEYS}", at_key=True)


def _held(properties: Mapping[str, Any]) -> list[str]:
    """The classes of the objects in `properties`."""
    return [child for each in properties.values() for _, child in references(each)]


def _required(subschema: Any) -> dict[str, int]:
    """The properties that are required, or that a misspelled one was meant to be, by index."""
    properties, names = subschema["properties"], subschema.get("required", [])
    free = [name for name in properties if name not in names]
    meant = {name: name if name in properties else slip_for(name, free) for name in names}
    return {meant[name] or name: index for index, name in enumerate(names)}


def _properties(owner: Owner, definitions: Any) -> Iterator[Problem]:
    properties = owner.subschema["properties"]
    required = _required(owner.subschema)
    for index, name in enumerate(owner.subschema.get("required", [])):
        if name not in properties:
            near = did_you_mean(name, properties)
            path = (*owner.path, "required", index)
            message = f"there is no property {name!r} here"
            about = ((*owner.path, "properties", name),)
            yield Problem(path, message, about=about, near=near)
    for name, subschema in properties.items():
        path = (*owner.path, "properties", name)
        yield from _property_name(path, name)
        if name in owner.subschema.get("required", ()) and "default" in subschema:
            message = "a required property has no use for a default"
            where = (*owner.path, "required")
            yield Problem((*path, "default"), message, about=(where,))
        if name not in required and "default" not in subschema:
            yield Problem(path, _no_default(owner, subschema), about=((*path, "default"),))
        if "anyOf" in subschema:
            yield from _choice_of_objects(path, subschema, definitions, name in required)
        if "enum" in subschema:
            yield from _choice_of_strings(path, subschema)


def _no_default(owner: Owner, subschema: Any) -> str:
    """What to do about an optional property without a default."""
    if not owner.path and "$ref" in subschema:
        reference = f'{{"$ref": "{subschema["$ref"]}"}}'
        return (
            "a section that is not written is off: expected null as its default, and "
            f'"anyOf": [{reference}, {{"type": "null"}}]'
        )
    kind = subschema.get("type")
    or_null = f', or null with "type": ["{kind}", "null"]' if type(kind) is str else ""
    required = "; or name it in 'required'" if owner.path else ""
    return f"an optional property needs a default; add one{or_null}{required}"


def _property_name(path: JsonPath, name: str) -> Iterator[Problem]:
    if name == SCHEMA_KEY:
        if path != ("properties", SCHEMA_KEY):
            yield Problem(path, "'$schema' belongs to the root of a config", at_key=True)
    elif name in _TAKEN_BY_MODEL_CONFIGS and path == ("properties", name):
        message = f"a config with {name!r} at its root is taken for a whole model config"
        yield Problem(path, f"{message}; choose another name", at_key=True)
    elif name in _HARMLESS_BUILTINS:
        pass
    elif name in _TAKEN_BY_PYTHON:
        yield Problem(path, f"the name {name!r} is taken by Python; choose another", at_key=True)
    elif name in _TAKEN_BY_PYDANTIC:
        yield Problem(path, f"the name {name!r} is taken by Pydantic; choose another", at_key=True)
    elif name == SCHEMA_FIELD:
        yield Problem(path, f"{name!r} is what '$schema' is called in Python", at_key=True)


def _choice_of_strings(path: JsonPath, subschema: Any) -> Iterator[Problem]:
    if (None in subschema["enum"]) != nullable(subschema):
        message = "null has to stand both in 'type' and in 'enum', or in neither"
        yield Problem((*path, "enum"), message)
    if all(value is None for value in subschema["enum"]):
        yield Problem((*path, "enum"), "expected at least one string")
    for rule in ("minLength", "maxLength"):
        if rule in subschema:
            yield Problem((*path, rule), "has no effect beside 'enum'", at_key=True)


def _choice_of_objects(
    path: JsonPath, subschema: Any, definitions: Any, required: bool
) -> Iterator[Problem]:
    variants = [target(each) for each in subschema["anyOf"] if "$ref" in each]
    nulls = len(subschema["anyOf"]) - len(variants)
    if nulls > 1:
        message = "expected one or more '$ref' and at most one {'type': 'null'}"
        yield Problem((*path, "anyOf"), message)
    if not nulls and not required:
        message = "expected {'type': 'null'} as well, since the default is null"
        yield Problem((*path, "anyOf"), message)
    places = [
        ((*path, "anyOf", index, "$ref"), target(each))
        for index, each in enumerate(subschema["anyOf"])
        if "$ref" in each
    ]
    yield from repeated(places, "object")
    objects = list(dict.fromkeys(variants))
    if len(objects) > _MOST_VARIANTS:
        message = f"expected at most {_MOST_VARIANTS} objects, not {len(objects)}"
        yield Problem((*path, "anyOf"), message)
    elif "discriminator" in subschema:
        tag = subschema["discriminator"]["propertyName"]
        place = (*path, "discriminator", "propertyName")
        known = [name for name in objects if "properties" in definitions.get(name, ())]
        yield from _tags(place, tag, known, definitions)
    elif len(objects) > 1:
        message = "'discriminator' is missing; it names the property that tells the objects apart"
        yield Problem(path, message)


def _tags(path: JsonPath, tag: str, variants: list[str], definitions: Any) -> Iterator[Problem]:
    # A required property that is not there is said to be missing where it is required.
    variants = [each for each in variants if tag not in _absent(definitions[each])]
    tags = {variant: _possible_tags(definitions[variant]) for variant in variants}
    untagged = [variant for variant in variants if tag not in tags[variant]]
    if len(untagged) > 1 and untagged == variants:
        common = [name for name in tags[variants[0]] if all(name in each for each in tags.values())]
        near = f"; did you mean {common[0]!r}?" if len(common) == 1 else did_you_mean(tag, common)
        message = f"{listed(variants)} need a required property {tag!r} with an 'enum' of one value"
        yield Problem(path, message, near=near)
        return
    for variant in untagged:
        message = f"{variant} needs a required property {tag!r} with an 'enum' of one value"
        about = (("$defs", variant, "properties", tag),)
        yield Problem(path, message, about=about)
    yield from repeated(
        (
            (("$defs", variant, "properties", tag, "enum", 0), tags[variant][tag])
            for variant in variants
            if tag in tags[variant]
        ),
        f"value of the tag {tag!r}:",
    )


def _absent(definition: Any) -> set[str]:
    """The names that are required and no property has."""
    return {each for each in definition.get("required", ()) if each not in definition["properties"]}


def _possible_tags(definition: Any) -> dict[str, str]:
    """The required properties of an object that take one string only."""
    enums = {name: at(definition, ("properties", name, "enum")) for name in _required(definition)}
    return {name: choices[0] for name, choices in enums.items() if choices and len(choices) == 1}


def _sections(document: Any) -> Iterator[Problem]:
    for name, subschema in document["properties"].items():
        if name != "bottleneck" and subschema.get("default") == {}:
            message = "expected null: a section that is not written is off"
            yield Problem(("properties", name, "default"), message)
