# Generated from templates/runtime/cli/explain.py.
# Do not edit; change it and run: python -m nox -s generate

"""`explain`: the losses that a training will have, and where their weights come from."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from enum import Enum

import click
from click.core import ParameterSource

from ..config.settings import Setting
from ..findings.bottleneck import bottleneck_of, has_no_bottleneck
from ..findings.checking import Finding, product_problems, unused_weights
from ..findings.curves import curve_of, short
from ..findings.explaining import Explanation, Row, explained, situation_of
from ..findings.trainer_rules import failure_problems, readers_among, readers_of, unread_config
from ..model.courses import Course
from ..model.errors import ConfigProblem
from ..model.records import AnyTables
from ..plan.objective import Situation
from ..text.jsontext import JsonPath
from ..text.wording import one_line
from .arguments import (
    A_FILE,
    Command,
    at_option,
    bottleneck_option,
    diff_option,
    foreign_section_option,
    objective_option,
    set_option,
    yaml_option,
)
from .configs import form_of, loaded_config, refuse
from .diagnostics import print_findings
from .differences import Side, differences_as_json, print_differences
from .output import at_step, console, print_table, sparkline, with_arrows


@click.command(
    "explain",
    cls=Command,
    short_help="Show the losses that training will have.",
    examples=(
        "explain model_config.json",
        "explain loss_configs.json --bottleneck dac_rvq_vae --channels 2",
        "explain model_config.json --teacher",
        "explain model_config.json --set bottleneck.weights.kl=1e-5",
        "explain model_config.json --step 10000",
        "explain model_config.json --diff {other} {trainer}",
    ),
)
@click.argument("file", metavar="FILE", type=A_FILE)
@bottleneck_option
@objective_option
@diff_option
@click.option(
    "--channels",
    type=click.IntRange(min=1),
    metavar="NUMBER",
    help="How many channels the autoencoder puts out.  [default: what the model config says]",
)
@click.option(
    "--teacher",
    is_flag=True,
    help="There is a teacher.  [default: whether the training config has a teacher_model]",
)
@click.option(
    "--step",
    type=click.IntRange(min=0),
    metavar="NUMBER",
    default=0,
    help="Show weights that change as they are at this step of the generator.  [default: 0]",
)
@set_option
@at_option
@yaml_option
@foreign_section_option
@click.option("--json", "as_json", is_flag=True, help="For programs.")
@click.pass_obj
def command(
    tables: AnyTables,
    file: str,
    bottleneck: Enum | None,
    trainer: str | None,
    trainers: tuple[str, str] | None,
    channels: int | None,
    teacher: bool,
    step: int,
    settings: tuple[Setting, ...],
    at: JsonPath | None,
    is_yaml: bool,
    foreign_sections: frozenset[str],
    as_json: bool,
) -> None:
    """Show the losses of a training, in the order in which they are summed and logged.

    For each one, its name in logs, the section and the weight that its value is multiplied by,
    where this comes from (file and line, the default, or --set), the keys of info that its value is
    or is computed from, and what it does in a few words; LOSSES.md in this package has more. Then
    a small line for each weight that changes, what has to be in info, and what the trainer does
    not read.

    With --diff, the losses of two trainers side by side: their weights, and in what else they
    differ.
    """
    if trainers is not None and _is_typed("trainer"):
        raise click.UsageError("--diff names two trainers; leave --trainer out")
    form = form_of((file,), at, is_yaml)
    text, loaded = loaded_config(tables, file, form, foreign_sections, settings)
    mistakes: list[ConfigProblem] = []
    if bottleneck is None:
        bottleneck, mistakes = bottleneck_of(tables, loaded)
    if bottleneck is not None:
        mistakes += product_problems(tables, loaded, bottleneck)
    if mistakes:
        refuse(mistakes, text)
    if bottleneck is None and not has_no_bottleneck(loaded):
        message = f"{loaded.source} doesn't name the bottleneck; say --bottleneck TAG"
        raise click.UsageError(f"{message} ({', '.join(tables.config_types)})")
    names = trainers or (trainer,)
    records = [each for each in tables.trainers if each.name in names]
    readers = readers_among(records, loaded)
    situation = situation_of(loaded, channels, teacher)
    warnings = [*loaded.remarks()]
    if others := [each for each in records if each not in readers]:
        warnings += unread_config(tables, loaded, others, bottleneck)
    if bottleneck is not None and (readers or not others):
        warnings += unused_weights(tables, loaded, bottleneck)
    if loaded.is_whole_config:
        warnings += failure_problems(tables, loaded, readers, situation.channels)
    print_findings([Finding("warning", each) for each in warnings], text, stderr=True)
    about = _situation(bottleneck, situation)

    def explanation(name: str | None) -> Explanation:
        try:
            return explained(tables, loaded, bottleneck, name, situation, step)
        except OverflowError as error:
            raise click.UsageError(str(error)) from None

    if trainers is not None:
        one, other = (
            Side(each, explanation(each), tables.objectives[each].missing) for each in trainers
        )
        if as_json:
            click.echo(differences_as_json(one, other, bottleneck, situation, step))
        else:
            print_differences(one, other, ", ".join(about), step)
        return
    found = explanation(trainer)
    if as_json:
        click.echo(_json(found, trainer, bottleneck, situation, step))
    else:
        _print(found, [*filter(None, [trainer]), *about], step)
        _print_readers(tables, found.unread)
        _print_names("The trainer itself reads", loaded.foreign)


def _is_typed(option: str) -> bool:
    source = click.get_current_context().get_parameter_source(option)
    return source is ParameterSource.COMMANDLINE


def _situation(bottleneck: Enum | None, situation: Situation) -> list[str]:
    """What is known of the training, in words."""
    found = ["no bottleneck" if bottleneck is None else str(bottleneck.value)]
    if situation.channels is not None:
        found.append(f"{situation.channels} channel{'s'[: situation.channels != 1]}")
    if situation.teacher:
        found.append("a teacher")
    return found


def _print(found: Explanation, heading: list[str], step: int) -> None:
    out = console()
    title = ", ".join(heading)
    what = "total" if found.is_whole else "what the bottleneck adds to the trainer's own losses"
    total = f"{what} = sum of weight * value{at_step(step) if found.changes else ''}"
    if not found.rows:
        out.print(f"{title}: no losses")
    for turn in dict.fromkeys(row.turn for row in found.rows):
        rows = [row for row in found.rows if row.turn == turn]
        of_turn = title if turn == "generator" else f"\n{turn}"
        out.print(f"{of_turn}: {total}\n")
        headings, cells = _table(rows)
        print_table(headings, cells)
        _print_curves(rows)
    if found.info:
        _print_names("The trainer puts into info", found.info)
    _print_names("Not read by this trainer", found.unread)


def _print_curves(rows: Iterable[Row]) -> None:
    """A small line for each weight that changes."""
    lines: list[tuple[str, str, str]] = []
    for row in rows:
        if isinstance(row.course, Course):
            points, words = curve_of(row.course)
            lines.append((row.name, sparkline([weight for _, weight in points]), words))
    if lines:
        console().print()
        print_table(
            ("name", "curve", "weight by generator step"),
            [(name, curve, with_arrows(words)) for name, curve, words in lines],
        )


def _print_readers(tables: AnyTables, unread: Iterable[str]) -> None:
    """Which other trainers read it."""
    paths = [(name, tuple(name.split("."))) for name in unread]
    for trainer in tables.objectives:
        names = [name for name, path in paths if trainer in readers_of(tables, path)]
        _print_names(f"Read by {trainer}", names)


def _print_names(what: str, names: Iterable[str]) -> None:
    if listed := ", ".join(map(one_line, names)):
        console().print(f"\n{what}: {listed}")


def _table(rows: list[Row]) -> tuple[list[str], list[list[object]]]:
    """The table of some losses; when they are there is said only if that is not known."""
    is_open = any(row.when for row in rows)
    headings = ["name", "section", "weight", "from", "value", *["if"][:is_open], "description"]
    cells: list[list[object]] = [
        [
            *(row.name, row.section or "–", short(row.weight, row.course), row.origin),
            ", ".join(row.reads),
            *[row.when or ""][:is_open],
            _first_words(row.description),
        ]
        for row in rows
    ]
    return headings, cells


def _json(
    found: Explanation,
    trainer: str | None,
    bottleneck: Enum | None,
    situation: Situation,
    step: int,
) -> str:
    document = {
        "trainer": trainer,
        "bottleneck": None if bottleneck is None else bottleneck.value,
        "channels": situation.channels,
        "teacher": situation.teacher,
        "step": step,
        "losses": [
            {
                "turn": row.turn,
                "name": row.name,
                "section": row.section,
                "weight": row.weight,
                "schedule": row.schedule,
                "scale": row.scale,
                "from": row.origin,
                "reads": row.reads,
                "if": row.when,
            }
            for row in found.rows
        ],
        "info": found.info,
        "unread": found.unread,
    }
    return json.dumps(document, indent=2)


def _first_words(description: str) -> str:
    """What stands before the details."""
    return re.split(r"[:;.](?= |$)", description)[0]
