"""What properties are called in Python, and the classes of objects without an entry in $defs.

Such a class is named after the path to the object in a config: `SpectralConfig` for
`spectral.config`. So there has to be one path.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TypeAlias

from ..shared.jsontext import Json, JsonPath, object_at

PYTHON_NAME = "x-python-name"

_Way: TypeAlias = tuple[str, ...] | None
"""The names on the way to an object in a config; None if there are several ways."""


def name_in_python(key: str, said: Mapping[str, Json]) -> str:
    """What the property `key` is called in Python."""
    name = said.get(PYTHON_NAME, key)
    assert isinstance(name, str), name
    return name


def classes_in_place(document: Json) -> Mapping[JsonPath, str | None]:
    """The classes of the objects that stand in properties, by their paths in the schema.

    None stands for the class of an object that has no one path in a config.
    """
    ways: dict[JsonPath, _Way] = {(): ()}
    changed: list[JsonPath] = [()]
    for owner in changed:  # grows while it is read, by two for each object at most
        above = ways[owner]
        for path, name in _objects_in(document, owner):
            way = None if above is None else (*above, name)
            if path not in ways:
                ways[path] = way
                changed.append(path)
            elif ways[path] not in (way, None):
                ways[path] = None
                changed.append(path)
    definitions = object_at(document, ("$defs",))
    return {
        path: None if way is None else "".join(map(_as_class, way))
        for owner in ((), *(("$defs", name) for name in definitions))
        for path in _in_place(document, owner)
        for way in [ways.get(path)]
    }


def _in_place(document: Json, owner: JsonPath) -> Iterator[JsonPath]:
    """The paths to the objects that stand in the properties of `owner`, and in theirs."""
    for path, _ in _objects_in(document, owner):
        if path[:-1] == (*owner, "properties"):
            yield path
            yield from _in_place(document, path)


def _objects_in(document: Json, owner: JsonPath) -> Iterator[tuple[JsonPath, str]]:
    """The paths to the objects that the properties of `owner` hold, each with its name there."""
    for key, each in object_at(document, (*owner, "properties")).items():
        said = object_at(each, ())
        path = (*owner, "properties", key)
        if "properties" in said:
            yield path, name_in_python(key, said)
        choices = said.get("anyOf")
        for one in (said, said.get("items"), *(choices if isinstance(choices, list) else ())):
            reference = object_at(one, ()).get("$ref")
            if isinstance(reference, str):
                target = reference.removeprefix("#/$defs/")
                yield ("$defs", target), name_in_python(key, said)


def _as_class(name: str) -> str:
    """`NFfts` for `n_ffts`."""
    return "".join(part[:1].upper() + part[1:] for part in name.split("_"))
