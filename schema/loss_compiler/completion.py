"""Writes what an overlay need not say: keywords that the dialect leaves no choice about."""

from __future__ import annotations

import copy
from collections.abc import Iterable
from typing import Any

from jsonschema.exceptions import ValidationError

from .dialect import dialect_errors
from .document import nullable, owners


def completed(document: Any) -> Any:
    """`document` with each missing keyword that has one legal value, such as a weight's `minimum`.

    An optional property that takes null and says no default gets null.
    """
    result = copy.deepcopy(document)
    while errors := dialect_errors(result):
        if not _fill_in(errors):
            return result
    for owner in owners(result):
        for name, subschema in owner.subschema["properties"].items():
            if name not in owner.subschema.get("required", ()) and nullable(subschema):
                subschema.setdefault("default", None)
    return result


def _fill_in(errors: Iterable[ValidationError]) -> bool:
    """Write what is known to be missing; whether there was something."""
    changed = False
    for error in errors:
        if error.validator != "required":
            continue
        schema: Any = error.schema
        instance: Any = error.instance
        rules = schema.get("properties", {})
        missing = {
            key: copy.deepcopy(rules[key]["const"])
            for key in schema["required"]
            if key not in instance and "const" in rules.get(key, {})
        }
        if missing:
            whole = {**instance, **missing}
            instance.clear()
            instance |= {key: whole[key] for key in (*rules, *whole) if key in whole}
            changed = True
    return changed
