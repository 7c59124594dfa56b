"""Statements that are timed in interpreters of their own."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

from pytest_benchmark.fixture import BenchmarkFixture

from tools.benchmarks.interleaved import Contestant, Measured, race

_TIMED = """
from time import perf_counter
start = perf_counter()
{statement}
print(perf_counter() - start)
"""


def race_of_imports(
    benchmark: BenchmarkFixture, statements: Mapping[str, str], folder: Path, rounds: int
) -> tuple[Measured, Measured]:
    """Time import statements, each in a fresh interpreter that also finds modules in `folder`.

    Returns:
        The time of the statement alone, as the interpreter itself measures it, and the time of the
        whole process. Python's caches of what is imported are filled beforehand.
    """
    inside: dict[str, list[float]] = {name: [] for name in statements}

    def contestant(name: str) -> Contestant:
        return lambda: inside[name].append(_seconds(statements[name], folder))

    for statement in statements.values():
        _seconds(statement, folder)
    contestants = {name: contestant(name) for name in statements}
    outside = race(benchmark, contestants, rounds=rounds, calls=dict.fromkeys(statements, 1))
    return Measured(inside), outside


def _seconds(statement: str, folder: Path) -> float:
    done = subprocess.run(
        [sys.executable, "-c", _TIMED.format(statement=statement)],
        cwd=folder,
        env=_environment(folder),
        stdout=subprocess.PIPE,
        encoding="utf-8",
        check=True,
    )
    return float(done.stdout)


def import_times_of(statement: str, folder: Path, package: str, lines: int = 12) -> str:
    """The modules of `package` that take longest to import, without what they import.

    It is `python -X importtime`, with milliseconds in the order of their length.
    """
    done = subprocess.run(
        [sys.executable, "-X", "importtime", "-c", statement],
        cwd=folder,
        env=_environment(folder),
        stderr=subprocess.PIPE,
        encoding="utf-8",
        check=True,
    )
    rows = [line.removeprefix("import time:").split("|") for line in done.stderr.splitlines()[1:]]
    own = {name.strip(): float(micros) / 1e3 for micros, _, name in rows}
    ours = {name: millis for name, millis in own.items() if name.partition(".")[0] == package}
    longest = sorted(ours.items(), key=lambda item: -item[1])[:lines]
    listing = [f"{'ms':>6}  module", *(f"{millis:6.1f}  {name}" for name, millis in longest)]
    rest = sum(own.values()) - sum(ours.values())
    return "\n".join([*listing, f"{rest:6.1f}  all modules of others"])


def _environment(folder: Path) -> dict[str, str]:
    paths = [str(folder), *filter(None, [os.environ.get("PYTHONPATH")])]
    return os.environ | {"PYTHONPATH": os.pathsep.join(paths)}
