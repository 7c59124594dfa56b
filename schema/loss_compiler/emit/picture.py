"""The picture of which bottleneck carries which loss: where everything in it stands, in pixels."""

from __future__ import annotations

from dataclasses import dataclass
from math import ceil

from ..meaning.ir import Schema
from ..shared.wording import one_line

_MARGIN = 16
_GAP = 20
_COLUMN = 34
_ROW = 28
_CHARACTER = 7.9  # as wide as in the widest of the usual monospaced fonts, at 13 pixels
_DIAGONAL = 0.71
_LONGEST = 40
_LEGEND = 50
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

    It begins at `top`, and is as high as its `lines`, of `row` each; class names, config tags and
    the first column of dots stand at the x of `classes`, `tags` and `dots`. Inside of each of these
    the places count from there: one name more or less moves no other.
    """

    width: int
    height: int
    top: int
    row: int
    lines_width: int
    lines_height: int
    classes: int
    tags: int
    dots: int
    columns: tuple[Column, ...]
    lines: tuple[Line, ...]


def draw(schema: Schema) -> Picture:
    """The picture for `schema`; names that would make it too large are cut short."""
    xs = {loss.constant: index * _COLUMN for index, loss in enumerate(schema.losses)}
    columns = tuple(
        Column(xs[each.constant], _shortened(each.name), f"{each.default_weight:.4g}")
        for each in schema.losses
    )
    lines = tuple(
        Line(
            y=index * _ROW + _ROW // 2,
            class_name=_shortened(each.class_name),
            config_type=_shortened(each.config_type),
            dots=tuple(
                Dot(xs[loss.constant], place) for place, loss in enumerate(each.losses, start=1)
            ),
        )
        for index, each in enumerate(schema.bottlenecks)
    )
    tags = _MARGIN + max(_width(line.class_name) for line in lines) + _GAP
    dots = tags + max(_width(line.config_type) for line in lines) + _GAP + _COLUMN // 2
    aslant = [ceil(_DIAGONAL * _width(f"{each.name}  {each.weight}")) for each in columns]
    ends = [dots + each.x + length for each, length in zip(columns, aslant, strict=True)]
    top = _MARGIN + max(aslant) + _MARGIN
    return Picture(
        width=max(*ends, _MARGIN + _LEGEND_WIDTH) + 2 * _MARGIN,
        height=top + len(lines) * _ROW + _LEGEND,
        top=top,
        row=_ROW,
        lines_width=dots + len(columns) * _COLUMN - _COLUMN // 2 - _MARGIN,
        lines_height=len(lines) * _ROW,
        classes=_MARGIN,
        tags=tags,
        dots=dots,
        columns=columns,
        lines=lines,
    )


def _width(name: str) -> int:
    """How wide `name` is at most; the letters of other scripts may be wide."""
    return ceil(sum(1 if char.isascii() else 2 for char in name) * _CHARACTER)


def _shortened(name: str) -> str:
    shown = one_line(name)
    return shown if len(shown) <= _LONGEST else f"{shown[: _LONGEST - 1]}…"
