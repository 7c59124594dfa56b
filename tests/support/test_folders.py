"""How the tests are laid out: folders share what is in support/ and nothing else."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

TESTS = Path(__file__).parents[1]
FOLDERS = ("compiler", "docs", "package", "real", "support", "tools")


def imported(source: str) -> Iterator[str]:
    """The first names of the modules that are imported from elsewhere, wherever that happens."""
    for node in ast.walk(ast.parse(source)):
        match node:
            case ast.Import():
                yield from (alias.name.partition(".")[0] for alias in node.names)
            case ast.ImportFrom(module=str(name), level=0):
                yield name.partition(".")[0]


@pytest.mark.parametrize("folder", FOLDERS)
def test_folders_import_from_support_only(folder: str) -> None:
    others = {*FOLDERS} - {folder, "support"}
    for file in sorted((TESTS / folder).rglob("*.py")):
        found = {*imported(file.read_text(encoding="utf-8"))} & others
        assert not found, f"{file.relative_to(TESTS)} imports from {sorted(found)}"


def test_there_are_no_other_folders() -> None:
    held = {file.relative_to(TESTS).parts[0] for file in TESTS.rglob("*.py")}
    assert held == {*FOLDERS, "examples", "conftest.py"}
