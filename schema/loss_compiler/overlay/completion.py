"""Writes what an overlay need not say: keywords that the dialect leaves no choice about."""

from __future__ import annotations

import copy
from collections.abc import Iterable
from typing import Any

from jsonschema.exceptions import ValidationError

from ..check.dialect import dialect_errors
from ..check.ways import unheld_objects, way_problems
from ..source.document import MAPPING, at, nullable, owners


def completed(document: Any, overlay: Any, below: Any) -> Any:
    """`document`, which `overlay` makes of `below`, with what `overlay` need not say.

    That is each missing keyword with one legal value, such as a weight's `minimum`; null as the
    default of an optional property that takes it and has none; how many losses a mapping has. The
    classes of a section that `overlay` removes go with it, unless something else holds them.
    """
    result = copy.deepcopy(document)
    mapping = _objects(at(result, MAPPING))
    for name, written in _objects(at(overlay, MAPPING)).items():
        if name in mapping:
            _complete_mapping(mapping[name], written)
    while errors := dialect_errors(result):
        if not _fill_in(errors):
            return result
    for owner in owners(result):
        for name, subschema in owner.subschema["properties"].items():
            if name not in owner.subschema.get("required", ()) and nullable(subschema):
                subschema.setdefault("default", None)
    for left in [] if any(way_problems(result)) else list(unheld_objects(result)):
        if at(below, left.path) is not None and at(overlay, left.path) is None:
            del result["$defs"][left.path[-1]]
    return result


def _objects(value: Any) -> dict[str, Any]:
    """The entries of an object whose values are objects."""
    entries = value.items() if type(value) is dict else ()
    return {key: each for key, each in entries if type(each) is dict}


def _complete_mapping(carried: Any, written: Any) -> None:
    """Let the keywords that `written` leaves out follow from the losses that are carried."""
    if "prefixItems" in carried:
        losses = carried["prefixItems"]
        wanted = {"items": False, "minItems": len(losses) if type(losses) is list else 0}
    else:
        wanted = {"maxItems": 0}
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
        fixed = {key: rule["const"] for key, rule in _objects(rules).items() if "const" in rule}
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
