"""What the schema of a package has examples of: sections, weights, and models with a bottleneck."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from ..text.jsontext import Json, JsonPath, at, object_at
from .editor_schemas import schema_of

_BOTTLENECKS: JsonPath = ("$defs", "BottleneckType", "oneOf")


class Examples:
    """The examples of the package that lies in a folder."""

    def __init__(self, package: Path) -> None:
        self._schema = schema_of(package)

    def of(self, path: Sequence[str]) -> list[Json]:
        """Those of the value at `path` in a config; none if there are none, or several ways to it.

        The first one is what published models say.
        """
        said = self._schema
        for key in path:
            said = at(self._object(said), ("properties", key))
        found = at(said, ("examples",))
        return found if isinstance(found, list) else []

    def _object(self, said: Json) -> Json:
        """What describes the object that stands at a property, if it is one."""
        choices = at(said, ("anyOf",))
        for each in (said, *(choices if isinstance(choices, list) else ())):
            reference = at(each, ("$ref",))
            if isinstance(reference, str):
                return at(self._schema, ("$defs", reference.removeprefix("#/$defs/")))
        return said

    def model_with(self, tag: str) -> dict[str, Json] | None:
        """What `model` says with this bottleneck and not with all others; None if nobody says."""
        entries = at(self._schema, _BOTTLENECKS)
        for each in entries if isinstance(entries, list) else ():
            if at(each, ("x-config-type",)) == tag and "x-model" in object_at(each, ()):
                return object_at(each, ("x-model",))
        return None
