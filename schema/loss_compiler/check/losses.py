"""What losses, bottlenecks and their mapping contradict."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from ..shared.wording import did_you_mean
from ..source.document import (
    ENTRIES,
    MAPPING,
    MAX_FLOAT32,
    ROOT,
    SCALE,
    WEIGHT,
    WEIGHTS,
    Owner,
    bottlenecks,
    losses,
    mapping,
    owners,
    weight_place,
)
from ..source.problems import Problem
from .repetitions import alike, repeated
from .spelling import did_you_mean_name, slip_for
from .ways import unheld_objects, way_problems


def loss_problems(document: Any) -> Iterator[Problem]:
    """Everything that is wrong with the schema's losses."""
    yield from _repetitions(document)
    yield from _class_names(document)
    # What is wrong or missing may have been meant for what is not used: that is not said as well.
    unmapped = list(_totality(document))
    carried = list(_carried_losses(document))
    yield from [*unmapped, *carried] or _unused_losses(document)
    yield from _lengths(document)
    objects = {each.name: each for each in owners(document)}
    weights = [
        problem
        for name, definition in losses(document).items()
        for problem in _weight_problems(document, name, definition, objects)
    ]
    weights += way_problems(document)
    yield from weights or [*_unused_weights(document), *unheld_objects(document)]


def _repetitions(document: Any) -> Iterator[Problem]:
    for rule, what in (
        ("const", "class name"),
        ("title", "enum member"),
        ("x-config-type", "config tag"),
    ):
        entries = enumerate(bottlenecks(document))
        yield from repeated([((*ENTRIES, i, rule), each[rule]) for i, each in entries], what)
    names = [
        ((*ENTRIES, i, "const"), each["const"]) for i, each in enumerate(bottlenecks(document))
    ]
    yield from alike(names)
    for part in ("key", "name"):
        places = [
            (("$defs", name, "properties", part, "const"), each["properties"][part]["const"])
            for name, each in losses(document).items()
        ]
        yield from repeated(places, f"loss {part}")
        if part == "name":
            yield from alike(places)


def _class_names(document: Any) -> Iterator[Problem]:
    for index, entry in enumerate(bottlenecks(document)):
        if entry["const"] == "Bottleneck":
            message = "its module would be called 'BottleneckLoss', like the base of all of them"
            yield Problem((*ENTRIES, index, "const"), message)


def _weight_problems(
    document: Any, loss: str, definition: Any, objects: Mapping[str, Owner]
) -> Iterator[Problem]:
    path = ("$defs", loss, *WEIGHT)
    owner, name = weight_place(definition)
    if owner == ROOT and definition["properties"]["weight"]["$ref"] != f"#/properties/{name}":
        near = f"; write '#/properties/{name}'"
        yield Problem(path, f"'$defs/{ROOT}' does not exist", near=near)
        return
    if owner not in objects:
        if owner in document["$defs"]:
            yield Problem(path, f"'$defs/{owner}' is no object of a config")
        else:
            message, near = f"'$defs/{owner}' does not exist", did_you_mean_name(owner, objects)
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
    unmapped = {name: index for index, name in enumerate(classes) if name not in mapped}
    for name in mapped:
        if name not in classes:
            meant = slip_for(name, unmapped) or slip_for(name, classes)
            unmapped.pop(meant or "", None)
            near = "" if meant is None else f"; did you mean {meant!r}?"
            message, about = f"{name!r} is no BottleneckType", ((*ENTRIES, name),)
            yield Problem((*MAPPING, name), message, at_key=True, about=about, near=near)
    for name, index in unmapped.items():
        message = f"LossMapping does not say which losses {name!r} carries"
        yield Problem((*ENTRIES, index), message, about=((*MAPPING, name),))


def _carried_losses(document: Any) -> Iterator[Problem]:
    for bottleneck, names in mapping(document).items():
        path = (*MAPPING, bottleneck, "prefixItems")
        places = [((*path, index, "$ref"), name) for index, name in enumerate(names)]
        yield from repeated(places, "loss")
        for place, name in places:
            if name not in document["$defs"]:
                near = did_you_mean_name(name, losses(document))
                message = f"'$defs/{name}' does not exist"
                yield Problem(place, message, about=(("$defs", name),), near=near)


def _lengths(document: Any) -> Iterator[Problem]:
    entries = document["$defs"]["LossMapping"]["properties"]
    for bottleneck, names in mapping(document).items():
        said = entries[bottleneck].get("minItems", 0)
        if said != len(names) and len(set(names)) == len(names):
            message = f"expected {len(names)}, the number of 'prefixItems'"
            yield Problem((*MAPPING, bottleneck, "minItems"), message)


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
