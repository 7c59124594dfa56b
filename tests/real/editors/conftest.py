"""One language server for each module of tests."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from real.editors.language_server import LanguageServer


@pytest.fixture(scope="module")
def server() -> Iterator[LanguageServer]:
    """A server without settings."""
    with LanguageServer() as running:
        yield running
