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
    overlay, _ = blocks("json", OVERLAYS)
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


def test_the_section_of_the_page_compiles(tmp_path: Path) -> None:
    _, overlay = blocks("json", OVERLAYS)
    (tmp_path / "sections.json").write_text(overlay, encoding="utf-8")
    command = [Path(sys.executable).parent / "loss-factory", "compile", "sections.json"]
    subprocess.run([*command, "--package", "sections", "--out", "."], cwd=tmp_path, check=True)
    code = (
        "import sections\n"
        "print(sections.AutoencoderLossConfig().power_channel)\n"
        "config = {'power_channel': {'mode': 'max', 'n_ffts': [512]}}\n"
        "print(sections.AutoencoderLossConfig.model_validate(config).power_channel)\n"
        "sections.plan_losses('vae', {'power_channel': {'mode': 'rms', 'n_ffts': [None]}})\n"
    )
    command = [sys.executable, "-c", code]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, encoding="utf-8", check=False)
    assert done.stdout == "None\nweight=1.0 mode='max' n_ffts=[512]\n"
    assert done.stderr.splitlines()[-2:] == [
        "sections.errors.LossConfigError: loss_config: /power_channel/mode: expected 'mean' or "
        "'max' or null, not the string \"rms\"",
        "loss_config: /power_channel/n_ffts/0: expected an integer, not null",
    ]
