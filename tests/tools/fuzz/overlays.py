"""Hostile overlays of a harmless schema: the same has to hold as for hostile schemas."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from loss_compiler.compile import compile_schema
from loss_compiler.target.package import package_of_overlays
from support.schemas import TINY, edited

from .schemas import Case, cases_of, judged, shown
from .target import Target

LAB = Path(__file__).with_name("lab.overlay.json")
"""An overlay of the tiny schema, if that has a name: some of everything that overlays do."""

NAME = "hostile.overlay.json"


def target(folder: Path) -> Target[Case]:
    """Overlays as they come, compiled in `folder`."""
    schema = named_schema(folder)

    def check(case: Case) -> str:
        return checked(folder, schema, case.content())

    title = (
        "a hostile overlay is refused with its place, or its package holds its values and no more"
    )
    return Target("overlays", title, cases_of(LAB), check, shown)


def named_schema(folder: Path) -> Path:
    """The tiny schema in `folder`, with the name that overlays quote."""
    schema = folder / "tiny.schema.json"
    text = edited(TINY, ('"x-version"', '"x-name": "tiny",\n  "x-version"'))
    schema.write_text(text, encoding="utf-8")
    return schema


def checked(folder: Path, schema: Path, content: bytes) -> str:
    """Compile the overlay `content` of `schema` in `folder`, and judge what comes out.

    Raises:
        AssertionError: it is no clear error and no package with only the intended values.
    """
    overlay = folder / NAME
    package = package_of_overlays("hostile_package", [overlay])

    def unmerged(files: Mapping[str, str]) -> list[str]:
        before, patch = (json.loads(each) for each in (schema.read_text(encoding="utf-8"), content))
        del patch["x-extends"]
        _write_counts(before, patch)
        after = _keyed(json.loads(files["losses.schema.json"]))
        merged = _is_merged(_keyed(before), patch, after)
        return [] if merged else ["losses.schema.json is not what the overlay makes of the schema"]

    return judged(
        folder,
        overlay,
        content,
        lambda: compile_schema(schema, [overlay], package),
        package,
        unmerged,
    )


def _keyed(schema: Any) -> Any:
    """With the entries of BottleneckType and of choices of objects by name, as overlays do it."""
    entries = schema["$defs"]["BottleneckType"]
    entries["oneOf"] = {each["const"]: each for each in entries["oneOf"]}
    for owner in (schema, *schema["$defs"].values()):
        for each in owner.get("properties", {}).values():
            if "anyOf" in each:
                each["anyOf"] = _by_name(each["anyOf"])
    return schema


def _by_name(choice: list[Any]) -> dict[str, Any]:
    return {each["$ref"].rpartition("/")[2] if "$ref" in each else "null": each for each in choice}


def _write_counts(before: Any, patch: Any) -> None:
    """What follows from the losses that a mapping has, where the overlay doesn't say it."""
    known = before["$defs"]["LossMapping"]["properties"]
    mapping = patch.get("$defs", {}).get("LossMapping", {}).get("properties", {})
    for name, said in mapping.items():
        if name in known and "prefixItems" in said:
            losses = said["prefixItems"]
            count = {"maxItems": 0} if losses is None else {"minItems": len(losses)}
            mapping[name] = {**count, **said}


def _is_merged(before: Any, patch: Any, after: Any) -> bool:
    """Whether `after` is `before` with `patch` (RFC 7396), and perhaps more."""
    if type(patch) is list and type(after) is dict:  # a choice of objects, which is replaced
        named = _by_name(patch)
        same = named.keys() == after.keys()
        return same and all(_is_merged(None, each, after[key]) for key, each in named.items())
    if type(patch) is list and type(after) is list and len(patch) == len(after):
        return all(map(_is_merged, [None] * len(patch), patch, after))
    if type(patch) is not dict or type(after) is not dict:
        return repr(patch) == repr(after)
    old = before if type(before) is dict else {}
    untouched = all(repr(after.get(key)) == repr(old[key]) for key in old.keys() - patch.keys())
    merged = all(
        (each is None and after.get(key) is None) or _is_merged(old.get(key), each, after.get(key))
        for key, each in patch.items()
    )
    return untouched and merged
