# Generated from templates/support/cli/loaded.py.
# Do not edit; change it and run: python -m nox -s generate

"""The config that a command works with, which has to be right."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NoReturn

from .._documents import Loaded, Setting, load_text
from ..errors import ConfigProblem, LossConfigError
from .checking import SKIPPING_OPTION, Finding
from .sources import shown_name, text_in
from .telling import print_findings


def loaded_config(
    file: str, foreign_sections: frozenset[str], settings: Sequence[Setting]
) -> tuple[str, Loaded]:
    """The text of a file, and its loss config, which is right; or the end, with all mistakes."""
    text: str | None = None
    try:
        text = text_in(file)
        loaded = load_text(text, shown_name(file), foreign_sections, SKIPPING_OPTION, settings)
    except LossConfigError as error:
        refuse(error.problems, text)
    if loaded.config is None:
        refuse(loaded.problems, text)
    return text, loaded


def refuse(problems: Sequence[ConfigProblem], text: str | None) -> NoReturn:
    print_findings([Finding("error", problem) for problem in problems], text, stderr=True)
    raise SystemExit(2 if text is None else 1)
