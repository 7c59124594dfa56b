"""JSON documents as they are written: with equal keys, NaN, 1e400, and 1.0 beside 1."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import TypeAlias


@dataclass
class Array:
    """An array."""

    values: list[Tree] = field(default_factory=list)


@dataclass
class Object:
    """An object. Its keys are JSON text, quotes and all, so that they can be escaped."""

    keys: list[str] = field(default_factory=list)
    values: list[Tree] = field(default_factory=list)

    def add(self, key: str, value: Tree) -> None:
        """Add a member at the end, whether or not there is one with this key."""
        self.keys.append(key)
        self.values.append(value)

    def names(self) -> list[str]:
        """What the keys say."""
        return [name_of(key) for key in self.keys]


Tree: TypeAlias = "Array | Object | str"
"""A container, or the text of any other value."""


def quoted(text: str) -> str:
    """A string as JSON text."""
    return json.dumps(text)


def name_of(key: str) -> str:
    """What a key says."""
    name: str = json.loads(key)
    return name


def text_of(tree: Tree) -> str:
    """A document's text, without space."""
    match tree:
        case Array(values):
            return f"[{','.join(map(text_of, values))}]"
        case Object(keys, values):
            members = zip(keys, map(text_of, values), strict=True)
            return f"{{{','.join(f'{key}:{value}' for key, value in members)}}}"
        case text:
            return text
