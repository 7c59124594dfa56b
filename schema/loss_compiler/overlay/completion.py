"""Writes what an overlay need not say: keywords that the dialect leaves no choice about."""

from __future__ import annotations

import copy
from collections.abc import Iterable
from typing import Any

from jsonschema.exceptions import ValidationError

from ..check.dialect import dialect_errors
from ..check.reachability import unheld_objects, way_problems
from ..shared.jsontext import Json, JsonPath, at, object_at
from ..source.problems import Problem
from ..source.syntax import ABSENT, ALSO, MAPPING, WEIGHT, WEIGHTS, syntax_of


def completed(document: Json, overlay: Json, below: Json) -> Json:
    """`document`, which `overlay` makes of `below`, with what `overlay` need not say.

    That is each missing keyword with one legal value, such as the `$ref` of a weight; null as the
    default of an optional property that takes it and has none; how many losses a mapping has. The
    classes of a section that `overlay` removes go with it, unless something else holds them.
    """
    result = copy.deepcopy(document)
    mapping = object_at(result, MAPPING)
    for name, written in object_at(overlay, MAPPING).items():
        carried = mapping.get(name)
        if isinstance(carried, dict) and isinstance(written, dict):
            _complete_mapping(carried, written)
    definitions = object_at(result, ("$defs",))
    if WEIGHT not in definitions:  # then each weight says for itself what it is
        for weight in object_at(definitions, (WEIGHTS, "properties")).values():
            if isinstance(weight, dict) and "$ref" not in weight:
                weight.setdefault("type", ["number", "null"])
    while errors := dialect_errors(result):
        if not _fill_in(errors):
            return result
    schema = syntax_of(result)
    for owner in schema.objects.values():
        for name, each in owner.properties.items():
            if name not in owner.required and each.nullable and each.default is ABSENT:
                object_at(result, each.path)["default"] = None
    for left in [] if any(way_problems(schema)) else list(unheld_objects(schema)):
        if at(below, left.path) is not None and at(overlay, left.path) is None:
            del definitions[str(left.path[-1])]
    return result


_LISTS_OF_VALUES = ("examples", "is", "is_not", "refuses")


def without_stale_values(document: Json, overlay: Json, problems: Iterable[Problem]) -> Json:
    """`document` without values in lists that `overlay` makes wrong and doesn't write.

    They are examples, and what notes on trainers compare with: whoever narrows a property need not
    know of them. What a trainer fails on with one of no values goes, too.
    """
    stale: dict[JsonPath, set[int]] = {}
    for each in problems:
        for length, step in enumerate(each.path):
            path = each.path[: length + 1]
            index = [step for step in each.path[length + 1 : length + 2] if isinstance(step, int)]
            if step in _LISTS_OF_VALUES and index and at(overlay, path) is None:
                stale.setdefault(path, set()).update(index)
    result = copy.deepcopy(document) if stale else document
    never: dict[JsonPath, set[int]] = {}
    for path, indices in stale.items():
        _leave_out(result, path, indices)
        if path[-1] == "is" and at(result, path) == []:
            *fails, failure, _, _, _ = path  # FAILS/2/if/KEY/is
            never.setdefault(tuple(fails), set()).add(int(failure))
        else:
            _prune(result, path)
    for path, indices in never.items():
        _leave_out(result, path, indices)
        _prune(result, path)
    return result


def _leave_out(document: Json, path: JsonPath, indices: set[int]) -> None:
    items = at(document, path)
    if isinstance(items, list):
        items[:] = [each for index, each in enumerate(items) if index not in indices]


def _prune(document: Json, path: JsonPath) -> None:
    """Remove what is at `path` if it is empty, and what holds it if that is then."""
    while at(document, path) in ([], {}):
        *above, key = path
        path = tuple(above)
        del object_at(document, path)[str(key)]


def without_taken_names(document: Json, overlay: Json, result: Json) -> Json:
    """`document` without other names of properties that are properties themselves in `result`.

    `overlay`, which makes `result` of it, may add them; those that it writes itself stay.
    """
    changed = copy.deepcopy(document)
    owners: list[JsonPath] = [(), *(("$defs", name) for name in object_at(changed, ("$defs",)))]
    for owner in owners:  # grows while it is read
        there = object_at(result, (*owner, "properties"))
        for key, each in object_at(changed, (*owner, "properties")).items():
            path = (*owner, "properties", key)
            owners += [path] if at(each, ("properties",)) is not None else []
            names = at(each, (ALSO,))
            if isinstance(names, list) and at(overlay, (*path, ALSO)) is None:
                said = object_at(each, ())
                said[ALSO] = [name for name in names if name not in there]
                if not said[ALSO]:
                    del said[ALSO]
    return changed


def _complete_mapping(carried: dict[str, Json], written: dict[str, Json]) -> None:
    """Let the keywords that `written` leaves out follow from the losses that are carried."""
    wanted: dict[str, Json] = {"maxItems": 0}
    if "prefixItems" in carried:
        losses = carried["prefixItems"]
        wanted = {"items": False, "minItems": len(losses) if isinstance(losses, list) else 0}
    for key in ("items", "minItems", "maxItems"):
        if written.get(key) is None:
            carried.pop(key, None)
            carried |= {key: wanted[key]} if key in wanted else {}


def _fill_in(errors: Iterable[ValidationError]) -> bool:
    """Write what is known to be missing; whether there was something."""
    changed = False
    for error in errors:
        if error.validator != "required":
            continue
        schema: Any = error.schema
        instance: Any = error.instance
        rules = schema.get("properties", {})
        fixed = {
            key: rule["const"]
            for key, rule in rules.items()
            if isinstance(rule, dict) and "const" in rule
        }
        missing = {
            key: copy.deepcopy(fixed[key])
            for key in schema["required"]
            # That an object is open has to be written: a closed one may have been meant.
            if key not in instance and key in fixed and fixed[key] is not True
        }
        if missing:
            whole = {**instance, **missing}
            instance.clear()
            instance |= {key: whole[key] for key in (*rules, *whole) if key in whole}
            changed = True
    return changed
