"""The files that a command is given: names, patterns, and `-` for standard input."""

from __future__ import annotations

import glob
import os
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path

import click

from ..config.files import LONGEST_FILE, read_text, text_of

STDIN = "-"
_STDIN_SHOWN = "<stdin>"


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


def text_in(file: str) -> str:
    """The text of `file`, or of standard input.

    Raises:
        LossConfigError: it can't be read, is too long, or is no UTF-8.
    """
    if file == STDIN:
        return text_of(sys.stdin.buffer.read(LONGEST_FILE + 1), _STDIN_SHOWN)
    return read_text(file)
