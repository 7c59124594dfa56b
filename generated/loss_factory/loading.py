# Generated from templates/support/loading.py.
# Do not edit; change it and run: python -m nox -s generate

"""Loss configs from JSON files."""

from __future__ import annotations

import os
from collections.abc import Iterable

from ._documents import load_text
from ._files import read_text
from .config import SKIPPING_ARGUMENT, checked_foreign_sections
from .errors import LossConfigError
from .models import AutoencoderLossConfig


def load_config(
    path: str | os.PathLike[str], *, foreign_sections: Iterable[str] = ()
) -> AutoencoderLossConfig:
    """Read a loss config from a JSON file.

    Args:
        path: a file in UTF-8 that holds either a `loss_configs` object or a whole model config, of
            which `training.loss_configs` is taken.
        foreign_sections: names of sections that the trainer reads itself; they are skipped.

    Raises:
        LossConfigError: the file can't be read, or has mistakes; all of them are listed, each with
            its line and column. What else a model config holds has to be JSON and no more.
    """
    source = os.fspath(path)
    foreign = checked_foreign_sections(foreign_sections)
    loaded = load_text(read_text(source), source, foreign, SKIPPING_ARGUMENT)
    if loaded.config is None:
        raise LossConfigError(loaded.problems)
    return loaded.config
