"""`bottlenecks`: which there are, and the losses of each."""

from __future__ import annotations

from collections.abc import Iterator

import click

from ..dispatch import CONFIG_TYPES, LOSSES
from ..models import BottleneckType
from .arguments import Command
from .output import print_table


@click.command(
    "bottlenecks",
    cls=Command,
    short_help="List the bottlenecks and their losses.",
    examples=("bottlenecks",),
)
def command() -> None:
    """List the bottlenecks that are known, the losses of each, and their weights."""
    rows = [row for tag, kind in CONFIG_TYPES.items() for row in _losses_of(tag, kind)]
    print_table(("tag", "bottleneck", "info key", "loss name", "weight"), rows)


def _losses_of(tag: str, kind: BottleneckType) -> Iterator[tuple[str, ...]]:
    first: tuple[str, str] = (tag, kind.value)
    for loss in LOSSES[kind]:
        scaled = "" if loss.scale == 1 else f"{loss.scale!r} × "
        weight = f"{scaled}{loss.weight.path}, default {loss.weight.default!r}"
        yield (*first, loss.key, loss.name, weight)
        first = ("", "")
    if not LOSSES[kind]:
        yield (*first, "no losses", "", "")
