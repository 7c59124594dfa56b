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
from random import shuffle

import click
import pytest
from click.testing import CliRunner
from rich.console import Console
from rich.progress import Progress
from rich.text import Text

from tools.mutants.killing import Killing, Verdict
from tools.mutants.lists import (
    Mistake,
    drawn,
    module_of,
    read_killers,
    read_survivors,
    write_killers,
    write_survivors,
)
from tools.mutants.mutation import Mutant, mutate
from tools.mutants.report import print_checks, print_modules, print_unexplained, score

Run = Callable[..., subprocess.CompletedProcess[str]]
ROOT = Path(__file__).parents[3]
LEAST = 0.85


@dataclass(frozen=True)
class Code:
    """What to mutate: what is written by hand in `package`, imported from the folder `root`.

    `package` may be part of another; `handwritten` is the folder where it is written. `tests` are
    pytest's arguments; of what these name, tests that take long don't take part.
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
        package="loss_factory.runtime",
        handwritten="templates/runtime",
        tests=("tests/package", "--ignore=tests/package/released"),
        warm_up=_plan,
    ),
}


@click.command()
@click.option("--of", type=click.Choice([*CODES]), default="compiler", show_default=True)
@click.option("--module", "modules", multiple=True, metavar="NAME", help="Mutate this one only.")
@click.option("--checks", is_flag=True, help="Only leave statements out; show what notices each.")
@click.option("--sample", is_flag=True, help="Only some; with the tests that *_killers.toml names.")
@click.option("--write", is_flag=True, help="With all tests; write what these files say.")
@click.option("--seconds", default=inf, help="Try for so long only, in a random order.")
@click.option("--processes", default=os.cpu_count() or 1, help="How many at once.")
def main(
    of: str,
    modules: tuple[str, ...],
    checks: bool,
    sample: bool,
    write: bool,
    seconds: float,
    processes: int,
) -> None:
    """Make small mistakes in the code, one at a time, and count which ones a test notices."""
    if write and seconds < inf:
        raise click.UsageError("--write needs all mutants, so not --seconds")
    code = CODES[of]

    def chosen(mistakes: Sequence[Mistake]) -> Sequence[Mistake]:
        some = drawn(mistakes) if sample else mistakes
        return [each for each in some if each.forgets or not checks]

    with tempfile.TemporaryDirectory(prefix="loss-factory-mutants-") as folder:
        copy = Path(folder, "loss-factory")
        shutil.copytree(ROOT, copy, ignore=shutil.ignore_patterns(".*", "__pycache__"))
        mistakes, mutants = mutate(copy / code.root, _files(copy, code, modules), chosen)
        if sample and not write:
            verdicts = _sampled(mutants, read_killers(of), code, copy, processes)
        else:
            if seconds < inf:
                shuffle(mutants)
            verdicts = _tried(mutants, code.tests, code, copy, processes, {}, seconds)
    if write and not sample:
        _write_survivors(verdicts, mistakes, modules or [code.package])
    if write and not checks and not modules:
        mistakes_drawn = set(drawn(mistakes))
        killed = [each for each in verdicts if each.mutant.mistake in mistakes_drawn and each.test]
        write_killers(of, [(each.mutant.mistake.place, each.test) for each in killed])
    if checks:
        print_checks(verdicts)
    print_modules(verdicts)
    print_unexplained(verdicts, read_survivors())
    if score(verdicts) < LEAST:
        raise SystemExit(f"{score(verdicts):.1%} are killed; expected at least {LEAST:.0%}")


def _write_survivors(
    verdicts: Sequence[Verdict], mistakes: Iterable[Mistake], modules: Collection[str]
) -> None:
    """Write what is alive, where it has been tried, and say what is in the list for nothing.

    `mistakes` are all that can be made in `modules` and what is in those.
    """
    there = {each.key for each in mistakes}
    survivors = read_survivors()
    inside = tuple(f"{module}." for module in modules)
    tried = {each.mutant.mistake.key for each in verdicts}
    alive = [each.mutant.mistake.key for each in verdicts if not each.is_killed]
    mutated = [key for key in survivors.keys if f"{module_of(key)}.".startswith(inside)]
    gone = [key for key in mutated if key not in there]
    for key in gone:
        click.echo(f"no longer listed, since there is no such mistake to make any more: {key}")
    write_survivors(survivors.updated(alive, tried, gone))


def _files(copy: Path, code: Code, modules: Collection[str]) -> list[Path]:
    """The files of `modules`, or all that are written by hand, where they are imported from."""
    handwritten = ROOT / code.handwritten
    names = sorted(file.relative_to(handwritten) for file in handwritten.rglob("*.py"))
    package = copy.joinpath(code.root, *code.package.split("."))
    return [
        package / name
        for name in names
        if not modules or ".".join((code.package, *name.with_suffix("").parts)) in modules
    ]


def _sampled(
    mutants: Sequence[Mutant],
    tests: Mapping[str, Sequence[str]],
    code: Code,
    folder: Path,
    processes: int,
) -> list[Verdict]:
    """How `mutants` fare in the tests that noticed mistakes in their functions before."""
    files = sorted({test.partition("::")[0] for each in tests.values() for test in each})
    there = [file for file in files if Path(ROOT, file).exists()]
    killers = {each.name: tests.get(each.mistake.place, ()) for each in mutants}
    if unlisted := sum(not each for each in killers.values()):
        click.echo(f"{unlisted} of {len(mutants)} are in functions for which no test is listed")
    return _tried(mutants, there, code, folder, processes, killers)


def _tried(
    mutants: Sequence[Mutant],
    tests: Iterable[str],
    code: Code,
    folder: Path,
    processes: int,
    killers: Mapping[str, Sequence[str]],
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
