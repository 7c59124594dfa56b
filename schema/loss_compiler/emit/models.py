"""The classes of models.py, written by datamodel-code-generator.

It gets the config part of the schema: without mapping and loss definitions, which are data and not
classes, and without descriptions, which the template puts in as docstrings.
"""

from __future__ import annotations

import ast
import functools
import json
import warnings
from collections.abc import Iterator, Mapping, Sequence, Set
from dataclasses import dataclass, replace

from datamodel_code_generator import generate
from datamodel_code_generator.enums import DataModelType, InputFileType
from datamodel_code_generator.format import PythonVersion
from datamodel_code_generator.parser import LiteralType

from ..meaning.ir import Field, Model, Schema
from ..shared.jsontext import Json
from ..source.syntax import DRAFT, ROOT, WEIGHT_KIND, Array, Kind, Map, OneOrList, Plain, Values
from .constraints import PYDANTIC
from .escaping import literal
from .json_schema import property_schema

_BASE_MODULE = "base_classes"
_BASE = f"{_BASE_MODULE}.LossFactoryModel"
_RESULT_BASE = f"{_BASE_MODULE}.LossFactoryResultModel"
_DEPENDENT_BASE = f"{_BASE_MODULE}.DependentKeysModel"

_ENUM = frozenset({"Enum"})
_TYPING = frozenset({"Annotated", "Literal"})
_PYDANTIC = frozenset({"Field"})
_DEPENDENT_NAMES = frozenset({"DependentKeysModel"})
_KIND_NAMES = frozenset(
    {"Also", "Arguments", "Integer", "IntegerIn", "Map", "Number", "OneOrList", "UniqueList"}
)
_SCHEDULE_NAMES = frozenset({"Weight"})
_RESULTS = frozenset({"LossFactoryResult", "ValueLossConfig"})


@dataclass(frozen=True)
class GeneratedStatement:
    """A field, an enum member or a rule: its code, and the description that belongs to it."""

    code: str
    description: str


@dataclass(frozen=True)
class GeneratedClass:
    """A class: its name and bases, its description, its body."""

    name: str
    bases: str
    description: str
    statements: tuple[GeneratedStatement, ...]


@dataclass(frozen=True)
class GeneratedModule:
    """What a module holds: the names that its classes need, by who has them, and the classes."""

    enum_names: tuple[str, ...]
    typing_names: tuple[str, ...]
    pydantic_names: tuple[str, ...]
    dependent_names: tuple[str, ...]
    kind_names: tuple[str, ...]
    schedule_names: tuple[str, ...]
    classes: tuple[GeneratedClass, ...]


@dataclass(frozen=True)
class GeneratedModels:
    """The modules models.py and results.py."""

    configs: GeneratedModule
    results: GeneratedModule


def generate_models(schema: Schema) -> GeneratedModels:
    """The classes for `schema`, in an order in which they can be defined."""
    module = ast.parse(_generated_text(schema))
    descriptions = _descriptions(schema)
    fields = {(model.name, field.name): field for model in _all(schema) for field in model.fields}
    rules = {model.name: tuple(_rules(model)) for model in _all(schema)}
    classes = [node for node in module.body if isinstance(node, ast.ClassDef)]
    if not all(
        isinstance(node, ast.Import | ast.ImportFrom | ast.ClassDef) for node in module.body
    ):
        raise RuntimeError(
            "datamodel-code-generator wrote something that is no import and no class"
        )
    generated = tuple(
        GeneratedClass(
            name=node.name,
            bases=", ".join(ast.unparse(base) for base in node.bases),
            description=descriptions[node.name, ""],
            statements=(*rules.get(node.name, ()), *_statements(node, descriptions, fields)),
        )
        for node in classes
    )
    return GeneratedModels(
        _module([each for each in generated if each.name not in _RESULTS]),
        _module([each for each in generated if each.name in _RESULTS]),
    )


def _module(classes: Sequence[GeneratedClass]) -> GeneratedModule:
    code = (text for each in classes for text in (each.bases, *(s.code for s in each.statements)))
    nodes = (node for text in code for node in ast.walk(ast.parse(text)))
    used = {node.id for node in nodes if isinstance(node, ast.Name)}

    def needed(names: Set[str]) -> tuple[str, ...]:
        return tuple(sorted(used & names))

    return GeneratedModule(
        needed(_ENUM),
        needed(_TYPING),
        needed(_PYDANTIC),
        needed(_DEPENDENT_NAMES),
        needed(_KIND_NAMES),
        needed(_SCHEDULE_NAMES),
        tuple(classes),
    )


def _generated_text(schema: Schema) -> str:
    with warnings.catch_warnings():
        # On Python 3.10, which it is about to leave behind, it says so each time.
        warnings.simplefilter("ignore", FutureWarning)
        config_part = json.dumps(_config_part(schema))
        text = _generated(config_part, _aliases(schema), _bases(schema))
    if not isinstance(text, str):
        raise RuntimeError("datamodel-code-generator did not write one module")
    return text


def _all(schema: Schema) -> tuple[Model, ...]:
    return (*schema.models, *schema.results)


def _aliases(schema: Schema) -> tuple[tuple[str, str], ...]:
    """The fields that Python calls something else than configs do, as the generator has them."""
    return tuple(
        (f"{model.name}.{field.key}", field.name)
        for model in _all(schema)
        for field in model.fields
        if field.name != field.key
    )


def _bases(schema: Schema) -> tuple[tuple[str, str], ...]:
    """The classes with another base than most have, and which one."""
    dependent = [(model.name, _DEPENDENT_BASE) for model in schema.models if model.needs]
    return (("LossFactoryResult", _RESULT_BASE), *dependent)


@functools.lru_cache(maxsize=32)
def _generated(
    config_part: str, aliases: tuple[tuple[str, str], ...], bases: tuple[tuple[str, str], ...]
) -> object:
    """The same for schemas that differ in prose and losses alone."""
    return generate(
        json.loads(config_part),
        input_file_type=InputFileType.JsonSchema,
        output_model_type=DataModelType.PydanticV2BaseModel,
        target_python_version=PythonVersion.PY_310,
        base_class=_BASE,
        base_class_map=dict(bases),
        aliases=dict(aliases),
        use_standard_collections=True,
        use_union_operator=True,
        use_object_type=True,
        strict_nullable=True,
        use_annotated=True,
        field_constraints=True,
        use_title_as_name=True,
        use_subclass_enum=True,
        enum_field_as_literal=LiteralType.Off,
        use_double_quotes=True,
        use_exact_imports=True,
        formatters=[],
        disable_timestamp=True,
        custom_file_header=" ",
        allow_remote_refs=False,
    )


def _config_part(schema: Schema) -> Json:
    """What the generator gets to see: classes and the enum, without a word of prose."""
    root, *others = _all(schema)
    members: list[Json] = [
        {"const": each.class_name, "title": each.member} for each in schema.bottlenecks
    ]
    definitions = {model.name: _closed_object(model) for model in others}
    definitions["BottleneckType"] = {"type": "string", "oneOf": members}
    return {"$schema": DRAFT, "title": ROOT, **_closed_object(root), "$defs": {**definitions}}


def _closed_object(model: Model) -> dict[str, Json]:
    required: list[Json] = [field.key for field in model.fields if field.required]
    properties: dict[str, Json] = {field.key: _property(field) for field in model.fields}
    return {"type": "object", "required": required, "properties": properties}


def _property(field: Field) -> dict[str, Json]:
    """A property whose numbers are what Python writes: 1.0 where a float may stand.

    Its items have no limits: the generator would invent a class for each.
    """
    field = replace(field, kind=_without_rules(field.kind))
    schema = {**_with_literals(property_schema(field)), **_as_in_python(field)}
    if isinstance(field.kind, Map):
        schema = _map(schema)
    if field.kind == WEIGHT_KIND:  # the runtime's type has its limits
        schema = {rule: each for rule, each in schema.items() if rule not in field.limits}
    return schema


def _with_literals(schema: dict[str, Json]) -> dict[str, Json]:
    """`schema`, whose choices become `Literal[…]`: the generator would invent a class for each."""
    inside: dict[str, Json] = {
        key: _with_literals(each)
        for key, each in schema.items()
        if key in ("items", "additionalProperties") and isinstance(each, dict)
    }
    literal_choices: dict[str, Json] = {"x-enum-field-as-literal": True} if "enum" in schema else {}
    return {**schema, **literal_choices, **inside}


def _map(schema: dict[str, Json]) -> dict[str, Json]:
    """A map without the keys of comments: beside those, or null, what it holds gets lost."""
    own = ("type", "additionalProperties", "patternProperties")
    others = {key: each for key, each in schema.items() if key not in own}
    values: dict[str, Json] = {
        "type": "object",
        "additionalProperties": schema["additionalProperties"],
    }
    if schema["type"] == "object":
        return {**values, **others}
    return {"anyOf": [values, {"type": "null"}], **others}


def _without_rules(kind: Kind) -> Kind:
    match kind:
        case Array(items):
            return Array(_without_limits(items))
        case Map(items):
            return Map(_without_limits(items))
        case OneOrList(one, many):
            return OneOrList(_without_limits(one), _without_limits(many))
        case _:
            return kind


def _without_limits(values: Values) -> Values:
    return replace(values, kind=_without_rules(values.kind), limits={})


def _as_in_python(values: Values) -> Mapping[str, int | float]:
    """The limits of numbers as floats, since Python's floats are compared with them."""
    if values.kind == Plain("number"):
        return {rule: float(limit) for rule, limit in values.limits.items()}
    return values.limits


def _descriptions(schema: Schema) -> dict[tuple[str, str], str]:
    """Descriptions of classes, (class, ""), and of their fields and members, (class, name)."""
    descriptions = {("BottleneckType", ""): schema.bottleneck_description}
    for bottleneck in schema.bottlenecks:
        descriptions["BottleneckType", bottleneck.member] = bottleneck.description
    for model in _all(schema):
        descriptions[model.name, ""] = model.description
        for field in model.fields:
            descriptions[model.name, field.name] = field.description
    return descriptions


def _rules(model: Model) -> Iterator[GeneratedStatement]:
    """`__needs__ = {"hop_ratio": ("n_fft",)}`, if keys of the object need others."""
    if model.needs:
        code = f"__needs__ = {literal(model.needs_in_python)}"
        yield GeneratedStatement(code, "Which keys need which others beside them.")


def _statements(
    node: ast.ClassDef,
    descriptions: Mapping[tuple[str, str], str],
    fields: Mapping[tuple[str, str], Field],
) -> Iterator[GeneratedStatement]:
    for statement in node.body:
        match statement:
            case ast.AnnAssign(target=ast.Name(id=name)):
                field = _with_default_factory(statement)
                if of := fields.get((node.name, name)):
                    stricter = _StricterTypes(of.kind).visit(field.annotation)
                    field.annotation = _with_other_names(_deprecated(stricter, of), of)
                code = ast.unparse(field)
            case ast.Assign(targets=[ast.Name(id=name)]):
                code = ast.unparse(statement)
            case _:
                code = ast.unparse(statement)
                raise RuntimeError(f"datamodel-code-generator wrote {code!r} into {node.name}")
        if (node.name, name) not in descriptions:
            raise RuntimeError(f"datamodel-code-generator invented the name {node.name}.{name}")
        yield GeneratedStatement(code, descriptions[node.name, name])


def _with_other_names(annotation: ast.expr, of: Field) -> ast.expr:
    """`Annotated[…, Also("hop_lengths")]`, if people have other names for the field."""
    if not of.also:
        return annotation
    also = ast.Call(ast.Name("Also"), [ast.Constant(name) for name in of.also], [])
    return _annotated(annotation, also)


def _deprecated(annotation: ast.expr, of: Field) -> ast.expr:
    """`Annotated[…, Field(deprecated="…")]` with the field's description, if it is deprecated."""
    if not of.deprecated:
        return annotation
    said = ast.keyword("deprecated", ast.Constant(of.description))
    match annotation:
        case ast.Subscript(slice=ast.Tuple(elts=[_, ast.Call(ast.Name("Field"), keywords=rules)])):
            rules.append(said)
            return annotation
    return _annotated(annotation, ast.Call(ast.Name("Field"), [], [said]))


def _annotated(annotation: ast.expr, metadata: ast.expr) -> ast.expr:
    """`annotation` with `metadata` after what it has already."""
    parts = [annotation]
    match annotation:
        case ast.Subscript(value=ast.Name(id="Annotated"), slice=ast.Tuple(elts=parts)):
            pass
    return ast.Subscript(ast.Name("Annotated"), ast.Tuple([*parts, metadata]))


class _StricterTypes(ast.NodeTransformer):
    """The runtime's types in place of Python's, and what is asked of items, for a kind of values.

    The runtime has two for `float`, and one for `int`, for choices of integers, for
    `dict[str, object]`, for a map, for a list of which no two items are the same, and for a number
    or a list.
    """

    def __init__(self, kind: Kind) -> None:
        self.kind = kind
        self.names = {"float": "Weight" if kind == WEIGHT_KIND else "Number", "int": "Integer"}

    def visit_Name(self, node: ast.Name) -> ast.Name:
        return ast.Name(self.names.get(node.id, node.id))

    def visit_Subscript(self, node: ast.Subscript) -> ast.AST:
        if ast.unparse(node) == "dict[str, object]":
            return ast.Name("Arguments")
        match self.kind, node:
            case Array(items, unique), ast.Subscript(value=ast.Name("list"), slice=inner):
                name = "UniqueList" if unique else "list"
                return ast.Subscript(ast.Name(name), _strict(inner, items))
            case Plain("integer"), ast.Subscript(value=ast.Name("Literal")):
                return ast.Subscript(ast.Name("IntegerIn"), node)
            case Map(items), ast.Subscript(
                value=ast.Name("dict"), slice=ast.Tuple(elts=[_, inner])
            ):
                return ast.Subscript(ast.Name("Map"), _strict(inner, items))
        return self.generic_visit(node)

    def visit_BinOp(self, node: ast.BinOp) -> ast.AST:
        match self.kind, node:
            case OneOrList(one, many), ast.BinOp(left=ast.Name() as number, right=listed) if (
                isinstance(listed, ast.Subscript)
            ):
                forms = ast.BinOp(_strict(number, one), ast.BitOr(), _strict(listed, many))
                parts = ast.Tuple([forms, ast.Name("OneOrList")])
                return ast.Subscript(ast.Name("Annotated"), parts)
        return self.generic_visit(node)


def _strict(annotation: ast.expr, values: Values) -> ast.expr:
    """What is generated for `values`, with stricter types and `Annotated[…, Field(ge=1)]`."""
    annotation = _StricterTypes(values.kind).visit(annotation)
    if not values.limits:
        return annotation
    rules = [
        ast.keyword(PYDANTIC[rule], ast.Constant(limit))
        for rule, limit in _as_in_python(values).items()
    ]
    parts: list[ast.expr] = [annotation, ast.Call(ast.Name("Field"), [], rules)]
    return ast.Subscript(ast.Name("Annotated"), ast.Tuple(parts))


def _with_default_factory(field: ast.AnnAssign) -> ast.AnnAssign:
    """`weights: Weights = Field(default_factory=Weights)` where the default is `{}`.

    The generator writes `weights: Annotated[Weights, Field(validate_default=True)] = {}`, which
    type checkers refuse, and `config: dict[str, object] = {}` for an open object.
    """
    annotation = _without_validation(field.annotation)
    value = field.value
    match value, annotation:
        case ast.Dict(keys=[]), ast.Name(id=factory) | ast.Subscript(
            value=ast.Name(id="Annotated"), slice=ast.Tuple(elts=[ast.Name(id=factory), *_])
        ):
            value = _made_by(factory)
        case ast.Dict(keys=[]), _:
            value = _made_by("dict")
    return ast.AnnAssign(field.target, annotation, value, simple=1)


def _made_by(factory: str) -> ast.expr:
    return ast.Call(ast.Name("Field"), [], [ast.keyword("default_factory", ast.Name(factory))])


def _without_validation(annotation: ast.expr) -> ast.expr:
    """An annotation without `validate_default=True`: all defaults are valid already."""
    match annotation:
        case ast.Subscript(
            value=ast.Name(id="Annotated"),
            slice=ast.Tuple(elts=[held, ast.Call(func=ast.Name(id="Field"), keywords=said)]),
        ):
            kept = [each for each in said if each.arg != "validate_default"]
            return _annotated(held, ast.Call(ast.Name("Field"), [], kept)) if kept else held
    return annotation
