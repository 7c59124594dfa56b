"""Runs something in a process of its own, with limits, and says what it took."""

from __future__ import annotations

import io
import os
import resource
import sys
import traceback
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

_PAGE = resource.getpagesize()
_CRASHED = 70


class Cost(NamedTuple):
    """What a run took: processor time, memory beside what was there before, what it printed."""

    code: int
    seconds: float
    memory: int
    printed: bytes


def metered(work: Callable[[], object], output: Path, *, seconds: float, memory: int) -> Cost:
    """What `work` takes; it is killed after so many `seconds`, and gets no more `memory`.

    What it prints goes to the file `output`. The exit code is 70 if it raises something, and that
    of a shell if it is killed.
    """
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        code = _CRASHED
        try:
            _redirect(output)
            virtual, resident = _used()  # of what was there, a new process has a part only
            os.write(writing, str(resident).encode())
            hard = int(seconds) + 1
            resource.setrlimit(resource.RLIMIT_CPU, (hard, hard))
            resource.setrlimit(resource.RLIMIT_AS, (virtual + memory, virtual + memory))
            code = _exit_code(work)
            sys.stdout.flush()
            sys.stderr.flush()
        finally:
            os._exit(code)
    os.close(writing)
    _, status, used = os.wait4(child, 0)
    with os.fdopen(reading, "rb") as stream:
        resident = int(stream.read())
    code = os.waitstatus_to_exitcode(status)
    peak = max(used.ru_maxrss * 1024 - resident, 0)
    code = code if code >= 0 else 128 - code
    return Cost(code, used.ru_utime + used.ru_stime, peak, output.read_bytes())


def _used() -> tuple[int, int]:
    """How much memory this process has, and how much of it is in the machine's."""
    pages = Path("/proc/self/statm").read_text(encoding="ascii").split()
    return int(pages[0]) * _PAGE, int(pages[1]) * _PAGE


def _redirect(output: Path) -> None:
    target = os.open(output, os.O_WRONLY | os.O_CREAT | os.O_TRUNC)
    for number in (1, 2):
        os.dup2(target, number)
    sys.stdin = open(os.devnull, encoding="utf-8")  # noqa: SIM115
    sys.stdout = io.TextIOWrapper(os.fdopen(1, "wb", closefd=False), encoding="utf-8")
    sys.stderr = io.TextIOWrapper(os.fdopen(2, "wb", closefd=False), encoding="utf-8")


def _exit_code(work: Callable[[], object]) -> int:
    try:
        work()
    except SystemExit as end:
        return end.code if isinstance(end.code, int) else 0 if end.code is None else 1
    except BaseException:
        traceback.print_exc()
        return _CRASHED
    return 0
