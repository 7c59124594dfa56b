"""OVERLAYS.md, typed as it stands there."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from readme import OVERLAYS, blocks

ANYTHING = "…"


class Command(NamedTuple):
    """A command of the page, and what it prints there."""

    line: str
    output: str


def commands() -> Iterator[Command]:
    """What stands after `$` in the page, in order."""
    for block in blocks("console", OVERLAYS):
        for part in re.split(r"^\$ ", block, flags=re.MULTILINE)[1:]:
            line, _, output = part.partition("\n")
            yield Command(line, output)


def pattern(output: str) -> re.Pattern[str]:
    """What a command has to print: a line that is `…` stands for any lines."""
    lines = (
        "(.*\n)*?" if line == ANYTHING else f"{re.escape(line)}\n" for line in output.splitlines()
    )
    return re.compile("".join(lines))


def test_ten_minutes(tmp_path: Path) -> None:
    [overlay] = blocks("json", OVERLAYS)
    [step] = blocks("python", OVERLAYS)
    folder = Path(sys.executable).parent
    environment = {**os.environ, "PATH": f"{folder}{os.pathsep}{os.environ['PATH']}"}
    environment |= {"PYTHONIOENCODING": "utf-8", "COLUMNS": "200"}
    environment.pop("PYTHONPATH", None)
    for number, command in enumerate(commands()):
        if number == 1:  # "Then the whole of it is"
            assert (tmp_path / "lab.overlay.json").is_file()
            (tmp_path / "lab.overlay.json").write_text(overlay, encoding="utf-8")
            (tmp_path / "step.py").write_text(step, encoding="utf-8")
        done = subprocess.run(
            command.line,
            shell=True,
            cwd=tmp_path,
            env=environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            encoding="utf-8",
            check=False,
        )
        assert pattern(command.output).fullmatch(done.stdout), (command.line, done.stdout)
    assert number == 6
