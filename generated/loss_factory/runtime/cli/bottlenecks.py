# Generated from templates/runtime/cli/bottlenecks.py.
# Do not edit; change it and run: python -m nox -s generate

"""`bottlenecks`: which there are, and the losses of each."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import click

from ..model.base import LossFactoryModel
from ..model.records import AnyTables, Loss
from .arguments import Command
from .output import print_table


@click.command(
    "bottlenecks",
    cls=Command,
    short_help="List the bottlenecks and their losses.",
    examples=("bottlenecks",),
)
@click.pass_obj
def command(tables: AnyTables) -> None:
    """List the bottlenecks that are known, the losses of each, and their weights."""
    rows = [
        row
        for tag, kind in tables.config_types.items()
        for row in _rows(tag, kind.value, tables.losses[kind])
    ]
    print_table(("tag", "bottleneck", "info key", "loss name", "weight"), rows)


def _rows(
    tag: str, class_name: str, losses: Sequence[Loss[LossFactoryModel]]
) -> Iterator[tuple[str, ...]]:
    first = (tag, class_name)
    for loss in losses:
        scaled = "" if loss.scale == 1 else f"{loss.scale!r} × "
        weight = f"{scaled}{loss.weight.path}, default {loss.weight.default!r}"
        yield (*first, loss.key, loss.name, weight)
        first = ("", "")
    if not losses:
        yield (*first, "no losses", "", "")
