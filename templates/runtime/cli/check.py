"""`check`: what is wrong with configs."""

from __future__ import annotations

from enum import Enum

import click

from ..findings.checking import Finding, Findings, Question, check
from ..model.base import LossFactoryModel
from ..model.errors import LossConfigError
from ..model.records import AnyTables, Trainer
from ..text.jsontext import JsonPath
from .arguments import (
    A_FILE,
    Command,
    at_option,
    bottleneck_option,
    foreign_section_option,
    trainer_option,
    yaml_option,
)
from .configs import Form, expanded, form_of, shown_name, written_in
from .reports import FORMATS, Report


@click.command(
    "check",
    cls=Command,
    short_help="Find every mistake, and what is of no use.",
    examples=(
        "check model_config.json",
        "check --strict 'configs/**/*.json'",
        "check --format github --foreign-section sisdr configs/*.json",
        "check --trainer {trainer} - < model_config.json",
        "check --at /losses experiment.yaml",
    ),
)
@click.argument("files", metavar="FILE...", nargs=-1, required=True, type=A_FILE)
@bottleneck_option
@at_option
@yaml_option
@foreign_section_option
@trainer_option
@click.option("--strict", is_flag=True, help="Count warnings as errors.")
@click.option(
    "--format",
    "style",
    type=click.Choice(list(FORMATS)),
    default="text",
    show_default=True,
    help="For people, for programs, or for GitHub Actions.",
)
@click.pass_obj
def command(
    tables: AnyTables,
    files: tuple[str, ...],
    bottleneck: Enum | None,
    at: JsonPath | None,
    is_yaml: bool,
    foreign_sections: frozenset[str],
    trainers: tuple[Trainer, ...],
    strict: bool,
    style: str,
) -> None:
    """Find every mistake in configs, and what is right but of no use in training.

    FILEs may be patterns, also with **. Of a whole model config, training.loss_configs is checked,
    for the bottleneck of the model and for the trainers that are known: sections and weights that
    nothing reads, and what a trainer would fail on.

    Exits with 0 if there is nothing to mend, 1 if there is, and 2 if a file can't be read or the
    command is wrong. Warnings alone exit with 0, unless --strict is given.
    """
    question = Question(tables, foreign_sections, bottleneck, trainers)
    form = form_of(files, at, is_yaml)
    reports = [_report(file, form, question, strict) for file in expanded(files)]
    FORMATS[style](reports)
    if any(report.text is None for report in reports):
        raise SystemExit(2)
    raise SystemExit(1 if any(report.count("error") for report in reports) else 0)


def _report(
    file: str, form: Form, question: Question[LossFactoryModel, Enum], strict: bool
) -> Report:
    source = shown_name(file)
    try:
        written = written_in(file, form)
    except LossConfigError as error:
        told = [Finding("error", problem) for problem in error.problems]
        return Report(source, None, Findings(told, {}))
    found = check(written, question)
    return Report(source, written.text, found.as_errors() if strict else found)
