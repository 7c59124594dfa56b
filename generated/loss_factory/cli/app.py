# Generated from templates/support/cli/app.py.
# Do not edit; change it and run: python -m nox -s generate

"""The commands by name; each is imported when it is asked for."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from importlib import import_module

import click

from .. import SCHEMA_SHA256, SCHEMA_VERSION, __version__
from .._streams import failures_told
from .._wording import did_you_mean

_INTERRUPTED = 130  # as shells say it

_COMMANDS = ("bottlenecks", "check", "explain", "resolve", "schema")


class _Group(click.Group):
    more: Mapping[str, Callable[[], click.Command]] = {}

    def list_commands(self, ctx: click.Context) -> list[str]:
        return sorted((*_COMMANDS, *self.more))

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name in self.more:
            return self.more[cmd_name]()
        if cmd_name in _COMMANDS:
            command: click.Command = import_module(f".{cmd_name}", __package__).command
            return command
        return None

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        if self.get_command(ctx, args[0]) is None and not args[0].startswith("-"):
            near = did_you_mean(args[0], self.list_commands(ctx))
            ctx.fail(f"No such command {args[0]!a}{near or '.'}")
        return super().resolve_command(ctx, args)


@click.group(cls=_Group, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(
    __version__, message=f"%(prog)s %(version)s, schema {SCHEMA_VERSION} ({SCHEMA_SHA256[:12]})"
)
def group() -> None:
    """Check, explain and complete the losses that configs of audio autoencoders ask for.

    A FILE is a whole model config or a loss_configs object, in JSON; - is standard input.
    """


def run(program: str, more: Mapping[str, Callable[[], click.Command]]) -> None:
    """Run the command line as `program`, with `more` commands than those of this package."""
    group.more = more
    with failures_told(program):
        try:
            raise SystemExit(group.main(prog_name=program, standalone_mode=False))
        except click.ClickException as error:
            error.show()
            raise SystemExit(error.exit_code) from None
        except click.Abort:
            click.echo("Aborted!", err=True)
            raise SystemExit(_INTERRUPTED) from None
