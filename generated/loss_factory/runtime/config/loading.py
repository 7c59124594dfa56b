# Generated from templates/runtime/config/loading.py.
# Do not edit; change it and run: python -m nox -s generate

"""Loss configs from JSON files."""

from __future__ import annotations

import os
from collections.abc import Iterable

from ..model.errors import LossConfigError
from ..model.records import BottleneckT, ConfigT, Tables
from .documents import load_text
from .files import read_text
from .validation import SKIPPING_ARGUMENT, checked_foreign_sections


def read_config(
    tables: Tables[ConfigT, BottleneckT],
    path: str | os.PathLike[str],
    foreign_sections: Iterable[str],
) -> ConfigT:
    """The loss config in a file; `load_config` of each package is this."""
    source = os.fspath(path)
    foreign = checked_foreign_sections(tables, foreign_sections)
    loaded = load_text(tables, read_text(source), source, foreign, SKIPPING_ARGUMENT)
    if loaded.config is None:
        raise LossConfigError(loaded.problems, loaded.more)
    return loaded.config
