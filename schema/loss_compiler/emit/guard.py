"""The last look at what was rendered: nothing but expected code, and the classes of the schema.

Schema text is emitted as literals only, and the class generator is trusted with names only as far
as they come out unchanged. Both are checked here, on the finished text.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from dataclasses import field as dataclass_field

from ..meaning.ir import Field, Model, Schema
from ..source.syntax import (
    WEIGHT_KIND,
    Array,
    Map,
    Objects,
    OneOrList,
    Plain,
    Values,
    values_inside,
)
from .constraints import PYDANTIC

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
        "runtime.model.courses", "runtime.model.dependent_keys", "runtime.model.errors",
        "runtime.model.kinds", "runtime.model.objective_plan", "runtime.model.records",
        "runtime.model.results", "runtime.model.schedules", "runtime.plan.keys",
        "runtime.plan.objective", "runtime.plan.planning", "runtime.plan.steps",
        "runtime.tensors.adversary", "runtime.tensors.bottleneck_loss", "runtime.tensors.details",
        "runtime.tensors.drop_in", "runtime.tensors.making", "runtime.tensors.objective",
        "runtime.tensors.objective_module", "runtime.tensors.terms", "runtime.tensors.values",
    }
)  # fmt: skip
_CALLS = frozenset(
    {"Also", "Condition", "Failure", "Field", "Loss", "LossFactoryResult", "MappingProxyType",
     "Objective", "Situation", "Summand", "Tables", "Trainer", "ValueLoss", "ValueLossConfig",
     "Weight", "__init__", "_found", "_key", "_leave_out", "_value_weight", "_weight", "add_to",
     "checked_keys", "checked_step", "frozenset", "get", "globals", "has_torch", "keys",
     "lazy_attribute", "main", "make_objective", "module", "plan", "plan_in_parts",
     "read_config", "require_runtime", "require_same_schema", "set", "sorted", "super", "term",
     "value_of", "values", "vars", "weight_at"}
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
        for target, value in _found(classes["BottleneckType"])
        if isinstance(value, ast.Constant)
    ]
    if members != [(each.member, each.class_name) for each in schema.bottlenecks]:
        yield f"BottleneckType has the members {members}"
    for model in models:
        yield from _model_differences(classes[model.name], model)


def _model_differences(node: ast.ClassDef, model: Model) -> Iterator[str]:
    needs = [ast.literal_eval(each) for name, each in _found(node) if name.id == "__needs__"]
    if needs != ([dict(model.needs_in_python)] if model.needs else []):
        yield f"{model.name} has the needs {needs}"
    bases = [ast.unparse(each) for each in node.bases]
    if ("DependentKeysModel" in bases) != bool(model.needs):
        yield f"{model.name} has the bases {bases}"
    statements = [each for each in node.body if isinstance(each, ast.AnnAssign)]
    names = [each.target.id for each in statements if isinstance(each.target, ast.Name)]
    if names != [field.name for field in model.fields]:
        yield f"{model.name} has the fields {names}"
        return
    for statement, field in zip(statements, model.fields, strict=True):
        if found := _field_difference(statement, field):
            yield f"{model.name}.{field.name} {found}: {ast.unparse(statement)}"


def _field_difference(statement: ast.AnnAssign, field: Field) -> str | None:
    said = _read(statement.annotation)
    alias = said.rules.pop("alias", field.name)
    said.rules.pop("discriminator", None)
    deprecated = said.rules.pop("deprecated", None)
    if deprecated != (field.description if field.deprecated else None):
        return f"is deprecated: {deprecated!r}"
    if alias != field.key:
        return f"has the alias {alias!r}"
    if found := _values_difference(said, field):
        return found
    if said.also != [*field.also]:
        return f"has the other names {said.also}"
    if said.takes_null != field.nullable:
        return "takes null" if said.takes_null else "refuses null"
    match statement.value:
        case None:
            return None if field.required else "is required"
        case ast.Call(func=ast.Name(id="Field"), keywords=[ast.keyword(arg="default_factory")]):
            return None if field.default == {} else "has a default object"
        case value:
            default = ast.literal_eval(value)
            same = not field.required and default == field.default
            return None if same else f"has the default {default!r}"


def _values_difference(said: _Annotation, values: Values) -> str | None:
    """Where an annotation doesn't say what a property, or the items of an array, can be."""
    if said.literals != ([list(values.choices)] if values.choices else []):
        return f"has the choices {said.literals}"
    if said.types != _types(values):
        return f"has the types {sorted(said.types)}"
    limits = {} if values.kind == WEIGHT_KIND else values.limits
    if said.rules != {PYDANTIC[rule]: limit for rule, limit in limits.items()}:
        return f"has the limits {said.rules}"
    inside = [each for _, each in values_inside(values)]
    for one, each in zip(said.inside, inside, strict=True):
        found = _values_difference(one, each)
        if found or one.takes_null:
            return found or "has items that take null"
    return None


def _types(values: Values) -> set[str]:
    """The names in an annotation: of classes, and of Python's for JSON's types."""
    kind = values.kind
    if values.choices:
        return {"IntegerIn", "Literal"} if kind == Plain("integer") else {"Literal"}
    if isinstance(kind, Array):
        return {"UniqueList" if kind.unique else "list"}
    if isinstance(kind, OneOrList):
        return {"OneOrList"}
    if isinstance(kind, Map):
        return {"Map"}
    if isinstance(kind, Objects):
        return {*kind.classes}
    return {_TYPES[kind.name]}


@dataclass
class _Annotation:
    """What an annotation says: types, choices, keywords of Field, other names.

    `inside` are the items of a list or a map, or the forms of what has two.
    """

    types: set[str] = dataclass_field(default_factory=set)
    literals: list[list[object]] = dataclass_field(default_factory=list)
    rules: dict[str, object] = dataclass_field(default_factory=dict)
    also: list[object] = dataclass_field(default_factory=list)
    takes_null: bool = False
    inside: list[_Annotation] = dataclass_field(default_factory=list)


def _read(annotation: ast.expr) -> _Annotation:
    said = _Annotation()
    _read_into(said, annotation)
    return said


def _read_into(said: _Annotation, node: ast.expr) -> None:
    match node:
        case ast.BinOp(left=left, op=ast.BitOr(), right=right):
            _read_into(said, left)
            _read_into(said, right)
        case ast.Subscript(
            value=ast.Name(id="Annotated"),
            slice=ast.Tuple(
                elts=[ast.BinOp(left=one, right=many), ast.Name(id="OneOrList"), *metadata]
            ),
        ):
            said.types.add("OneOrList")
            said.inside += [_read(one), _read(many)]
            for each in metadata:
                _read_metadata(said, each)
        case ast.Subscript(
            value=ast.Name(id="Annotated"), slice=ast.Tuple(elts=[inner, *metadata])
        ):
            _read_into(said, inner)
            for each in metadata:
                _read_metadata(said, each)
        case ast.Subscript(value=ast.Name(id="Literal"), slice=values):
            said.types.add("Literal")
            said.literals.append([ast.literal_eval(each) for each in _elements(values)])
        case ast.Subscript(value=ast.Name(id="IntegerIn"), slice=choices):
            said.types.add("IntegerIn")
            _read_into(said, choices)
        case ast.Subscript(value=ast.Name(id=name), slice=items):
            said.types.add(name)
            said.inside.append(_read(items))
        case ast.Name(id=name):
            said.types.add(name)
        case ast.Constant(value=None):
            said.takes_null = True
        case _:
            said.types.add(ast.unparse(node))


def _read_metadata(said: _Annotation, node: ast.expr) -> None:
    match node:
        case ast.Call(func=ast.Name(id="Field"), keywords=keywords):
            said.rules |= {str(each.arg): ast.literal_eval(each.value) for each in keywords}
        case ast.Call(func=ast.Name(id="Also"), args=names):
            said.also += [ast.literal_eval(each) for each in names]
        case _:
            said.types.add(ast.unparse(node))


def _found(node: ast.ClassDef) -> Iterator[tuple[ast.Name, ast.expr]]:
    for statement in node.body:
        yield from _assignments(statement)


def _assignments(node: ast.stmt) -> Iterator[tuple[ast.Name, ast.expr]]:
    match node:
        case ast.Assign(targets=[ast.Name() as target], value=value):
            yield target, value


def _elements(node: ast.expr) -> list[ast.expr]:
    return node.elts if isinstance(node, ast.Tuple) else [node]
