"""The command line of the compiler: `loss-factory`, and what `nox -s generate` runs."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import click

from .compile import Compiled, compile_layers, compile_schema
from .edit.files import add_bottleneck
from .edit.new_bottleneck import NewBottleneck, parsed_loss
from .history.released import (
    Version,
    interface_of,
    interface_problems,
    record,
    release_problems,
    releasing,
)
from .overlay.layers import whole_schema
from .report import (
    print_losses,
    report_bytecode,
    report_changes,
    report_differences,
    report_edit,
    report_interface,
    report_overlays,
    report_release,
)
from .shared.wording import one_line
from .source.files import SourceFile, read_source
from .source.locations import CANONICAL_SCHEMA, REPOSITORY
from .source.problems import CompileError, Problem
from .target.package import CANONICAL, Package, compile_command, package_of_overlays
from .target.publish import compare, publish, remove_bytecode

_FILE = click.Path(path_type=Path)


class _Folder(click.Path):
    """A folder that is named: no variable that is not set."""

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        if value == "":
            self.fail("expected the name of a folder", param, ctx)
        return super().convert(value, param, ctx)


_FOLDER = _Folder(path_type=Path, file_okay=False)
_CHECK = click.option(
    "--check",
    is_flag=True,
    help="Write nothing; show what would change, exit 1 if so. Bytecode is removed: it can't be "
    "compared.",
)


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(CANONICAL.version)
def main() -> None:
    """Compile the losses of audio autoencoders."""


@main.command("compile", short_help="Compile overlays into a package of your own.")
@click.argument("overlays", metavar="OVERLAY...", type=_FILE, nargs=-1, required=True)
@click.option("--package", "name", metavar="NAME", required=True, help="The package's import name.")
@click.option("--out", type=_FOLDER, required=True, help="The folder to write the package into.")
@click.option(
    "--standalone", is_flag=True, help="Put the runtime into it: it won't need loss-factory."
)
@_CHECK
def compile_overlays(
    overlays: tuple[Path, ...], name: str, out: Path, standalone: bool, check: bool
) -> None:
    """Compile overlays of the losses schema into a package of your own.

    An overlay is a JSON file that says what it changes in the schema of Loss Factory, or in the
    overlay named before it. What was edited by hand in the package is overwritten.

    \b
        loss-factory compile lab.overlay.json --package my_losses --out src
    """
    with _mistakes_told():
        package = package_of_overlays(name, overlays, standalone=standalone)
        again = compile_command(map(str, overlays), name, str(out), standalone=standalone)
        _write(compile_schema(CANONICAL_SCHEMA, overlays, package), package, out, check, again)


@main.command("new-bottleneck", short_help="Write a new bottleneck into an overlay.")
@click.argument("class_name", metavar="NAME")
@click.option("--tag", required=True, help="What model configs call it: model.bottleneck.type.")
@click.option(
    "--loss",
    "loss_options",
    multiple=True,
    metavar="KEY[:NAME[:WEIGHT_KEY[=DEFAULT]]]",
    help="A value in info, the name of its loss, the key of its weight; can be given repeatedly.",
)
@click.option(
    "--into",
    type=_FILE,
    required=REPOSITORY is None,
    default=None if REPOSITORY is None else CANONICAL_SCHEMA,
    help="The overlay to write into, which may be new"
    + ("." if REPOSITORY is None else ", or a losses schema.  [default: the repository's]"),
)
@click.option(
    "--extends",
    type=_FILE,
    multiple=True,
    metavar="OVERLAY",
    help="An overlay below it, from the lowest on; can be given repeatedly.",
)
def new_bottleneck(
    class_name: str, tag: str, loss_options: tuple[str, ...], into: Path, extends: tuple[Path, ...]
) -> None:
    """Write the entries of a new bottleneck into an overlay.

    NAME is its class. A loss or weight that is there already is used; what is new is added with a
    description for you to improve:

    \b
        loss-factory new-bottleneck GroupedVAEBottleneck --tag grouped_vae \\
            --loss kl_w:kl_w_loss:kl_w=1e-6 --loss kl_spatial \\
            --into lab.overlay.json
    """
    with _mistakes_told():
        new = NewBottleneck(class_name, tag, tuple(map(parsed_loss, loss_options)))
        edit = add_bottleneck(into, extends, new)
        with _report_of(f"{edit.name} was changed"):
            report_edit(edit)


_SCHEMA = click.option(
    "--schema",
    type=_FILE,
    default=CANONICAL_SCHEMA,
    help="The losses schema.  [default: the repository's]",
)
_OUT = REPOSITORY and REPOSITORY / "generated"


@click.command()
@_SCHEMA
@click.option(
    "--out",
    type=_FOLDER,
    default=_OUT,
    help="The folder to write the package loss_factory into.  [default: the repository's]",
)
@_CHECK
def generate(schema: Path, out: Path, check: bool) -> None:
    """Compile the losses schema into the package loss_factory.

    What changes for users since the last released schema, the highest version in the folder
    released beside it, is shown as a table. What breaks their configs, imports or checkpoints is
    refused until x-version is a new major version.
    """
    with _mistakes_told():
        source = read_source(schema)
        compiled = compile_layers(whole_schema(source), CANONICAL)
        if interface := interface_of(schema, source, compiled.schema):
            report_interface(interface)
            _refuse(source, interface_problems(interface))
        _write(compiled, CANONICAL, out, check, CANONICAL.command)


@click.command()
@_SCHEMA
@click.option(
    "--out",
    type=_FOLDER,
    default=_OUT,
    help="The folder that holds its package loss_factory.  [default: the repository's]",
)
def release(schema: Path, out: Path) -> None:
    """Record the losses schema as released.

    It is copied into the folder released beside it, under its x-version. That has to be a new one
    if anything has changed, a minor one if something is new, a major one if something breaks. The
    package loss_factory has to be generated from it.
    """
    with _mistakes_told():
        source = read_source(schema)
        compiled = compile_layers(whole_schema(source), CANONICAL)
        with releasing(schema):
            if interface := interface_of(schema, source, compiled.schema):
                report_interface(interface)
                _refuse(source, interface_problems(interface))
                _refuse(source, release_problems(interface))
            target = _target(CANONICAL, out)
            if compare(target, compiled.files):
                message = f"{target}: not what {source.name} says; run first: {CANONICAL.command}"
                raise CompileError([message])
            version = Version.of(compiled.schema.version)
            copy = record(schema, source, version)
        report_release(version, copy)


if REPOSITORY is not None:
    main.add_command(generate)
    main.add_command(release)


def _refuse(source: SourceFile, problems: Iterable[Problem]) -> None:
    if found := list(problems):
        raise source.error(found)


def _target(package: Package, out: Path) -> Path:
    """The folder of a package in the folder `out`."""
    return Path(os.path.abspath(out), package.name)


def _write(compiled: Compiled, package: Package, out: Path, check: bool, again: str) -> None:
    """Compare a package with the one in `out`, or replace that."""
    target = _target(package, out)
    if not check:
        changes = publish(target, compiled.files)
        with _report_of(f"{target}: up to date now"):
            report_changes(target, changes, compiled.files)
            report_overlays(compiled.changes)
            print_losses(compiled.schema)
    elif changes := compare(target, compiled.files):
        report_differences(target, changes, again)
        raise SystemExit(1)
    else:
        remove_bytecode(target, changes)
        report_changes(target, changes, compiled.files)
        report_bytecode(changes)


@contextmanager
def _report_of(done: str) -> Iterator[None]:
    """Print what was done; if that fails, it is done all the same."""
    try:
        yield
    except BrokenPipeError:
        raise  # whoever reads it has seen enough
    except OSError as error:
        message = f"{done}, but the report can't be printed: {error.strerror}"
        raise CompileError([message]) from None


@contextmanager
def _mistakes_told() -> Iterator[None]:
    try:
        yield
    except CompileError as error:
        for line in error.lines:
            click.echo(one_line(line), err=True)
        raise SystemExit(1) from None
