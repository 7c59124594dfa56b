"""Tries to find what is wrong with the package: `python -m fuzz.run`, behind `nox -s fuzz`."""

from __future__ import annotations

import importlib
import math
import os
import sys
from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import click
from rich.console import Console
from rich.table import Table
from rich.text import Text

from .engine import Outcome, try_into
from .target import Target

TARGETS = (
    "agreement",
    "agreement_of_overlays",
    "constructors",
    "costs",
    "damage",
    "folders",
    "hints",
    "interface",
    "objectives",
    "overlays",
    "parity",
    "schemas",
)
"""The modules beside this one that have a `target(folder)`; they are imported when they run.

`folder` is empty, and there until the end.
"""

SECONDS = 60.0
"""How long each target is tried unless something else is said."""


VARIABLES = {
    "constructors": "LOSS_FACTORY_TRAINER",
    "objectives": "LOSS_FACTORY_TRAINER",
    "parity": "LOSS_FACTORY_STABLE_AUDIO",
}
"""What a target needs in the environment; the session sets it."""

INTERRUPTED = 130
"""The exit code that a shell gives to what Ctrl-C ended."""


class Seconds(click.FloatRange):
    """More than none, and a number."""

    def convert(
        self, value: Any, param: click.Parameter | None, ctx: click.Context | None
    ) -> float:
        seconds: float = super().convert(value, param, ctx)
        if math.isnan(seconds):
            self.fail(f"{seconds} is not in the range x>{self.min}.", param, ctx)
        return seconds


def target_named(name: str, folder: Path) -> Target[Any]:
    """The target of the module `name`, which may write into `folder`."""
    made: Target[Any] = importlib.import_module(f"{__package__}.{name}").target(folder)
    return made


@click.command()
@click.option(
    "--target",
    "names",
    multiple=True,
    type=click.Choice(TARGETS),
    help="What to try; all unless given. Can be given more than once.",
)
@click.option("--seconds", type=Seconds(min=0, min_open=True), help="How long each is tried.")
@click.option("--cases", type=click.IntRange(min=1), help="How many cases of each are tried.")
@click.option("--seed", default=0, show_default=True, help="Where the first cases come from.")
def main(names: Sequence[str], seconds: float | None, cases: int | None, seed: int) -> None:
    """Try random cases for some time, and print the smallest for which something is wrong.

    Without --seconds and --cases, each target is tried for a minute.
    """
    names = names or TARGETS
    for name, variable in VARIABLES.items():
        if name in names and not os.environ.get(variable):
            command = f"python -m nox -s fuzz -- --target {name}"
            raise click.ClickException(f"{variable} is not set; run: {command}")
    if seconds is None:
        seconds = SECONDS if cases is None else math.inf
    console = Console()
    console.print(f"--seed {seed}")
    try:
        found = [_is_wrong(console, name, seed, cases or math.inf, seconds) for name in names]
    except KeyboardInterrupt:
        console.print("interrupted")
        sys.exit(INTERRUPTED)
    sys.exit(1 if any(found) else 0)


def _is_wrong(console: Console, name: str, seed: int, cases: float, seconds: float) -> bool:
    """Try a target and print what came of it, of an interruption as well."""
    outcome = Outcome()
    with TemporaryDirectory() as folder:
        target = target_named(name, Path(folder))
        try:
            try_into(outcome, target, seed, cases=cases, seconds=seconds)
        finally:
            _print(console, target, outcome)
    return outcome.finding is not None


def _print(console: Console, target: Target[Any], outcome: Outcome) -> None:
    console.print(Text(f"{target.name}: {target.title}", "bold"))
    table = Table("what happened", "cases")
    table.columns[1].justify = "right"
    for name, count in sorted(outcome.classes.items()):
        table.add_row(Text(name), f"{count:,}")
    table.add_section()
    table.add_row("all", f"{outcome.cases:,}")
    console.print(table)
    rate = outcome.cases / outcome.seconds
    console.print(f"{outcome.seconds:,.1f} seconds, {rate:,.0f} cases per second")
    match outcome.finding:
        case None:
            console.print("found nothing")
        case finding:
            console.print("found, as small as it gets:", style="bold red")
            for text in (finding.shown, finding.message, f"nox -s fuzz -- {finding.arguments}"):
                console.print(Text(text), soft_wrap=True)


if __name__ == "__main__":
    main()
