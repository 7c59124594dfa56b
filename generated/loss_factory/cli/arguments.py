# Generated from templates/support/cli/arguments.py.
# Do not edit; change it and run: python -m nox -s generate

"""What the commands take: bottlenecks, trainers, names of sections, files."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, TypeVar

import click
from click.shell_completion import CompletionItem

from .._documents import Setting
from .._jsontext import Json, JsonSyntaxError, read_json
from .._records import Trainer
from .._wording import did_you_mean, listed
from ..config import checked_foreign_sections
from ..dispatch import CONFIG_TYPES
from ..errors import UnknownBottleneckError
from ..models import BottleneckType
from ..resolve import resolve_bottleneck_type
from ..trainers import TRAINERS

SKIPPING_OPTION = "say --foreign-section {}"
"""How commands are told that a section is the trainer's."""

A_FILE = click.Path(readable=False)
"""Shells complete the names of files for it; nothing is looked up."""

_CommandT = TypeVar("_CommandT", bound=Callable[..., object])


class Command(click.Command):
    """A command whose help ends in examples: what to type after the name of the program."""

    def __init__(self, *args: Any, examples: Sequence[str] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.examples = examples

    def format_epilog(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the examples."""
        program = ctx.find_root().info_name
        with formatter.section("Examples"):
            for example in self.examples:
                formatter.write(f"{'':>{formatter.current_indent}}{program} {example}\n")


def _bottleneck(
    ctx: click.Context, param: click.Parameter, value: str | None
) -> BottleneckType | None:
    if value is None:
        return None
    try:
        return resolve_bottleneck_type(value)
    except UnknownBottleneckError as error:
        raise click.BadParameter(str(error), ctx, param) from None


def _tags(ctx: click.Context, param: click.Parameter, incomplete: str) -> list[CompletionItem]:
    return [
        CompletionItem(tag, help=kind.value)
        for tag, kind in CONFIG_TYPES.items()
        if tag.startswith(incomplete)
    ]


def _trainers(
    ctx: click.Context, param: click.Parameter, names: tuple[str, ...]
) -> tuple[Trainer, ...]:
    by_name = {trainer.name: trainer for trainer in TRAINERS}
    for name in names:
        if name not in by_name:
            known = did_you_mean(name, by_name) or f"; known are {listed(by_name)}"
            raise click.BadParameter(f"unknown trainer {name!a}{known}", ctx, param)
    return tuple(by_name[name] for name in names)


def _trainer_names(
    ctx: click.Context, param: click.Parameter, incomplete: str
) -> list[CompletionItem]:
    names = (trainer.name for trainer in TRAINERS)
    return [CompletionItem(name) for name in names if name.startswith(incomplete)]


def _settings(
    ctx: click.Context, param: click.Parameter, values: tuple[str, ...]
) -> tuple[Setting, ...]:
    settings: list[Setting] = []
    for value in values:
        try:
            value.encode()
        except UnicodeEncodeError:
            raise click.BadParameter(f"expected UTF-8 text, not {value!a}", ctx, param) from None
        path, equals, text = value.partition("=")
        steps = tuple(path.split("."))
        if not equals or not all(steps):
            expected = "expected a path and a value, such as bottleneck.weights.kl=1e-5"
            raise click.BadParameter(f"{expected}, not {value!a}", ctx, param)
        settings.append(Setting(f"--set {path}", steps, _json_or_string(text)))
    return tuple(settings)


def _json_or_string(text: str) -> Json:
    try:
        document = read_json(text)
    except JsonSyntaxError:
        return text
    return text if document.defects else document.value


def _foreign_sections(
    ctx: click.Context, param: click.Parameter, names: tuple[str, ...]
) -> frozenset[str]:
    try:
        return checked_foreign_sections(names)
    except ValueError as error:
        raise click.BadParameter(str(error).partition(": ")[2], ctx, param) from None


def bottleneck_option(command: _CommandT) -> _CommandT:
    """`--bottleneck TAG`."""
    return click.option(
        "--bottleneck",
        metavar="TAG",
        callback=_bottleneck,
        shell_complete=_tags,
        help="The bottleneck that is trained.  [default: what the model config says]",
    )(command)


def trainer_option(command: _CommandT) -> _CommandT:
    """`--trainer NAME`."""
    return click.option(
        "--trainer",
        "trainers",
        multiple=True,
        metavar="NAME",
        callback=_trainers,
        shell_complete=_trainer_names,
        help="A trainer that will read the config; can be given repeatedly.  [default: for whole "
        f"model configs {' and '.join(each.name for each in TRAINERS if each.assumed)}]",
    )(command)


def set_option(command: _CommandT) -> _CommandT:
    """`--set PATH=VALUE`."""
    return click.option(
        "--set",
        "settings",
        multiple=True,
        metavar="PATH=VALUE",
        callback=_settings,
        help="A value to put in, such as bottleneck.weights.kl=1e-5; can be given repeatedly.",
    )(command)


def foreign_section_option(command: _CommandT) -> _CommandT:
    """`--foreign-section NAME`."""
    return click.option(
        "--foreign-section",
        "foreign_sections",
        multiple=True,
        metavar="NAME",
        callback=_foreign_sections,
        help="A section that the trainer reads itself: it is skipped; can be given repeatedly.",
    )(command)
