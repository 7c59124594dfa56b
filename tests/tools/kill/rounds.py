"""One round: a command is started, killed, judged by what it left, and run again."""

from __future__ import annotations

import os
import random
import shutil
import signal
import subprocess
import time
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from tools.kill.cases import Case, environment, killing

_NEVER = 1_000_000
_WRITING = 0.01  # seconds: to put a package together, swap it in and clear up, if all goes well
_EXCHANGE = "renameat2"  # looked up right before a swap
_SWAP = 5  # events from then on: the renames, and the beginning of clearing up


@dataclass(frozen=True)
class Moment:
    """When a command is killed, and whether it can exchange two folders in one step."""

    when: Literal["any time", "while it writes", "at an event", "at the swap"]
    exchange: bool = True

    def __str__(self) -> str:
        return self.when + ("" if self.exchange else ", no exchange")


@dataclass(frozen=True)
class Outcome:
    """What a round came to.

    `found` is "old", "new" or, if there was something and is nothing, "none"; `left` says whether
    something lay beside it; `wrong` says what must not be, or is empty.
    """

    killed: bool
    found: str
    left: bool
    wrong: str


def played(case: Case, moment: Moment, dice: random.Random, folder: Path) -> Outcome:
    """Play a round in `folder`, which is made for it, and removed if nothing is wrong."""
    shutil.copytree(case.start, folder)
    code, told = _killed(case, moment, dice, folder)
    found = _found(case, moment, folder)
    left = bool(case.leftovers(folder))
    again = subprocess.run(
        case.command,
        cwd=folder,
        env=environment(),
        capture_output=True,
        start_new_session=True,  # Ctrl-C is not for it
        check=False,
    )
    edited_already = case.name == "new-bottleneck" and found == "new"
    wrong = {
        f"ended with {code}: {told.decode()}": code not in (0, -signal.SIGKILL),
        "printed an error": bool(told),
        "left neither the old nor the new": found == "a mixture",
        f"can't be run again: {again.stderr.decode()}": again.returncode != int(edited_already),
        "is not healed by the next run": case.files(folder) != case.files(case.end),
        "leaves something behind in the end": bool(case.leftovers(folder)),
    }
    outcome = Outcome(code != 0, found, left, "; ".join(each for each in wrong if wrong[each]))
    if not outcome.wrong:
        shutil.rmtree(folder)
    return outcome


def _found(case: Case, moment: Moment, folder: Path) -> str:
    files = case.files(folder)
    if files == case.files(case.end):
        return "new"
    if files == case.files(case.start):
        return "old"
    return "a mixture" if files or moment.exchange else "none"


def _killed(case: Case, moment: Moment, dice: random.Random, folder: Path) -> tuple[int, bytes]:
    """The exit code of a command that is killed with all its children, and what it complained of.

    The code is 0 if it was quicker.
    """
    match moment.when:
        case "at an event":
            start, event = case.mark, dice.randint(1, case.events)
        case "at the swap":
            start, event = _EXCHANGE, dice.randint(1, _SWAP)
        case _:
            start, event = "", _NEVER
    process = subprocess.Popen(
        case.command,
        cwd=folder,
        env=killing(start, event, moment.exchange),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        start_new_session=True,
    )
    match moment.when:
        case "any time":
            with suppress(subprocess.TimeoutExpired):
                process.wait(dice.uniform(0, case.seconds))
            _kill(process)
        case "while it writes":
            while process.poll() is None and not case.leftovers(folder):
                pass
            until = time.perf_counter() + dice.uniform(0, _WRITING)
            while time.perf_counter() < until:
                pass
            _kill(process)
        case _:
            pass  # it does so itself
    _, told = process.communicate()
    return process.returncode, told


def _kill(process: subprocess.Popen[bytes]) -> None:
    if process.poll() is None:  # so its number is nobody else's
        os.killpg(process.pid, signal.SIGKILL)
