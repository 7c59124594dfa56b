"""What a run shows while it trains, and the log that it leaves."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn
from rich.table import Column

from files import cant_be_written, write_whole


class Report:
    """A progress bar on a terminal, a line now and then elsewhere, and the log.

    The log is a JSONL file with a line per step: whose turn it was, the total, and for each loss
    the keys of `info` that it reads, its value, its weight, and their product. Nothing in it
    depends on the clock, so that a resumed run leaves the same bytes. If a step with a number that
    isn't finite has ended the run, the last line says so under "not_finite".

    Args:
        log: the file. Its lines after step `done` are dropped: they are trained again. Until the
            first step is done it stays as it is.
        done: the step after which training starts, 0 for the beginning.
        steps: the last step.
        every: the number of steps between two lines where there is no bar.
        console: where to show it.
        outdated: files that don't belong beside the new log; they go when the first step is done.
    """

    def __init__(
        self,
        log: Path,
        done: int,
        steps: int,
        every: int,
        console: Console,
        outdated: Iterable[Path] = (),
    ) -> None:
        self._log = log
        self._done = done
        self._outdated = outdated
        self._is_begun = False
        self._shown: dict[str, float] = {}
        self._steps = steps
        self._every = every
        self._console = console
        self._bar = Progress(
            BarColumn(12),
            MofNCompleteColumn(),
            TimeRemainingColumn(compact=True),
            TextColumn("{task.description}", table_column=Column(no_wrap=False)),
            console=console,
            disable=not console.is_terminal,
        )
        self._task = self._bar.add_task("", total=steps, completed=done)
        self._bar.start()

    def add(self, line: Mapping[str, Any]) -> None:
        """Show and log what a step gave.

        Raises:
            UserMistake: the log can't be written.
        """
        self._write(line)
        step = line["step"]
        if line["turn"] == "generator":
            self._shown["total"] = line["total"]
        # The last numbers of both turns, or they would flicker.
        self._shown |= {name: loss["weighted"] for name, loss in line["losses"].items()}
        text = "  ".join(f"{name} {value:.3g}" for name, value in self._shown.items())
        self._bar.update(self._task, completed=step, description=text)
        if not self._console.is_terminal and (step % self._every == 0 or step == self._steps):
            self._console.print(f"step {step}/{self._steps}  {text}", markup=False, soft_wrap=True)

    def add_last(self, line: Mapping[str, Any]) -> None:
        """Log a step that ends the run, as `divergence.as_json` has it.

        Raises:
            UserMistake: the log can't be written.
        """
        self._write(line)

    def close(self) -> None:
        """Take the bar away."""
        self._bar.stop()

    def _write(self, line: Mapping[str, Any]) -> None:
        if self._is_begun:
            try:
                with self._log.open("a", encoding="utf-8") as log:
                    log.write(_as_text(line))
            except OSError as error:
                raise cant_be_written(self._log, error) from None
        else:
            kept = [each for each in read_log(self._log) if each["step"] <= self._done]
            text = "".join(map(_as_text, [*kept, line]))
            write_whole(self._log, text.encode("utf-8"), self._outdated)
            self._is_begun = True


def read_log(log: Path) -> list[dict[str, Any]]:
    """The lines of a log, or none if there is no such file."""
    if not log.exists():
        return []
    # A process that was killed may have left the last line unfinished.
    whole, _, _ = log.read_text(encoding="utf-8").rpartition("\n")
    return [json.loads(line) for line in whole.splitlines()]


def _as_text(line: Mapping[str, Any]) -> str:
    return f"{json.dumps(line)}\n"
