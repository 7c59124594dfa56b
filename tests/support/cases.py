"""Cases that are written as text, in the `.txt` files beside tests.

`@ ` begins a section and `# ` a case in it, each with a name. What the lines below a case mean, its
file says at the top; ▶ is no part of a text but marks a place in it.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby
from pathlib import Path
from typing import NamedTuple

MARK = "▶"


class Block(NamedTuple):
    """A case: its name, and its lines."""

    name: str
    lines: tuple[str, ...]

    @classmethod
    def of(cls, text: str) -> Block:
        name, *lines = text.strip("\n").split("\n")
        return cls(name, tuple(lines))

    @property
    def text(self) -> str:
        """What stands before the first line with an answer."""
        answers = (number for number, line in enumerate(self.lines) if line[:2] in ("! ", "= "))
        return "\n".join(self.lines[: next(answers, len(self.lines))])

    def after(self, sign: str) -> tuple[str, ...]:
        """The rest of each line that begins with a sign."""
        return tuple(line[2:] for line in self.lines if line[:2] == f"{sign} ")

    def parts(self) -> Iterator[tuple[str, str]]:
        """Signs, each with what stands after it; lines with the same sign belong together."""
        for sign, group in groupby(self.lines, key=lambda line: line[:1]):
            yield sign, "\n".join(line[2:] for line in group)


class Section(NamedTuple):
    """What stands above the cases of a section, and the cases."""

    head: str
    blocks: tuple[Block, ...]


def sections(file: Path) -> list[Section]:
    """The sections of a file; of one without any, all of it."""
    text = file.read_text(encoding="utf-8")
    _, *parts = text.split("\n@ ")
    split = [part.split("\n# ") for part in parts or [text]]
    return [Section(head, tuple(map(Block.of, blocks))) for head, *blocks in split]


def marks(text: str) -> Iterator[tuple[int, int]]:
    """Line and column of each mark, where it would stand if there were none."""
    before = ""
    for part in text.split(MARK)[:-1]:
        before += part
        yield before.count("\n") + 1, len(before) - before.rfind("\n")
