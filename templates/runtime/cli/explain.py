"""`explain`: the losses that a training will have, and where their weights come from."""

from __future__ import annotations

import re
from enum import Enum

import click

from ..config.settings import Setting
from ..findings.bottleneck import bottleneck_of
from ..findings.checking import Finding, product_problems, unused_weights
from ..findings.explaining import explained
from ..model.errors import ConfigProblem
from ..model.records import AnyTables
from .arguments import A_FILE, Command, bottleneck_option, foreign_section_option, set_option
from .configs import loaded_config, refuse
from .diagnostics import print_findings
from .output import console, print_table, printable


@click.command(
    "explain",
    cls=Command,
    short_help="Show the losses that training will have.",
    examples=(
        "explain model_config.json",
        "explain loss_configs.json --bottleneck dac_rvq_vae",
        "explain model_config.json --set bottleneck.weights.kl=1e-5",
    ),
)
@click.argument("file", metavar="FILE", type=A_FILE)
@bottleneck_option
@set_option
@foreign_section_option
@click.pass_obj
def command(
    tables: AnyTables,
    file: str,
    bottleneck: Enum | None,
    settings: tuple[Setting, ...],
    foreign_sections: frozenset[str],
) -> None:
    """Show the losses of the bottleneck, in the order in which they are summed and logged.

    For each one, its key in info, its name in logs, the weight that its value is multiplied by,
    where this comes from (file and line, the default, or --set), its share of the sum of all
    weights, and what it does in a few words; LOSSES.md in this package has more.
    """
    text, loaded = loaded_config(tables, file, foreign_sections, settings)
    mistakes: list[ConfigProblem] = []
    if bottleneck is None:
        bottleneck, mistakes = bottleneck_of(tables, loaded)
    if bottleneck is not None:
        mistakes += product_problems(tables, loaded, bottleneck)
    if mistakes:
        refuse(mistakes, text)
    if bottleneck is None:
        message = f"{loaded.source} doesn't name the bottleneck; say --bottleneck TAG"
        raise click.UsageError(f"{message} ({', '.join(tables.config_types)})")
    warnings = [Finding("warning", each) for each in unused_weights(tables, loaded, bottleneck)]
    print_findings(warnings, text, stderr=True)
    rows = list(explained(tables, loaded, bottleneck))
    out = console()
    if rows:
        out.print(f"{bottleneck.value}: total = sum of weight * info[key]\n")
        print_table(
            ("info key", "name", "weight", "from", "share", "description"),
            [(*row[:4], _percent(row.share), _first_words(row.description)) for row in rows],
        )
    else:
        out.print(f"{bottleneck.value} has no losses")
    written = {**loaded.sections, **loaded.foreign}
    theirs = tables.sections - tables.weight_sections | loaded.foreign.keys()
    read = [name for name, section in written.items() if section is not None and name in theirs]
    if read:
        out.print(f"\nThe trainer itself reads: {printable(', '.join(read))}")


def _first_words(description: str) -> str:
    """What stands before the details."""
    return re.split(r"[:;.](?= |$)", description)[0]


def _percent(share: float | None) -> str:
    return "–" if share is None else f"{100 * share:.3g}%"
