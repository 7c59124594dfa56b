"""dispatch.py is data: nothing in it looks at a class, loops, branches or registers itself."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from support.schemas import CANONICAL, PACKAGE, ROOT, TINY, VARIED, compiled, python_with, unpacked

GENERATED = ROOT / "generated" / PACKAGE
TABLES = ("LOSSES", "CLASS_NAMES", "CONFIG_TYPES")

STATEMENTS = (ast.ImportFrom, ast.AnnAssign, ast.Assert, ast.Expr)
CALLS = frozenset({"Loss", "Weight", "MappingProxyType", "set", "keys", "values"})
EXPRESSIONS = (
    ast.Attribute, ast.BoolOp, ast.Call, ast.Compare, ast.Constant, ast.Dict, ast.IfExp,
    ast.Lambda, ast.Name, ast.Subscript, ast.Tuple,
)  # fmt: skip


def violations(source: str) -> Iterator[str]:
    """Whatever makes `source` more than imports, constants and assertions about them."""
    tree = ast.parse(source)
    for statement in tree.body:
        match statement:
            case ast.AnnAssign(target=ast.Name(), value=ast.Call()):
                pass
            case ast.AnnAssign() | ast.Expr(value=ast.Call()):
                yield f"does {ast.unparse(statement)}"
            case _ if not isinstance(statement, STATEMENTS):
                yield f"does {ast.unparse(statement)}"
    for node in ast.walk(tree):
        match node:
            case ast.Call(func=ast.Name(id=name) | ast.Attribute(attr=name)) if name in CALLS:
                pass
            case ast.Call():
                yield f"calls {ast.unparse(node.func)}"
            case ast.IfExp(test=test) if not _asks_for_none(test):
                yield f"asks whether {ast.unparse(test)}"
            case ast.expr() if not isinstance(node, EXPRESSIONS):
                yield f"computes {ast.unparse(node)}"
    asserted = [ast.unparse(each.test) for each in tree.body if isinstance(each, ast.Assert)]
    for table in TABLES:
        if not any(table in test and "set(BottleneckType)" in test for test in asserted):
            yield f"does not assert that {table} is total"


def _asks_for_none(test: ast.expr) -> bool:
    match test:
        case ast.BoolOp(op=ast.Or(), values=values):
            return all(_asks_for_none(value) for value in values)
        case ast.Compare(ops=[ast.Is()], comparators=[ast.Constant(value=None)]):
            return True
        case _:
            return False


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
    ("addition", "violation"),
    [
        ("def find(module):\n    return None", "does def find(module):"),
        ("class Registry: pass", "does class Registry:"),
        ("if isinstance(KL_LOSS, Loss):\n    pass", "does if isinstance(KL_LOSS, Loss):"),
        ("match KL_LOSS:\n    case Loss():\n        pass", "does match KL_LOSS:"),
        ("for loss in LOSSES:\n    pass", "does for loss in LOSSES:"),
        ("while False:\n    pass", "does while False:"),
        ("try:\n    pass\nfinally:\n    pass", "does try:"),
        ("with KL_LOSS:\n    pass", "does with KL_LOSS:"),
        ("import torch", "does import torch"),
        ("KL_LOSS = None", "does KL_LOSS = None"),
        ("KL_LOSS += 1", "does KL_LOSS += 1"),
        ("del KL_LOSS", "does del KL_LOSS"),
        ("LOSSES['x']: object = ()", "does LOSSES['x']: object = ()"),
        ("KL_LOSS.weight: object = Weight()", "does KL_LOSS.weight: object = Weight()"),
        ("set(LOSSES)", "does set(LOSSES)"),
        ("X: object = register(Loss())", "calls register"),
        ("X: object = Loss(isinstance(1, int))", "calls isinstance"),
        ("X: object = Loss(type(1))", "calls type"),
        ("X: object = Loss()()", "calls Loss()"),
        ("X: object = set([each for each in LOSSES])", "computes [each for each in LOSSES]"),
        ("X: object = set((y := 1,))", "computes (y := 1)"),
        ("X: object = Loss(lambda c: 1 if c.kind == 'a' else 2)", "asks whether c.kind == 'a'"),
        ("X: object = Loss(lambda c: 1 if c is None or c else 2)", "asks whether c is None or c"),
    ],
)
def test_anything_else_is_found(addition: str, violation: str) -> None:
    found = list(violations(f"{tiny()}\n{addition}\n"))
    assert any(each.startswith(violation) for each in found), found


@pytest.mark.parametrize("table", TABLES)
def test_a_table_without_its_assertion_is_found(table: str) -> None:
    lines = tiny().split("\n")
    kept = [line for line in lines if not (line.startswith("assert ") and table in line)]
    assert len(kept) == len(lines) - 1
    assert list(violations("\n".join(kept))) == [f"does not assert that {table} is total"]


def test_the_package_never_asks_isinstance() -> None:
    modules = sorted(GENERATED.rglob("*.py"))
    assert len(modules) > 10
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
    done = python_with(unpacked(files, tmp_path), "import loss_factory")
    assert done.returncode == 1
    assert done.stderr.endswith(f"AssertionError: {assertion}\n")
