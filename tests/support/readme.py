"""What stands in the pages, and what their commands have to print."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).parents[2]


def page(name: str) -> str:
    """The text of a page."""
    return (ROOT / name).read_text(encoding="utf-8")


README = page("README.md")
OVERLAYS = page("OVERLAYS.md")


def section(heading: str, document: str) -> str:
    """What stands below a heading, up to the next one of its level or a higher one."""
    found = re.search(
        rf"^(#+) {re.escape(heading)}\n(.*?)(?=^(?!\1#)#+ |\Z)", document, re.MULTILINE | re.DOTALL
    )
    assert found, heading
    return found[2]


def blocks(language: str, document: str) -> list[str]:
    """The code blocks in `language`."""
    return re.findall(rf"^```{language}\n(.*?)^```$", document, re.MULTILINE | re.DOTALL)


ANYTHING = "…"


class Command(NamedTuple):
    """A command of a page, and what it prints there."""

    line: str
    output: str


def commands(text: str) -> Iterator[Command]:
    """What stands after `$` in the text, in order."""
    for block in blocks("console", text):
        for part in re.split(r"^\$ ", block, flags=re.MULTILINE)[1:]:
            line, _, output = part.partition("\n")
            yield Command(line, output)


def pattern(output: str) -> re.Pattern[str]:
    """What a command has to print: `…` stands for any lines, and in a line for any text."""
    lines = (
        "(.*\n)*?" if line == ANYTHING else ".*".join(map(re.escape, line.split(ANYTHING))) + "\n"
        for line in output.splitlines()
    )
    return re.compile("".join(lines))
