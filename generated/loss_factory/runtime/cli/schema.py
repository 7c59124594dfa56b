# Generated from templates/runtime/cli/schema.py.
# Do not edit; change it and run: python -m nox -s generate

"""`schema`: the JSON Schemas of this package."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import click

from ..findings.editor_schemas import (
    LOSS_CONFIG_SCHEMA,
    LOSSES_SCHEMA,
    MODEL_CONFIG_SCHEMA,
    SETTINGS,
    schemas_for_editors,
    vscode_associations,
)
from ..findings.vscode import with_schemas
from ..model.records import AnyTables
from ..text.replacing import replace_file
from .arguments import Command


@click.command(
    "schema",
    cls=Command,
    short_help="Print the JSON Schema, or settings for VS Code.",
    examples=(
        "schema --loss-config --out loss_config.schema.json",
        "schema --model-config --out model_config.schema.json",
        "schema --vscode --out .vscode/settings.json",
    ),
)
@click.option("--model-config", is_flag=True, help="The schema of whole model configs.")
@click.option("--loss-config", is_flag=True, help="The schema of loss_configs objects alone.")
@click.option("--vscode", is_flag=True, help="Have VS Code complete and explain; needs --out.")
@click.option("--out", type=click.Path(path_type=Path, dir_okay=False), help="Write to this file.")
@click.pass_obj
def command(
    tables: AnyTables, model_config: bool, loss_config: bool, vscode: bool, out: Path | None
) -> None:
    """Print the JSON Schema that this package was compiled from.

    Editors and other validators are served best by the forms of it that --model-config and
    --loss-config print: they complete keys, and show what these mean and where a mistake is.
    --vscode adds both to the settings of VS Code in the folder of a project.
    """
    if vscode and (loss_config or model_config):
        option = "--loss-config" if loss_config else "--model-config"
        raise click.UsageError(f"--vscode takes both schemas; leave {option} out")
    if loss_config and model_config:
        raise click.UsageError("give --loss-config or --model-config, not both")
    if vscode:
        _add_to_settings(tables.folder, out)
        return
    if loss_config:
        text = schemas_for_editors(tables.folder)[LOSS_CONFIG_SCHEMA]
    elif model_config:
        text = schemas_for_editors(tables.folder)[MODEL_CONFIG_SCHEMA]
    else:
        text = (tables.folder / LOSSES_SCHEMA).read_bytes()
    if out is None:
        click.echo(text, nl=False)
        return
    _write({out: text})


def _add_to_settings(package: Path, settings: Path | None) -> None:
    """Add to the settings of VS Code, or say why nothing is added; all else in them stays."""
    folder, name = SETTINGS
    if settings is None or settings.absolute().parts[-2:] != SETTINGS:
        raise click.UsageError(f"--vscode: say where: --out {folder}/{name}, in your project")
    try:
        old = settings.read_bytes() if settings.exists() else b""
        new = with_schemas(old.decode("utf-8"), vscode_associations())
    except ValueError as error:
        message = f"--out: {settings}: {error}; nothing was written"
        raise click.UsageError(message) from None
    except OSError as error:
        raise _not_written(settings, error) from None
    schemas = {
        settings.with_name(name): text for name, text in schemas_for_editors(package).items()
    }
    try:
        settings.parent.mkdir(exist_ok=True)
    except OSError as error:
        raise _not_written(settings, error) from None
    _write({**schemas, settings: new.encode()})


def _write(files: Mapping[Path, bytes]) -> None:
    for file, content in files.items():
        try:
            replace_file(file, content)
        except OSError as error:
            raise _not_written(file, error) from None


def _not_written(file: Path, error: OSError) -> click.UsageError:
    return click.UsageError(f"--out: {file}: {error.strerror}")
