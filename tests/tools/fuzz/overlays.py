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
    """With the entries of BottleneckType by class name, as overlays have them."""
    entries = schema["$defs"]["BottleneckType"]
    entries["oneOf"] = {each["const"]: each for each in entries["oneOf"]}
    return schema


def _is_merged(before: Any, patch: Any, after: Any) -> bool:
    """Whether `after` is `before` with `patch` (RFC 7396), and perhaps more."""
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
