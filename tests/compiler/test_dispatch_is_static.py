"""dispatch.py is data: nothing in it looks at a class, loops, branches or registers itself."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from support.emitted import foreign
from support.schemas import CANONICAL, PACKAGE, ROOT, TINY, VARIED, compiled, python_with, unpacked

GENERATED = ROOT / "generated" / PACKAGE
TABLES = ("LOSSES", "CLASS_NAMES", "CONFIG_TYPES")


def violations(source: str) -> Iterator[str]:
    """Whatever makes `source` more than imports, constants and assertions about them."""
    tree = ast.parse(source)
    yield from foreign("dispatch.py", tree)
    asserted = [ast.unparse(each.test) for each in tree.body if isinstance(each, ast.Assert)]
    for table in TABLES:
        if not any(table in test and "set(BottleneckType)" in test for test in asserted):
            yield f"does not assert that {table} is total"


def tiny() -> str:
    """The dispatch of the tiny schema."""
    return compiled(TINY).files["dispatch.py"]


def test_the_committed_dispatch_is_data() -> None:
    source = (GENERATED / "dispatch.py").read_text(encoding="utf-8")
    assert list(violations(source)) == []


@pytest.mark.parametrize("schema", [TINY, VARIED, CANONICAL], ids=lambda schema: schema.name)
def test_compiled_dispatch_is_data(schema: Path) -> None:
    assert list(violations(compiled(schema).files["dispatch.py"])) == []


@pytest.mark.parametrize(
    "addition",
    [
        "def find(module):\n    return None",
        "class Registry:\n    pass",
        "if isinstance(KL_LOSS, Loss):\n    pass",
        "match KL_LOSS:\n    case Loss():\n        pass",
        "for loss in LOSSES:\n    pass",
        "while False:\n    pass",
        "try:\n    pass\nfinally:\n    pass",
        "with KL_LOSS:\n    pass",
        "import torch",
        "KL_LOSS = None",
        "KL_LOSS += 1",
        "del KL_LOSS",
        "LOSSES['x']: Final = ()",
        "KL_LOSS.weight: Final = Weight()",
        "set(LOSSES)",
        "X: Final = register(Loss())",
        "X: Final = Loss(isinstance(1, int))",
        "X: Final = Loss(type(1))",
        "X: Final = Loss()()",
        "X: Final = Loss([each for each in LOSSES])",
        "X: Final = Loss((y := 1,))",
        "X: Final = Loss(lambda c: 1 if c.kind == 'a' else 2)",
        "X: Final = Loss(lambda c: 1 if c is None or c else 2)",
    ],
)
def test_anything_else_is_found(addition: str) -> None:
    (found,) = violations(f"{tiny()}\n{addition}\n")
    assert found in ast.unparse(ast.parse(addition))


@pytest.mark.parametrize("table", TABLES)
def test_a_table_without_its_assertion_is_found(table: str) -> None:
    lines = tiny().split("\n")
    kept = [line for line in lines if not (line.startswith("assert ") and table in line)]
    assert len(kept) == len(lines) - 1
    assert list(violations("\n".join(kept))) == [f"does not assert that {table} is total"]


def test_what_is_generated_never_asks_isinstance() -> None:
    modules = sorted(GENERATED.glob("*.py"))
    assert len(modules) >= 10
    found = [file.name for file in modules if "isinstance(" in file.read_text(encoding="utf-8")]
    assert found == []


@pytest.mark.parametrize(
    ("row", "assertion"),
    [
        ("        BottleneckType.TANH: (),\n", "every bottleneck has its losses"),
        ('        "TanhBottleneck": BottleneckType.TANH,\n', "every bottleneck has its class name"),
        (', "tanh": BottleneckType.TANH', "every bottleneck has its config tag"),
    ],
    ids=TABLES,
)
def test_a_table_that_is_not_total_cannot_be_imported(
    row: str, assertion: str, tmp_path: Path
) -> None:
    files = dict(compiled(VARIED).files)
    assert files["dispatch.py"].count(row) == 1
    files["dispatch.py"] = files["dispatch.py"].replace(row, "")
    done = python_with(unpacked(files, tmp_path), "import loss_factory.dispatch")
    assert done.returncode == 1
    assert done.stderr.endswith(f"AssertionError: {assertion}\n")
