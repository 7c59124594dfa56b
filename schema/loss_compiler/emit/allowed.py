"""The Python that rendered modules may hold: schema text is emitted as literals only."""

from __future__ import annotations

import ast
from collections.abc import Iterator

_NODES = (
    # modules, imports, definitions
    ast.Module, ast.ImportFrom, ast.alias, ast.ClassDef, ast.FunctionDef, ast.arguments, ast.arg,
    # statements
    ast.Expr, ast.Assign, ast.AnnAssign, ast.AugAssign, ast.Assert, ast.If, ast.Return,
    # expressions
    ast.Name, ast.Load, ast.Store, ast.Attribute, ast.Subscript, ast.Constant, ast.Tuple, ast.List,
    ast.Dict, ast.Set, ast.Call, ast.keyword, ast.Lambda, ast.IfExp, ast.BoolOp, ast.Or, ast.BinOp,
    ast.BitOr, ast.Add, ast.Mult, ast.Compare, ast.Is, ast.NotIn, ast.Eq, ast.Starred, ast.UnaryOp,
    ast.USub, ast.Not,
)  # fmt: skip
_MODULES = frozenset(
    {
        "__future__", "cli", "collections.abc", "enum", "_base", "_lazy", "_records", "_values",
        "_version", "bottleneck_loss", "drop_in", "errors", "factories", "loading",
        "models", "planning", "pydantic", "torch", "types", "typing",
    }
)  # fmt: skip
_CALLS = frozenset(
    {"Field", "Loss", "MappingProxyType", "Weight", "__init__", "_leave_out", "as_total",
     "checked_weight", "frozenset", "globals", "keys", "lazy_attribute", "main", "set",
     "sorted", "super", "Trainer", "value_of", "values", "zeros"}
)  # fmt: skip


def surprises(tree: ast.Module) -> Iterator[str]:
    """Everything else in `tree`."""
    for node in ast.walk(tree):
        match node:
            case ast.ImportFrom(module=module) if module not in _MODULES:
                yield f"line {node.lineno}: imports from {module}"
            case ast.Call(func=ast.Name(id=name) | ast.Attribute(attr=name)) if name not in _CALLS:
                yield f"line {node.lineno}: calls {name}"
            case ast.Call(func=ast.Call() | ast.Subscript() | ast.Lambda()):
                yield f"line {node.lineno}: calls what it computed"
            case ast.FunctionDef(name=name) if not (name.startswith("__") or name == "forward"):
                yield f"line {node.lineno}: defines {name}"
            case ast.alias(asname=str(name)):
                yield f"line {node.lineno}: imports under the name {name}"
            case _ if not isinstance(node, _NODES):
                yield f"line {getattr(node, 'lineno', '?')}: {type(node).__name__}"
