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
    ast.Dict, ast.Set, ast.ListComp, ast.DictComp, ast.comprehension, ast.Call, ast.keyword,
    ast.Lambda, ast.IfExp, ast.BoolOp, ast.Or, ast.BinOp, ast.BitOr, ast.Add, ast.Mult, ast.Compare,
    ast.Is, ast.NotIn, ast.Eq, ast.Starred, ast.UnaryOp, ast.USub, ast.Not,
)  # fmt: skip
_MODULES = frozenset(
    {
        "__future__", "collections.abc", "enum", "pydantic", "torch", "types", "typing",
        "_version", "dispatch", "factories", "models", "modules", "planning", "results", "trainers",
        "runtime", "runtime.cli", "runtime.config.loading", "runtime.lazy", "runtime.model.base",
        "runtime.model.errors", "runtime.model.records", "runtime.model.results",
        "runtime.plan.planning", "runtime.tensors.bottleneck_loss", "runtime.tensors.drop_in",
        "runtime.tensors.values",
    }
)  # fmt: skip
_CALLS = frozenset(
    {"Field", "Loss", "LossFactoryResult", "MappingProxyType", "Tables", "Trainer", "ValueLoss",
     "ValueLossConfig", "Weight", "__init__", "_leave_out", "as_total", "checked_weight",
     "frozenset", "globals", "items", "keys", "lazy_attribute", "main", "module", "plan",
     "read_config", "require_runtime", "set", "sorted", "super", "value_of", "values", "zeros"}
)  # fmt: skip
_FUNCTIONS = frozenset(
    {"create_bottleneck_loss", "create_loss_modules_from_bottleneck", "forward", "load_config",
     "plan_losses"}
)  # fmt: skip


def surprises(tree: ast.Module) -> Iterator[str]:
    """Everything else in `tree`."""
    for node in ast.walk(tree):
        match node:
            case ast.ImportFrom(module="os", names=[ast.alias(name="PathLike", asname=None)]):
                continue
            case ast.ImportFrom(module=str(module)) if (
                module.removeprefix("loss_factory.") not in _MODULES
            ):
                yield f"line {node.lineno}: imports from {module}"
            case ast.Call(func=ast.Name(id=name) | ast.Attribute(attr=name)) if name not in _CALLS:
                yield f"line {node.lineno}: calls {name}"
            case ast.Call(func=ast.Call() | ast.Subscript() | ast.Lambda()):
                yield f"line {node.lineno}: calls what it computed"
            case ast.FunctionDef(name=name) if not (name.startswith("__") or name in _FUNCTIONS):
                yield f"line {node.lineno}: defines {name}"
            case ast.alias(asname=str(name)):
                yield f"line {node.lineno}: imports under the name {name}"
            case _ if not isinstance(node, _NODES):
                yield f"line {getattr(node, 'lineno', '?')}: {type(node).__name__}"
