# Generated from templates/runtime/cli/configs.py.
# Do not edit; change it and run: python -m nox -s generate

"""The config that a command works with, which has to be right."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NoReturn

from ..config.documents import Loaded, load_text
from ..config.settings import Setting
from ..findings.checking import SKIPPING_OPTION, Finding
from ..model.errors import ConfigProblem, LossConfigError
from ..model.records import BottleneckT, ConfigT, Tables
from .diagnostics import print_findings
from .sources import shown_name, text_in


def loaded_config(
    tables: Tables[ConfigT, BottleneckT],
    file: str,
    foreign_sections: frozenset[str],
    settings: tuple[Setting, ...],
) -> tuple[str, Loaded[ConfigT]]:
    """The text of a file, and its loss config, which is right; or the end, with all mistakes."""
    text: str | None = None
    try:
        text = text_in(file)
        name = shown_name(file)
        loaded = load_text(tables, text, name, foreign_sections, SKIPPING_OPTION, settings)
    except LossConfigError as error:
        refuse(error.problems, text)
    if loaded.config is None:
        refuse(loaded.problems, text, loaded.more)
    return text, loaded


def refuse(problems: Sequence[ConfigProblem], text: str | None, more: int = 0) -> NoReturn:
    """End the command, with `problems` of the `text`, or of reading it; there are `more`."""
    print_findings([Finding("error", problem) for problem in problems], text, more, stderr=True)
    raise SystemExit(2 if text is None else 1)
