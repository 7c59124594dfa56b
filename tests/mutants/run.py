"""Tests the tests: how many small mistakes in the compiler they notice (`nox -s mutants`)."""

from __future__ import annotations

import os
import shutil
import sys
import tempfile
from collections import Counter
from collections.abc import Iterable
from pathlib import Path

import click
import pytest
from rich.console import Console
from rich.progress import Progress
from rich.table import Table

from mutants.killing import Killing, Verdict
from mutants.mutation import Mutant, mutate
from mutants.survivors import (
    read_sample,
    read_survivors,
    unexplained,
    write_sample,
    write_survivors,
)

ROOT = Path(__file__).parents[2]
LEAST = 0.85
OUTCOMES = ("killed", "timeout", "survived", "no tests")
SLOW = frozenset(
    {"test_choice_messages.py", "test_command.py", "test_compile_command.py", "test_wheel.py"}
)
"""Test files that start a process in most tests, in which a mutant costs seconds."""


@click.command()
@click.option("--module", "modules", multiple=True, metavar="NAME", help="Mutate this one only.")
@click.option("--sample", is_flag=True, help="Try the mutants of sample.toml only: a minute.")
@click.option("--all", "again", is_flag=True, help="Try those too that survivors.toml explains.")
@click.option("--write", is_flag=True, help="Write survivors.toml and sample.toml; try all.")
@click.option("--processes", default=os.cpu_count() or 1, help="How many at once.")
def main(modules: tuple[str, ...], sample: bool, again: bool, write: bool, processes: int) -> None:
    """Make small mistakes in the compiler, one at a time, and count which ones a test notices."""
    survivors = read_survivors()
    with tempfile.TemporaryDirectory(prefix="loss-factory-mutants-") as folder:
        copy = Path(folder, "loss-factory")
        shutil.copytree(ROOT, copy, ignore=shutil.ignore_patterns(".*", "__pycache__"))
        mutants = mutate(copy / "schema" / "loss_compiler", frozenset(modules))
        if sample:
            verdicts = _sampled(mutants, copy, processes)
        else:
            known = frozenset[str]() if again or write else survivors.explained
            tried = [each for each in mutants if each.title not in known]
            verdicts = _tried(tried, _test_files(), copy, processes, {})
            verdicts += _untried(each for each in mutants if each.title in known)
    if write:
        alive = [each.mutant.title for each in verdicts if not _is_killed(each)]
        survivors = survivors.updated(alive, {each.module for each in mutants})
        write_survivors(survivors)
        if not modules:
            write_sample({each.mutant.title: each.test for each in verdicts})
    console = Console(width=None if sys.stdout.isatty() else 100)
    console.print(_table(verdicts))
    for each in unexplained([each.mutant for each in verdicts if not _is_killed(each)], survivors):
        console.print(f"not explained: {each.title}", markup=False, highlight=False)
    if _score(verdicts) < LEAST:
        raise SystemExit(f"{_score(verdicts):.1%} are killed; expected at least {LEAST:.0%}")


def _test_files() -> list[str]:
    files = sorted((ROOT / "tests" / "compiler").glob("test_*.py"))
    return [file.relative_to(ROOT).as_posix() for file in files if file.name not in SLOW]


def _sampled(mutants: Iterable[Mutant], folder: Path, processes: int) -> list[Verdict]:
    """Each mutant of the sample meets the test that killed it when the sample was written."""
    killed_by = read_sample()
    found = [each for each in mutants if each.title in killed_by]
    if len(found) < len(killed_by):
        click.echo(f"{len(killed_by) - len(found)} mutants of the sample are of code that is gone")
    tried = {each.name: killed_by[each.title] for each in found if killed_by[each.title]}
    files = sorted({test.partition("::")[0] for test in tried.values()})
    verdicts = _tried(
        [each for each in found if each.name in tried], files, folder, processes, tried
    )
    return verdicts + _untried(each for each in found if each.name not in tried)


def _untried(mutants: Iterable[Mutant]) -> list[Verdict]:
    """What is known of survivors."""
    return [Verdict(each, "survived", "", 0) for each in mutants]


def _tried(
    mutants: list[Mutant], files: list[str], folder: Path, processes: int, killers: dict[str, str]
) -> list[Verdict]:
    os.chdir(folder)
    with Progress(console=Console(stderr=True), transient=True) as progress:
        tasks = {name: progress.add_task(name, total=None) for name in ("tests", "mutants")}

        def show(name: str, done: int, total: int) -> None:
            progress.update(tasks[name], completed=done, total=total)

        killing = Killing(mutants, killers, processes, _warm_up, show)
        options = ("-qq", "-s", "--no-header", "-pno:cacheprovider", "-pno:xdist")
        status = pytest.main([*options, *files], plugins=[killing])
    if status in (pytest.ExitCode.INTERNAL_ERROR, pytest.ExitCode.USAGE_ERROR):
        raise SystemExit("pytest broke off")
    if killing.failing:
        raise SystemExit("without a mutant, these fail: " + ", ".join(killing.failing))
    return killing.verdicts


def _warm_up() -> None:
    """Have everything imported that a test imports when it compiles a schema."""
    from loss_compiler.compile import compile_schema

    compile_schema(Path("tests", "compiler", "tiny.schema.json"))


def _is_killed(verdict: Verdict) -> bool:
    return verdict.outcome in ("killed", "timeout")


def _score(verdicts: Iterable[Verdict]) -> float:
    killed = [_is_killed(each) for each in verdicts]
    return sum(killed) / max(len(killed), 1)


def _table(verdicts: list[Verdict]) -> Table:
    """A row for each module, and one for all."""
    table = Table(title="Mutants of the compiler")
    table.add_column("module")
    for name in ("mutants", *OUTCOMES, "score", "seconds"):
        table.add_column(name, justify="right")
    by_module: dict[str, list[Verdict]] = {}
    for each in verdicts:
        by_module.setdefault(each.mutant.module, []).append(each)
    for name, each in [*sorted(by_module.items()), ("all", verdicts)]:
        outcomes = Counter(verdict.outcome for verdict in each)
        counts = [len(each), *(outcomes[key] for key in OUTCOMES)]
        seconds = sum(verdict.seconds for verdict in each)
        if name == "all":
            table.add_section()
        table.add_row(name, *map(str, counts), f"{_score(each):.1%}", f"{seconds:.0f}")
    return table


if __name__ == "__main__":
    main()
