"""The command behind `nox -s generate`."""

from __future__ import annotations

import sys
from io import TextIOWrapper
from pathlib import Path

import click
from rich.console import Console
from rich.table import Table

from .compile import compile_schema
from .ir import Schema
from .problems import CompileError
from .publish import PACKAGE, Changes, compare, publish
from .shared.wording import one_line

_ROOT = Path(__file__).parents[2]


@click.command()
@click.option(
    "--schema",
    type=click.Path(path_type=Path),
    default=_ROOT / "schema" / "losses.schema.json",
    help="The losses schema.  [default: the repository's]",
)
@click.option(
    "--out",
    type=click.Path(path_type=Path, file_okay=False),
    default=_ROOT / "generated",
    help="The folder to write the package loss_factory into.  [default: the repository's]",
)
@click.option("--check", is_flag=True, help="Write nothing; show what would change, exit 1 if so.")
def main(schema: Path, out: Path, check: bool) -> None:
    """Compile the losses schema into the package loss_factory."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):  # a terminal or log that can't say everything
            stream.reconfigure(errors="backslashreplace")
    try:
        compiled = compile_schema(schema)
        out = out.resolve()
        changes = (compare if check else publish)(out, compiled.files)
    except CompileError as error:
        for line in error.lines:
            click.echo(line, err=True)
        raise SystemExit(1) from None
    if check and changes:
        _report_differences(out, changes)
        raise SystemExit(1)
    _report_changes(out, changes, len(compiled.files))
    if not check:
        _print_losses(compiled.schema)


def _report_differences(out: Path, changes: Changes) -> None:
    click.echo(changes.diff, nl=False)
    for what, names in (
        ("missing", changes.missing),
        ("stale", changes.stale),
        ("orphaned", changes.orphaned),
    ):
        for name in names:
            click.echo(f"{what}: {_shown(out)}/{name}", err=True)
    click.echo("The package is not what the schema says; run: python -m nox -s generate", err=True)


def _report_changes(out: Path, changes: Changes, count: int) -> None:
    if not changes:
        click.echo(f"{_shown(out)}: nothing changed, {count} files are up to date")
        return
    for what, names in (
        ("new", changes.missing),
        ("changed", changes.stale),
        ("removed", changes.orphaned),
    ):
        for name in names:
            click.echo(f"{what}: {_shown(out)}/{name}")


def _shown(out: Path) -> str:
    target = out / PACKAGE
    return str(target.relative_to(Path.cwd()) if target.is_relative_to(Path.cwd()) else target)


def _print_losses(schema: Schema) -> None:
    table = Table(title=f"Losses of schema {schema.version}")
    for heading in ("bottleneck", "tag", "info key", "loss name", "config path"):
        table.add_column(heading)
    table.add_column("default weight", justify="right")
    for bottleneck in schema.bottlenecks:
        first = (bottleneck.class_name, bottleneck.config_type)
        for loss in bottleneck.losses:
            weight = loss.weight
            key, name = one_line(loss.key), one_line(loss.name)
            table.add_row(*first, key, name, weight.path, f"{weight.default:g}")
            first = ("", "")
        if not bottleneck.losses:
            table.add_row(*first, "", "no losses")
    console = Console(markup=False, emoji=False, highlight=False)
    if not console.is_terminal:  # a log: as wide as it takes
        unlimited = console.options.update(max_width=1000)
        console.width = console.measure(table, options=unlimited).maximum
    console.print(table)
