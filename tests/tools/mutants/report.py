"""What the mutation run prints."""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Iterable

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from tools.mutants.killing import OUTCOMES, Verdict
from tools.mutants.lists import Survivors

_LONGEST = 110


def score(verdicts: Iterable[Verdict]) -> float:
    """Which part of the mutants is killed."""
    killed = [each.is_killed for each in verdicts]
    return sum(killed) / max(len(killed), 1)


def print_modules(verdicts: list[Verdict]) -> None:
    """A row for each module, and one for all."""
    table = Table(title="Mutants")
    table.add_column("module")
    for name in ("mutants", *OUTCOMES, "score", "seconds"):
        table.add_column(name, justify="right")
    by_module: dict[str, list[Verdict]] = {}
    for each in verdicts:
        by_module.setdefault(each.mutant.mistake.module, []).append(each)
    for name, each in [*sorted(by_module.items()), ("all", verdicts)]:
        outcomes = Counter(verdict.outcome for verdict in each)
        counts = [len(each), *(outcomes[key] for key in OUTCOMES)]
        seconds = sum(verdict.seconds for verdict in each)
        if name == "all":
            table.add_section()
        table.add_row(name, *map(str, counts), f"{score(each):.1%}", f"{seconds:.0f}")
    _console().print(table)


def print_checks(verdicts: Iterable[Verdict]) -> None:
    """For each statement that was left out, the test that noticed."""
    table = Table(title="What is left out, and what notices", show_lines=True)
    for name in ("place", "left out", "noticed by"):
        table.add_column(name, overflow="fold")
    for each in verdicts:
        statement = each.mutant.change.rpartition(" → ")[0]
        short = statement if len(statement) <= _LONGEST else f"{statement[:_LONGEST]}…"
        table.add_row(each.mutant.mistake.place, escape(short), escape(each.test or each.outcome))
    _console().print(table)


def print_unexplained(verdicts: Iterable[Verdict], survivors: Survivors) -> None:
    """The survivors of which there are more than somebody has explained."""
    alive: dict[str, list[str]] = {}
    for each in verdicts:
        if not each.is_killed:
            alive.setdefault(each.mutant.mistake.key, []).append(each.mutant.title)
    for key, titles in alive.items():
        explained = survivors.explained(key)
        if len(titles) > explained:
            also = f" ({explained} of these {len(titles)} are)" if explained else ""
            for title in titles:
                _console().print(f"survived, not explained{also}: {title}", markup=False)


def _console() -> Console:
    return Console(width=None if sys.stdout.isatty() else 120)
