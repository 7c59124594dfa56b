"""What the commands print."""

from __future__ import annotations

import difflib
import re
from collections.abc import Collection
from pathlib import Path

import click
from rich.console import Console
from rich.table import Table
from rich.text import Text

from .edit.files import Edit
from .history.change import Effect
from .history.released import Interface, Version
from .meaning.ir import Schema
from .shared.wording import one_line, shortened
from .target.publish import Changes

_COLORS = {Effect.BREAKING: "red", Effect.COMPATIBLE: "green"}


def report_differences(target: Path, changes: Changes, command: str) -> None:
    """How the package at `target` differs from what `command` would write."""
    click.echo(changes.diff, nl=False)
    for what, names in (
        ("missing", changes.missing),
        ("stale", changes.stale),
        ("orphaned", changes.orphaned),
    ):
        for name in names:
            click.echo(f"{what}: {_shown(target / name)}", err=True)
    click.echo(f"The package is not what the schema says; run: {command}", err=True)
    if "runtime/__init__.py" in changes.orphaned:
        click.echo("It holds a runtime: to keep that, say --standalone.", err=True)


def report_changes(target: Path, changes: Changes, files: Collection[str]) -> None:
    """What was done to the package at `target`."""
    if not changes:
        click.echo(f"{_shown(target)}: nothing changed, {len(files)} files are up to date")
        return
    for what, names in (
        ("new", changes.missing),
        ("changed", changes.stale),
        ("removed", changes.orphaned),
    ):
        for name in names:
            click.echo(f"{what}: {_shown(target / name)}")


def report_bytecode(changes: Changes) -> None:
    """What a check has removed of a package that is up to date."""
    if files := len(changes.bytecode):
        what = f"{files} files of bytecode" if files > 1 else "1 file of bytecode"
        click.echo(f"removed: {what}, which can't be compared; the next import writes it anew")


def report_edit(edit: Edit) -> None:
    """What was changed in a file, as a unified diff."""
    old, new = (re.findall(r".*\n|.+", text) for text in (edit.before, edit.after))
    origin = f"a/{edit.name}" if edit.before else "/dev/null"
    for line in difflib.unified_diff(old, new, origin, f"b/{edit.name}"):
        color = {"+": "green", "-": "red", "@": "cyan"}.get(line[0])
        ending = "" if line.endswith("\n") else "\n\\ No newline at end of file\n"
        click.echo(click.style(line, fg=color) + ending, nl=False)


def report_overlays(changes: Collection[str]) -> None:
    """What overlays change in what they extend, which is not what they add."""
    if changes:
        click.echo("The overlays change what they extend:")
    for line in changes:
        click.echo(f"  {one_line(line)}")


def print_losses(schema: Schema) -> None:
    """The losses of every bottleneck as a table."""
    table = Table(title=f"Losses of {schema.title}")
    for heading in ("bottleneck", "tag", "info key", "loss name", "config path"):
        table.add_column(heading)
    table.add_column("default weight", justify="right")
    for bottleneck in schema.bottlenecks:
        first = (bottleneck.class_name, bottleneck.config_type)
        for loss in bottleneck.losses:
            key, name = one_line(loss.key), one_line(loss.name)
            table.add_row(*first, key, name, loss.origin, f"{loss.default_weight:g}")
            first = ("", "")
        if not bottleneck.losses:
            table.add_row(*first, "", "no losses")
    _print(table)


def report_interface(interface: Interface) -> None:
    """What changes for users since the last released schema, and what that asks of its version."""
    released = interface.released
    table = Table(title=f"What changes for users since {released}")
    for heading in ("", "where", "what", "was", "now"):
        table.add_column(heading)
    for effect, color in _COLORS.items():
        for change in interface.changes:
            if change.effect is effect:
                cells = (change.where, change.what, shortened(change.was), shortened(change.now))
                table.add_row(Text(effect.value, color), *map(one_line, cells))
    if table.row_count:
        _print(table)
    if rewordings := interface.rewordings:
        what = "description reads" if rewordings == 1 else "descriptions read"
        click.echo(f"{rewordings} {what} differently since {released}")
    if released <= interface.version < interface.needed and not interface.breaking:
        is_released = interface.version == released
        version = f"still {released}, which is released" if is_released else f"{interface.version}"
        click.echo(f"x-version is {version}: a release needs {interface.needed}")


def report_release(version: Version, copy: Path | None) -> None:
    """What was recorded as released."""
    click.echo(f"{version} is released already" if copy is None else f"released: {_shown(copy)}")


def _print(table: Table) -> None:
    console = Console(markup=False, emoji=False, highlight=False)
    if not console.is_terminal:  # a log: as wide as it takes
        unlimited = console.options.update(max_width=1000)
        console.width = console.measure(table, options=unlimited).maximum
    console.print(table)


def _shown(target: Path) -> str:
    """A path as people near it would write it, with what can't be printed escaped."""
    near = target.relative_to(Path.cwd()) if target.is_relative_to(Path.cwd()) else target
    return one_line(str(near))
