"""What stands in the documents, and what their commands have to print."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).parents[2]
README = (ROOT / "README.md").read_text(encoding="utf-8")
OVERLAYS = (ROOT / "OVERLAYS.md").read_text(encoding="utf-8")


def blocks(language: str, document: str = README) -> list[str]:
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
