"""The command `loss-factory`: the commands of the package loss_factory, and the compiler's."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from .shared.streams import failures_told
from .target.extras import COMMAND_LINE

if TYPE_CHECKING:
    import click

_NEEDS_POSIX = "fcntl"


def main() -> None:
    """Run the command line, or say what to install for it."""
    with failures_told("loss-factory"):
        # Here only: the compiler by itself never imports what it writes.
        from loss_factory.dispatch import TABLES
        from loss_factory.runtime import cli

        names = ("compile", "new-bottleneck")
        more = {name: _loader(name) for name in names}
        cli.main(TABLES, "loss-factory", COMMAND_LINE, more)


def needs(error: ModuleNotFoundError) -> str:
    """What the compiler needs that isn't there.

    Raises:
        ModuleNotFoundError: it is a part of the compiler itself, so nothing can be installed.
    """
    if (error.name or "").partition(".")[0] == __package__:
        raise error
    if error.name == _NEEDS_POSIX:
        return "needs a POSIX system, such as Linux or macOS"
    libraries = _libraries()
    how = f"; install it with: pip install {libraries}" if libraries else ""
    return f"needs {error.name}{how}"


def _loader(name: str) -> Callable[[], click.Command]:
    def load() -> click.Command:
        try:
            from .cli import main as group
        except ModuleNotFoundError as error:
            return _unavailable(name, needs(error))
        return group.commands[name]

    return load


def _unavailable(name: str, why: str) -> click.Command:
    """A command that says why it can't run."""
    import click

    def refuse() -> None:
        click.echo(f"loss-factory {name} {why}", err=True)
        raise SystemExit(2)

    any_arguments = {"ignore_unknown_options": True, "allow_extra_args": True}
    return click.Command(
        name,
        callback=refuse,
        short_help=f"({why.partition(';')[0]})",
        add_help_option=False,
        context_settings=any_arguments,
    )


def _libraries() -> str:
    """What pip installs for the compiler: what the extra of this distribution names."""
    import shlex
    from importlib.metadata import PackageNotFoundError, requires

    try:
        required = requires("loss-factory")
    except PackageNotFoundError:  # in a clone, whose sessions install them
        return ""
    named = (each.partition(";") for each in required or ())
    return shlex.join(name.strip() for name, _, marker in named if "compiler" in marker)
