"""Pydantic's validation errors as a config author needs them."""

from __future__ import annotations

import types
import typing
from collections.abc import Iterator
from typing import NamedTuple

from pydantic import BaseModel, ValidationError
from pydantic.fields import FieldInfo
from pydantic_core import ErrorDetails

from ._jsontext import JsonPath, json_pointer
from ._wording import did_you_mean, listed, nearest, shown
from .models import AutoencoderLossConfig

_EXPECTED = {
    "bool_type": "true or false",
    "dict_type": "an object",
    "finite_number": "a finite number",
    "float_type": "a number",
    "int_from_float": "an integer",
    "int_type": "an integer",
    "list_type": "an array",
    "model_type": "an object",
    "string_type": "a string",
}
_EXPECTED_WITH_LIMIT = {
    "greater_than": ("a number above {}", "gt"),
    "greater_than_equal": ("a number of at least {}", "ge"),
    "less_than": ("a number below {}", "lt"),
    "less_than_equal": ("a number of at most {}", "le"),
    "literal_error": ("{}", "expected"),
    "string_too_long": ("a string of at most {} characters", "max_length"),
    "string_too_short": ("a string of at least {} characters", "min_length"),
    "union_tag_invalid": ("a tag that is one of {}", "expected_tags"),
}
AROUND_LOSS_CONFIGS = frozenset({"loss_configs", "model", "model_type", "training"})
"""Keys of a model config and of its `training` that tell them from a loss_configs object."""

_A_SLIP = 0.85
_FEW = 3


class Explanation(NamedTuple):
    """A mistake: the path to it, whether it is the key there, and the message."""

    path: JsonPath
    at_key: bool
    message: str


def explain(error: ValidationError, base: JsonPath = ()) -> Iterator[Explanation]:
    """Every mistake that `error` holds; `base` is the path to the config in its document."""
    for details in error.errors(include_url=False, include_context=True):
        path = details["loc"]
        match details["type"]:
            case "extra_forbidden":
                yield Explanation(path, True, _unknown_key(path, base))
            case "missing":
                field = _field(path)
                choices = _strings(field) if field else []
                expected = f"; expected {_alternatives(choices)}" if choices else ""
                yield Explanation(path, False, f"missing{expected}")
            case _:
                yield Explanation(path, False, _unexpected(details))


def _unexpected(details: ErrorDetails) -> str:
    kind, field = details["type"], _field(details["loc"])
    if kind in _EXPECTED_WITH_LIMIT:
        text, limit = _EXPECTED_WITH_LIMIT[kind]
        expected = text.format(str(details.get("ctx", {})[limit]).removesuffix(".0"))
    elif kind == "float_type" and type(details["input"]) is int:
        expected = "a number that fits into a float"
    elif kind in _EXPECTED:
        expected = _EXPECTED[kind]
    else:
        return details["msg"]
    if field is not None and types.NoneType in _parts(field.annotation):
        expected += " or null"
    near = ""
    match details["input"]:
        case str() as value if field is not None:
            near = did_you_mean(value, _strings(field))
        case _:
            pass
    return f"expected {expected}, not {shown(details['input'])}{near}"


def _unknown_key(path: JsonPath, base: JsonPath) -> str:
    *above, key = path
    if not above:
        return _unknown_section(str(key), base)
    legal = {name for model in _models_at(path[:-1]) for name in _fields(model)}
    homes = _homes(key)
    inside = [home for home in homes if home[: len(above)] == path[:-1] and len(home) > len(path)]
    homes = inside or homes
    if inside or len(homes) == 1:
        return f"unknown key {key!r}; it belongs at {_pointers(homes, base)}"
    if near := did_you_mean(str(key), legal):
        return f"unknown key {key!r}{near}"
    if homes and len(homes) <= _FEW:
        return f"unknown key {key!r}; it belongs at {_pointers(homes, base)}"
    return f"unknown key {key!r}; expected {listed(sorted(legal))}"


def _unknown_section(key: str, base: JsonPath) -> str:
    if key in AROUND_LOSS_CONFIGS:
        return (
            f"unknown section {key!r}; expected the loss_configs object itself, not what holds it "
            "(load_config takes whole model configs)"
        )
    if slip := nearest(key, AROUND_LOSS_CONFIGS, _A_SLIP):
        return f"unknown section {key!r}; did you mean {slip!r}?"
    legal = _fields(AutoencoderLossConfig).keys()
    if near := did_you_mean(key, legal):
        advice = f"{near} Or"
    elif homes := _homes(key):
        advice = f"; it belongs at {_pointers(homes, base)}; or"
    else:
        advice = f"; expected {listed(sorted(legal - {'$schema'}))}; or"
    return (
        f"unknown section {key!r}{advice} pass foreign_sections=[{key!r}] if the trainer reads it "
        "itself"
    )


def _homes(key: str | int) -> list[JsonPath]:
    """The paths at which `key` is legal."""
    return [path for path in _all_paths(AutoencoderLossConfig, ()) if path[-1] == key]


def _pointers(paths: list[JsonPath], base: JsonPath) -> str:
    return " or ".join(json_pointer((*base, *path)) for path in paths)


def _all_paths(model: type[BaseModel], prefix: JsonPath) -> Iterator[JsonPath]:
    for name, field in _fields(model).items():
        yield (*prefix, name)
        for inner in _models(field):
            yield from _all_paths(inner, (*prefix, name))


def _models_at(path: JsonPath) -> list[type[BaseModel]]:
    """The classes that the object at `path` can have."""
    models: list[type[BaseModel]] = [AutoencoderLossConfig]
    for step in path:
        fields = [_fields(model).get(str(step)) for model in models]
        inner = [each for field in fields if field is not None for each in _models(field)]
        models = inner or models  # an array's index, or the tag of a union: the class stays
    return models


def _field(path: JsonPath) -> FieldInfo | None:
    for model in _models_at(path[:-1]) if path else ():
        if (field := _fields(model).get(str(path[-1]))) is not None:
            return field
    return None


def _fields(model: type[BaseModel]) -> dict[str, FieldInfo]:
    """A model's fields by the key that they have in JSON."""
    return {field.alias or name: field for name, field in model.model_fields.items()}


def _models(field: FieldInfo) -> Iterator[type[BaseModel]]:
    for part in _parts(field.annotation):
        match part:
            case type() if issubclass(part, BaseModel):
                yield part
            case _:
                pass


def _alternatives(choices: list[str]) -> str:
    """As Pydantic lists them: 'a', 'b' or 'c'."""
    return " or ".join(part for part in (listed(choices[:-1]), repr(choices[-1])) if part)


def _strings(field: FieldInfo) -> list[str]:
    """The values of a choice among strings."""
    return [part for part in _parts(field.annotation) if type(part) is str]


def _parts(annotation: object) -> list[object]:
    """An annotation and everything that it is made of."""
    return [annotation, *(p for each in typing.get_args(annotation) for p in _parts(each))]
