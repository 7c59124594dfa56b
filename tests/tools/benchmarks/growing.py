"""Losses schemas of any size, and the packages that they compile to.

There are two ways to grow. In the family "shared" each new bottleneck type carries losses that
others carry too, those of the canonical schema in turn: one entry in `BottleneckType` and one in
`LossMapping`. In the family "own" each type brings a loss and a weight of its own besides.
"""

from __future__ import annotations

import copy
import shutil
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from support.schemas import CANONICAL, PACKAGE, TINY, document, generate

COUNTS = (10, 100, 1000)
"""How many bottleneck types a schema has."""


def shared(count: int) -> dict[str, Any]:
    """The canonical schema with `count` types, which share its losses."""
    schema = document(CANONICAL)
    definitions = schema["$defs"]
    mappings = list(definitions["LossMapping"]["properties"].values())
    # Counted from the end, so that the last type carries the first losses at every size.
    of_each = [mappings[left % len(mappings)] for left in reversed(range(count))]
    _set_types(definitions, of_each)
    return schema


def own(count: int) -> dict[str, Any]:
    """The tiny schema with `count` types, each with one loss, which has a weight of its own."""
    schema = document(TINY)
    definitions = schema["$defs"]
    loss = definitions.pop("KLLoss")
    mapping = definitions["LossMapping"]["properties"]["VAEBottleneck"]
    weights = definitions["BottleneckWeights"]["properties"]
    weight = weights.pop("kl")
    for index in range(count):
        weights[f"kl_{index}"] = weight
        definitions[f"KL{index}Loss"] = _loss(loss, index)
    of_each = [_changed(mapping, "KLLoss", f"KL{index}Loss") for index in range(count)]
    _set_types(definitions, of_each)
    return schema


FAMILIES: Mapping[str, Callable[[int], dict[str, Any]]] = {"shared": shared, "own": own}


def last_weight(family: str, count: int) -> str:
    """The weight that the last of `count` types has a use for."""
    return "kl" if family == "shared" else f"kl_{count - 1}"


def class_name(index: int) -> str:
    """The name of the bottleneck class at `index`."""
    return f"Made{index}Bottleneck"


def install(schema: Path, folder: Path, name: str) -> None:
    """Compile `schema` with the real command, into a package `name` in `folder`.

    The package's own imports are relative, so that it works under any name, and several of them
    beside each other in one process.
    """
    out = folder / f"{name}-out"
    done = generate("--schema", schema, "--out", out, cwd=folder)
    assert done.returncode == 0, done.stderr
    shutil.move(out / PACKAGE, folder / name)


def _set_types(definitions: dict[str, Any], mappings: list[Any]) -> None:
    definitions["BottleneckType"]["oneOf"] = [
        {
            "const": class_name(index),
            "title": f"MADE_{index}",
            "x-config-type": f"made_{index}",
            "description": f"The bottleneck with the number {index}.",
        }
        for index in range(len(mappings))
    ]
    definitions["LossMapping"]["properties"] = {
        class_name(index): mapping for index, mapping in enumerate(mappings)
    }


def _loss(loss: dict[str, Any], index: int) -> dict[str, Any]:
    made: dict[str, Any] = _changed(loss, "properties/kl", f"properties/kl_{index}")
    made["properties"]["key"]["const"] = f"kl_{index}"
    made["properties"]["name"]["const"] = f"kl_{index}_loss"
    return made


def _changed(value: Any, old: str, new: str) -> Any:
    """A copy of `value` in which references that end in `old` end in `new`."""
    match value:
        case dict():
            return {key: _changed(member, old, new) for key, member in value.items()}
        case list():
            return [_changed(item, old, new) for item in value]
        case str() if value.endswith(f"/{old}"):
            return value.removesuffix(old) + new
        case _:
            return copy.deepcopy(value)
