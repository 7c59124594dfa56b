"""Overlays: JSON Merge Patches (RFC 7396) of a losses schema, and what can be wrong with them.

A merge patch says what it changes at the place where the schema says it; null removes. It replaces
arrays as a whole. BottleneckType lists its entries in an array, so there an overlay has an object
instead, in which each entry stands under its class name. So it may where a property is one of
several objects.
"""

from __future__ import annotations

import copy
import json
import re
from collections.abc import Collection, Iterator
from typing import cast

from json_merge_patch import merge

from ..shared.jsontext import Json, JsonPath, at, object_at
from ..shared.wording import did_you_mean_name, nearest, shortened, shown, shown_pointer
from ..source.problems import Problem
from ..source.syntax import ENTRIES, NAME, TRAINERS, VERSION

EXTENDS = "x-extends"

_OWN = (NAME, VERSION)
_DEFINITIONS = "#/$defs/"
_NULL = "null"
"""What null stands under in a choice of objects; no class has such a name."""
_VERSION = re.compile("(0|[1-9][0-9]{0,8})([.](0|[1-9][0-9]{0,8})){2}")


def applied(document: Json, overlay: Json) -> Json:
    """`document` as `overlay`, which has no problems, changes it."""
    return unkeyed(cast("Json", merge(keyed(document), copy.deepcopy(_patch(overlay)))))


def is_overlay(document: Json) -> bool:
    """Whether a file is meant to be an overlay: a whole schema has a title."""
    return isinstance(document, dict) and "title" not in document


def keyed(document: Json) -> Json:
    """A copy of `document` with the entries of BottleneckType, and choices of objects, by name."""
    result = copy.deepcopy(document)
    entries = at(result, ENTRIES)
    if isinstance(entries, list):
        by_name: dict[str, Json] = {str(at(each, ("const",))): each for each in entries}
        object_at(result, ENTRIES[:-1])["oneOf"] = by_name
    for path in choices_of_objects(result):
        if isinstance(choice := at(result, path), list):
            object_at(result, path[:-1])["anyOf"] = {_name_in_choice(each): each for each in choice}
    return result


def unkeyed(document: Json) -> Json:
    """The opposite of `keyed`; an entry need not repeat its class name, and null stands last."""
    entries = at(document, ENTRIES)
    if isinstance(entries, dict):
        named: list[Json] = [
            {"const": name, **object_at(each, ())} for name, each in entries.items()
        ]
        object_at(document, ENTRIES[:-1])["oneOf"] = named
    for path in choices_of_objects(document):
        if isinstance(choice := at(document, path), dict):
            names = sorted(choice, key=lambda name: name == _NULL)
            objects: list[Json] = [
                {**_entry_in_choice(name), **object_at(choice, (name,))} for name in names
            ]
            object_at(document, path[:-1])["anyOf"] = objects
    return document


def choices_of_objects(document: Json) -> Iterator[JsonPath]:
    """The paths to what may be choices of objects: the `anyOf` of properties."""
    definitions = object_at(document, ("$defs",))
    for owner in ((), *(("$defs", name) for name in definitions)):
        for key, said in object_at(document, (*owner, "properties")).items():
            if "anyOf" in object_at(said, ()):
                yield (*owner, "properties", key, "anyOf")


def _name_in_choice(entry: Json) -> str:
    """What an entry of a choice stands under in an overlay."""
    reference = at(entry, ("$ref",))
    return str(reference).removeprefix(_DEFINITIONS) if reference is not None else _NULL


def _entry_in_choice(name: str) -> dict[str, Json]:
    return {"type": "null"} if name == _NULL else {"$ref": f"{_DEFINITIONS}{name}"}


def keyed_path(document: Json, path: JsonPath) -> JsonPath:
    """Where `path`, which leads into `document`, leads in `keyed(document)`."""
    for begin in (ENTRIES, *choices_of_objects(document)):
        rest = path[len(begin) :]
        if path[: len(begin)] == begin and rest and isinstance(rest[0], int):
            entry = at(document, path[: len(begin) + 1])
            name = str(at(entry, ("const",))) if begin == ENTRIES else _name_in_choice(entry)
            return (*begin, name, *rest[1:])
    return path


def overlay_problems(document: Json, overlay: Json, taken: Collection[str]) -> Iterator[Problem]:
    """Why `overlay` can't be applied to `document`; `taken` are the names of all that is below."""
    if not isinstance(overlay, dict):
        yield Problem((), f"expected an object, which says what to change, not {shown(overlay)}")
        return
    if problems := list(_frame_problems(document, overlay, taken)):
        yield from problems
        return
    yield from _entry_problems(overlay)
    yield from _removals_of_nothing(document, overlay)


def ignored(document: Json, overlay: Json, result: Json) -> Iterator[Problem]:
    """What `overlay`, which makes `result` of `document`, says in vain."""
    before, after = (json.dumps(_contents(each), sort_keys=True) for each in (document, result))
    if before == after:  # as texts, in which 0 is not false
        what = f"{at(document, (NAME,))} {at(document, (VERSION,))}"
        message = f"changes nothing of {what}; add or change an entry, or compile without it"
        yield Problem((), message)
        return
    by_name = keyed(result)
    for path, is_default in _nulls(overlay):
        *parents, key = path
        parent = object_at(by_name, tuple(parents))
        if is_default and parent.get(key, False) is not None:
            yield Problem(path, "null can't be the default here")
        elif not is_default and key in parent:
            yield Problem(path, "can't be removed: every schema has it", at_key=True)


def changes(document: Json, result: Json) -> Iterator[str]:
    """What of `document` has another value in `result`, or is gone: a line for each."""
    yield from _changes(keyed(_contents(document)), keyed(_contents(result)), ())


def _nulls(overlay: Json, path: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], bool]]:
    """The paths to the nulls of `overlay`, and whether each is the default of a property.

    That one is no removal but what the default is to be. A merge patch can't write null, but a
    property that takes null and has no default gets it.
    """
    for key, value in object_at(overlay, ()).items():
        if value is None:
            yield (*path, key), key == "default" and path[-2:-1] == ("properties",)
        else:
            yield from _nulls(value, (*path, key))


def _changes(before: Json, after: Json, path: JsonPath) -> Iterator[str]:
    found = object_at(after, ())
    for key, value in object_at(before, ()).items():
        pointer = shown_pointer((*path, key))
        if key not in found:
            yield f"{pointer}: removed"
        elif isinstance(value, dict) and isinstance(found[key], dict):
            yield from _changes(value, found[key], (*path, key))
        elif (was := _as_json(value)) != (now := _as_json(found[key])):
            yield f"{pointer}: {shortened(was)} → {shortened(now)}"
    if _is_in_an_objective(path):
        # What is new here is no addition: it says where and when a loss is that was there.
        for key in sorted(found.keys() - object_at(before, ())):
            yield f"{shown_pointer((*path, key))}: {shortened(_as_json(found[key]))}"


def _is_in_an_objective(path: JsonPath) -> bool:
    """Whether it leads to an entry, /x-trainers/<trainer>/objective/<turn>/<loss>."""
    return path[:1] == (TRAINERS,) and len(path) == 5 and path[2] == "objective"


def _as_json(value: Json) -> str:
    return json.dumps(value, ensure_ascii=False)


def _contents(document: Json) -> dict[str, Json]:
    """`document` without its name and version."""
    return {key: each for key, each in object_at(document, ()).items() if key not in _OWN}


def _patch(overlay: Json) -> Json:
    """`overlay` without what it says of the schema that it extends."""
    return {key: each for key, each in object_at(overlay, ()).items() if key != EXTENDS}


def _frame_problems(
    document: Json, overlay: dict[str, Json], taken: Collection[str]
) -> Iterator[Problem]:
    name, version = at(document, (NAME,)), at(document, (VERSION,))
    expected = json.dumps({NAME: name, VERSION: version})
    if EXTENDS in overlay:
        yield from _extends_problems(overlay[EXTENDS], str(name), str(version), expected)
    else:
        message = f"{EXTENDS!r} is missing; it quotes what the overlay extends, here {expected}"
        yield _missing(overlay, EXTENDS, message)
    for key, example in ((NAME, "my-lab"), (VERSION, "1.0.0")):
        if overlay.get(key) is None:
            message = f"{key!r} is missing; it is this overlay's own, such as {example!r}"
            yield Problem((key,), message) if key in overlay else _missing(overlay, key, message)
    if overlay.get(NAME) in taken:
        message = f"{overlay[NAME]!r} is what this overlay extends; expected its own name"
        yield Problem((NAME,), message)


def _extends_problems(extended: Json, name: str, version: str, expected: str) -> Iterator[Problem]:
    """What is wrong with what an overlay quotes; each version of the same major will do."""
    if not isinstance(extended, dict):
        yield Problem((EXTENDS,), f"expected {expected}, not {shown(extended)}")
        return
    if extended.keys() != set(_OWN):
        absent = [each for each in _OWN if each not in extended]
        slips = {key: nearest(key, absent) for key in extended if key not in _OWN}
        for key, near in slips.items():
            if near is not None:
                message = f"{key!r} is not allowed here; did you mean {near!r}?"
                yield Problem((EXTENDS, key), message, at_key=True)
        if not any(slips.values()):
            yield Problem((EXTENDS,), f"expected {expected}")
    elif extended[NAME] != name:
        message = (
            f"expected {name!r}, which is what comes before this overlay, not "
            f"{shown(extended[NAME])}; name the overlays from the lowest to the highest"
        )
        yield Problem((EXTENDS, NAME), message)
    elif not _has_the_same_major(extended[VERSION], version):
        major = version.partition(".")[0]
        message = (
            f"expected {version!r}, the version of {name} here, or another one that begins with "
            f"'{major}.', not {shown(extended[VERSION])}; install the version that this overlay "
            f"was made for, or see what has changed and write {version!r}"
        )
        yield Problem((EXTENDS, VERSION), message)


def _has_the_same_major(extended: Json, version: str) -> bool:
    if not isinstance(extended, str) or not _VERSION.fullmatch(extended):
        return False
    return extended.partition(".")[0] == version.partition(".")[0]


def _missing(overlay: dict[str, Json], key: str, message: str) -> Problem:
    """That an overlay lacks `key`, at the key that was meant to be it, if there is one."""
    slip = nearest(key, [each for each in overlay if each not in (EXTENDS, *_OWN)])
    if slip is None:
        return Problem((), message)
    return Problem((slip,), message, at_key=True, near=f"; did you mean it by {slip!r}?")


def _entry_problems(overlay: Json) -> Iterator[Problem]:
    entries = at(overlay, ENTRIES)
    if entries is not None and not isinstance(entries, dict):
        yield Problem(
            ENTRIES,
            "expected an object here, with each entry under its class name: "
            f'{{"GroupedVAEBottleneck": {{"title": "GROUPED_VAE", …}}}}, not {shown(entries)}',
        )
        return
    for name, entry in (entries or {}).items():
        if isinstance(entry, dict) and entry.get("const", name) != name:
            message = f"expected {name!r}, the name that this entry stands under"
            yield Problem((*ENTRIES, name, "const"), message)
        elif entry is not None and not isinstance(entry, dict):
            message = f"expected an object, or null to remove it, not {shown(entry)}"
            yield Problem((*ENTRIES, name), message)
    for path in choices_of_objects(overlay):
        for name, entry in object_at(overlay, path).items():
            if entry is not None and entry not in ({}, _entry_in_choice(name)):
                said = json.dumps(_entry_in_choice(name))
                message = f"expected {{}}, which stands for {said}, or null to remove it"
                yield Problem((*path, name), message)


def _removals_of_nothing(document: Json, overlay: Json) -> Iterator[Problem]:
    before = keyed(document)
    for path, is_default in _nulls(overlay):
        if is_default:
            continue
        *parents, key = path
        siblings = object_at(before, tuple(parents))
        if key not in siblings:
            near = did_you_mean_name(key, siblings)
            message = f"null removes an entry, but there is no {key!r} here{near}"
            yield Problem(path, message, at_key=True)
