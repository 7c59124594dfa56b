"""Overlays: JSON Merge Patches (RFC 7396) of a losses schema, and what can be wrong with them.

A merge patch says what it changes at the place where the schema says it; null removes. It replaces
arrays as a whole. BottleneckType lists its entries in an array, so there an overlay has an object
instead, in which each entry stands under its class name.
"""

from __future__ import annotations

import copy
import json
from collections.abc import Collection, Iterator
from typing import Any

from json_merge_patch import merge

from ..check.spelling import did_you_mean_name
from ..shared.jsontext import JsonPath
from ..shared.wording import json_pointer, nearest, shown
from ..source.document import ENTRIES, NAME, VERSION, at
from ..source.problems import Problem

EXTENDS = "x-extends"

_OWN = (NAME, VERSION)
_LONGEST = 60


def applied(document: Any, overlay: Any) -> Any:
    """`document` as `overlay`, which has no problems, changes it."""
    return unkeyed(merge(keyed(document), copy.deepcopy(_patch(overlay))))


def is_overlay(document: Any) -> bool:
    """Whether a file is meant to be an overlay: a whole schema has a title."""
    return type(document) is dict and "title" not in document


def keyed(document: Any) -> Any:
    """A copy of `document` with the entries of BottleneckType by class name."""
    result = copy.deepcopy(document)
    entries = at(result, ENTRIES)
    if type(entries) is list:
        result["$defs"]["BottleneckType"]["oneOf"] = {each["const"]: each for each in entries}
    return result


def unkeyed(document: Any) -> Any:
    """The opposite of `keyed`; an entry need not repeat its class name."""
    entries = at(document, ENTRIES)
    if type(entries) is dict:
        document["$defs"]["BottleneckType"]["oneOf"] = [
            {"const": name, **each} for name, each in entries.items()
        ]
    return document


def keyed_path(document: Any, path: JsonPath) -> JsonPath:
    """Where `path`, which leads into `document`, leads in `keyed(document)`."""
    length = len(ENTRIES)
    if path[:length] != ENTRIES or len(path) == length or type(path[length]) is str:
        return path
    name = at(document, (*path[: length + 1], "const"))
    return (*ENTRIES, name, *path[length + 1 :])


def overlay_problems(document: Any, overlay: Any, taken: Collection[str]) -> Iterator[Problem]:
    """Why `overlay` can't be applied to `document`; `taken` are the names of all that is below."""
    if type(overlay) is not dict:
        yield Problem((), f"expected an object, which says what to change, not {shown(overlay)}")
        return
    if problems := list(_frame_problems(document, overlay, taken)):
        yield from problems
        return
    yield from _entry_problems(overlay)
    yield from _removals_of_nothing(document, overlay)


def ignored(document: Any, overlay: Any, result: Any) -> Iterator[Problem]:
    """What `overlay`, which makes `result` of `document`, says in vain."""
    before, after = (json.dumps(_contents(each), sort_keys=True) for each in (document, result))
    if before == after:  # as texts, in which 0 is not false
        what = f"{document.get(NAME)} {document[VERSION]}"
        message = f"changes nothing of {what}; add or change an entry, or compile without it"
        yield Problem((), message)
        return
    for path, is_default in _nulls(overlay):
        *parents, key = path
        parent = at(keyed(result), tuple(parents))
        if is_default and not (type(parent) is dict and key in parent and parent[key] is None):
            yield Problem(path, "null can't be the default here")
        elif not is_default and type(parent) is dict and key in parent:
            yield Problem(path, "can't be removed: every schema has it", at_key=True)


def changes(document: Any, result: Any) -> Iterator[str]:
    """What of `document` has another value in `result`, or is gone: a line for each."""
    yield from _changes(keyed(_contents(document)), keyed(result), ())


def _nulls(overlay: Any, path: JsonPath = ()) -> Iterator[tuple[JsonPath, bool]]:
    """The paths to the nulls of `overlay`, and whether each is the default of a property.

    That one is no removal but what the default is to be. A merge patch can't write null, but a
    property that takes null and has no default gets it.
    """
    for key, value in overlay.items():
        if value is None:
            yield (*path, key), key == "default" and path[-2:-1] == ("properties",)
        elif type(value) is dict:
            yield from _nulls(value, (*path, key))


def _changes(before: Any, after: Any, path: JsonPath) -> Iterator[str]:
    for key, value in before.items():
        pointer = json_pointer((*path, key))
        if key not in after:
            yield f"{pointer}: removed"
        elif type(value) is dict and type(after[key]) is dict:
            yield from _changes(value, after[key], (*path, key))
        elif _as_json(value) != _as_json(after[key]):
            yield f"{pointer}: {_as_json(value)} → {_as_json(after[key])}"


def _as_json(value: object) -> str:
    text = json.dumps(value, ensure_ascii=False)
    return text if len(text) <= _LONGEST else f"{text[: _LONGEST - 1]}…"


def _contents(document: Any) -> dict[str, Any]:
    """`document` without its name and version."""
    return {key: value for key, value in document.items() if key not in _OWN}


def _patch(overlay: Any) -> Any:
    """`overlay` without what it says of the schema that it extends."""
    return {key: value for key, value in overlay.items() if key != EXTENDS}


def _frame_problems(document: Any, overlay: Any, taken: Collection[str]) -> Iterator[Problem]:
    name, version = document.get(NAME), document[VERSION]
    expected = json.dumps({NAME: name, VERSION: version})
    if EXTENDS not in overlay:
        message = f"{EXTENDS!r} is missing; it quotes what the overlay extends, here {expected}"
        yield _missing(overlay, EXTENDS, message)
    match overlay.get(EXTENDS, {NAME: name, VERSION: version}):
        case dict() as extended if extended.keys() == set(_OWN):
            if extended[NAME] != name:
                yield Problem(
                    (EXTENDS, NAME),
                    f"expected {name!r}, which is what comes before this overlay, not "
                    f"{shown(extended[NAME])}; name the overlays from the lowest to the highest",
                )
            elif extended[VERSION] != version:
                yield Problem(
                    (EXTENDS, VERSION),
                    f"expected {version!r}, the version of {name} here, not "
                    f"{shown(extended[VERSION])}; install the version that this overlay was made "
                    f"for, or see what has changed and write {version!r}",
                )
        case other:
            slips = [key for key in other if key not in _OWN] if type(other) is dict else []
            meant = {
                key: nearest(key, [each for each in _OWN if each not in other]) for key in slips
            }
            for key, near in meant.items():
                if near is not None:
                    message = f"{key!r} is not allowed here; did you mean {near!r}?"
                    yield Problem((EXTENDS, key), message, at_key=True)
            if not any(meant.values()):
                found = "" if type(other) is dict else f", not {shown(other)}"
                yield Problem((EXTENDS,), f"expected {expected}{found}")
    for key, example in ((NAME, "my-lab"), (VERSION, "1.0.0")):
        if overlay.get(key) is None:
            message = f"{key!r} is missing; it is this overlay's own, such as {example!r}"
            yield Problem((key,), message) if key in overlay else _missing(overlay, key, message)
    if overlay.get(NAME) in taken:
        message = f"{overlay[NAME]!r} is what this overlay extends; expected its own name"
        yield Problem((NAME,), message)


def _missing(overlay: Any, key: str, message: str) -> Problem:
    """That an overlay lacks `key`, at the key that was meant to be it, if there is one."""
    slip = nearest(key, [each for each in overlay if each not in (EXTENDS, *_OWN)])
    if slip is None:
        return Problem((), message)
    return Problem((slip,), message, at_key=True, near=f"; did you mean it by {slip!r}?")


def _entry_problems(overlay: Any) -> Iterator[Problem]:
    match at(overlay, ENTRIES):
        case None:
            return
        case dict() as entries:
            for name, entry in entries.items():
                if type(entry) is dict and entry.get("const", name) != name:
                    message = f"expected {name!r}, the name that this entry stands under"
                    yield Problem((*ENTRIES, name, "const"), message)
                elif type(entry) is not dict and entry is not None:
                    message = f"expected an object, or null to remove it, not {shown(entry)}"
                    yield Problem((*ENTRIES, name), message)
        case other:
            yield Problem(
                ENTRIES,
                "expected an object here, with each entry under its class name: "
                f'{{"GroupedVAEBottleneck": {{"title": "GROUPED_VAE", …}}}}, not {shown(other)}',
            )


def _removals_of_nothing(document: Any, overlay: Any) -> Iterator[Problem]:
    before = keyed(document)
    for path, is_default in _nulls(overlay):
        if is_default:
            continue
        *parents, key = path
        siblings = at(before, tuple(parents))
        if type(siblings) is not dict or key not in siblings:
            near = did_you_mean_name(str(key), siblings) if type(siblings) is dict else ""
            message = f"null removes an entry, but there is no {key!r} here{near}"
            yield Problem(path, message, at_key=True)
