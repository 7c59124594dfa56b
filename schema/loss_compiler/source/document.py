"""How a losses schema that keeps to the dialect is laid out: its parts, and what refers to what."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, NamedTuple

from ..meaning.ir import Step
from ..shared.jsontext import JsonPath

ROOT = "AutoencoderLossConfig"
"""The title of every losses schema: the class of a whole config."""

NAME = "x-name"
VERSION = "x-version"

WEIGHTS = "BottleneckWeights"
WEIGHT: JsonPath = ("properties", "weight", "$ref")
"""Where a loss says which weight it has."""
SCALE = "x-scale"
UNIT = "x-unit"
MAX_FLOAT32 = 3.4028234663852886e38
"""The largest finite float32, which weights become in training."""
TRAINERS = "x-trainers"

ENTRIES: JsonPath = ("$defs", "BottleneckType", "oneOf")
MAPPING: JsonPath = ("$defs", "LossMapping", "properties")

_TYPE_NAMES = {
    "boolean": "bool",
    "integer": "int",
    "number": "Number",
    "object": "Arguments",
    "string": "str",
}
RESULTS = frozenset({"BottleneckType", "LossFactoryResult", "ValueLossConfig"})
"""What planning returns, and no config holds."""
_NOT_CLASSES = frozenset({"BottleneckType", "LossMapping"})


class Owner(NamedTuple):
    """A closed object, which becomes a class: its class name, its path, its subschema."""

    name: str
    path: JsonPath
    subschema: Any


class Way(NamedTuple):
    """A property that holds an object: its owner's name, its own, and the step through it.

    There is no step where the object stands in an array or is one of several.
    """

    owner: str
    name: str
    step: Step | None


def owners(document: Any) -> Iterator[Owner]:
    """Every closed object of the schema, the root first."""
    yield Owner(ROOT, (), document)
    for name, definition in document["$defs"].items():
        if name not in _NOT_CLASSES and not is_loss(name):
            yield Owner(name, ("$defs", name), definition)


def losses(document: Any) -> dict[str, Any]:
    """The loss definitions by name."""
    return {name: each for name, each in document["$defs"].items() if is_loss(name)}


def bottlenecks(document: Any) -> list[Any]:
    """The entries of BottleneckType."""
    entries: list[Any] = document["$defs"]["BottleneckType"]["oneOf"]
    return entries


def mapping(document: Any) -> dict[str, list[str]]:
    """The names of the loss definitions that each bottleneck class carries."""
    properties = document["$defs"]["LossMapping"]["properties"]
    return {
        name: [target(each) for each in carried.get("prefixItems", ())]
        for name, carried in properties.items()
    }


def at(document: Any, path: JsonPath) -> Any:
    """What stands at `path`, or None."""
    for step in path:
        try:
            document = document[step]
        except (KeyError, IndexError, TypeError):
            return None
    return document


def is_loss(name: str) -> bool:
    """Whether the entry `name` of $defs defines a loss."""
    return re.fullmatch("[A-Z][A-Za-z0-9]*Loss", name) is not None


def constant(loss: str) -> str:
    """`SOFT_NORM_LOSS` for `SoftNormLoss`, `KL_LOSS` for `KLLoss`."""
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])", "_", loss).upper()


def target(reference: Any) -> str:
    """The entry of $defs that `reference` refers to."""
    name: str = reference["$ref"].removeprefix("#/$defs/")
    return name


def references(subschema: Any, path: JsonPath = ()) -> Iterator[tuple[JsonPath, str]]:
    """The `$ref`s of a property: the path to each, and the entry of $defs that it names."""
    if "$ref" in subschema:
        yield (*path, "$ref"), target(subschema)
    for index, each in enumerate(subschema.get("anyOf", ())):
        yield from references(each, (*path, "anyOf", index))
    if "items" in subschema:
        yield from references(subschema["items"], (*path, "items"))


def weight_place(definition: Any) -> tuple[str, str]:
    """The object that holds the weight of a loss, and the name of the weight in it."""
    *owner, _, name = definition["properties"]["weight"]["$ref"].split("/")
    return owner[-1] if len(owner) > 1 else ROOT, name


def nullable(subschema: Any) -> bool:
    """Whether a property takes null."""
    return {"type": "null"} in subschema.get("anyOf", ()) or "null" in subschema.get("type", ())


def type_names(subschema: Any) -> Iterator[str]:
    """The names in the annotation of a property: of classes, and of Python's for JSON's types."""
    for _, name in references(subschema):
        yield name
    types = subschema.get("type", ())
    for name in [types] if type(types) is str else types:
        if name == "array":
            yield "list"
            yield from type_names(subschema["items"])
        elif "enum" in subschema:
            yield "Literal"
        elif name != "null":
            yield _TYPE_NAMES[name]


def as_float(value: Any) -> Any:
    """A number as the float that it becomes, perhaps with fewer digits; anything else as it is."""
    return float(value) if type(value) is int else value


def ways_to(document: Any, name: str) -> list[Way]:
    """Every property, reachable from the root, that holds an object of the class `name`."""
    by_name = {owner.name: owner.subschema for owner in owners(document)}
    ways: list[Way] = []
    reachable = [ROOT]
    for owner in reachable:  # grows while it is read
        for key, subschema in by_name[owner]["properties"].items():
            for _, child in references(subschema):
                way = Way(owner, key, _step(key, subschema))
                if child == name and way not in ways:
                    ways.append(way)
                if child in by_name and child not in reachable:
                    reachable.append(child)
    return ways


def _step(key: str, subschema: Any) -> Step | None:
    objects = {each["$ref"] for each in subschema.get("anyOf", ()) if "$ref" in each}
    is_one_object = "$ref" in subschema or len(objects) == 1
    return Step(key, nullable(subschema)) if is_one_object else None
