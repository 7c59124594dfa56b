"""A few of the rounds that `nox -s kill` plays by the hundred."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
from contextlib import suppress
from pathlib import Path

import pytest
from rich.console import Console

from support.schemas import ROOT
from tools.kill.rounds import Moment, Outcome
from tools.kill.run import HEADINGS, MOMENTS, OF_A_FILE, SUBJECTS, kill, rows_of, table_of

pytestmark = pytest.mark.long

SOME = tuple(moment for moment in MOMENTS if moment.exchange or moment.when == "at an event")


@pytest.mark.parametrize(
    ("command", "moments"), [("generate", SOME), ("new-bottleneck", OF_A_FILE)]
)
def test_what_is_killed_leaves_old_or_new_and_heals(
    command: str, moments: tuple[Moment, ...], tmp_path: Path
) -> None:
    rows = [row for row in rows_of([command]) if row.moment in moments]
    kill(rows, len(moments), 0, tmp_path, jobs=2)
    assert [wrong for row in rows for wrong in row.wrong] == []
    assert [row.moment for row in rows] == list(moments)
    assert all(row.kills for row in rows)


@pytest.mark.parametrize("width", [80, 140])
def test_the_table_fits(width: int) -> None:
    """No word of it is cut."""
    rows = rows_of(tuple(SUBJECTS))
    for row in rows:
        row.outcomes += [Outcome(killed=True, found="old", left=True, wrong="")] * 100
    console = Console(width=width)
    with console.capture() as capture:
        console.print(table_of(rows, console))
    text = capture.get()
    assert max(map(len, text.splitlines())) <= width
    words = set(re.findall(r"[\w-]+", text))
    shown = " ".join((*HEADINGS, *SUBJECTS, *map(str, MOMENTS)))
    assert words == {"100", "0", *re.findall(r"[\w-]+", shown)}


def test_ctrl_c_prints_what_is_known_and_leaves_nothing(tmp_path: Path) -> None:
    """The terminal sends it to all; here, while the second round is played."""
    options = ("--command=new-bottleneck", "--seed=1", "--jobs=1")
    sources = os.pathsep.join((str(ROOT / "schema"), str(ROOT / "tests")))
    process = subprocess.Popen(
        [sys.executable, ROOT / "tests" / "tools" / "kill" / "run.py", *options],
        env=os.environ | {"PYTHONPATH": sources, "TMPDIR": str(tmp_path)},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        encoding="utf-8",
        start_new_session=True,
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),  # it may be ignored here
    )
    second = "loss-factory-kill-*/new-bottleneck, any time, 1"
    while not any(tmp_path.glob(second)):
        with suppress(subprocess.TimeoutExpired):  # until then, leave the processor to it
            process.wait(timeout=0.02)
            break
    os.killpg(process.pid, signal.SIGINT)
    output, errors = process.communicate()
    assert (process.returncode, errors) == (130, "")
    *table, kills, last = output.splitlines()
    assert re.search(r"│ new-bottleneck │ any time +│ +[0-2] │ +[0-2] │", "\n".join(table))
    assert re.fullmatch(r"[0-2] kills in [0-9]+ s, with --times 300 --seed 1", kills)
    assert last == "interrupted"
    assert list(tmp_path.iterdir()) == []
