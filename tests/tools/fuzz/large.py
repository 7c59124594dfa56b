"""Documents that are large in one way or another, in as many bytes as there is room for.

What is in them is long, or many, or deep, or of letters that combine; in keys and in values, where
something is expected and where nothing is, right and wrong.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import count, islice
from math import isqrt
from typing import Any, TypeAlias

import hypothesis.strategies as st

OWN = "own"
"""Stands for what the document has where a shape is put in."""


@dataclass(frozen=True)
class Long:
    """A string that takes all the room, of one letter."""

    letter: str


@dataclass(frozen=True)
class Keyed:
    """An object with one key, which takes half of the room."""

    letter: str
    value: Shape


@dataclass(frozen=True)
class Many:
    """An array or, with a kind of keys, an object with as many members as there is room for."""

    value: Shape
    keys: str | None


@dataclass(frozen=True)
class Deep:
    """So many objects or arrays in one another."""

    levels: int
    key: str | None
    value: Shape


Shape: TypeAlias = "str | Long | Keyed | Many | Deep"
"""A text of JSON, or one of those above."""


@dataclass(frozen=True)
class Large:
    """A document with a shape of so many bytes at a place, which has a number.

    The shape stands there instead of what is there or, if it is an object, beside it.
    """

    shape: Shape
    size: int
    place: int
    beside: bool


_LETTERS = (
    "a",
    "_",
    "e\u0301",
    "\u0301",
    "\ufdfa",
    "😀",
    "\\u0007",
    "\\ud800",
    "~",
    "/",
    '\\"',
    "9",
)
_WORDS = ("NaN", "-Infinity", "1e999", "-1", "1", "0.5", '""', '"x"', "true", "null", "{}", "[]")
_REFERENCES = ('"#/$defs/X"', '{"$ref": "#/$defs/X"}', '{"type": "x"}', '{"type": "null"}')
_KINDS_OF_KEYS = {
    "short": "k{}",
    "equal": "a",
    "near": "weight{}",
    "alike": "{:_>60}",
    "spelled": "K{}Loss",
    "combining": "e\u0301\u0302{}",
    "wide": "\ufdfa{}",
    "controls": "\\u0007{}",
}
_ROOM_FOR_ONE = 40

_LEAVES = st.one_of(
    st.sampled_from((*_WORDS, *_REFERENCES, OWN, OWN)), st.builds(Long, st.sampled_from(_LETTERS))
)


def _containers(shapes: st.SearchStrategy[Shape]) -> st.SearchStrategy[Shape]:
    kinds = st.sampled_from((None, *_KINDS_OF_KEYS))
    return st.one_of(
        st.builds(Many, shapes, kinds),
        st.builds(Many, shapes, kinds),
        st.builds(Keyed, st.sampled_from(_LETTERS), shapes),
        st.builds(
            Deep, st.sampled_from((2, 30, 85, 95, 5000)), st.sampled_from((None, "a")), shapes
        ),
    )


SHAPES: st.SearchStrategy[Shape] = st.recursive(_LEAVES, _containers, max_leaves=3)


def larges(sizes: tuple[int, ...]) -> st.SearchStrategy[Large]:
    """Documents of about these sizes."""
    shapes = st.one_of(_containers(SHAPES), SHAPES)
    return st.builds(Large, shapes, st.sampled_from(sizes), st.integers(0, 10_000), st.booleans())


def text_of(large: Large, base: Any) -> str:
    """The text of a document that is `base` but for what is large."""
    paths = list(_paths(base, ()))
    path = paths[large.place % len(paths)]
    there: Any = base
    for step in path:
        there = there[step]
    text = _text(large.shape, large.size, json.dumps(there))
    if large.beside and isinstance(there, dict) and text.startswith('{"'):
        marked, mark, text = _with(base, path, {**there, "@": 0}), '"@": 0', text[1:-1]
    else:
        marked, mark = _with(base, path, "@"), '"@"'
    return json.dumps(marked).replace(mark, text)


def _paths(value: Any, path: tuple[Any, ...]) -> Iterator[tuple[Any, ...]]:
    yield path
    members = value.items() if isinstance(value, dict) else ()
    for step, each in enumerate(value) if isinstance(value, list) else members:
        yield from _paths(each, (*path, step))


def _with(base: Any, path: tuple[Any, ...], value: Any) -> Any:
    """`base` with another value at `path`."""
    if not path:
        return value
    step, *rest = path
    inner = _with(base[step], tuple(rest), value)
    if isinstance(base, dict):
        return {**base, step: inner}
    return [*base[:step], inner, *base[step + 1 :]]


def _text(shape: Shape, room: int, own: str) -> str:
    match shape:
        case str():
            return own if shape == OWN else shape
        case Long(letter):
            return f'"{_repeated(letter, room)}"'
        case Keyed(letter, value):
            return f'{{"{_repeated(letter, room // 2)}": {_text(value, room // 2, own)}}}'
        case Deep(levels, key, value):
            opening, closing = ("[", "]") if key is None else (f'{{"{key}": ', "}")
            return opening * levels + _text(value, room, own) + closing * levels
        case Many(value, keys):
            one = _text(value, _ROOM_FOR_ONE if isinstance(value, Long) else isqrt(room), own)
            if keys is None:
                return f"[{', '.join([one] * max(room // _bytes(one + ', '), 1))}]"
            pattern = _KINDS_OF_KEYS[keys]
            times = max(room // _bytes(f'"{pattern.format(1000)}": {one}, '), 1)
            names = islice(map(pattern.format, count()), times)
            return "{" + ", ".join(f'"{name}": {one}' for name in names) + "}"


def _repeated(letter: str, room: int) -> str:
    return letter * max(room // _bytes(letter), 1)


def _bytes(text: str) -> int:
    return len(text.encode())
