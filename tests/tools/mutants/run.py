"""Tests the tests: how many small mistakes in the compiler they notice (`nox -s mutants`)."""

from __future__ import annotations

import contextlib
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from math import inf
from pathlib import Path

import click
import pytest
from click.testing import CliRunner
from rich.console import Console
from rich.progress import Progress
from rich.text import Text

from tools.mutants.killing import Killing, Verdict
from tools.mutants.mutation import Mutant, mutate
from tools.mutants.report import print_checks, print_modules, print_unexplained, score
from tools.mutants.survivors import (
    drawn,
    number_of,
    read_killers,
    read_survivors,
    write_killers,
    write_survivors,
)

Run = Callable[..., subprocess.CompletedProcess[str]]
ROOT = Path(__file__).parents[3]
LEAST = 0.85


@dataclass(frozen=True)
class Code:
    """What to mutate: everything that is written by hand in `package`, below the folder `root`.

    `tests` are pytest's arguments; of what these name, tests that take long don't take part.
    """

    root: str
    package: str
    handwritten: str
    tests: tuple[str, ...]
    warm_up: Callable[[], None]


_TOO_SLOW = ("dependencies", "what_commands_touch", "wheel")
"""Tests that take too long for each mutant."""
_COMPARES_WITH_MUTATED_TEXT = (
    "tests/compiler/test_command.py::test_the_committed_package_is_up_to_date"
)


def _compile() -> None:
    """Import everything that a compilation imports, and have commands run in this process."""
    from loss_compiler.compile import compile_schema
    from support import schemas

    for schema in (schemas.TINY, schemas.VARIED, schemas.CANONICAL):
        compile_schema(schema)
    compile_schema(schemas.CANONICAL, [schemas.GROUPED_VAE])
    schemas.run = _in_process(schemas.run)


def _in_process(run: Run) -> Run:
    """`run`, but for the compiler's commands: a process for each would take too long."""
    from loss_compiler.cli import main as command

    def run_here(
        *arguments: str | Path, cwd: Path, environment: Mapping[str, str] | None = None
    ) -> subprocess.CompletedProcess[str]:
        if arguments[:2] != ("-m", "loss_compiler"):
            return run(*arguments, cwd=cwd, environment=environment)
        with contextlib.chdir(cwd):
            names = [str(each) for each in arguments[2:]]
            done = CliRunner().invoke(command, names, prog_name="loss-factory", env=environment)
        return subprocess.CompletedProcess(names, done.exit_code, done.stdout, done.stderr)

    return run_here


def _plan() -> None:
    """Import everything that a training imports."""
    from loss_factory import create_bottleneck_loss

    create_bottleneck_loss("vae")


CODES = {
    "compiler": Code(
        root="schema",
        package="loss_compiler",
        handwritten="schema/loss_compiler",
        tests=(
            "tests/compiler",
            *(f"--ignore=tests/compiler/test_{name}.py" for name in _TOO_SLOW),
            f"--deselect={_COMPARES_WITH_MUTATED_TEXT}",
        ),
        warm_up=_compile,
    ),
    "package": Code(
        root="generated",
        package="loss_factory",
        handwritten="templates/support",
        tests=("tests/package", "--ignore=tests/package/released"),
        warm_up=_plan,
    ),
}


@click.command()
@click.option("--of", type=click.Choice([*CODES]), default="compiler", show_default=True)
@click.option("--module", "modules", multiple=True, metavar="NAME", help="Mutate this one only.")
@click.option("--checks", is_flag=True, help="Only leave statements out; show what notices each.")
@click.option("--sample", is_flag=True, help="Try those that *_sample.toml and *_checks.toml know.")
@click.option("--all", "again", is_flag=True, help="Try those too that survivors.toml explains.")
@click.option("--write", is_flag=True, help="Try all, and write these files.")
@click.option("--seconds", default=inf, help="Try others for so long only, in a random order.")
@click.option("--processes", default=os.cpu_count() or 1, help="How many at once.")
def main(
    of: str,
    modules: tuple[str, ...],
    checks: bool,
    sample: bool,
    again: bool,
    write: bool,
    seconds: float,
    processes: int,
) -> None:
    """Make small mistakes in the code, one at a time, and count which ones a test notices."""
    code = CODES[of]
    survivors = read_survivors()
    with tempfile.TemporaryDirectory(prefix="loss-factory-mutants-") as folder:
        copy = Path(folder, "loss-factory")
        shutil.copytree(ROOT, copy, ignore=shutil.ignore_patterns(".*", "__pycache__"))
        everything = mutate(copy / code.root, _files(copy, code, modules))
        mutants = [each for each in everything if each.forgets or not checks]
        if sample:
            killers = read_killers(f"{of}_sample") | read_killers(f"{of}_checks")
            verdicts = _sampled(mutants, killers, code, copy, processes)
        else:
            known = frozenset[str]() if again or write else survivors.explained
            tried = [each for each in mutants if each.title not in known]
            if seconds < inf:
                tried.sort(key=lambda each: number_of(each.title))
            verdicts = _tried(tried, code.tests, code, copy, processes, {}, seconds)
            verdicts += _untried(each for each in mutants if each.title in known)
    alive = [each.mutant.title for each in verdicts if not each.is_killed]
    if write:
        titles = {each.mutant.title for each in verdicts}
        survivors = survivors.updated(alive, titles, _titles(everything))
        write_survivors(survivors)
    if write and not modules:
        _write_killers(of, verdicts, with_sample=not checks)
    if checks:
        print_checks(verdicts)
    print_modules(verdicts)
    print_unexplained(each for each in alive if each not in survivors.explained)
    if score(verdicts) < LEAST:
        raise SystemExit(f"{score(verdicts):.1%} are killed; expected at least {LEAST:.0%}")


def _write_killers(of: str, verdicts: Iterable[Verdict], *, with_sample: bool) -> None:
    """Remember what killed each check that was forgotten, and a sample of all mutants."""
    tests = {each.mutant.title: each.test for each in verdicts}
    checks = [each.mutant.title for each in verdicts if each.mutant.forgets]
    write_killers(f"{of}_checks", {title: tests[title] for title in checks})
    if with_sample:
        write_killers(f"{of}_sample", {title: tests[title] for title in drawn(tests)})


def _titles(mutants: Iterable[Mutant]) -> dict[str, set[str]]:
    """The titles of `mutants` by module."""
    titles: dict[str, set[str]] = {}
    for each in mutants:
        titles.setdefault(each.module, set()).add(each.title)
    return titles


def _files(copy: Path, code: Code, modules: Collection[str]) -> list[Path]:
    """The files of `modules`, or all that are written by hand, where they are imported from."""
    handwritten = ROOT / code.handwritten
    names = sorted(file.relative_to(handwritten) for file in handwritten.rglob("*.py"))
    package = copy / code.root / code.package
    return [
        package / name
        for name in names
        if not modules or ".".join((code.package, *name.with_suffix("").parts)) in modules
    ]


def _sampled(
    mutants: Iterable[Mutant],
    killed_by: Mapping[str, str],
    code: Code,
    folder: Path,
    processes: int,
) -> list[Verdict]:
    """How those of `mutants` fare that are known, in the test that killed them before."""
    found = [each for each in mutants if each.title in killed_by]
    if len(found) < len(killed_by):
        click.echo(f"{len(killed_by) - len(found)} known mutants are of code that is gone")
    killers = {each.name: killed_by[each.title] for each in found if killed_by[each.title]}
    files = sorted({test.partition("::")[0] for test in killers.values()})
    tried = [each for each in found if each.name in killers]
    verdicts = _tried(tried, files, code, folder, processes, killers)
    return verdicts + _untried(each for each in found if each.name not in killers)


def _untried(mutants: Iterable[Mutant]) -> list[Verdict]:
    """What is known of survivors."""
    return [Verdict(each, "survived", "", 0) for each in mutants]


def _tried(
    mutants: Sequence[Mutant],
    tests: Iterable[str],
    code: Code,
    folder: Path,
    processes: int,
    killers: Mapping[str, str],
    seconds: float = inf,
) -> list[Verdict]:
    """How `mutants` fare in the tests, which are run in `folder`."""
    if not mutants:
        return []
    os.chdir(folder)
    roots = [str(folder / each.root) for each in CODES.values()]
    sys.path[:0] = roots
    os.environ["PYTHONPATH"] = os.pathsep.join(roots)
    with Progress(console=Console(stderr=True), transient=True) as progress:
        tasks = {name: progress.add_task(name, total=None) for name in ("tests", "mutants")}

        def show(name: str, done: int, total: int) -> None:
            progress.update(tasks[name], completed=done, total=total)

        def tell(verdict: Verdict) -> None:
            if not verdict.is_killed:
                progress.print(Text(f"{verdict.outcome}: {verdict.mutant.title}"), soft_wrap=True)

        killing = Killing(mutants, killers, processes, seconds, code.warm_up, show, tell)
        options = ("-qq", "-s", "--no-header", "-pno:cacheprovider", "-pno:xdist")
        status = pytest.main([*options, *tests], plugins=[killing])
    if status in (pytest.ExitCode.INTERNAL_ERROR, pytest.ExitCode.USAGE_ERROR):
        raise SystemExit("pytest broke off")
    if killing.failing:
        raise SystemExit("without a mutant, these fail: " + ", ".join(killing.failing))
    return killing.verdicts


if __name__ == "__main__":
    main()
