"""What the commands take: bottlenecks, trainers, names of sections, files."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, TypeVar

import click
from click.shell_completion import CompletionItem

from .._documents import Setting
from .._records import Trainer
from .._wording import did_you_mean, listed, together
from ..config import checked_foreign_sections
from ..dispatch import CONFIG_TYPES
from ..errors import UnknownBottleneckError
from ..models import BottleneckType
from ..resolve import resolve_bottleneck_type
from ..trainers import TRAINERS
from .settings import setting

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
    by_name = {trainer.name: trainer for trainer in TRAINERS} | _TRAINERS_BY_LAST_WORD
    for name in names:
        if name not in by_name:
            known = did_you_mean(name, by_name)
            known = known or f"; known are {listed(each.name for each in TRAINERS)}"
            raise click.BadParameter(f"unknown trainer {name!a}{known}", ctx, param)
    return tuple(dict.fromkeys(by_name[name] for name in names))


def _trainers_by_last_word() -> dict[str, Trainer]:
    words = [trainer.name.rpartition(" ")[2] for trainer in TRAINERS]
    return {
        word: trainer
        for word, trainer in zip(words, TRAINERS, strict=True)
        if words.count(word) == 1
    }


_TRAINERS_BY_LAST_WORD = _trainers_by_last_word()
"""Trainers by their versions, say, where these are enough; shells complete them unquoted."""

_ASSUMED = together([each.name for each in TRAINERS if each.assumed] or ["none"])

TRAINER_EXAMPLES = tuple(
    f"check --trainer {word} - < model_config.json" for word in [*_TRAINERS_BY_LAST_WORD][-1:]
)


def _trainer_names(
    ctx: click.Context, param: click.Parameter, incomplete: str
) -> list[CompletionItem]:
    return [
        CompletionItem(word, help=trainer.name)
        for word, trainer in _TRAINERS_BY_LAST_WORD.items()
        if word.startswith(incomplete)
    ]


def _settings(
    ctx: click.Context, param: click.Parameter, values: tuple[str, ...]
) -> tuple[Setting, ...]:
    try:
        return tuple(map(setting, values))
    except ValueError as error:
        raise click.BadParameter(str(error), ctx, param) from None


def _foreign_sections(
    ctx: click.Context, param: click.Parameter, names: tuple[str, ...]
) -> frozenset[str]:
    if "" in names:
        raise click.BadParameter("expected the name of a section", ctx, param)
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
        help="A trainer that will read the config, or the last word of its name; can be given "
        f"repeatedly.  [default: for whole model configs {_ASSUMED}]",
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
