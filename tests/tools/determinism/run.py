"""Compiles with every Python here, in many surroundings, and compares; `nox -s determinism`."""

from __future__ import annotations

import os
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import click
from rich.console import Console
from rich.table import Table

from support.schemas import PACKAGE, ROOT, tree
from tools.determinism.compiling import SAME, Files, expected, verdict, written
from tools.determinism.interpreters import VERSIONS, equipped, found
from tools.determinism.surroundings import MIXTURES, SURROUNDINGS


def verdicts(pythons: Mapping[str, str], work: Path, jobs: int) -> dict[tuple[str, str], str]:
    """The verdict on each of the surroundings with each version of Python."""
    first = tree_of_overlays(next(iter(pythons.values())), work / "first")
    expected_files = expected(ROOT / "generated" / PACKAGE, first)
    with ThreadPoolExecutor(jobs) as threads:
        waiting = {
            (str(each), version): threads.submit(
                verdict, python, each, expected_files, work / f"{version}-{number}"
            )
            for version, python in pythons.items()
            for number, each in enumerate((*SURROUNDINGS, *MIXTURES))
        }
        return {key: each.result() for key, each in waiting.items()}


def tree_of_overlays(python: str, work: Path) -> Files:
    """The package that is made of overlays where there is nothing special."""
    written(python, SURROUNDINGS[0], work)
    return tree(work / "out" / "compile" / "lab_losses")


def table_of(found: Mapping[tuple[str, str], str], versions: Sequence[str]) -> Table:
    """A row for each of the surroundings, a column for each version."""
    table = Table()
    table.add_column("surroundings", overflow="fold")
    for version in versions:
        table.add_column(f"Python {version}")
    for name in dict.fromkeys(name for name, _ in found):
        cells = (found[name, version] for version in versions)
        table.add_row(name, *(cell if cell == SAME else "DIFFERENT" for cell in cells))
    return table


@click.command(context_settings={"help_option_names": ["-h", "--help"]})
@click.option(
    "--jobs",
    type=click.IntRange(min=1),
    default=os.cpu_count() or 1,
    help="Runs at once.  [default: the cores]",
)
def main(jobs: int) -> None:
    """Compile with every Python here, in many surroundings, and compare the bytes."""
    began = time.monotonic()
    console = Console(width=None if sys.stdout.isatty() else 120)
    with tempfile.TemporaryDirectory(prefix="loss-factory-everywhere-") as folder:
        work = Path(folder)
        here = {version: python for version in VERSIONS if (python := found(version))}
        pythons = {version: equipped(each, work / version) for version, each in here.items()}
        all_verdicts = verdicts(pythons, work, jobs)
    console.print(table_of(all_verdicts, list(pythons)))
    missing = [version for version in VERSIONS if version not in here]
    console.print(f"not on this machine: Python {', '.join(missing) or '(none)'}")
    wrong = {key: each for key, each in all_verdicts.items() if each != SAME}
    seconds = time.monotonic() - began
    console.print(f"{len(all_verdicts)} runs of both commands in {seconds:.0f} s")
    for (name, version), each in wrong.items():
        console.print(f"{name}, Python {version}: {each}", style="red", markup=False)
    if wrong:
        raise SystemExit(1)


if __name__ == "__main__":
    main()
