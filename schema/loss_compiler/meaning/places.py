"""Where objects stand in a config, in words."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from graphlib import TopologicalSorter
from typing import NamedTuple

from ..source.document import ROOT
from .ir import Array, Kind, Model, Objects


class _Way(NamedTuple):
    """A property that holds an object: its owner, its key, and which of several objects it is."""

    owner: str
    key: str
    variant: str


def places(models: Iterable[Model]) -> dict[str, str]:
    """For each class, the path to its object, such as `spectral.weights`; the root's is empty.

    `[type=dac]` says which of several objects it is, unless that holds for all of them. A class
    that is used at several places, or nowhere, is called by its name.
    """
    by_name = {model.name: model for model in models}
    ways: dict[str, list[_Way]] = {name: [] for name in by_name}
    for model in by_name.values():
        for field in model.fields:
            for name, way in _ways(model.name, field.key, field.kind, by_name):
                ways[name].append(way)
    owners = {name: [way.owner for way in found] for name, found in ways.items()}
    exact, rough = {ROOT: ""}, {ROOT: ""}
    for name in TopologicalSorter(owners).static_order():
        if name != ROOT:
            found = {f"{joined(exact[way.owner], way.key)}{way.variant}" for way in ways[name]}
            alike = {joined(rough[way.owner], way.key) for way in ways[name]}
            rough[name] = alike.pop() if len(alike) == 1 else name
            exact[name] = found.pop() if len(found) == 1 else rough[name]
    return exact


def joined(place: str, key: str) -> str:
    """The path to the key of an object."""
    return f"{place}.{key}" if place else key


def tag_value(model: Model, tag: str) -> str:
    """The value of `tag` that tells objects of this class apart from others."""
    return next(field.choices[0] for field in model.fields if field.key == tag)


def _ways(
    owner: str, key: str, kind: Kind, models: Mapping[str, Model]
) -> Iterator[tuple[str, _Way]]:
    match kind:
        case Array(items):
            yield from _ways(owner, f"{key}[]", items, models)
        case Objects(names, tag):
            for name in names:
                if name in models:
                    variant = "" if tag is None else f"[{tag}={tag_value(models[name], tag)}]"
                    yield name, _Way(owner, key, variant)
        case _:
            return
