"""Kills the commands that write, again and again, and counts what they leave; `nox -s kill`."""

from __future__ import annotations

import os
import random
import shutil
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from itertools import cycle
from pathlib import Path

import click
from rich.console import Console
from rich.table import Table

from tools.kill.cases import SUBJECTS, Case
from tools.kill.rounds import Moment, Outcome, played

MOMENTS = (
    Moment("any time"),
    Moment("while it writes"),
    Moment("at an event"),
    Moment("at the swap"),
    Moment("while it writes", exchange=False),
    Moment("at an event", exchange=False),
    Moment("at the swap", exchange=False),
)
OF_A_FILE = MOMENTS[:3]
"""A file is renamed, never exchanged."""

_MOST_BATCHES = 10
_INTERRUPTED = 130  # the exit code that a shell gives to what Ctrl-C ended
_PIPED = 140  # columns, where there is no terminal


@dataclass
class Row:
    """What came of all rounds of a command that was killed at such moments."""

    subject: str
    moment: Moment
    outcomes: list[Outcome] = field(default_factory=list)

    @property
    def kills(self) -> int:
        return sum(outcome.killed for outcome in self.outcomes)

    @property
    def wrong(self) -> Iterator[str]:
        return (outcome.wrong for outcome in self.outcomes if outcome.wrong)

    def cells(self) -> Iterator[str]:
        """The row as it is printed."""
        killed = [outcome for outcome in self.outcomes if outcome.killed]
        yield from (self.subject, str(self.moment), str(len(killed)))
        yield str(len(self.outcomes) - len(killed))
        yield from (str(sum(each.found == found for each in killed)) for found in FOUND)
        yield str(sum(each.left for each in killed))
        yield str(sum(not each.wrong for each in self.outcomes))
        yield str(len(list(self.wrong)))


FOUND = ("old", "new", "none")
HEADINGS = (
    *("command", "killed", "kills", "was\nquicker"),
    *(f"found\n{found}" for found in FOUND),
    *("left a\ndraft", "healed", "wrong"),
)


def rows_of(subjects: Sequence[str]) -> list[Row]:
    """A row for each command and moment, without outcomes yet."""
    return [
        Row(name, moment)
        for name in subjects
        for moment in (OF_A_FILE if name == "new-bottleneck" else MOMENTS)
    ]


def kill(rows: Sequence[Row], times: int, seed: int, work: Path, jobs: int) -> None:
    """Kill the commands of the rows at least so many times in all, in the folder `work`.

    An interruption waits for the rounds that have begun; the rows have their outcomes, too.
    """
    subjects = list(dict.fromkeys(row.subject for row in rows))
    wanted = -(-times // len(rows))
    with ThreadPoolExecutor(jobs) as threads:
        try:
            prepared = threads.map(lambda name: SUBJECTS[name](work / name), subjects)
            cases = dict(zip(subjects, prepared, strict=True))
            for row in rows:
                rounds = _rounds(row, cases[row.subject], seed, work)
                for _ in range(_MOST_BATCHES):
                    batch = [threads.submit(next(rounds)) for _ in range(wanted - row.kills)]
                    for each in batch:
                        each.result()
        except KeyboardInterrupt:
            threads.shutdown(cancel_futures=True)
            raise


class Round:
    """One of a row's rounds, which can be repeated: it has dice of its own."""

    def __init__(self, row: Row, case: Case, name: str, folder: Path) -> None:
        self.row, self.case, self.dice, self.folder = row, case, random.Random(name), folder

    def __call__(self) -> None:
        self.row.outcomes.append(played(self.case, self.row.moment, self.dice, self.folder))


def _rounds(row: Row, cases: Sequence[Case], seed: int, work: Path) -> Iterator[Round]:
    swapped = [case for case in cases if any(case.start.iterdir())]
    suitable = swapped if row.moment.when == "at the swap" else cases
    for number, case in enumerate(cycle(suitable)):
        name = f"{row.subject}, {row.moment}, {number}"
        yield Round(row, case, f"{seed}, {name}", work / name)


def table_of(rows: Sequence[Row], console: Console) -> Table:
    """The table of all rounds, as tight as it takes to fit a terminal."""
    table = Table(padding=(0, 1) if console.width >= _PIPED else 0)
    for index, heading in enumerate(HEADINGS):
        table.add_column(heading, justify="left" if index < 2 else "right", no_wrap=index == 0)
    for row in rows:
        table.add_row(*row.cells())
    return table


@click.command(context_settings={"help_option_names": ["-h", "--help"]})
@click.option(
    "--times",
    type=click.IntRange(min=1),
    default=300,
    show_default=True,
    help="How many kills, at least.",
)
@click.option("--seed", type=int, help="Makes the same choices again.  [default: a new one]")
@click.option(
    "--jobs",
    type=click.IntRange(min=1),
    default=os.cpu_count() or 1,
    help="Rounds at once.  [default: the cores]",
)
@click.option(
    "--command",
    "subjects",
    type=click.Choice(list(SUBJECTS)),
    multiple=True,
    help="What to kill; all unless given. Can be given more than once.",
)
def main(times: int, seed: int | None, jobs: int, subjects: tuple[str, ...]) -> None:
    """Kill the commands that write files, and see what they leave."""
    seed = random.randrange(1_000_000) if seed is None else seed
    began = time.monotonic()
    work = Path(tempfile.mkdtemp(prefix="loss-factory-kill-"))
    rows = rows_of(subjects or tuple(SUBJECTS))
    interrupted = False
    try:
        kill(rows, times, seed, work, jobs)
    except KeyboardInterrupt:
        interrupted = True
    console = Console(width=None if sys.stdout.isatty() else _PIPED)
    console.print(table_of(rows, console))
    kills = sum(row.kills for row in rows)
    seconds = time.monotonic() - began
    console.print(f"{kills} kills in {seconds:.0f} s, with --times {times} --seed {seed}")
    wrong = [(row, each) for row in rows for each in row.wrong]
    for row, each in wrong:
        console.print(f"{row.subject}, {row.moment}: {each}", style="red")
    if wrong:
        console.print(f"what was left lies in {work}")
    else:
        shutil.rmtree(work)
    if interrupted:
        console.print("interrupted")
        raise SystemExit(_INTERRUPTED)
    if wrong:
        raise SystemExit(1)
    if kills < times:
        raise SystemExit("the commands were too quick for so many kills")


if __name__ == "__main__":
    main()
