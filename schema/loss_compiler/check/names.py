"""What definitions, classes and properties are called, and what people call these elsewhere."""

from __future__ import annotations

import builtins
import keyword
from collections.abc import Iterator

from pydantic import BaseModel

from ..shared.jsontext import JsonPath
from ..shared.wording import shown_pointer
from ..source.names import PYTHON_NAME
from ..source.paths import Paths
from ..source.problems import Problem
from ..source.syntax import (
    ALSO,
    SCHEDULES,
    SCHEMA_FIELD,
    SCHEMA_KEY,
    WEIGHT,
    ClosedObject,
    LossesSchema,
    Property,
    constant,
    is_loss,
)
from .repetitions import alike

_TAKEN_BY_OUTPUT = frozenset(
    {
        "Adversarial",
        "Also",
        "Annotated",
        "Any",
        "Arguments",
        "AutoencoderLossConfig",
        "BaseModel",
        "BottleneckLoss",
        "ConfigProblem",
        "DependentKeysModel",
        "Enum",
        "Field",
        "Final",
        "Integer",
        "IntegerIn",
        "Literal",
        "Loss",
        "LossConfigError",
        "LossDetails",
        "LossFactoryModel",
        "LossFactoryResultModel",
        "Map",
        "Mapping",
        "MappingProxyType",
        "MissingLossValueError",
        "MultiLoss",
        "Number",
        "Objective",
        "ObjectivePlan",
        "OneOrList",
        "PlannedLoss",
        "UniqueList",
        "UnknownBottleneckError",
        "UnusedWeightWarning",
        "ValueLoss",
        "Weight",
    }
)
_TAKEN_BY_PYTHON = frozenset(dir(builtins)) | frozenset(keyword.kwlist)
_HARMLESS_BUILTINS = frozenset({"pow", "type"})
"""Names that configs use, and that shadow nothing which the generated classes need."""
_TAKEN_BY_PYDANTIC = frozenset(dir(BaseModel)) | frozenset(dir(type(BaseModel)))
_TAKEN_BY_MODEL_CONFIGS = frozenset({"loss_configs", "model", "model_type", "training"})
"""At the root of a document, they tell the package that it is more than a loss config."""
_ADVICE = "give it an entry in '$defs', and a '$ref' in its place"


def name_problems(schema: LossesSchema) -> Iterator[Problem]:
    """Names that are taken, that become the same, or that say nothing."""
    yield from _definition_names(schema)
    for owner in schema.objects.values():
        yield from _equal_names(owner)
        yield from _other_names(owner)
        for each in owner.properties.values():
            yield from _property_name(each)
    yield from _classes_in_place(schema)


def _definition_names(schema: LossesSchema) -> Iterator[Problem]:
    for name in schema.definitions:
        if name not in {WEIGHT, *SCHEDULES} and _is_taken(name):
            message = f"the name {name!r} is taken in the generated code; choose another"
            yield Problem(("$defs", name), message, at_key=True)
    first: dict[str, str] = {}
    for name, loss in schema.losses.items():
        other = first.setdefault(loss.constant, name)
        if other != name:
            message = f"too much like {other!r}: both become {loss.constant} in Python"
            yield Problem(loss.path, message, at_key=True)
    kept = [name for name in schema.definitions if first.get(constant(name), name) == name]
    yield from alike(((("$defs", name), name) for name in kept), at_key=True)


def _is_taken(name: str) -> bool:
    """Whether no class can have this name."""
    return name in _TAKEN_BY_OUTPUT or name in _TAKEN_BY_PYTHON


def _property_name(of: Property) -> Iterator[Problem]:
    path, key, name = of.path, of.key, of.name
    taken_at, is_key = ((*path, PYTHON_NAME), False) if name != key else (path, True)
    other = "choose another" if name != key else f"say another one in {PYTHON_NAME!r}"
    if key == SCHEMA_KEY:
        if path != ("properties", SCHEMA_KEY):
            yield Problem(path, "'$schema' belongs to the root of a config", at_key=True)
    elif key in _TAKEN_BY_MODEL_CONFIGS and path == ("properties", key):
        message = f"a config with {key!r} at its root is taken for a whole model config"
        yield Problem(path, f"{message}; choose another name", at_key=True)
    elif name in _HARMLESS_BUILTINS:
        pass
    elif name in _TAKEN_BY_PYTHON:
        yield Problem(taken_at, f"the name {name!r} is taken by Python; {other}", at_key=is_key)
    elif name in _TAKEN_BY_PYDANTIC:
        yield Problem(taken_at, f"the name {name!r} is taken by Pydantic; {other}", at_key=is_key)
    elif name == SCHEMA_FIELD:
        yield Problem(taken_at, f"{name!r} is what '$schema' is called in Python", at_key=is_key)


def _equal_names(owner: ClosedObject) -> Iterator[Problem]:
    """Properties that are called the same in Python."""
    first: dict[str, Property] = {}
    named = [each for key, each in owner.properties.items() if key != SCHEMA_KEY]
    for each in sorted(named, key=lambda each: each.name != each.key):
        other = first.setdefault(each.name, each)
        if other is not each:
            message = f"{other.key!r} is called {each.name!r} in Python already"
            yield Problem((*each.path, PYTHON_NAME), message, about=(other.path,))
        elif each.name != each.key and each.name in owner.properties:
            other = owner.properties[each.name]
            message = f"{each.name!r} is the key of another property; choose another"
            yield Problem((*each.path, PYTHON_NAME), message, about=(other.path,))


def _other_names(owner: ClosedObject) -> Iterator[Problem]:
    """Other names that properties of the same object have; two may have one of them."""
    for each in owner.properties.values():
        for index, name in enumerate(each.also):
            path = (*each.path, ALSO, index)
            if name == each.key:
                yield Problem(path, f"{name!r} is what the property is called here; leave it out")
            elif name in owner.properties:
                message = f"{name!r} is a property of this object itself; leave it out"
                yield Problem(path, message, about=(owner.properties[name].path,))


def _classes_in_place(schema: LossesSchema) -> Iterator[Problem]:
    """Objects in properties that can't be named after their paths, if it is clear where each is."""
    paths = Paths(schema)
    objects = {each.path: each for each in schema.objects.values() if each.is_in_place}
    first: dict[str, JsonPath] = {name: ("$defs", name) for name in schema.definitions}
    for path, each in objects.items():
        name = schema.wanted[path]
        if name is None:
            if each.name in paths.ways and not paths.is_endless:
                message = "a config can hold this object at several places, and its class would"
                yield Problem(path, f"{message} be named after one path; {_ADVICE}", at_key=True)
        elif name in first:
            message = (
                f"its class would be called {name!r}, like that of {shown_pointer(first[name])}"
            )
            yield Problem(path, f"{message}; {_ADVICE}", at_key=True, about=(first[name],))
        elif _is_taken(name) or is_loss(name) or name in {WEIGHT, *SCHEDULES}:
            message = f"its class would be called {name!r}, and that name is taken"
            yield Problem(path, f"{message}; {_ADVICE}", at_key=True)
        else:
            first[name] = path
    named = ((path, name) for name, path in first.items())
    yield from (each for each in alike(named, at_key=True) if each.path in objects)
