"""What the classes of a schema contradict: names, references, properties and their defaults."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from graphlib import CycleError, TopologicalSorter
from typing import NamedTuple

from ..shared.jsontext import JsonPath
from ..shared.wording import did_you_mean, did_you_mean_name, listed, shown, slip_for
from ..source.names import PYTHON_NAME
from ..source.problems import Problem
from ..source.syntax import (
    ABSENT,
    NUMBERS,
    RESULTS,
    ROOT,
    WEIGHT,
    Array,
    ClosedObject,
    Kind,
    LossesSchema,
    Objects,
    OneOrList,
    Plain,
    Property,
    Values,
    innermost,
    values_inside,
)
from .reachability import in_its_place
from .repetitions import in_a_circle, repeated

_MOST_LEVELS = 32
_MOST_KEYS = 20_000
_MOST_LETTERS = 10_000_000
_MOST_KEYS_OF_AN_ITEM = 100
_MOST_VARIANTS = 100
"""More than people can read, and about as much as the generator and Python's parser can."""


class _Size(NamedTuple):
    """What a class or a section stands for, with all that it holds, as often as that is held.

    `letters` are about those that the reference page has of it.
    """

    levels: int
    keys: int
    letters: int


def class_problems(schema: LossesSchema) -> Iterator[Problem]:
    """Everything that is wrong with the schema's classes."""
    yield from _references(schema)
    for owner in schema.objects.values():
        yield from _properties(owner, schema)
    yield from _sections(schema)


def _references(schema: LossesSchema) -> Iterator[Problem]:
    for reference in schema.references_to_schedules:
        if reference.target not in schema.definitions:
            message = f"'$defs/{reference.target}' does not exist"
            yield Problem(reference.path, message, about=(("$defs", reference.target),))
    graph: dict[str, set[str]] = {}
    holdable = dict.fromkeys(name for name in schema.referable if name not in {*RESULTS, ROOT})
    for owner in schema.objects.values():
        graph[owner.name] = {name for name in owner.held if name in schema.objects}
        for each in owner.properties.values():
            said = [each for each in each.references if not each.is_in_place]
            for path, referred in ((r.path, r.target) for r in said):
                is_weight = referred == WEIGHT and each.kind in NUMBERS
                is_result = referred in RESULTS and owner.name == "LossFactoryResult"
                if referred not in schema.definitions:
                    near = in_its_place(referred, schema) or did_you_mean_name(referred, holdable)
                    message = f"'$defs/{referred}' does not exist"
                    yield Problem(path, message, about=(("$defs", referred),), near=near)
                elif referred not in holdable and not is_weight and not is_result:
                    yield Problem(path, f"{referred!r} is nothing that a config can hold")
    try:
        children_first = tuple(TopologicalSorter(graph).static_order())
    except CycleError as error:
        cycle: list[str] = error.args[1]
        message = f"refers back to itself: {in_a_circle(cycle[:0:-1])}"
        about = tuple(schema.objects[name].path for name in cycle)
        yield Problem(schema.objects[cycle[0]].path, message, at_key=True, about=about)
    else:
        yield from _sizes(schema, children_first)


def _sizes(schema: LossesSchema, children_first: Iterable[str]) -> Iterator[Problem]:
    """Classes that stand for too much: a few objects that hold each other twice are millions."""
    sizes: dict[str, _Size] = {}
    for name in children_first:
        sizes[name] = _size_of(schema.objects[name].properties.values(), schema, sizes)
    sections = {
        each.key: _size_of([each], schema, sizes) for each in schema.root.properties.values()
    }
    deep = [key for key, size in sections.items() if size.levels > _MOST_LEVELS]
    for key in deep:
        message = f"holds objects in objects, {sections[key].levels} levels deep; expected at most"
        path = schema.root.properties[key].path
        yield Problem(path, f"{message} {_MOST_LEVELS}", at_key=True)
    if sections and not deep:
        yield from _sums(schema, sections)
    for owner in schema.objects.values():
        for each in owner.properties.values():
            most = max((sizes[name].keys for name in _held([each]) if name in sizes), default=0)
            if isinstance(each.kind, Array) and most > _MOST_KEYS_OF_AN_ITEM:
                message = f"an item holds {shown(most)} keys, counted wherever they stand"
                expected = f"expected at most {_MOST_KEYS_OF_AN_ITEM}, since {{}} stands for all"
                yield Problem(each.path, f"{message}; {expected}", at_key=True)


def _sums(schema: LossesSchema, sections: Mapping[str, _Size]) -> Iterator[Problem]:
    """What all `sections` stand for together, at the one that stands for most of it."""
    advice = "hold objects with many at fewer places"
    keys = {name: size.keys for name, size in sections.items()}
    letters = {name: size.letters for name, size in sections.items()}
    for what, counts, most in (
        ("keys", keys, _MOST_KEYS),
        ("letters in keys, descriptions, choices and defaults", letters, _MOST_LETTERS),
    ):
        if (total := sum(counts.values())) > most:
            largest = max(counts, key=lambda name: counts[name])
            message = f"holds most of {shown(total)} {what}, counted wherever they stand"
            expected = f"expected at most {most} in all sections; {advice}"
            path = schema.root.properties[largest].path
            yield Problem(path, f"{message}; {expected}", at_key=True)
            return


def _size_of(
    properties: Iterable[Property], schema: LossesSchema, sizes: Mapping[str, _Size]
) -> _Size:
    """What `properties` stand for, with the `sizes` of the classes that they hold."""
    levels, keys, letters = 0, 0, 0
    for each in properties:
        keys += 1
        said = (each.key, each.description, each.unit, each.choices, each.default)
        letters += sum(len(str(part)) for part in said)
        for name in _held([each]):
            if name in sizes:
                held = sizes[name]
                levels = max(levels, held.levels + 1)
                keys += held.keys
                # The key stands in the path to each key below it.
                letters += held.letters + held.keys * len(each.key)
                letters += len(schema.objects[name].description)
    return _Size(levels, keys, letters)


def _held(properties: Iterable[Property]) -> list[str]:
    """The classes of the objects in `properties`, as often as they stand there."""
    return [reference.target for each in properties for reference in each.references]


def _required(owner: ClosedObject) -> dict[str, int]:
    """The properties that are required, or that a misspelled one was meant to be, by index."""
    free = [name for name in owner.properties if name not in owner.required]
    meant = {
        name: name if name in owner.properties else slip_for(name, free) for name in owner.required
    }
    return {meant[name] or name: index for index, name in enumerate(owner.required)}


def _properties(owner: ClosedObject, schema: LossesSchema) -> Iterator[Problem]:
    required = _required(owner)
    for index, name in enumerate(owner.required):
        if name not in owner.properties:
            near = did_you_mean(name, owner.properties)
            message = f"there is no property {name!r} here"
            about = ((*owner.path, "properties", name),)
            yield Problem((*owner.path, "required", index), message, about=about, near=near)
    for name, each in owner.properties.items():
        if name in owner.required and each.default is not ABSENT:
            message = "a required property has no use for a default"
            where = (*owner.path, "required")
            yield Problem((*each.path, "default"), message, about=(where,))
        if name not in required and each.default is ABSENT:
            yield Problem(each.path, _no_default(owner, each), about=((*each.path, "default"),))
        if each.is_choice:
            yield from _choice_of_objects(each, schema, name in required)
        if each.has_enum:
            yield from _choice_of_values(each)
        yield from _idle_limits(each.path, each)
        if each.deprecated and name in required:
            message = "every config has to write a required property; take it out of 'required'"
            yield Problem((*each.path, "deprecated"), message, about=((*owner.path, "required"),))
        holds_objects = isinstance(innermost(each).kind, Objects)
        if holds_objects and isinstance(each.default, list) and each.default:
            message = "objects are no part of a default; expected [] or null"
            yield Problem((*each.path, "default"), message)


def _no_default(owner: ClosedObject, of: Property) -> str:
    """What to do about an optional property without a default."""
    if not owner.path and isinstance(of.kind, Objects) and of.references[0].is_in_place:
        return (
            "a section that is not written is off: expected null as its default, and "
            '"type": ["object", "null"]'
        )
    if not owner.path and isinstance(of.kind, Objects) and not of.is_choice:
        reference = f'{{"$ref": "#/$defs/{of.kind.classes[0]}"}}'
        return (
            "a section that is not written is off: expected null as its default, and "
            f'"anyOf": [{reference}, {{"type": "null"}}]'
        )
    takes_null = of.nullable or isinstance(of.kind, Objects)
    types = "" if takes_null else json.dumps([*_types(of.kind), "null"])
    or_null = "" if takes_null else f', or null with "type": {types}'
    required = "; or name it in 'required'" if owner.path else ""
    return f"an optional property needs a default; add one{or_null}{required}"


def _types(kind: Kind) -> tuple[str, ...]:
    """What JSON Schema calls values of a kind."""
    match kind:
        case Plain(name):
            return (name,)
        case Array():
            return ("array",)
        case OneOrList(one):
            return (*_types(one.kind), "array")
        case _:
            return ("object",)


def _choice_of_values(of: Property) -> Iterator[Problem]:
    if of.has_null_choice != of.nullable:
        message = "null stands in 'type', so add it here, or take it out there"
        if of.has_null_choice:
            message = "null stands here, so add it to 'type', or take it out"
        yield Problem((*of.path, "enum"), message)
    if not of.choices:
        what = "integer" if of.kind == Plain("integer") else "string"
        yield Problem((*of.path, "enum"), f"expected at least one {what}")


def _idle_limits(path: JsonPath, of: Values) -> Iterator[Problem]:
    for rule in of.limits if of.choices else ():
        yield Problem((*path, rule), "has no effect beside 'enum'", at_key=True)
    for inside, values in values_inside(of):
        yield from _idle_limits((*path, *inside), values)


def _choice_of_objects(of: Property, schema: LossesSchema, required: bool) -> Iterator[Problem]:
    assert isinstance(of.kind, Objects)
    if of.nulls > 1:
        message = "expected one or more '$ref' and at most one {'type': 'null'}"
        yield Problem((*of.path, "anyOf"), message)
    if not of.nulls and not required:
        message = "expected {'type': 'null'} as well, since the default is null"
        yield Problem((*of.path, "anyOf"), message)
    yield from repeated([(each.path, each.target) for each in of.references], "object")
    objects = list(dict.fromkeys(of.kind.classes))
    if len(objects) > _MOST_VARIANTS:
        message = f"expected at most {_MOST_VARIANTS} objects, not {len(objects)}"
        yield Problem((*of.path, "anyOf"), message)
    elif of.kind.tag is not None:
        place = (*of.path, "discriminator", "propertyName")
        known = [schema.objects[name] for name in objects if name in schema.objects]
        yield from _tags(place, of.kind.tag, known)
    elif len(objects) > 1:
        message = "'discriminator' is missing; it names the property that tells the objects apart"
        yield Problem(of.path, message)


def _tags(path: JsonPath, tag: str, variants: list[ClosedObject]) -> Iterator[Problem]:
    # A required property that is not there is said to be missing where it is required.
    variants = [each for each in variants if tag not in each.required or tag in each.properties]
    tags = {each.name: _possible_tags(each) for each in variants}
    untagged = [name for name, possible in tags.items() if tag not in possible]
    if len(untagged) > 1 and len(untagged) == len(variants):
        first, *others = tags.values()
        common = [name for name in first if all(name in each for each in others)]
        near = f"; did you mean {common[0]!r}?" if len(common) == 1 else did_you_mean(tag, common)
        message = f"{listed(untagged)} need a required property {tag!r} with an 'enum' of one value"
        yield Problem(path, message, near=near)
        return
    for name in untagged:
        message = f"{name} needs a required property {tag!r} with an 'enum' of one value"
        about = (("$defs", name, "properties", tag),)
        yield Problem(path, message, about=about)
    yield from _names_of_tags([each for each in variants if tag in each.properties], tag)
    places = [
        (("$defs", name, "properties", tag, "enum", 0), possible[tag])
        for name, possible in tags.items()
        if tag in possible
    ]
    yield from repeated(places, f"value of the tag {tag!r}:")


def _names_of_tags(variants: list[ClosedObject], tag: str) -> Iterator[Problem]:
    """Tags that are not called the same in Python in all objects of a choice."""
    for each in variants:
        first, held = variants[0].properties[tag], each.properties[tag]
        if held.name != first.name:
            place = (*held.path, PYTHON_NAME) if held.name != tag else held.path
            message = (
                f"{tag!r} is called {held.name!r} in Python here, and {first.name!r} in "
                f"{variants[0].name}; choose one name"
            )
            yield Problem(place, message, about=(first.path,))


def _possible_tags(variant: ClosedObject) -> Mapping[str, str]:
    """The required properties of an object that take one string only."""
    named = [variant.properties[name] for name in _required(variant) if name in variant.properties]
    return {
        each.key: each.choices[0]
        for each in named
        if len(each.choices) == 1 and isinstance(each.choices[0], str) and not each.has_null_choice
    }


def _sections(schema: LossesSchema) -> Iterator[Problem]:
    for name, section in schema.root.properties.items():
        if name != "bottleneck" and section.default == {}:
            message = "expected null: a section that is not written is off"
            yield Problem((*section.path, "default"), message)
