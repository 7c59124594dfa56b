"""The last look at what was rendered: nothing but expected code, and the classes of the schema.

Schema text is emitted as literals only, and the class generator is trusted with names only as far
as they come out unchanged. Both are checked here, on the finished text.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator

from ..meaning.ir import Field, Model, Schema
from ..source.syntax import WEIGHT_KIND, Array, Kind, Objects

_RULES = {
    "minimum": "ge",
    "maximum": "le",
    "exclusiveMinimum": "gt",
    "exclusiveMaximum": "lt",
    "minLength": "min_length",
    "maxLength": "max_length",
}
"""What JSON Schema's limits are called in Pydantic."""
_TYPES = {
    "boolean": "bool",
    "integer": "Integer",
    "number": "Number",
    "object": "Arguments",
    "string": "str",
    "weight": "Weight",
}
"""What JSON's types are called in the generated classes."""
_NODES = (
    # modules, imports, definitions
    ast.Module, ast.ImportFrom, ast.alias, ast.ClassDef, ast.FunctionDef, ast.arguments, ast.arg,
    # statements
    ast.Expr, ast.Assign, ast.AnnAssign, ast.AugAssign, ast.Assert, ast.If, ast.Return,
    # expressions
    ast.Name, ast.Load, ast.Store, ast.Attribute, ast.Subscript, ast.Constant, ast.Tuple, ast.List,
    ast.Dict, ast.Set, ast.ListComp, ast.DictComp, ast.comprehension, ast.Call, ast.keyword,
    ast.Lambda, ast.IfExp, ast.BoolOp, ast.Or, ast.And, ast.BinOp, ast.BitOr, ast.Add, ast.Mult,
    ast.Compare, ast.Is, ast.IsNot, ast.In, ast.NotIn, ast.Eq, ast.Starred, ast.UnaryOp, ast.USub,
    ast.Not,
)  # fmt: skip
_MODULES = frozenset(
    {
        "__future__", "collections.abc", "enum", "pydantic", "torch", "types", "typing",
        "_version", "dispatch", "factories", "models", "modules", "objectives", "planning",
        "results", "trainers",
        "runtime", "runtime.cli", "runtime.config.loading", "runtime.lazy", "runtime.model.base",
        "runtime.model.courses", "runtime.model.errors", "runtime.model.objective_plan",
        "runtime.model.records", "runtime.model.results", "runtime.model.schedules",
        "runtime.plan.keys", "runtime.plan.objective", "runtime.plan.planning",
        "runtime.plan.steps", "runtime.tensors.adversary", "runtime.tensors.bottleneck_loss",
        "runtime.tensors.details", "runtime.tensors.drop_in", "runtime.tensors.making",
        "runtime.tensors.objective", "runtime.tensors.objective_module", "runtime.tensors.terms",
        "runtime.tensors.values",
    }
)  # fmt: skip
_CALLS = frozenset(
    {"Also", "Condition", "Failure", "Field", "Loss", "LossFactoryResult",
     "MappingProxyType", "Objective", "Situation", "Summand", "Tables", "Trainer", "ValueLoss",
     "ValueLossConfig", "Weight", "__init__", "_found", "_key", "_leave_out", "_value_weight", "_weight",
     "add_to", "checked_keys", "checked_step", "frozenset", "get", "globals", "has_torch",
     "keys", "lazy_attribute", "main", "make_objective", "module", "plan", "plan_in_parts",
     "read_config", "require_runtime", "require_same_schema", "set", "sorted", "super", "term",
     "value_of", "values", "weight_at"}
)  # fmt: skip
_FUNCTIONS = frozenset(
    {"add_to", "create_bottleneck_loss", "create_loss_modules_from_bottleneck", "create_objective",
     "load_config", "plan_losses", "plan_objective"}
)  # fmt: skip


def verify_package(files: dict[str, str], schema: Schema, modules: tuple[str, ...]) -> None:
    """Check the rendered `modules` of `files`.

    Raises:
        RuntimeError: a bug in the compiler, its templates or the class generator.
    """
    trees = {name: ast.parse(files[name], name) for name in modules}
    calls = _CALLS | {f"{each.stem}_loss" for each in schema.summands}
    found = [f"{name}: {each}" for name, tree in trees.items() for each in _surprises(tree, calls)]
    classes = ast.Module([*trees["models.py"].body, *trees["results.py"].body], [])
    found += [f"models.py, results.py: {each}" for each in _differences(classes, schema)]
    if found:
        message = "the rendered package is not what the schema says:"
        raise RuntimeError("\n".join([message, *found]))


def _surprises(tree: ast.Module, calls: frozenset[str]) -> Iterator[str]:
    """Everything else in `tree`; `calls` are the functions that it may call."""
    for node in ast.walk(tree):
        match node:
            case ast.ImportFrom(module="os", names=[ast.alias(name="PathLike", asname=None)]):
                continue
            case ast.ImportFrom(module=str(module)) if (
                module.removeprefix("loss_factory.") not in _MODULES
            ):
                yield f"line {node.lineno}: imports from {module}"
            case ast.Call(func=ast.Name(id=name) | ast.Attribute(attr=name)) if name not in calls:
                yield f"line {node.lineno}: calls {name}"
            case ast.Call(func=ast.Call() | ast.Subscript() | ast.Lambda()):
                yield f"line {node.lineno}: calls what it computed"
            case ast.FunctionDef(name=name) if not (name.startswith("__") or name in _FUNCTIONS):
                yield f"line {node.lineno}: defines {name}"
            case ast.alias(asname=str(name)):
                yield f"line {node.lineno}: imports under the name {name}"
            case _ if not isinstance(node, _NODES):
                yield f"line {getattr(node, 'lineno', '?')}: {type(node).__name__}"


def _differences(tree: ast.Module, schema: Schema) -> Iterator[str]:
    """Where the classes of models.py are not those of the schema."""
    classes = {node.name: node for node in tree.body if isinstance(node, ast.ClassDef)}
    models = (*schema.models, *schema.results)
    expected = {model.name for model in models} | {"BottleneckType"}
    if classes.keys() != expected:
        yield f"has the classes {sorted(classes)} instead of {sorted(expected)}"
        return
    members = [
        (target.id, value.value)
        for node in classes["BottleneckType"].body
        for target, value in _assignments(node)
        if isinstance(value, ast.Constant)
    ]
    if members != [(each.member, each.class_name) for each in schema.bottlenecks]:
        yield f"BottleneckType has the members {members}"
    for model in models:
        yield from _model_differences(classes[model.name], model)


def _model_differences(node: ast.ClassDef, model: Model) -> Iterator[str]:
    statements = [each for each in node.body if isinstance(each, ast.AnnAssign)]
    names = [each.target.id for each in statements if isinstance(each.target, ast.Name)]
    if names != [field.name for field in model.fields]:
        yield f"{model.name} has the fields {names}"
        return
    for statement, field in zip(statements, model.fields, strict=True):
        if found := _field_difference(statement, field):
            yield f"{model.name}.{field.name} {found}: {ast.unparse(statement)}"


def _field_difference(statement: ast.AnnAssign, field: Field) -> str | None:
    annotation = list(ast.walk(statement.annotation))
    literals = [
        [ast.literal_eval(each) for each in _elements(node.slice)]
        for node in annotation
        if isinstance(node, ast.Subscript)
        and isinstance(node.value, ast.Name)
        and node.value.id == "Literal"
    ]
    rules = {
        node.arg: ast.literal_eval(node.value)
        for node in annotation
        if isinstance(node, ast.keyword)
    }
    alias = rules.pop("alias", field.name)
    rules.pop("discriminator", None)
    also = [
        ast.literal_eval(each)
        for node in annotation
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "Also"
        for each in node.args
    ]
    types = {node.id for node in annotation if isinstance(node, ast.Name)} - {
        "Also",
        "Annotated",
        "Field",
    }
    nullable = any(isinstance(node, ast.Constant) and node.value is None for node in annotation)
    if literals != ([list(field.choices)] if field.choices else []):
        return f"has the choices {literals}"
    if alias != field.key:
        return f"has the alias {alias!r}"
    if types != _types(field):
        return f"has the types {sorted(types)}"
    if also != [*field.also]:
        return f"has the other names {also}"
    limits = {} if field.kind == WEIGHT_KIND else field.limits
    if rules != {_RULES[rule]: limit for rule, limit in limits.items()}:
        return f"has the limits {rules}"
    if nullable != field.nullable:
        return "takes null" if nullable else "refuses null"
    match statement.value:
        case None:
            return None if field.required else "is required"
        case ast.Call(func=ast.Name(id="Field"), keywords=[ast.keyword(arg="default_factory")]):
            return None if field.default == {} else "has a default object"
        case value:
            default = ast.literal_eval(value)
            same = not field.required and default == field.default
            return None if same else f"has the default {default!r}"


def _types(field: Field) -> set[str]:
    """The names in the annotation of a field: of classes, and of Python's for JSON's types."""
    return {"Literal"} if field.choices else set(_names_of(field.kind))


def _names_of(kind: Kind) -> Iterator[str]:
    if isinstance(kind, Array):
        yield "list"
        yield from _names_of(kind.items)
    elif isinstance(kind, Objects):
        yield from kind.classes
    else:
        yield _TYPES[kind.name]


def _assignments(node: ast.stmt) -> Iterator[tuple[ast.Name, ast.expr]]:
    match node:
        case ast.Assign(targets=[ast.Name() as target], value=value):
            yield target, value


def _elements(node: ast.expr) -> list[ast.expr]:
    return node.elts if isinstance(node, ast.Tuple) else [node]
