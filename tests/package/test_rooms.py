"""The rooms of the runtime: each imports only those before it, and nothing that is generated.

Imports in functions count, and so do those for type checkers.
"""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterator
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import pytest

import loss_factory

PACKAGE = Path(loss_factory.__file__).parent
RUNTIME = PACKAGE / "runtime"

ROOMS = {
    "": {"importlib"},
    "text": set[str](),
    "model": {"pydantic", "pydantic_core"},
    "config": {"pydantic", "pydantic_core", "ruamel"},
    "plan": {"pydantic"},
    "tensors/terms/spectra": {"torch"},
    "tensors/terms": {"torch"},
    "tensors": {"torch"},
    "findings": {"pydantic"},
    "cli": {"click", "rich"},
}
"""In order; each with what it imports beside the standard library and the rooms before it."""

MOST_MODULES = 14
GENERATED = 16  # files outside the runtime


def imports(file: Path) -> Iterator[tuple[str, ...]]:
    """What a module of the package imports, anywhere: absolute names as they are.

    Names in the package are paths of modules from its folder, which begin with "."; a name that is
    imported from a package counts as the module that it may be.
    """
    around = file.relative_to(PACKAGE).parent.parts
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (tuple(each.name.split(".")) for each in node.names)
        elif isinstance(node, ast.ImportFrom):
            steps = tuple((node.module or "").split(".")) if node.module else ()
            if node.level == 0:
                yield steps
                continue
            assert node.level <= len(around) + 1, f"{file} imports from outside the package"
            base = (*around[: len(around) + 1 - node.level], *steps)
            inner = [(*base, each.name) for each in node.names]
            found = [each for each in inner if PACKAGE.joinpath(*each).with_suffix(".py").is_file()]
            yield from ((".", *each) for each in found or [base])


def room_of(steps: tuple[str, ...]) -> str | None:
    """The room that a path in the package leads into, or None for what is generated."""
    if steps[:1] != ("runtime",):
        return None
    return max((room for room in ROOMS if is_in(room, steps[1:])), key=len)


def is_in(room: str, steps: tuple[str, ...]) -> bool:
    inner = Path(room).parts
    return steps[: len(inner)] == inner


def modules(room: str) -> list[Path]:
    return sorted((RUNTIME / room).glob("*.py"))


def test_these_are_all_rooms() -> None:
    assert {each.parent for each in RUNTIME.rglob("*.py")} == {RUNTIME / room for room in ROOMS}


@pytest.mark.parametrize("room", ROOMS)
def test_a_room_is_small_and_says_what_it_is_for(room: str) -> None:
    assert len(modules(room)) <= MOST_MODULES
    for file in modules(room):
        assert ast.get_docstring(ast.parse(file.read_text(encoding="utf-8"))), file
    about = ast.get_docstring(ast.parse((RUNTIME / room / "__init__.py").read_text("utf-8")))
    assert about is not None
    assert "Import" in about or room == ""


@pytest.mark.parametrize("room", ROOMS)
def test_a_room_imports_only_what_stands_before_it(room: str) -> None:
    before = [*ROOMS][: [*ROOMS].index(room) + 1]
    if room in ("findings", "cli"):
        before = [each for each in before if "torch" not in ROOMS[each]]  # commands need none
    for file in modules(room):
        for steps in imports(file):
            if steps[0] == ".":
                assert room_of(steps[1:]) in before, f"{file} imports {'.'.join(steps)}"
            else:
                allowed = sys.stdlib_module_names | ROOMS[room]
                assert steps[0] in allowed, f"{file} imports {'.'.join(steps)}"


def test_nothing_imports_in_a_circle() -> None:
    graph = {
        file.relative_to(PACKAGE).with_suffix("").parts: {
            steps[1:] for steps in imports(file) if steps[0] == "."
        }
        for file in PACKAGE.rglob("*.py")
    }
    try:
        list(TopologicalSorter(graph).static_order())
    except CycleError as error:
        pytest.fail(f"a circle: {' imports '.join('.'.join(each) for each in error.args[1])}")


def test_what_the_schema_decides_is_few_files() -> None:
    assert len([each for each in PACKAGE.iterdir() if each.is_file()]) <= GENERATED
