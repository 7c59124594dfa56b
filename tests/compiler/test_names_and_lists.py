"""What the compiler's lists hold by hand is what its output needs: no more and no less."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from loss_compiler.compile import compile_schema
from loss_compiler.emit import guard
from loss_compiler.emit.render import RENDERED_MODULES
from loss_compiler.source.problems import CompileError
from support.schemas import CANONICAL, TINY, VARIED, compiled, document, written


def nodes() -> Iterator[ast.AST]:
    """Every node of every rendered module of three packages."""
    for schema in (TINY, VARIED, CANONICAL):
        for name in RENDERED_MODULES:
            yield from ast.walk(ast.parse(compiled(schema).files[name]))


def test_the_allow_list_allows_nothing_that_no_package_needs() -> None:
    found = list(nodes())
    calls = [node.func for node in found if isinstance(node, ast.Call)]
    assert {type(node) for node in found} == {*guard._NODES}
    imports = [node for node in found if isinstance(node, ast.ImportFrom)]
    assert {node.module for node in imports} == {*guard._MODULES, "os"}
    from_os = {each.name for node in imports if node.module == "os" for each in node.names}
    assert from_os == {"PathLike"}
    names = {call.attr if isinstance(call, ast.Attribute) else ast.unparse(call) for call in calls}
    assert names == guard._CALLS


def imported(schema: Path, module: str) -> set[str]:
    """The names that a rendered module imports."""
    statements = ast.parse(compiled(schema).files[module]).body
    imports = [node for node in statements if isinstance(node, ast.ImportFrom)]
    return {alias.name for node in imports for alias in node.names} - {"annotations"}


def test_no_class_can_shadow_what_its_module_imports(tmp_path: Path) -> None:
    """No class has a name in lower case."""
    names = {name for name in imported(VARIED, "models.py") if name[0].isupper()}
    assert "Field" in names
    schema = document(TINY)
    schema["$defs"] |= dict.fromkeys(names, schema["$defs"]["BottleneckWeights"])
    with pytest.raises(CompileError) as caught:
        compile_schema(written(tmp_path, schema))
    lines = "\n".join(caught.value.lines)
    taken = {name for name in names if f"the name {name!r} is taken in the generated code" in lines}
    assert taken == names
