"""git, which some tests run and not every machine has."""

from __future__ import annotations

import shutil

import pytest


def need_git() -> None:
    """Skip the test at hand where there is no git."""
    if shutil.which("git") is None:
        pytest.skip("git is not installed")
