# Generated from templates/support/cli/output.py.
# Do not edit; change it and run: python -m nox -s generate

"""How commands print to people, in a terminal or a pipe."""

from __future__ import annotations

from collections.abc import Iterable

from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.table import Table

from .._wording import one_line


def console(*, stderr: bool = False) -> Console:
    """Text as it is; colours only in a terminal, where NO_COLOR and TERM may forbid them."""
    return Console(stderr=stderr, markup=False, emoji=False, highlight=False, soft_wrap=True)


def printable(cell: object) -> str:
    """Text from a schema or config, for a cell of a table."""
    return one_line(str(cell))


def print_table(headings: Iterable[str], rows: Iterable[Iterable[object]]) -> None:
    """A table that wraps in a terminal; in a pipe, a line for each row, without rules."""
    out = console()
    table = Table(box=SIMPLE_HEAD if out.is_terminal else None, pad_edge=False)
    for heading in headings:
        table.add_column(heading, overflow="fold")
    for row in rows:
        table.add_row(*map(printable, row))
    if out.is_terminal:
        out.print(table, soft_wrap=False)
        return
    unlimited = out.options.update(max_width=100_000)
    out.width = out.measure(table, options=unlimited).maximum
    with out.capture() as captured:
        out.print(table, soft_wrap=False)
    for line in captured.get().splitlines():
        out.print(line.rstrip())
