"""What the commands take: bottlenecks, trainers, names of sections, files."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from enum import Enum
from typing import Any, TypeVar

import click
from click.shell_completion import CompletionItem

from ..config.pointers import steps_of
from ..config.settings import Setting, setting
from ..config.validation import checked_foreign_sections
from ..model.errors import UnknownBottleneckError
from ..model.records import AnyTables, Trainer
from ..plan.resolve import resolve_bottleneck_type
from ..text.jsontext import JsonPath
from ..text.wording import did_you_mean, listed, together

A_FILE = click.Path(readable=False)
"""Shells complete the names of files for it; nothing is looked up."""

_CommandT = TypeVar("_CommandT", bound=Callable[..., object])


class Command(click.Command):
    """A command whose help ends in examples: what to type after the name of the program.

    `{trainer}` in one of them is a trainer that is assumed, and `{other}` another one; an example
    for which there are too few is left out. `{tag}` is a bottleneck.
    """

    def __init__(self, *args: Any, examples: Sequence[str] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.examples = examples

    def format_epilog(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the examples."""
        program = ctx.find_root().info_name
        with formatter.section("Examples"):
            for example in self._possible_examples(ctx.obj):
                formatter.write(f"{'':>{formatter.current_indent}}{program} {example}\n")

    def _possible_examples(self, tables: AnyTables) -> Iterator[str]:
        known = [word for word, each in _by_last_word(tables).items() if each.assumed]
        names = dict(zip(("trainer", "other"), reversed(known), strict=False))
        for example in self.examples:
            if all(f"{{{name}}}" not in example or name in names for name in ("trainer", "other")):
                yield example.format(tag=next(iter(tables.config_types)), **names)


class _TrainerOption(click.Option):
    """An option whose help names the trainers that are assumed, or the one that is."""

    def get_help_record(self, ctx: click.Context) -> tuple[str, str] | None:
        """The names of the option, and its help."""
        record = super().get_help_record(ctx)
        if record is None:
            return None
        names, text = record
        tables: AnyTables = ctx.obj
        assumed = together([each.name for each in tables.assumed_trainers] or ["none"])
        return names, text.format(assumed=assumed, default=_default_objective(tables) or "none")


def _bottleneck(ctx: click.Context, param: click.Parameter, value: str | None) -> Enum | None:
    if value is None:
        return None
    tables: AnyTables = ctx.obj
    try:
        return resolve_bottleneck_type(tables, value)
    except UnknownBottleneckError as error:
        raise click.BadParameter(str(error), ctx, param) from None


def _tags(ctx: click.Context, param: click.Parameter, incomplete: str) -> list[CompletionItem]:
    tables: AnyTables = ctx.obj
    return [
        CompletionItem(tag, help=kind.value)
        for tag, kind in tables.config_types.items()
        if tag.startswith(incomplete)
    ]


def _trainers(
    ctx: click.Context, param: click.Parameter, names: tuple[str, ...]
) -> tuple[Trainer, ...]:
    tables: AnyTables = ctx.obj
    by_name = {each.name: each for each in tables.trainers} | _by_last_word(tables)
    for name in names:
        if name not in by_name:
            known = did_you_mean(name, by_name)
            known = known or f"; known are {listed(each.name for each in tables.trainers)}"
            raise click.BadParameter(f"unknown trainer {name!a}{known}", ctx, param)
    return tuple(dict.fromkeys(by_name[name] for name in names))


def _one_trainer(ctx: click.Context, param: click.Parameter, name: str) -> Trainer:
    [trainer] = _trainers(ctx, param, (name,))
    return trainer


def _objective(ctx: click.Context, param: click.Parameter, name: str | None) -> str | None:
    tables: AnyTables = ctx.obj
    if name is None:
        return _default_objective(tables)
    return _with_objective(ctx, param, name)


def _default_objective(tables: AnyTables) -> str | None:
    """The last trainer that is assumed and has an objective."""
    known = [each.name for each in tables.assumed_trainers if each.name in tables.objectives]
    return known[-1] if known else None


def _two_objectives(
    ctx: click.Context, param: click.Parameter, names: tuple[str, str] | None
) -> tuple[str, str] | None:
    if names is None:
        return None
    one, other = (_with_objective(ctx, param, name) for name in names)
    if one == other:
        raise click.BadParameter(f"expected two trainers, not {one} twice", ctx, param)
    return one, other


def _with_objective(ctx: click.Context, param: click.Parameter, name: str) -> str:
    """The whole name of a trainer that has an objective."""
    tables: AnyTables = ctx.obj
    [trainer] = _trainers(ctx, param, (name,))
    if trainer.name not in tables.objectives:
        there = f"there is one for {listed(tables.objectives)}" if tables.objectives else "none has"
        raise click.BadParameter(f"{trainer.name!r} has no objective; {there}", ctx, param)
    return trainer.name


def _by_last_word(tables: AnyTables) -> dict[str, Trainer]:
    """Trainers by their versions, say, where these are enough; shells complete them unquoted."""
    words = [trainer.name.rpartition(" ")[2] for trainer in tables.trainers]
    return {
        word: trainer
        for word, trainer in zip(words, tables.trainers, strict=True)
        if words.count(word) == 1
    }


def _trainer_names(
    ctx: click.Context, param: click.Parameter, incomplete: str
) -> list[CompletionItem]:
    return [
        CompletionItem(word, help=trainer.name)
        for word, trainer in _by_last_word(ctx.obj).items()
        if word.startswith(incomplete)
    ]


def _settings(
    ctx: click.Context, param: click.Parameter, values: tuple[str, ...]
) -> tuple[Setting, ...]:
    try:
        return tuple(map(setting, values))
    except ValueError as error:
        raise click.BadParameter(str(error), ctx, param) from None


def _pointer(ctx: click.Context, param: click.Parameter, value: str | None) -> JsonPath | None:
    try:
        return None if value is None else steps_of(value)
    except ValueError as error:
        raise click.BadParameter(str(error), ctx, param) from None


def _foreign_sections(
    ctx: click.Context, param: click.Parameter, names: tuple[str, ...]
) -> frozenset[str]:
    if "" in names:
        raise click.BadParameter("expected the name of a section", ctx, param)
    try:
        tables: AnyTables = ctx.obj
        return checked_foreign_sections(tables, names)
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
        cls=_TrainerOption,
        multiple=True,
        metavar="NAME",
        callback=_trainers,
        shell_complete=_trainer_names,
        help="A trainer that will read the config, or the last word of its name; can be given "
        "repeatedly.  [default: for whole model configs {assumed}]",
    )(command)


def objective_option(command: _CommandT) -> _CommandT:
    """`--trainer NAME`, of a trainer that has an objective."""
    return click.option(
        "--trainer",
        cls=_TrainerOption,
        metavar="NAME",
        callback=_objective,
        shell_complete=_trainer_names,
        help="The trainer that sums them, or the last word of its name.  [default: {default}]",
    )(command)


def one_bottleneck_option(command: _CommandT) -> _CommandT:
    """`--bottleneck TAG`, which has to be said."""
    return click.option(
        "--bottleneck",
        required=True,
        metavar="TAG",
        callback=_bottleneck,
        shell_complete=_tags,
        help="The bottleneck of the model.",
    )(command)


def one_trainer_option(command: _CommandT) -> _CommandT:
    """`--trainer NAME`, which has to be said."""
    return click.option(
        "--trainer",
        required=True,
        metavar="NAME",
        callback=_one_trainer,
        shell_complete=_trainer_names,
        help="The trainer that will read the config, or the last word of its name.",
    )(command)


def diff_option(command: _CommandT) -> _CommandT:
    """`--diff TRAINER TRAINER`, of trainers that have objectives."""
    return click.option(
        "--diff",
        "trainers",
        nargs=2,
        metavar="TRAINER TRAINER",
        callback=_two_objectives,
        shell_complete=_trainer_names,
        help="Show what differs between two trainers instead.",
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


def at_option(command: _CommandT) -> _CommandT:
    """`--at POINTER`."""
    return click.option(
        "--at",
        metavar="POINTER",
        callback=_pointer,
        help="Where the loss_configs object stands in a file of another shape, such as /losses.  "
        "[default: the whole file, or /training/loss_configs]",
    )(command)


def yaml_option(command: _CommandT) -> _CommandT:
    """`--yaml`."""
    return click.option(
        "--yaml",
        "is_yaml",
        is_flag=True,
        help="Standard input is YAML. A file is if its name ends in .yaml or .yml.",
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
