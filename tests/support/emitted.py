"""What a package may hold, whatever its schema says: the list of all Python that is emitted.

Written without a look at the compiler's own list (allowed.py), statement by statement. Names are
plain ones; everything that a schema says freely is a string constant.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

_IMPORTS = {
    "__init__.py": {
        *("__future__.annotations", "collections.abc.Mapping", "typing.TYPE_CHECKING"),
        *("typing.Final", ".runtime.require_runtime", ".runtime.lazy.lazy_attribute"),
        ".runtime.lazy.has_torch",
        *("._version.SCHEMA_SHA256", "._version.SCHEMA_VERSION", "._version.__version__"),
        *(".runtime.model.errors.*", ".runtime.tensors.bottleneck_loss.BottleneckLoss"),
        *(".runtime.tensors.drop_in.MultiLoss", ".runtime.tensors.drop_in.ValueLoss"),
        *(".runtime.model.objective_plan.ObjectivePlan", ".runtime.plan.steps.generator_step"),
        *(".runtime.model.objective_plan.PlannedLoss", ".runtime.tensors.adversary.Adversarial"),
        *(".runtime.tensors.objective.Objective", ".factories.create_objective"),
        *(".runtime.tensors.details.LossDetails", ".runtime.tensors.details.non_finite"),
        *(".models.*", ".planning.plan_losses", ".planning.plan_objective"),
        ".planning.load_config",
        *(".results.LossFactoryResult", ".results.ValueLossConfig"),
        *(".factories.create_bottleneck_loss", ".factories.create_loss_modules_from_bottleneck"),
    },
    "__main__.py": {".dispatch.TABLES", ".runtime.cli.main"},
    "_version.py": {"typing.Final"},
    "dispatch.py": {
        ".runtime.lazy.require_same_schema",
        *("__future__.annotations", "collections.abc.Mapping", "types.MappingProxyType"),
        *("typing.Final", ".runtime.model.records.Loss", ".runtime.model.records.Tables"),
        *(".runtime.model.records.Weight", ".models.AutoencoderLossConfig"),
        *(".models.BottleneckType", ".trainers.OBJECTIVES", ".trainers.TRAINERS"),
        "._version.SCHEMA_SHA256",
        *("._version.SCHEMA_VERSION", "._version.__version__"),
    },
    "models.py": {
        ".runtime.lazy.require_same_schema",
        *("__future__.annotations", "enum.Enum", "typing.Annotated", "typing.Literal"),
        *("pydantic.Field", ".runtime.model.kinds.Also", ".runtime.model.kinds.Arguments"),
        *(".runtime.model.kinds.Integer", ".runtime.model.base.LossFactoryModel"),
        *(".runtime.model.kinds.Map", ".runtime.model.kinds.OneOrList"),
        *(".runtime.model.kinds.Number", ".runtime.model.kinds.UniqueList"),
        *(".runtime.model.kinds.IntegerIn", ".runtime.model.dependent_keys.DependentKeysModel"),
        ".runtime.model.schedules.Weight",
    },
    "results.py": {
        ".runtime.lazy.require_same_schema",
        *("__future__.annotations", "typing.Annotated", "pydantic.Field", ".dispatch.TABLES"),
        *(".models.BottleneckType", ".runtime.model.base.LossFactoryModel"),
        *(".runtime.model.kinds.Number", ".runtime.model.results.LossFactoryResultModel"),
    },
    "modules.py": {
        ".runtime.lazy.require_same_schema",
        *("__future__.annotations", "collections.abc.Callable", "collections.abc.Mapping"),
        *("types.MappingProxyType", "typing.Final", "torch.Tensor"),
        ".runtime.tensors.values.Missing",
        *(".runtime.model.courses.WeightArgument", ".runtime.tensors.values.value_of"),
        *(".runtime.tensors.bottleneck_loss.BottleneckLoss", ".models.BottleneckType"),
    },
    "objectives.py": {
        ".runtime.lazy.require_same_schema",
        *("__future__.annotations", "collections.abc.Callable", "collections.abc.Mapping"),
        *("types.MappingProxyType", "typing.Final", "torch.Tensor", ".dispatch.TABLES"),
        *(".runtime.tensors.objective_module.ObjectiveModule", ".runtime.tensors.terms.kinds"),
        *(".runtime.tensors.objective_module.Parts", ".runtime.tensors.values.value_of"),
    },
    "trainers.py": {
        ".runtime.lazy.require_same_schema",
        *("__future__.annotations", "collections.abc.Mapping", "types.MappingProxyType"),
        *("typing.Final", ".runtime.model.records.Objective", ".runtime.model.records.Summand"),
        *(".runtime.model.records.Condition", ".runtime.model.records.Failure"),
        *(".runtime.model.records.Trainer", ".models.AutoencoderLossConfig"),
    },
}

MODULES = tuple(_IMPORTS)
"""The modules that hold something of a schema."""

_BASES = {
    "models.py": {"DependentKeysModel", "LossFactoryModel", "str, Enum"},
    "results.py": {"LossFactoryModel", "LossFactoryResultModel"},
    "modules.py": {"BottleneckLoss"},
    "objectives.py": {"ObjectiveModule"},
}
_CALLS = {
    "dispatch.py": {"Loss", "MappingProxyType", "Tables", "Weight"},
    "models.py": {"Field"},
    "modules.py": {"MappingProxyType"},
    "objectives.py": {"MappingProxyType"},
    "trainers.py": {
        *("Condition", "Failure", "MappingProxyType", "Objective", "Summand", "Trainer"),
        "frozenset",
    },
}
"""What data is made with."""

_SAME_SCHEMA = "require_same_schema(__name__)"
_WHOLE_STATEMENTS = {
    "__init__.py": {
        "def __dir__() -> list[str]:\n    return sorted({*globals(), *__all__})",
        "require_runtime(__name__, 3)",
    },
    "models.py": {_SAME_SCHEMA},
    "results.py": {_SAME_SCHEMA},
    "trainers.py": {_SAME_SCHEMA},
    "dispatch.py": {
        _SAME_SCHEMA,
        "assert LOSSES.keys() == set(BottleneckType), 'every bottleneck has its losses'",
        "assert set(CLASS_NAMES.values()) == set(BottleneckType), "
        "'every bottleneck has its class name'",
        "assert set(CONFIG_TYPES.values()) == set(BottleneckType), "
        "'every bottleneck has its config tag'",
    },
    "modules.py": {
        _SAME_SCHEMA,
        "assert BOTTLENECK_LOSSES.keys() == set(BottleneckType), 'every bottleneck has its module'",
    },
    "objectives.py": {
        _SAME_SCHEMA,
        "assert GENERATORS.keys() == TABLES.objectives.keys(), 'every objective has its module'",
    },
}  # fmt: skip
_ANNOTATIONS = {
    *("Final", "Final[tuple[Trainer, ...]]", "Final[Loss[AutoencoderLossConfig]]"),
    *("Final[Mapping[str, BottleneckType]]", "Final[Mapping[str, str]]"),
    "Final[Mapping[BottleneckType, tuple[Loss[AutoencoderLossConfig], ...]]]",
    "Final[Mapping[BottleneckType, Callable[..., BottleneckLoss]]]",
    "Final[Mapping[str, Objective[AutoencoderLossConfig]]]",
    "Final[Mapping[str, Callable[[Parts], ObjectiveModule]]]",
}
_OWN_NAMES = ("__file__", "__version__")
_PLAIN_NAME = re.compile("[A-Za-z][A-Za-z0-9_]*")
_PATH = re.compile(r"config(\.[a-z][a-z0-9_]*)+")
_MEMBER_BY_NAME = re.compile(r"vars\((config[.a-z0-9_]*)\)\['([a-z][a-z0-9_]*)'\]")
_STRING = r"'(?:[^'\\]|\\.)*'|\"(?:[^\"\\]|\\.)*\""
_TERM_KINDS = "l1|mel|mmd|mse|stereo_stft|stereo_tight_stft|stft|tight_stft"
_NAME = "[a-z][a-z0-9_]*"
_WEIGHTED = r"\n    losses\[(?P=name)\] = loss = value \* self\.(?P=stem)_weight"
_ADDED = r"\n    total \+= loss"
_BODY = {
    ("modules.py", "__init__"): [
        r"super\(\).__init__\(missing, keys\)",
        rf"self\.(?P<weight>{_NAME}_weight) = self\._weight\('(?P=weight)', (?P=weight)\)",
        rf"self\.{_NAME}_key: Final = self\._key\((?:{_STRING})\)",
        rf"(?:{_STRING})",
    ],
    ("modules.py", "add_to"): [
        r"return total",
        rf"if self\.(?P<stem>{_NAME})_key not in info:\n"
        rf"    self\._leave_out\(info, self\.(?P=stem)_key, (?P<name>{_STRING})\)\n"
        r"else:\n"
        r"    values\[(?P=name)\] = value = value_of\(info, self\.(?P=stem)_key, (?P=name)\)"
        rf"{_WEIGHTED}{_ADDED}",
    ],
    ("objectives.py", "__init__"): [
        r"super\(\).__init__\(parts\)",
        r"self\.bottleneck: Final = parts\.bottleneck",
        rf"self\.(?P<stem>{_NAME})_weight = self\._value_weight\(parts, '(?P=stem)'\)",
        rf"self\.(?P<stem>{_NAME})_loss: Final = parts\.term\('(?P=stem)', "
        rf"kinds\.(?:{_TERM_KINDS})(?:, '{_NAME}(?:\.{_NAME})*')?\)",
    ],
    ("objectives.py", "add_to"): [
        r"found = self\._found\(info\)",
        r"self\._found\(info\)",
        r"if self\.bottleneck is not None:\n"
        r"    total = self\.bottleneck\.add_to\(total, losses, values, info\)",
        rf"if self\.(?P<stem>{_NAME})_weight is not None and (?P<key>{_STRING}) in found:\n"
        rf"    values\[(?P<name>{_STRING})\] = value = value_of\(found, (?P=key), (?P=name)\)"
        rf"{_WEIGHTED}{_ADDED}",
        rf"if self\.(?P<stem>{_NAME})_loss is not None and \(?(?P<one>{_STRING}) in found\)? and "
        rf"\(?(?P<other>{_STRING}) in found\)?:\n"
        rf"    \(?values\[(?P<name>{_STRING})\], loss\)? = "
        rf"self\.(?P=stem)_loss\(found\[(?P=one)\], found\[(?P=other)\]\)\n"
        rf"    losses\[(?P=name)\] = loss{_ADDED}",
        r"return total",
    ],
}
_ADD_TO = (
    r"self, total: Tensor \| int, losses: dict\[str, Tensor\], values: dict\[str, Tensor\], "
    r"info: Mapping\[str, Tensor\] -> Tensor \| int"
)
_SIGNATURES = {
    ("modules.py", "__init__"): (
        rf"self, \*(, {_NAME}_weight: WeightArgument)*, missing: Missing='error', "
        r"keys: Mapping\[str, str\] \| None=None -> None"
    ),
    ("modules.py", "add_to"): _ADD_TO,
    ("objectives.py", "__init__"): "self, parts: Parts -> None",
    ("objectives.py", "add_to"): _ADD_TO,
}


def foreign(name: str, tree: ast.Module) -> Iterator[str]:
    """Everything in the module `name` that is not in the list."""
    for node in tree.body:
        yield from _Module(name).statement(node)


class _Module:
    def __init__(self, name: str) -> None:
        self.name = name

    def statement(self, node: ast.stmt) -> Iterator[str]:
        """What is foreign in a statement at the top level."""
        match node:
            case ast.Expr(ast.Constant(str())):
                return
            case ast.ImportFrom():
                yield from self._imports(node)
            case ast.ClassDef(decorator_list=[], keywords=[]) if self._may_be(node):
                for each in node.body:
                    yield from self._member(each)
            case ast.AnnAssign(
                target=ast.Name(id=target), annotation=note, value=ast.expr() as value
            ):
                plain = _PLAIN_NAME.fullmatch(target) or target in ("_MODULES", "_NEED_TORCH")
                if ast.unparse(note) not in _ANNOTATIONS or not plain:
                    yield _told(node)
                yield from self._value(value)
            case ast.Assign(targets=[ast.Name(id="__all__" | "__version__")], value=value):
                yield from self._value(value)
            case ast.If(test=test) if self.name == "__init__.py":
                yield from self._type_checking(node, ast.unparse(test))
            case ast.Expr(
                ast.Call(
                    ast.Name(id="main"),
                    [ast.Name("TABLES"), ast.Constant(str()), ast.Constant(str())],
                    [],
                )
            ):
                if self.name != "__main__.py":
                    yield _told(node)
            case _:
                if ast.unparse(node) not in _WHOLE_STATEMENTS.get(self.name, ()):
                    yield _told(node)

    def _imports(self, node: ast.ImportFrom) -> Iterator[str]:
        for alias in node.names:
            module = "." * node.level + (node.module or "")
            if node.level == 0:  # a package that has no runtime of its own
                module = module.replace("loss_factory.runtime", ".runtime")
            known = _IMPORTS[self.name]
            wanted = {f"{module}.{alias.name}", f"{module}.*"}
            plain = _PLAIN_NAME.fullmatch(alias.name) or alias.name == "__version__"
            if alias.asname is not None or not plain or not wanted & known:
                yield _told(node)

    def _may_be(self, node: ast.ClassDef) -> bool:
        bases = ", ".join(map(ast.unparse, node.bases))
        return bases in _BASES.get(self.name, ()) and bool(_PLAIN_NAME.fullmatch(node.name))

    def _type_checking(self, node: ast.If, test: str) -> Iterator[str]:
        """`if TYPE_CHECKING:` imports; the other defines a function, and leaves names out."""
        if test == "TYPE_CHECKING" and not node.orelse:
            for each in node.body:
                match each:
                    case ast.ImportFrom():
                        yield from self._imports(each)
                    case _:
                        yield _told(each)
        else:
            expected = (
                "if not TYPE_CHECKING:\n    if not has_torch():\n"
                "        __all__ = [name for name in __all__ if name not in _NEED_TORCH]\n\n"
                "    def __getattr__(name: str) -> object:\n"
                "        globals()[name] = found = lazy_attribute(__name__, name, _MODULES, TEXT)\n"
                "        return found"
            )
            text = re.sub(rf"_MODULES, (?:{_STRING})\)", "_MODULES, TEXT)", ast.unparse(node))
            if text != expected:
                yield text

    def _member(self, node: ast.stmt) -> Iterator[str]:
        """What is foreign in a class."""
        match node:
            case ast.Expr(ast.Constant(str())):
                return
            case ast.Assign(
                targets=[ast.Name(id=member)],
                value=ast.Constant(str()) | ast.Attribute(ast.Name("BottleneckType"), str()),
            ) if _PLAIN_NAME.fullmatch(member):
                return
            case ast.Assign(targets=[ast.Name("__needs__")], value=ast.Dict(keys, values)) if (
                self.name == "models.py"
            ):
                for each in (*keys, *(item for names in values for item in _items(names))):
                    if not isinstance(each, ast.Constant):
                        yield _told(node)
            case ast.Assign(targets=[ast.Name("tables")], value=ast.Name("TABLES")) if (
                self.name == "results.py"
            ):
                return
            case ast.AnnAssign(target=ast.Name(id=field), annotation=note) if self.name in (
                "models.py",
                "results.py",
            ):
                if not _PLAIN_NAME.fullmatch(field):
                    yield _told(node)
                yield from self._type(note)
                if node.value is not None:
                    yield from self._value(node.value)
            case ast.FunctionDef(
                name=method, decorator_list=[], args=args, returns=ast.expr() as kind
            ) if (self.name, method) in _BODY:
                signature = f"{ast.unparse(args)} -> {ast.unparse(kind)}"
                if not re.fullmatch(_SIGNATURES[self.name, method], signature):
                    yield signature
                for each in node.body:
                    text = ast.unparse(each)
                    if not any(re.fullmatch(form, text) for form in _BODY[self.name, method]):
                        yield _told(each)
            case _:
                yield _told(node)

    def _type(self, node: ast.expr) -> Iterator[str]:
        """What is foreign in the annotation of a field."""
        match node:
            case ast.Name(id=name) if _PLAIN_NAME.fullmatch(name):
                return
            case ast.Constant(value=None):
                return
            case ast.BinOp(left, ast.BitOr(), right):
                yield from self._type(left)
                yield from self._type(right)
            case ast.Subscript(ast.Name("list" | "Map" | "UniqueList" | "IntegerIn"), item):
                yield from self._type(item)
            case ast.Subscript(ast.Name("Literal"), ast.Constant(int())):
                return
            case ast.Subscript(ast.Name("Literal"), ast.Constant(str())):
                return
            case ast.Subscript(ast.Name("Literal"), ast.Tuple(choices)):
                yield from (_told(each) for each in choices if not _is_constant(each))
            case ast.Subscript(ast.Name("Annotated"), ast.Tuple([kind, *metadata])):
                yield from self._type(kind)
                for each in metadata:
                    yield from self._metadata(each)
            case _:
                yield _told(node)

    def _metadata(self, node: ast.expr) -> Iterator[str]:
        """What is foreign beside the type in an annotation."""
        match node:
            case ast.Name("OneOrList"):
                return
            case ast.Call(ast.Name("Also"), names, []):
                yield from (_told(each) for each in names if not _is_constant(each))
            case ast.Call(ast.Name("Field"), [], rules):
                yield from (_told(each.value) for each in rules if not _is_constant(each.value))
            case _:
                yield _told(node)

    def _value(self, node: ast.expr) -> Iterator[str]:
        """What is foreign in data."""
        match node:
            case _ if _is_constant(node):
                return
            case ast.Name(id=name) if _PLAIN_NAME.fullmatch(name) or name in _OWN_NAMES:
                return
            case ast.Attribute(ast.Name("BottleneckType"), member) if _PLAIN_NAME.fullmatch(member):
                return
            case ast.Tuple(items) | ast.List(items):
                for each in items:
                    yield from self._value(each)
            case ast.Dict(keys, values):
                for part in (*keys, *values):
                    yield from self._value(part) if part else iter(["**"])
            case ast.Call(ast.Name(id=maker), positional, named) if maker in _CALLS.get(
                self.name, ()
            ):
                for each in (*positional, *(keyword.value for keyword in named)):
                    yield from self._value(each)
            case ast.Lambda(args=args, body=body) if ast.unparse(args) == "config":
                yield from self._reading(body)
            case ast.Lambda(args=args, body=ast.Constant(float())) if (
                self.name == "trainers.py" and ast.unparse(args) == "_"
            ):
                return
            case _:
                yield _told(node)

    def _reading(self, node: ast.expr) -> Iterator[str]:
        """What is foreign in the expression that reads a number: an object may be off, or null."""
        match node:
            case ast.IfExp(test, ast.Constant(value=None | float()), value):
                guards = test.values if isinstance(test, ast.BoolOp) else [test]
                for each in guards:
                    if not _is_path(ast.unparse(each).removesuffix(" is None")):
                        yield _told(each)
                yield from self._reading(value)
            case _:
                if not _is_path(ast.unparse(node)):
                    yield _told(node)


def _is_path(text: str) -> bool:
    """Whether it is `config.a.b`, or `vars(config.a)['b']` of what is deprecated."""
    while (plain := _MEMBER_BY_NAME.sub(r"\1.\2", text)) != text:
        text = plain
    return _PATH.fullmatch(text) is not None


def _items(node: ast.expr) -> list[ast.expr]:
    return node.elts if isinstance(node, ast.Tuple) else [node]


def _is_constant(node: ast.expr) -> bool:
    match node:
        case ast.Constant(value=None | bool() | int() | float() | str()):
            return True
        case ast.UnaryOp(ast.USub(), ast.Constant(value=int() | float())):
            return True
        case _:
            return False


def _told(node: ast.AST) -> str:
    return ast.unparse(node)[:200]
