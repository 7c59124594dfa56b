"""Where in a document the `loss_configs` object stands, as JSON Pointers (RFC 6901) say it."""

from __future__ import annotations

import re

from ..model.errors import ConfigProblem, LossConfigError
from ..text.jsontext import Json, JsonDocument, JsonPath, at
from ..text.wording import did_you_mean, listed, shown, shown_pointer, without_middle
from .model_config import OwnPart, path_inside, training_object

_STEP = re.compile("(?:[^~]|~[01])*")
_MOST_NAMED = 10
_LONGEST = 100


def steps_of(pointer: str) -> JsonPath:
    """The steps that a JSON Pointer says.

    Raises:
        ValueError: it is none.
    """
    if pointer and not pointer.startswith("/"):
        raise ValueError(f"expected a JSON Pointer such as '/losses', not {_shown(pointer)}")
    steps = pointer.split("/")[1:]
    if not all(map(_STEP.fullmatch, steps)):
        raise ValueError(f"expected '~0' for '~' and '~1' for '/' in {_shown(pointer)}")
    return tuple(step.replace("~1", "/").replace("~0", "~") for step in steps)


def part_at(document: JsonDocument, pointer: JsonPath, source: str) -> OwnPart:
    """The `loss_configs` object at `pointer`; null stands for an empty one.

    Raises:
        LossConfigError: there is no such place, or something else.
    """
    path: JsonPath = ()
    for step in pointer:
        around = at(document.value, path)
        key = _index(step, around) if isinstance(around, list) else step
        if not document.holds((*path, key)):
            raise _error(document, path, source, _nothing_at(str(step), around))
        path = (*path, key)
    match at(document.value, path):
        case dict() as sections:
            if (inside := path_inside(sections)) is not None:
                whole = (*path, *inside)
                raise _error(document, whole, source, training_object(whole))
            return OwnPart(path, sections)
        case None if path:
            return OwnPart(path, {})
        case other:
            raise _error(document, path, source, f"expected an object, not {shown(other)}")


def _index(step: str | int, items: list[Json]) -> str | int:
    is_index = re.fullmatch("0|[1-9][0-9]{0,8}", str(step)) is not None
    return int(step) if is_index and int(step) < len(items) else step


def _nothing_at(step: str, around: Json) -> str:
    """What a pointer can't go on with, and what is there instead."""
    missing = f"there is no {_shown(step)} here"
    match around:
        case dict() if around:
            names = [without_middle(key, _LONGEST) for key in around]
            more = f" and {len(names) - _MOST_NAMED} more" if len(names) > _MOST_NAMED else ""
            near = did_you_mean(step, around)
            return f"{missing}{near or f'; its keys are {listed(names[:_MOST_NAMED])}{more}'}"
        case dict():
            return f"{missing}; the object is empty"
        case list():
            return f"{missing}; the array has {len(around)} items, from 0 on"
        case _:
            return f"{missing}, but {shown(around)}"


def _error(document: JsonDocument, path: JsonPath, source: str, message: str) -> LossConfigError:
    position = document.position_of_value(path)
    return LossConfigError([ConfigProblem(source, *position, shown_pointer(path), message)])


def _shown(text: str) -> str:
    return ascii(without_middle(text, _LONGEST))
