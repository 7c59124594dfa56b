"""The last look at what was rendered: nothing but expected code, and the classes of the schema.

Schema text is emitted as literals only, and the class generator is trusted with names only as far
as they come out unchanged. Both are checked here, on the finished text.
"""

from __future__ import annotations

import ast
import difflib
from collections.abc import Iterator
from dataclasses import asdict

from ..meaning.ir import Bottleneck, Field, Loss, Model, Schema
from .allowed import surprises

_MISSING = "missing: Missing = 'error'"


def verify_package(files: dict[str, str], schema: Schema, modules: tuple[str, ...]) -> None:
    """Check the rendered `modules` of `files`.

    Raises:
        RuntimeError: a bug in the compiler, its templates or the class generator.
    """
    trees = {name: ast.parse(files[name], name) for name in modules}
    found = [f"{name}: {each}" for name, tree in trees.items() for each in surprises(tree)]
    classes = ast.Module([*trees["models.py"].body, *trees["results.py"].body], [])
    found += [f"models.py, results.py: {each}" for each in _differences(classes, schema)]
    found += [f"dispatch.py: {each}" for each in _other_losses(trees["dispatch.py"], schema)]
    found += [f"modules.py: {each}" for each in _other_modules(trees["modules.py"], schema)]
    found += [f"trainers.py: {each}" for each in _other_trainers(trees["trainers.py"], schema)]
    if found:
        message = "the rendered package is not what the schema says:"
        raise RuntimeError("\n".join([message, *found]))


def _differences(tree: ast.Module, schema: Schema) -> Iterator[str]:
    """Where the classes of models.py are not those of the schema."""
    classes = {node.name: node for node in tree.body if isinstance(node, ast.ClassDef)}
    expected = {model.name for model in schema.models} | {"BottleneckType"}
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
    for model in schema.models:
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
    types = {node.id for node in annotation if isinstance(node, ast.Name)} - {"Annotated", "Field"}
    nullable = any(isinstance(node, ast.Constant) and node.value is None for node in annotation)
    if literals != ([list(field.choices)] if field.choices else []):
        return f"has the choices {literals}"
    if alias != field.key:
        return f"has the alias {alias!r}"
    if types != field.types:
        return f"has the types {sorted(types)}"
    if rules != field.limits:
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


def _other_losses(tree: ast.Module, schema: Schema) -> Iterator[str]:
    """Where the losses of dispatch.py are not those of the schema."""
    found = [
        (node.target.id, *(ast.literal_eval(each) for each in _literals(node.value)))
        for node in tree.body
        if isinstance(node, ast.AnnAssign)
        and isinstance(node.target, ast.Name)
        and isinstance(node.value, ast.Call)
        and ast.unparse(node.value.func) == "Loss"
    ]
    expected = [
        (
            *(loss.constant, loss.key, loss.name, f"{loss.stem}_weight"),
            *(loss.weight.path, loss.weight.default, *_scale(loss)),
        )
        for loss in schema.losses
    ]
    if found != expected:
        yield f"has the losses {found} instead of {expected}"


def _scale(loss: Loss) -> list[float]:
    return [] if loss.scale == 1 else [loss.scale]


def _literals(call: ast.Call) -> Iterator[ast.expr]:
    """The literals of `Loss(key=…, name=…, weight=Weight(path, default, …))`, and its `scale=…`."""
    key, name, argument, weight, *scale = (keyword.value for keyword in call.keywords)
    yield key
    yield name
    yield argument
    if isinstance(weight, ast.Call):
        yield from weight.args[:2]
    yield from scale


def _other_trainers(tree: ast.Module, schema: Schema) -> Iterator[str]:
    """Where the trainers of trainers.py are not those of the schema."""
    found = [
        {part.arg: ast.literal_eval(_argument(part.value)) for part in node.keywords}
        for node in ast.walk(tree)
        if isinstance(node, ast.Call) and ast.unparse(node.func) == "Trainer"
    ]
    expected = [asdict(trainer) for trainer in schema.trainers]
    for trainer in expected:
        del trainer["description"]
    if found != expected:
        yield f"has the trainers {found} instead of {expected}"


def _argument(value: ast.expr) -> ast.expr:
    """What a collection is made of."""
    return value.args[0] if isinstance(value, ast.Call) and value.args else value


def _other_modules(tree: ast.Module, schema: Schema) -> Iterator[str]:
    """Where the modules of modules.py are not those of the schema."""
    classes = {node.name: node for node in tree.body if isinstance(node, ast.ClassDef)}
    expected = [each.loss_class for each in schema.bottlenecks]
    if list(classes) != expected:
        yield f"has the classes {list(classes)} instead of {expected}"
        return
    for bottleneck in schema.bottlenecks:
        found = _unwrapped(classes[bottleneck.loss_class])
        expected = _unwrapped(ast.parse(_module(bottleneck)))
        if found != expected:
            changes = [line for line in difflib.ndiff(expected, found) if line[0] in "+-"]
            yield "\n".join([f"{bottleneck.loss_class} is another module:", *changes])
    table = _table(tree)
    if table != {f"BottleneckType.{each.member}": each.loss_class for each in schema.bottlenecks}:
        yield f"has the table {table}"


def _unwrapped(node: ast.AST) -> list[str]:
    """The lines of `node`, with each docstring in one line."""
    for each in ast.walk(node):
        match each:
            case ast.Expr(ast.Constant(str() as text)):
                each.value = ast.Constant(" ".join(text.split()))
    return ast.unparse(node).split("\n")


def _module(bottleneck: Bottleneck) -> str:
    """The class that `bottleneck` should have, as a second opinion on the template."""
    losses = [(loss.stem, repr(loss.key), repr(loss.name)) for loss in bottleneck.losses]
    parameters = [f"{stem}_weight: float" for stem, _, _ in losses]
    lines = [
        f"class {bottleneck.loss_class}(BottleneckLoss):",
        f"    'The losses of {bottleneck.class_name}.'",
        f"    bottleneck_type = BottleneckType.{bottleneck.member}",
        f"    def __init__({', '.join(['self', '*', *parameters, _MISSING])}) -> None:",
        "        super().__init__(missing)",
        *(line for loss in bottleneck.losses for line in _stored_weight(loss)),
        "    def forward(self, info: Mapping[str, Tensor]) -> tuple[Tensor, dict[str, Tensor]]:",
    ]
    if not losses:
        return "\n".join([*lines, "        return zeros(()), {}"])
    lines += ["        total: Tensor | int = 0", "        losses: dict[str, Tensor] = {}"]
    for stem, key, name in losses:
        lines += [
            f"        if {key} not in info:",
            f"            self._leave_out(info, {key}, {name})",
            "        else:",
            f"            losses[{name}] = value_of(info, {key}, {name}) * self.{stem}_weight",
            f"            total += losses[{name}]",
        ]
    return "\n".join([*lines, "        return as_total(total), losses"])


def _stored_weight(loss: Loss) -> Iterator[str]:
    name = f"{loss.stem}_weight"
    yield f"        self.{name}: Final = checked_weight('{name}', {name})"
    if loss.scale != 1:
        yield f"        {loss.origin!r}"


def _table(tree: ast.Module) -> dict[str, str]:
    """The entries of BOTTLENECK_LOSSES."""
    return {
        ast.unparse(key): ast.unparse(value)
        for node in tree.body
        if isinstance(node, ast.AnnAssign) and isinstance(node.value, ast.Call)
        for table in node.value.args
        if isinstance(table, ast.Dict)
        for key, value in zip(table.keys, table.values, strict=True)
        if key is not None
    }


def _assignments(node: ast.stmt) -> Iterator[tuple[ast.Name, ast.expr]]:
    match node:
        case ast.Assign(targets=[ast.Name() as target], value=value):
            yield target, value


def _elements(node: ast.expr) -> list[ast.expr]:
    return node.elts if isinstance(node, ast.Tuple) else [node]
