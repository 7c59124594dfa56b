"""The rooms of the compiler: what each may import, how many modules it has, and no circles."""

from __future__ import annotations

import ast
import functools
import re
from collections.abc import Iterator, Mapping
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import pytest

from support.schemas import ROOT

COMPILER = ROOT / "schema" / "loss_compiler"
FLOORS: tuple[frozenset[str], ...] = (
    frozenset({"shared"}),
    frozenset({"source"}),
    frozenset({"check", "meaning", "target"}),
    frozenset({"overlay", "emit"}),
    frozenset({"compile", "history"}),
    frozenset({"edit"}),
    frozenset({"report"}),
    frozenset({"cli"}),
    frozenset({"entry"}),
    frozenset({"__main__"}),
)
"""From the ground: each imports only what is below it, and nothing that stands beside it."""

MOST_MODULES = 14


def trees(folder: Path) -> dict[str, ast.Module]:
    """Every module of a package below `folder`, by the name by which it is imported."""
    found: dict[str, ast.Module] = {}
    for file in sorted(folder.rglob("*.py")):
        *rooms, name = file.relative_to(folder).with_suffix("").parts
        parts = [folder.name, *rooms, *([] if name == "__init__" else [name])]
        found[".".join(parts)] = ast.parse(file.read_text(encoding="utf-8"))
    return found


def imports(modules: Mapping[str, ast.Module], packages: set[str]) -> dict[str, set[str]]:
    """The modules of the package that each of them imports, wherever the statement stands.

    It may stand in a function, or be for type checkers only.
    """
    return {name: set(_imported(name, modules, packages)) for name in modules}


def _imported(name: str, modules: Mapping[str, ast.Module], packages: set[str]) -> Iterator[str]:
    for node in ast.walk(modules[name]):
        if isinstance(node, ast.ImportFrom):
            from_here = name.split(".") if name in packages else name.split(".")[:-1]
            around = from_here[: len(from_here) + 1 - node.level] if node.level else []
            module = ".".join([*around, *([node.module] if node.module else [])])
            for alias in node.names:
                inner = f"{module}.{alias.name}"
                yield from {inner if inner in modules else module} & modules.keys()
        elif isinstance(node, ast.Import):
            yield from {alias.name for alias in node.names} & modules.keys()


def packages_of(folder: Path) -> set[str]:
    """The names of a package and of its rooms."""
    inits = folder.rglob("__init__.py")
    return {".".join(file.parent.relative_to(folder.parent).parts) for file in inits}


def room_of(module: str) -> str:
    """The room that a module is in; what stands in no room is one of its own."""
    _, *rest = module.split(".")
    return rest[0] if rest else ""


def wrong_ways(found: Mapping[str, set[str]]) -> Iterator[str]:
    """What is imported by something that stands no higher."""
    floor = {room: number for number, rooms in enumerate(FLOORS) for room in rooms}
    for importer, imported in found.items():
        for each in sorted(imported):
            here, there = room_of(importer), room_of(each)
            if there and here != there and floor[here] <= floor[there]:
                yield f"{importer} imports {each}"


def circle(found: Mapping[str, set[str]]) -> list[str]:
    """Modules that import one another in a circle, if there are any."""
    try:
        TopologicalSorter(found).prepare()
    except CycleError as error:
        return [str(each) for each in error.args[1]]
    return []


@functools.cache
def the_compiler() -> dict[str, set[str]]:
    return imports(trees(COMPILER), packages_of(COMPILER))


def test_rooms_import_downwards_only() -> None:
    found = the_compiler()
    assert {room_of(each) for each in found} - {""} == set().union(*FLOORS)
    assert sum(map(len, found.values())) > 150
    assert not list(wrong_ways(found))


def test_no_modules_import_one_another() -> None:
    assert circle(the_compiler()) == []


def test_no_room_has_too_many_modules() -> None:
    rooms = {each.parent for each in COMPILER.rglob("*.py")}
    sizes = {
        room.name: sum(1 for each in room.glob("*.py") if not each.name.startswith("__"))
        for room in rooms
    }
    assert len(sizes) > 5
    assert not {name: size for name, size in sizes.items() if not 0 < size <= MOST_MODULES}


def test_each_room_says_what_it_is_for_and_what_it_imports() -> None:
    """The rooms that its docstring names stand below it, and it imports no others."""
    for number, rooms in enumerate(FLOORS):
        below = set().union(*FLOORS[:number])
        for room in rooms:
            init = COMPILER / room / "__init__.py"
            if init.exists():
                about = ast.get_docstring(ast.parse(init.read_text(encoding="utf-8"))) or ""
                purpose, _, may_import = about.partition("\n\n")
                assert purpose.endswith("."), room
                named = {each for each in set().union(*FLOORS) if f"`{each}`" in may_import}
                assert named <= below, room
                assert re.search("Imports `|nothing but the standard library", may_import), room
                allowed = below if re.search(r"what \w+ imports?\.", may_import) else named
                used = {room_of(each) for name, each in _pairs() if room_of(name) == room}
                assert used - {room, ""} <= allowed, room


def _pairs() -> Iterator[tuple[str, str]]:
    for name, imported in the_compiler().items():
        yield from ((name, each) for each in imported)


def house(folder: Path, **modules: str) -> dict[str, set[str]]:
    """The imports of a package with some modules; `check__a` is the module a in the room check."""
    top = folder / "loss_compiler"
    for name, text in {"__init__": "", **modules}.items():
        file = top.joinpath(*name.replace("__init__", "@").split("__")).with_suffix(".py")
        file = file.with_name(file.name.replace("@", "__init__"))
        file.parent.mkdir(parents=True, exist_ok=True)
        (file.parent / "__init__.py").touch()
        file.write_text(text, encoding="utf-8")
    return imports(trees(top), packages_of(top))


@pytest.mark.parametrize(
    "text",
    [
        "from ..emit.b import x",
        "from ..emit import b",
        "from .. import emit",
        "import loss_compiler.emit.b",
        "from loss_compiler.emit.b import x",
        "def f():\n    from ..emit.b import x",
        "if TYPE_CHECKING:\n    from ..emit.b import x",
        "class A:\n    from ..emit import b",
        "from ..meaning.c import x",
        "from ..cli import main",
    ],
)
def test_a_wrong_way_is_seen(text: str, tmp_path: Path) -> None:
    modules = {"emit__b": "", "meaning__c": "", "source__d": "", "cli": ""}
    assert not list(wrong_ways(house(tmp_path, check__a="from ..source.d import x", **modules)))
    assert len(list(wrong_ways(house(tmp_path, check__a=text, **modules)))) == 1


def test_a_circle_is_seen(tmp_path: Path) -> None:
    late = "def f():\n    from .b import x"
    found = house(tmp_path, emit__a=late, emit__b="from .c import x", emit__c="from . import a")
    assert not list(wrong_ways(found))
    names = [f"loss_compiler.emit.{each}" for each in "abc"]
    assert set(circle(found)) == set(names)
    found = house(tmp_path, emit__a=late, emit__b="from .c import x", emit__c="")
    assert circle(found) == []
