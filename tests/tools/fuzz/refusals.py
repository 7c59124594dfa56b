"""What an error of the compiler has to be: one line for each mistake, and where it is."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from typing import Any

_LINE = re.compile(r"(?P<file>[^:]+):(?P<line>[1-9]\d*):(?P<column>[1-9]\d*): (?P<rest>.+)")
_NO_PLACE = re.compile(r"[^:]+: expected UTF-8 text; .+ at byte \d+")
_LONGEST_KEY = 100
_READER = json.JSONDecoder(parse_int=str, parse_float=str, parse_constant=str)


def ill_told(
    lines: Sequence[str], name: str, text: str | None, *, whole: bool = True
) -> Iterator[str]:
    """What is wrong with the `lines` that refuse the file `name`, which holds `text`.

    There is no text if the file isn't UTF-8. What is no `whole` schema changes one; pointers lead
    into what comes out.
    """
    twice = any("duplicate key" in line for line in lines)  # which of the two is meant?
    if not lines:
        yield "nothing is said"
    for line in lines:
        if not line.isprintable():
            yield f"can't be printed: {line!a}"
        match = _LINE.fullmatch(line)
        if text is None or match is None:
            if text is not None or not _NO_PLACE.fullmatch(line):
                yield f"has no place: {line!a}"
        elif match["file"] != name:
            yield f"is in another file: {line!a}"
        else:
            offset = _offset(text, int(match["line"]), int(match["column"]))
            if offset is None:
                yield f"is not in the file: {line!a}"
            elif match["rest"].startswith(("/", "(root)")) and not twice:
                yield from _ill_placed(line, match["rest"] if whole else "", text, offset)


def _offset(text: str, line: int, column: int) -> int | None:
    lines = text.split("\n")
    if line > len(lines) or column > len(lines[line - 1]) + 1:
        return None
    return sum(len(each) + 1 for each in lines[: line - 1]) + column - 1


def _ill_placed(line: str, rest: str, text: str, offset: int) -> Iterator[str]:
    """A key or value stands at the place.

    If `rest` begins with a pointer, that leads to it, or to what is missing in it.
    """
    document = _READER.decode(text)
    try:
        found, _ = _READER.raw_decode(text, offset)
    except ValueError:
        yield f"points at nothing: {line!a}"
        return
    ends = _ends(rest.removeprefix("(root)"), document, None)
    if rest and not any(found in (key, value) for key, value in ends):
        yield f"points at something else: {line!a}"


def _ends(rest: str, value: Any, key: str | None) -> Iterator[tuple[str | None, Any]]:
    """How far the pointer leads that `rest` begins with: a value and its key.

    There may be several such: a key can look like a key, a colon and a message.
    """
    children: list[tuple[str, Any]] = []
    match value:
        case dict():
            children = list(value.items())
        case list():
            children = [(str(index), each) for index, each in enumerate(value)]
    ends = [
        end
        for name, child in children
        for step in ["/" + _shown(_shortened(name).replace("~", "~0").replace("/", "~1"))]
        if rest.startswith((f"{step}/", f"{step}:"))
        for end in _ends(rest.removeprefix(step), child, name)
    ]
    yield from ends or [(key, value)]


def _shortened(key: str) -> str:
    """Of a key that is longer than any that is meant, both ends are shown."""
    return key if len(key) <= _LONGEST_KEY else f"{key[:50]} … {key[-50:]}"


def _shown(key: str) -> str:
    return "".join(
        each if each.isprintable() else each.encode("unicode_escape", "surrogatepass").decode()
        for each in key
    )
