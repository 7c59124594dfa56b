"""How commands print to people, in a terminal or a pipe."""

from __future__ import annotations

import os
from collections.abc import Iterable, Sequence

from rich.console import Console
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from ..text.wording import one_line

_UNLIMITED = 100_000
_INDENT = 4
_HEIGHTS = "▁▂▃▄▅▆▇█"
_HEIGHTS_IN_ASCII = ".:-=+*#@"


def console(*, stderr: bool = False) -> Console:
    """Text as it is; colours and bold type only in a terminal, and not with NO_COLOR."""
    return Console(
        stderr=stderr,
        color_system=None if os.environ.get("NO_COLOR") else "auto",
        markup=False,
        emoji=False,
        highlight=False,
        soft_wrap=True,
    )


def printable(cell: object) -> str:
    """Text from a schema or config, for a cell of a table."""
    return one_line(str(cell))


def at_step(step: int) -> str:
    """The end of a heading above weights that change."""
    return f", weights at step {step}"


def sparkline(values: Sequence[float]) -> str:
    """A character for each value: the higher, the larger it is among them.

    Where the output has no such characters, it is the darker.
    """
    heights = _HEIGHTS if _can_say(_HEIGHTS) else _HEIGHTS_IN_ASCII
    lowest, highest = min(values), max(values)
    if lowest == highest:
        return heights[len(heights) // 2] * len(values)
    unit = (highest - lowest) / (len(heights) - 1)
    return "".join(heights[round((value - lowest) / unit)] for value in values)


def with_arrows(text: str) -> str:
    """`text`, with arrows that the output has."""
    return text if _can_say("→") else text.replace("→", "->")


def _can_say(text: str) -> bool:
    try:
        text.encode(console().encoding)
    except UnicodeEncodeError:
        return False
    return True


def print_table(headings: Sequence[str], rows: Sequence[Sequence[object]]) -> None:
    """A line for each row; in a terminal without room for them, the last cells stand below."""
    out = console()
    kept = len(headings)
    lines = _lines(out, headings, rows)
    while out.is_terminal and kept > 1 and max(line.cell_len for line in lines) > out.width:
        kept -= 1
        lines = _lines(out, headings[:kept], [row[:kept] for row in rows])
    below = ["", *("  ".join(filter(None, map(printable, row[kept:]))) for row in rows)]
    for line, text in zip(lines, below, strict=True):
        out.print(line)
        if text:
            out.print(Padding(text, (0, 0, 0, _INDENT), expand=False), soft_wrap=False)


def _lines(out: Console, headings: Sequence[str], rows: Iterable[Sequence[object]]) -> list[Text]:
    """The lines of a table that has all the room it needs."""
    table = Table(box=None, padding=(0, 2, 0, 0), pad_edge=False)
    for heading in headings:
        table.add_column(heading)
    for row in rows:
        table.add_row(*map(printable, row))
    options = out.options.update(max_width=_UNLIMITED)
    options = options.update(width=out.measure(table, options=options).maximum)
    found: list[Text] = []
    for segments in out.render_lines(table, options, pad=False):
        line = Text.assemble(*((each.text, each.style or "") for each in segments))
        line.rstrip()
        found.append(line)
    return found
