"""Compiles each overlay once, when a test first asks for it."""

from __future__ import annotations

import functools
import sys
from collections.abc import Iterator

import pytest

from support.overlays import PackageOf, imported


@pytest.fixture(scope="session")
def package_of(tmp_path_factory: pytest.TempPathFactory) -> Iterator[PackageOf]:
    """The packages compiled from overlays, under names such as `grouped_vae_losses`."""
    folder = tmp_path_factory.mktemp("packages")
    sys.path.insert(0, str(folder))
    yield functools.cache(functools.partial(imported, folder=folder))
    sys.path.remove(str(folder))
