# Generated from templates/runtime/cli/schema.py.
# Do not edit; change it and run: python -m nox -s generate

"""`schema`: the JSON Schemas of this package."""

from __future__ import annotations

from pathlib import Path

import click

from ..findings.editor_schemas import LOSS_CONFIG_SCHEMA, MODEL_CONFIG_SCHEMA, vscode_settings
from ..model.records import AnyTables
from ..text.replacing import replace_file
from .arguments import Command


@click.command(
    "schema",
    cls=Command,
    short_help="Print the JSON Schema, or settings for VS Code.",
    examples=(
        "schema --out losses.schema.json",
        "schema --model-config --out model_config.schema.json",
        "schema --vscode > .vscode/settings.json",
    ),
)
@click.option("--model-config", is_flag=True, help="The schema of whole model configs.")
@click.option("--vscode", is_flag=True, help="Settings with which VS Code completes and explains.")
@click.option("--out", type=click.Path(path_type=Path, dir_okay=False), help="Write to this file.")
@click.pass_obj
def command(tables: AnyTables, model_config: bool, vscode: bool, out: Path | None) -> None:
    """Print the JSON Schema of a loss_configs object.

    Editors use it to complete keys, and to show what they mean and what is wrong. It comes with
    this package; --vscode prints settings that name it where it lies.
    """
    if vscode and model_config:
        raise click.UsageError("--vscode names both schemas; leave --model-config out")
    if vscode:
        text = vscode_settings(tables.folder) + "\n"
    else:
        name = MODEL_CONFIG_SCHEMA if model_config else LOSS_CONFIG_SCHEMA
        text = (tables.folder / name).read_text(encoding="utf-8")
    if out is None:
        click.echo(text, nl=False)
        return
    try:
        replace_file(out, text.encode())
    except OSError as error:
        raise click.UsageError(f"--out: {out}: {error.strerror}") from None
