"""The picture of which bottleneck carries which loss: where everything in it stands, in pixels."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from math import ceil

from .ir import Schema
from .shared.wording import one_line

_MARGIN = 16
_GAP = 20
_COLUMN = 34
_ROW = 28
_CHARACTER = 7.9  # as wide as in the widest of the usual monospaced fonts, at 13 pixels
_DIAGONAL = 0.71
_LONGEST = 40
_LEGEND = 34
_LEGEND_WIDTH = 540


@dataclass(frozen=True)
class Column:
    """A loss: its name and its default weight, rounded, stand aslant above the dots."""

    x: int
    name: str
    weight: str


@dataclass(frozen=True)
class Dot:
    """A loss that a bottleneck carries, and its place in the sum."""

    x: int
    place: int


@dataclass(frozen=True)
class Line:
    """A bottleneck; `y` is its middle."""

    y: int
    class_name: str
    config_type: str
    dots: tuple[Dot, ...]


@dataclass(frozen=True)
class Picture:
    """The matrix of bottlenecks and losses.

    It reaches from `left` to `right` and from `top` to `bottom`; config tags begin at `tags`; each
    line is `row` high.
    """

    width: int
    height: int
    left: int
    right: int
    top: int
    bottom: int
    tags: int
    row: int
    columns: tuple[Column, ...]
    lines: tuple[Line, ...]


def draw(schema: Schema) -> Picture:
    """The picture for `schema`; names that would make it too large are cut short."""
    classes = [_shortened(each.class_name) for each in schema.bottlenecks]
    types = [_shortened(each.config_type) for each in schema.bottlenecks]
    tags = _MARGIN + _widest(classes) + _GAP
    first = tags + _widest(types) + _GAP + _COLUMN // 2
    xs = {loss.constant: first + index * _COLUMN for index, loss in enumerate(schema.losses)}
    columns = tuple(
        Column(xs[loss.constant], _shortened(loss.name), f"{loss.default_weight:.4g}")
        for loss in schema.losses
    )
    aslant = [ceil(_DIAGONAL * _widest([f"{each.name}  {each.weight}"])) for each in columns]
    top = _MARGIN + max(aslant, default=0) + _MARGIN
    lines = tuple(
        Line(
            y=top + index * _ROW + _ROW // 2,
            class_name=class_name,
            config_type=config_type,
            dots=tuple(
                Dot(xs[loss.constant], place)
                for place, loss in enumerate(bottleneck.losses, start=1)
            ),
        )
        for index, (class_name, config_type, bottleneck) in enumerate(
            zip(classes, types, schema.bottlenecks, strict=True)
        )
    )
    right = first - _COLUMN // 2 + len(columns) * _COLUMN
    bottom = top + len(lines) * _ROW
    ends = [each.x + length for each, length in zip(columns, aslant, strict=True)]
    return Picture(
        width=max(*ends, right, _LEGEND_WIDTH) + 2 * _MARGIN,
        height=bottom + _LEGEND + _MARGIN,
        left=_MARGIN,
        right=right,
        top=top,
        bottom=bottom,
        tags=tags,
        row=_ROW,
        columns=columns,
        lines=lines,
    )


def _widest(names: Iterable[str]) -> int:
    return ceil(max(map(_length, names)) * _CHARACTER)


def _length(name: str) -> int:
    """How many characters wide `name` is; those of other scripts may be wide."""
    return sum(1 if char.isascii() else 2 for char in name)


def _shortened(name: str) -> str:
    shown = one_line(name)
    return shown if len(shown) <= _LONGEST else f"{shown[: _LONGEST - 1]}…"
