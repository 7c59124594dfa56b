# Generated from templates/runtime/config/loading.py.
# Do not edit; change it and run: python -m nox -s generate

"""Loss configs from files."""

from __future__ import annotations

import os
from collections.abc import Iterable

from ..model.errors import ConfigProblem, LossConfigError
from ..model.records import BottleneckT, ConfigT, Tables
from .documents import Written, load_text
from .files import is_yaml, read_text
from .pointers import steps_of
from .validation import SKIPPING_ARGUMENT, checked_foreign_sections


def read_config(
    tables: Tables[ConfigT, BottleneckT],
    path: str | os.PathLike[str],
    at: str | None,
    foreign_sections: Iterable[str],
) -> ConfigT:
    """The loss config in a file; `load_config` of each package is this."""
    source = os.fspath(path)
    foreign = checked_foreign_sections(tables, foreign_sections)
    try:
        steps = None if at is None else steps_of(at)
    except ValueError as error:
        raise LossConfigError([ConfigProblem("at", None, None, "", str(error))]) from None
    written = Written(source, read_text(source), is_yaml(source), steps)
    loaded = load_text(tables, written, foreign, SKIPPING_ARGUMENT)
    if loaded.config is None:
        raise LossConfigError(loaded.problems, loaded.more)
    return loaded.config
