"""Overlays whose objects hold each other at many places, and configs of the packages they become.

A few of them stand for far more than they are long.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import hypothesis.strategies as st

_LETTER = "x"


@dataclass(frozen=True)
class Held:
    """Sections that hold objects in objects.

    Each object holds the next one so many `times`, and a description of so many `letters` says
    what the last one is. With several `variants`, a tag chooses among the next ones. With `items`,
    the first one stands in an array.
    """

    sections: int
    levels: int
    times: int
    letters: int
    variants: int
    items: bool


HELD: st.SearchStrategy[Held] = st.builds(
    Held,
    st.sampled_from((1, 10, 100)),
    st.sampled_from((1, 3, 5, 12, 31)),
    st.sampled_from((1, 2, 4)),
    st.sampled_from((1, 1_000, 60_000)),
    st.sampled_from((1, 2, 4)),
    st.booleans(),
)

VALUES = ("{}", '{"type": "x"}', '{"a0": {}}', '{"a0": {"type": "x", "k": 1}}', "1", '{"k": 1}')
"""What may stand in an array, or for an object."""


def overlay_of(held: Held) -> Any:
    """The overlay that adds the sections."""
    definitions: dict[str, Any] = {}
    for level in range(held.levels):
        for variant in range(held.variants):
            properties = {
                f"a{index}": _object(held, level + 1)
                for index in range(held.times if level + 1 < held.levels else 0)
            }
            tag: Any = {"type": "string", "enum": [f"v{variant}"], "description": "The tag."}
            properties |= {"type": tag} if held.variants > 1 else {}
            is_last = level + 1 == held.levels
            definitions[f"L{level}V{variant}"] = {
                "description": _LETTER * held.letters if is_last else "Holds objects.",
                "properties": properties or {"b": _NUMBER},
                **({"required": ["type"]} if held.variants > 1 else {}),
            }
    section = _nullable(_names(held, 0))
    if held.items:
        own = {"a0": _object(held, 0)}
        definitions["Item"] = {"description": "An item.", "properties": own}
        array = {"type": "array", "items": {"$ref": "#/$defs/Item"}, "description": "Objects."}
        definitions["List"] = {
            "description": "A list.",
            "properties": {"items": array},
            "required": ["items"],
        }
        section = _nullable(["List"])
    return {
        "x-extends": {"x-name": "loss-factory", "x-version": "0.1.0"},
        "x-name": "held",
        "x-version": "1.0.0",
        "properties": {f"section{index}": section for index in range(held.sections)},
        "$defs": definitions,
    }


_NUMBER = {"type": "number", "default": 1, "description": "A number."}


def _object(held: Held, level: int) -> Any:
    """A property that holds one of the objects of a level."""
    if held.variants > 1:
        return _nullable(_names(held, level))
    return {"$ref": f"#/$defs/L{level}V0", "default": {}, "description": "An object."}


def _names(held: Held, level: int) -> list[str]:
    return [f"L{level}V{variant}" for variant in range(held.variants)]


def _nullable(names: list[str]) -> Any:
    choices = [{"$ref": f"#/$defs/{name}"} for name in names]
    tag = {"discriminator": {"propertyName": "type"}} if len(names) > 1 else {}
    return {"anyOf": [*choices, {"type": "null"}], **tag, "description": "One or none."}


def config_of(held: Held, value: str, size: int) -> str:
    """A config with `value` in each array, as often as there is room for, or in each section."""
    room = size // held.sections
    array = ", ".join([value] * max(room // (len(value) + 2), 1))
    own = f'{{"items": [{array}]}}' if held.items else value
    return "{" + ", ".join(f'"section{index}": {own}' for index in range(held.sections)) + "}"


def defaults_in(held: Held, config: str) -> int:
    """About how many keys with defaults the objects in arrays of a config stand for."""
    if not held.items or held.variants > 1:
        return 0
    of_one = sum(held.times**level for level in range(held.levels + 1))
    return config.count("{") * of_one
