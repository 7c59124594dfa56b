"""What stands twice where each may stand once, and what leads back to itself."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import TypeVar

from ..shared.jsontext import JsonPath
from ..shared.wording import shown_pointer
from ..source.problems import Problem

Value = TypeVar("Value")

_SHOWN_NAMES = 12


def repeated(
    places: Iterable[tuple[JsonPath, Value]], what: str, shown: Callable[[Value], str] = repr
) -> Iterator[Problem]:
    """A problem at each place whose value stands at an earlier one already."""
    first: dict[str, JsonPath] = {}
    for path, value in places:
        other = first.setdefault(shown(value), path)
        if other != path:
            where = shown_pointer(other)
            message = f"duplicate {what} {shown(value)}; the first one is at {where}"
            yield Problem(path, message, about=(other,))


def alike(places: Iterable[tuple[JsonPath, str]], at_key: bool = False) -> Iterator[Problem]:
    """A problem at each name that differs from an earlier one in nothing but case."""
    first: dict[str, tuple[JsonPath, str]] = {}
    for path, name in places:
        other_path, other = first.setdefault(name.casefold(), (path, name))
        if other != name:
            message = f"{name!r} differs from {other!r} in nothing but case; choose another name"
            yield Problem(path, message, at_key=at_key, about=(other_path,))


def in_a_circle(names: Sequence[str]) -> str:
    """`A → B → A`; of a large circle, what is before the last name is left out."""
    whole = [*names, names[0]]
    if len(whole) > _SHOWN_NAMES:
        whole[_SHOWN_NAMES - 2 : -1] = ["…"]
    return " → ".join(whole)
