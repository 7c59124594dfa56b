# Generated from templates/runtime/findings/explaining.py.
# Do not edit; change it and run: python -m nox -s generate

"""The losses that a training will have, and where their weights come from."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from ..config.documents import Loaded
from ..model.records import BottleneckT, ConfigT, Loss, Tables
from ..text.jsontext import at
from .editor_schemas import loss_descriptions


class Row(NamedTuple):
    """A loss of the training: `weight * info[key]`, logged as `name`.

    `origin` is where its weight comes from; `share` is its part of the sum of all weights, from 0
    to 1, or None if they are all 0.
    """

    key: str
    name: str
    weight: float
    origin: str
    share: float | None
    description: str


def explained(
    tables: Tables[ConfigT, BottleneckT], loaded: Loaded[ConfigT], bottleneck: BottleneckT
) -> Iterator[Row]:
    """The losses of `bottleneck`, in the order in which they are summed and logged."""
    assert loaded.config is not None
    losses = [(loss, loss.weight_in(loaded.config)) for loss in tables.losses[bottleneck]]
    total = sum(weight for _, weight in losses)
    descriptions = loss_descriptions(tables.folder)
    for loss, weight in losses:
        share = weight / total if total else None
        origin = _origin(loss, loaded)
        yield Row(loss.key, loss.name, weight, origin, share, descriptions[loss.name])


def _origin(loss: Loss[ConfigT], loaded: Loaded[ConfigT]) -> str:
    path = tuple(loss.weight.path.split("."))
    origin = "default"
    if at(loaded.sections, path) is not None:
        line, _ = loaded.document.position_of_value((*loaded.path, *path))
        set_by = [each.source for each in loaded.settings if path[: len(each.path)] == each.path]
        origin = set_by[-1] if set_by else f"{loaded.source}:{line}"
    return origin if loss.scale == 1 else f"{loss.scale!r} × {origin}"
