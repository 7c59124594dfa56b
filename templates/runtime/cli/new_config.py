"""`new-config`: a model config to begin with."""

from __future__ import annotations

from enum import Enum

import click
from click.shell_completion import CompletionItem

from ..findings.new_config import NoExampleError, discriminator_types, new_config
from ..model.records import AnyTables, Trainer
from .arguments import Command, one_bottleneck_option, one_trainer_option
from .diagnostics import print_findings


def _types(ctx: click.Context, param: click.Parameter, incomplete: str) -> list[CompletionItem]:
    types = discriminator_types(ctx.obj)
    return [CompletionItem(each) for each in types if each.startswith(incomplete)]


@click.command(
    "new-config",
    cls=Command,
    short_help="Print a model config to begin with.",
    examples=("new-config --bottleneck {tag} --trainer {trainer} --channels 2",),
)
@one_bottleneck_option
@one_trainer_option
@click.option(
    "--channels",
    required=True,
    type=click.IntRange(min=1),
    metavar="NUMBER",
    help="How many channels the audio has: 1 for mono, 2 for stereo.",
)
@click.option(
    "--discriminator",
    metavar="TYPE",
    shell_complete=_types,
    help="The discriminator to train against, such as encodec.  [default: none]",
)
@click.pass_obj
def command(
    tables: AnyTables, bottleneck: Enum, trainer: Trainer, channels: int, discriminator: str | None
) -> None:
    """Write a whole model config to standard output, which the trainer takes as it is.

    Its losses have the values of published models, which the schema has as examples. The model is
    the autoencoder of Stable Audio 2.0, with this bottleneck. Change what you like, and check it.
    """
    tag = next(tag for tag, kind in tables.config_types.items() if kind is bottleneck)
    try:
        new = new_config(tables, tag, trainer, channels, discriminator)
    except NoExampleError as error:
        raise click.UsageError(str(error)) from None
    if new.findings.told:
        print_findings(new.findings.as_errors().told, new.text, stderr=True)
        message = f"{trainer.name} can't use what the schema has as examples; change them there"
        if new.lacks_examples:
            message = f"{trainer.name} needs more than the schema has examples of"
        raise click.UsageError(message)
    if new.missing is not None:
        click.echo(f"note: {new.missing}", err=True)
    click.echo(new.text, nl=False)
