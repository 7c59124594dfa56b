# Generated from templates/runtime/cli/resolve.py.
# Do not edit; change it and run: python -m nox -s generate

"""`resolve`: configs with every default written out, and how two of them differ."""

from __future__ import annotations

import json
from hashlib import sha256
from itertools import islice

import click
from rich.text import Text

from ..config.settings import Setting
from ..findings.resolving import ABSENT, defects_of_foreign_sections, differences, resolved
from ..model.records import AnyTables
from ..text.jsontext import JsonPath
from ..text.wording import and_more, first_told, without_middle
from .arguments import A_FILE, Command, at_option, foreign_section_option, set_option, yaml_option
from .configs import Form, form_of, loaded_config, refuse
from .output import console, printable

_MOST_SHOWN = 1000
_LONGEST_PATH = 500


@click.command(
    "resolve",
    cls=Command,
    short_help="Write out a config with every default.",
    examples=(
        "resolve model_config.json",
        "resolve model_config.json --set bottleneck.weights.kl=1e-5",
        "resolve old.json --diff new.json",
    ),
)
@click.argument("file", metavar="FILE", type=A_FILE)
@set_option
@at_option
@yaml_option
@foreign_section_option
@click.option(
    "--diff", "other", metavar="OTHER", type=A_FILE, help="Show what is different in this config."
)
@click.pass_obj
def command(
    tables: AnyTables,
    file: str,
    settings: tuple[Setting, ...],
    at: JsonPath | None,
    is_yaml: bool,
    foreign_sections: frozenset[str],
    other: str | None,
) -> None:
    """Write the whole loss_configs object to standard output, with every default that applies.

    Sections that are off are left out, and the order of keys is always the same, so that configs
    that say the same are the same text. Its SHA-256 goes to standard error.

    With --diff, show instead which values are others in OTHER, and which are in one of them only,
    whatever the two files look like.
    """
    form = form_of((file, other or ""), at, is_yaml)
    config = _resolved(tables, file, form, foreign_sections, settings)
    if other is not None:
        _print_differences(config, _resolved(tables, other, form, foreign_sections, ()))
        return
    text = _printable_json(config) + "\n"
    click.echo(text, nl=False)
    click.echo(f"sha256: {sha256(text.encode()).hexdigest()}", err=True)


def _printable_json(config: dict[str, object]) -> str:
    """`config` as JSON; characters that can't be printed are escaped, as JSON has it."""
    text = json.dumps(config, indent=2, ensure_ascii=False)
    return "".join(
        char if char.isprintable() or char == "\n" else json.dumps(char)[1:-1] for char in text
    )


def _resolved(
    tables: AnyTables,
    file: str,
    form: Form,
    foreign_sections: frozenset[str],
    settings: tuple[Setting, ...],
) -> dict[str, object]:
    text, loaded = loaded_config(tables, file, form, foreign_sections, settings)
    defects, more = first_told(defects_of_foreign_sections(loaded))
    if defects:
        refuse(defects, text, more)
    return resolved(loaded)


def _print_differences(before: dict[str, object], after: dict[str, object]) -> None:
    out = console()
    found = differences(before, after)
    first = list(islice(found, _MOST_SHOWN))
    for steps, old, new in first:
        path = without_middle(".".join(steps), _LONGEST_PATH)
        if old is ABSENT:
            out.print(Text(printable(f"+ {path}: {_json(new)}"), "green"))
        elif new is ABSENT:
            out.print(Text(printable(f"- {path}: {_json(old)}"), "red"))
        else:
            out.print(Text(printable(f"~ {path}: {_json(old)} → {_json(new)}"), "yellow"))
    if not first:
        out.print("no differences")
    if more := sum(1 for _ in found):
        out.print(and_more(more))


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False)
