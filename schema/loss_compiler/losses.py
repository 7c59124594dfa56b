"""What losses, bottlenecks and their mapping contradict, and the path to each weight."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, NamedTuple

from .document import (
    ENTRIES,
    MAPPING,
    MAX_FLOAT32,
    ROOT,
    SCALE,
    WEIGHTS,
    Owner,
    bottlenecks,
    losses,
    mapping,
    owners,
    ways_to,
)
from .ir import Step
from .problems import Problem
from .shared.jsontext import JsonPath
from .shared.wording import did_you_mean, json_pointer, listed

_WEIGHT = ("properties", "weight", "$ref")


class NoWay(NamedTuple):
    """Why there is no one way to an object: a message, and the object where the way ends."""

    message: str
    owner: str


def loss_problems(document: Any) -> Iterator[Problem]:
    """Everything that is wrong with the schema's losses."""
    yield from _repetitions(document)
    yield from _class_names(document)
    yield from _totality(document)
    # What a wrong reference may have been meant for is not called unused as well.
    carried = list(_carried_losses(document))
    yield from carried or _unused_losses(document)
    objects = {each.name: each for each in owners(document)}
    weights = [
        problem
        for name, definition in losses(document).items()
        for problem in _weight_problems(document, name, definition, objects)
    ]
    weights += _way_problems(document)
    yield from weights or _unused_weights(document)


def weight_place(definition: Any) -> tuple[str, str]:
    """The object that holds the weight of a loss, and the name of the weight in it."""
    *owner, _, name = definition["properties"]["weight"]["$ref"].split("/")
    return owner[-1] if len(owner) > 1 else ROOT, name


def weight_ways(document: Any) -> dict[str, tuple[Step, ...] | NoWay]:
    """The one way from the root of a config into each object that holds weights, or why not."""
    known = {each.name for each in owners(document)}
    named = dict.fromkeys(weight_place(each)[0] for each in losses(document).values())
    return {owner: _way(document, owner) for owner in named if owner in known}


def _way(document: Any, owner: str) -> tuple[Step, ...] | NoWay:
    steps: list[Step] = []
    while owner != ROOT:
        ways = ways_to(document, owner)
        if not ways:
            return NoWay(f"no config holds a {owner}", owner)
        if len(ways) > 1:
            places = listed(f"{way.owner}.{way.name}" for way in ways)
            expected = "expected one place, to know the weight's path"
            return NoWay(f"{owner} stands at {places}; {expected}", owner)
        [way] = ways
        if way.step is None:
            place = f"{way.owner}.{way.name}"
            expected = "expected one fixed path"
            return NoWay(f"{place!r} holds {owner} in an array or by tag; {expected}", owner)
        steps.append(way.step)
        owner = way.owner
    return tuple(reversed(steps))


def _repetitions(document: Any) -> Iterator[Problem]:
    for rule, what in (
        ("const", "class name"),
        ("title", "enum member"),
        ("x-config-type", "config tag"),
    ):
        entries = enumerate(bottlenecks(document))
        yield from _repeated([((*ENTRIES, i, rule), each[rule]) for i, each in entries], what)
    for part in ("key", "name"):
        places = [
            (("$defs", name, "properties", part, "const"), each["properties"][part]["const"])
            for name, each in losses(document).items()
        ]
        yield from _repeated(places, f"loss {part}")


def _class_names(document: Any) -> Iterator[Problem]:
    for index, entry in enumerate(bottlenecks(document)):
        if entry["const"] == "Bottleneck":
            message = "its module would be called 'BottleneckLoss', like the base of all of them"
            yield Problem((*ENTRIES, index, "const"), message)


def _repeated(places: Iterable[tuple[JsonPath, str]], what: str) -> Iterator[Problem]:
    first: dict[str, JsonPath] = {}
    for path, value in places:
        other = first.setdefault(value, path)
        if other != path:
            where = json_pointer(other)
            message = f"duplicate {what} {value!r}; the first one is at {where}"
            yield Problem(path, message, about=(other,))


def _weight_problems(
    document: Any, loss: str, definition: Any, objects: Mapping[str, Owner]
) -> Iterator[Problem]:
    path = ("$defs", loss, *_WEIGHT)
    owner, name = weight_place(definition)
    if owner == ROOT and definition["properties"]["weight"]["$ref"] != f"#/properties/{name}":
        near = f"; write '#/properties/{name}'"
        yield Problem(path, f"'$defs/{ROOT}' does not exist", near=near)
        return
    if owner not in objects:
        if owner in document["$defs"]:
            yield Problem(path, f"'$defs/{owner}' is no object of a config")
        else:
            message, near = f"'$defs/{owner}' does not exist", did_you_mean(owner, objects)
            yield Problem(path, message, about=(("$defs", owner),), near=near)
        return
    properties = objects[owner].subschema["properties"]
    place = (*objects[owner].path, "properties", name)
    shown = f"'{'#' if owner == ROOT else owner}/properties/{name}'"
    if name not in properties:
        near = did_you_mean(name, properties)
        yield Problem(path, f"{shown} does not exist", about=(place,), near=near)
    elif not _is_weight(properties[name]):
        message = (
            f"{shown} can't be a loss weight: expected a number with 'minimum' 0, 'maximum' "
            "3.4028234663852886e38 and a default"
        )
        yield Problem(path, message, about=(place,))
    elif properties[name]["default"] * definition.get(SCALE, 1) > MAX_FLOAT32:
        message = f"times the default of {name!r}, this is more than 3.4028234663852886e38"
        yield Problem(("$defs", loss, SCALE), message, about=((*place, "default"),))


def _way_problems(document: Any) -> Iterator[Problem]:
    """One for each object, at the first loss whose weight it holds."""
    definitions = losses(document)
    for owner, way in weight_ways(document).items():
        match way:
            case NoWay(message, end):
                loss = next(
                    name for name, each in definitions.items() if weight_place(each)[0] == owner
                )
                yield Problem(("$defs", loss, *_WEIGHT), message, about=(("$defs", end),))


def _is_weight(subschema: Any) -> bool:
    return (
        "number" in subschema.get("type", ())
        and subschema.get("minimum", -1) >= 0
        and subschema.get("maximum", float("inf")) <= MAX_FLOAT32
        and subschema.get("default") is not None
    )


def _totality(document: Any) -> Iterator[Problem]:
    classes = [entry["const"] for entry in bottlenecks(document)]
    mapped = mapping(document)
    for name in mapped:
        if name not in classes:
            near = did_you_mean(name, classes)
            message, about = f"{name!r} is no BottleneckType", ((*ENTRIES, name),)
            yield Problem((*MAPPING, name), message, at_key=True, about=about, near=near)
    for index, name in enumerate(classes):
        if name not in mapped:
            message = f"LossMapping does not say which losses {name!r} carries"
            yield Problem((*ENTRIES, index), message, about=((*MAPPING, name),))


def _carried_losses(document: Any) -> Iterator[Problem]:
    entries = document["$defs"]["LossMapping"]["properties"]
    for bottleneck, names in mapping(document).items():
        path = (*MAPPING, bottleneck)
        if entries[bottleneck].get("minItems", 0) != len(names):
            message = f"expected {len(names)}, the number of 'prefixItems'"
            yield Problem((*path, "minItems"), message)
        places = [((*path, "prefixItems", i, "$ref"), name) for i, name in enumerate(names)]
        yield from _repeated(places, "loss")
        for place, name in places:
            if name not in document["$defs"]:
                near = did_you_mean(name, losses(document))
                message = f"'$defs/{name}' does not exist"
                yield Problem(place, message, about=(("$defs", name),), near=near)


def _unused_losses(document: Any) -> Iterator[Problem]:
    carried = {name for names in mapping(document).values() for name in names}
    for name in losses(document):
        if name not in carried:
            message = f"no bottleneck carries {name}; name it in LossMapping, or remove it"
            yield Problem(("$defs", name), message, at_key=True)


def _unused_weights(document: Any) -> Iterator[Problem]:
    used = {each["properties"]["weight"]["$ref"] for each in losses(document).values()}
    for name in document["$defs"][WEIGHTS]["properties"]:
        if f"#/$defs/{WEIGHTS}/properties/{name}" not in used:
            message = f"no loss uses the weight {name!r}; let a loss refer to it, or remove it"
            place = ("$defs", WEIGHTS, "properties", name)
            yield Problem(place, message, at_key=True)
