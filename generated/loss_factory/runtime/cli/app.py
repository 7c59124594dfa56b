# Generated from templates/runtime/cli/app.py.
# Do not edit; change it and run: python -m nox -s generate

"""The commands by name; each is imported when it is asked for."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from importlib import import_module
from io import StringIO

import click

from ..model.records import AnyTables, BottleneckT, ConfigT, Tables
from ..text.streams import failures_told
from ..text.wording import did_you_mean, one_line

_INTERRUPTED = 130  # as shells say it

_LINE = re.compile(r"[^\n\t]+")

_COMMANDS = ("bottlenecks", "check", "explain", "new-config", "resolve", "schema")


class Group(click.Group):
    """The commands of a package, whose tables are the context's object, and `more` than those."""

    def __init__(self, more: Mapping[str, Callable[[], click.Command]]) -> None:
        super().__init__(
            help="Check, explain and complete the losses that configs of audio autoencoders ask "
            "for.\n\nA FILE is a whole model config or a loss_configs object, in JSON or YAML; - "
            "is standard input.",
            context_settings={"help_option_names": ["--help", "-h"]},
            params=[_VERSION],
        )
        self.more = more

    def list_commands(self, ctx: click.Context) -> list[str]:
        return sorted((*_COMMANDS, *self.more))

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name in self.more:
            return self.more[cmd_name]()
        if cmd_name in _COMMANDS:
            module = f".{cmd_name.replace('-', '_')}"
            command: click.Command = import_module(module, __package__).command
            return command
        return None

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        if self.get_command(ctx, args[0]) is None and not args[0].startswith("-"):
            near = did_you_mean(args[0], self.list_commands(ctx))
            ctx.fail(f"No such command {args[0]!a}{near or '.'}")
        return super().resolve_command(ctx, args)


def _print_version(ctx: click.Context, param: click.Parameter, is_wanted: bool) -> None:
    if is_wanted and not ctx.resilient_parsing:
        tables: AnyTables = ctx.obj
        schema = f"schema {tables.schema_version} ({tables.schema_sha256[:12]})"
        click.echo(f"{ctx.find_root().info_name} {tables.version}, {schema}")
        ctx.exit()


_VERSION = click.Option(
    ["--version"],
    is_flag=True,
    expose_value=False,
    is_eager=True,
    callback=_print_version,
    help="Show the version and exit.",
)


def run(
    tables: Tables[ConfigT, BottleneckT],
    program: str,
    more: Mapping[str, Callable[[], click.Command]],
) -> None:
    """Run the command line of a package as `program`, with `more` commands than its own."""
    with failures_told(program):
        try:
            group = Group(more)
            raise SystemExit(group.main(prog_name=program, standalone_mode=False, obj=tables))
        except click.ClickException as error:
            told = StringIO()
            error.show(told)  # with what was typed as it was typed
            printable = _LINE.sub(lambda found: one_line(found[0]), told.getvalue())
            click.echo(printable, err=True, nl=False)
            raise SystemExit(error.exit_code) from None
        except click.Abort:
            click.echo("Aborted!", err=True)
            raise SystemExit(_INTERRUPTED) from None
