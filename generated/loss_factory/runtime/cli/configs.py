# Generated from templates/runtime/cli/configs.py.
# Do not edit; change it and run: python -m nox -s generate

"""The configs that a command works with: files, patterns of their names, standard input."""

from __future__ import annotations

import glob
import os
import sys
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import NamedTuple, NoReturn

import click

from ..config.documents import Loaded, Written, load_text
from ..config.files import LONGEST_FILE, is_yaml, read_text, require_yaml, text_of
from ..config.settings import Setting
from ..findings.checking import SKIPPING_OPTION, Finding
from ..model.errors import ConfigProblem, LossConfigError
from ..model.records import BottleneckT, ConfigT, Tables
from ..text.jsontext import JsonPath
from .diagnostics import print_findings

STDIN = "-"
_STDIN_SHOWN = "<stdin>"


class Form(NamedTuple):
    """What options say of files: where the config stands in them, and what standard input is."""

    at: JsonPath | None
    is_yaml: bool


def form_of(files: Iterable[str], at: JsonPath | None, is_yaml: bool) -> Form:
    """What options say of `files`.

    Raises:
        click.UsageError: none of them is standard input, of which `--yaml` speaks.
    """
    if is_yaml and STDIN not in files:
        message = "--yaml says what standard input is, and no FILE is '-'"
        raise click.UsageError(f"{message}; a file is YAML if its name ends in .yaml or .yml")
    return Form(at, is_yaml)


def expanded(arguments: Iterable[str]) -> list[str]:
    """The files that `arguments` name, each once, in order; patterns may have `**`.

    Raises:
        click.UsageError: a pattern matches no file.
    """
    return list(dict.fromkeys(file for each in arguments for file in _matches(each)))


def _matches(argument: str) -> Iterator[str]:
    if not argument:
        raise click.UsageError("expected the name of a file, not ''")
    if not glob.has_magic(argument) or os.path.exists(argument):
        yield argument
        return
    found = sorted(each for each in glob.glob(argument, recursive=True) if Path(each).is_file())
    if not found:
        raise click.UsageError(f"no file matches {argument!r}")
    yield from found


def shown_name(file: str) -> str:
    """What messages call `file`."""
    return _STDIN_SHOWN if file == STDIN else file


def written_in(file: str, form: Form) -> Written:
    """What `file` says, or standard input.

    Raises:
        LossConfigError: it can't be read, is too long, or is no UTF-8.
    """
    if file != STDIN:
        return Written(file, read_text(file), is_yaml(file), form.at)
    if form.is_yaml:
        require_yaml(_STDIN_SHOWN)
    text = text_of(sys.stdin.buffer.read(LONGEST_FILE + 1), _STDIN_SHOWN)
    return Written(_STDIN_SHOWN, text, form.is_yaml, form.at)


def loaded_config(
    tables: Tables[ConfigT, BottleneckT],
    file: str,
    form: Form,
    foreign_sections: frozenset[str],
    settings: tuple[Setting, ...],
) -> tuple[str, Loaded[ConfigT]]:
    """The text of a file, and its loss config, which is right; or the end, with all mistakes."""
    text: str | None = None
    try:
        written = written_in(file, form)
        text = written.text
        loaded = load_text(tables, written, foreign_sections, SKIPPING_OPTION, settings)
    except LossConfigError as error:
        refuse(error.problems, text)
    if loaded.config is None:
        refuse(loaded.problems, text, loaded.more)
    return text, loaded


def refuse(problems: Sequence[ConfigProblem], text: str | None, more: int = 0) -> NoReturn:
    """End the command, with `problems` of the `text`, or of reading it; there are `more`."""
    print_findings([Finding("error", problem) for problem in problems], text, more, stderr=True)
    raise SystemExit(2 if text is None else 1)
