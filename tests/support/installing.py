"""What people are told to install: what the extras in pyproject.toml name."""

from __future__ import annotations

import shlex
from pathlib import Path

import tomllib
from packaging.requirements import Requirement

_FILE = Path(__file__).parents[2] / "pyproject.toml"
_EXTRAS = tomllib.loads(_FILE.read_text(encoding="utf-8"))["project"]["optional-dependencies"]


def pip_install(extra: str) -> str:
    """The command that installs what an extra names, without a word of the distribution."""
    return f"pip install {shlex.join(str(Requirement(each)) for each in _EXTRAS[extra])}"
