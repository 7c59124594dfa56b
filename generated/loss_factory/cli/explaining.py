# Generated from templates/support/cli/explaining.py.
# Do not edit; change it and run: python -m nox -s generate

"""The losses that a training will have, and where their weights come from."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from .._documents import Loaded, Setting, at
from .._records import Loss
from ..dispatch import LOSSES
from ..models import BottleneckType
from ..planning import weight_of
from .schemas import loss_descriptions


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
    loaded: Loaded, settings: Sequence[Setting], bottleneck: BottleneckType
) -> Iterator[Row]:
    """The losses of `bottleneck`, in the order in which they are summed and logged."""
    assert loaded.config is not None
    losses = [(loss, weight_of(loss, loaded.config)) for loss in LOSSES[bottleneck]]
    total = sum(weight for _, weight in losses)
    descriptions = loss_descriptions()
    for loss, weight in losses:
        share = weight / total if total else None
        origin = _origin(loss, loaded, settings)
        yield Row(loss.key, loss.name, weight, origin, share, descriptions[loss.name])


def _origin(loss: Loss, loaded: Loaded, settings: Sequence[Setting]) -> str:
    path = tuple(loss.weight.path.split("."))
    origin = "default"
    if at(loaded.sections, path) is not None:
        setting = next((s for s in reversed(settings) if path[: len(s.path)] == s.path), None)
        if setting is None:
            line, _ = loaded.document.position_of_value((*loaded.path, *path))
            origin = f"{loaded.source}:{line}"
        else:
            origin = setting.source
    return origin if loss.scale == 1 else f"{loss.scale!r} × {origin}"
