"""Pydantic's validation errors as a config author needs them."""

from __future__ import annotations

import types
import typing
from collections.abc import Iterator
from typing import NamedTuple, cast

from pydantic import BaseModel, ValidationError
from pydantic.fields import FieldInfo
from pydantic_core import ErrorDetails

from ._jsontext import JsonPath
from ._wording import alternatives, did_you_mean, json_pointer, listed, nearest, shown
from .models import AutoencoderLossConfig

_EXPECTED = {
    "bool_type": "true or false",
    "dict_type": "an object",
    "finite_number": "a finite number",
    "float_type": "a number",
    "int_from_float": "an integer",
    "int_type": "an integer",
    "list_type": "an array",
    "model_attributes_type": "an object",
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
        place = _place(details["loc"])
        match details["type"]:
            case "extra_forbidden":
                yield Explanation(place.path, True, _unknown_key(place, base))
            case "missing":
                yield Explanation(place.path, False, f"missing{_expected_choice(place.field)}")
            case "union_tag_invalid" | "union_tag_not_found":
                yield _wrong_tag(place, details["input"])
            case _:
                is_item = place.path != () and type(place.path[-1]) is int
                message = _unexpected(details, place.field, may_be_null=not is_item)
                yield Explanation(place.path, False, message)


class _Place(NamedTuple):
    """Where a mistake is: the path, the classes the object around it can have, and the field."""

    path: JsonPath
    models: list[type[BaseModel]]
    field: FieldInfo | None


def _place(location: JsonPath) -> _Place:
    """The place that Pydantic calls `location`, in which a tag follows each choice of objects."""
    path: JsonPath = ()
    models: list[type[BaseModel]] = [AutoencoderLossConfig]
    around = models
    field: FieldInfo | None = None
    for step in location:
        if field is not None and (tag := _tag(field)) is not None:
            models = [each for each in models if step in _strings(_fields(each)[tag])]
            field = None
            continue
        path = (*path, step)
        if type(step) is int:
            continue  # an item of an array: the class stays
        around = models
        found = [_fields(each).get(str(step)) for each in around]
        field = next((each for each in found if each is not None), None)
        models = [inner for each in found if each is not None for inner in _models(each)]
    return _Place(path, around, field)


def _tag(field: FieldInfo) -> str | None:
    """The key that tells the objects apart which `field` can hold."""
    match field.discriminator:
        case str() as tag:
            return tag
        case _:
            return None


def _wrong_tag(place: _Place, found: object) -> Explanation:
    assert place.field is not None
    tag = _tag(place.field)
    assert tag is not None
    choices = [each for model in _models(place.field) for each in _strings(_fields(model)[tag])]
    expected = alternatives([repr(each) for each in choices])
    path = (*place.path, tag)
    match found:
        case dict() if tag in found:
            value = cast("object", found[tag])
            near = did_you_mean(str(value), choices)
            return Explanation(path, False, f"expected {expected}, not {shown(value)}{near}")
        case _:
            return Explanation(path, False, f"missing; expected {expected}")


def _unexpected(details: ErrorDetails, field: FieldInfo | None, may_be_null: bool) -> str:
    kind, found = details["type"], details["input"]
    if kind in _EXPECTED_WITH_LIMIT:
        text, limit = _EXPECTED_WITH_LIMIT[kind]
        expected = text.format(str(details.get("ctx", {})[limit]).removesuffix(".0"))
    elif kind == "float_type" and type(found) is int:
        expected = "a number that fits into a float"
    elif kind in _EXPECTED:
        expected = _EXPECTED[kind]
    elif kind == "value_error":
        return details["msg"].removeprefix("Value error, ")
    else:
        return details["msg"]
    if field is None:
        return f"expected {expected}, not {shown(found)}"
    if may_be_null and types.NoneType in _parts(field.annotation):
        expected += " or null"
    near = did_you_mean(found, _strings(field)) if type(found) is str else ""
    return f"expected {expected}, not {shown(found)}{near}"


def _expected_choice(field: FieldInfo | None) -> str:
    choices = [] if field is None else _strings(field)
    return f"; expected {alternatives([repr(each) for each in choices])}" if choices else ""


def _unknown_key(place: _Place, base: JsonPath) -> str:
    *above, key = place.path
    if not above:
        return _unknown_section(str(key), base)
    legal = {name for model in place.models for name in _fields(model)}
    homes = [home for home in _homes(key) if home != place.path]
    inside = [
        home for home in homes if list(home[: len(above)]) == above and len(home) > len(place.path)
    ]
    if inside or len(homes) == 1:
        return f"unknown key {key!a}; it belongs at {_pointers(inside or homes, base)}"
    if near := did_you_mean(str(key), legal):
        return f"unknown key {key!a}{near}"
    if homes and len(homes) <= _FEW:
        return f"unknown key {key!a}; it belongs at {_pointers(homes, base)}"
    return f"unknown key {key!a}; expected {listed(sorted(legal))}"


def _unknown_section(key: str, base: JsonPath) -> str:
    if key in AROUND_LOSS_CONFIGS:
        return (
            f"unknown section {key!a}; expected the loss_configs object itself, not what holds it "
            "(load_config takes whole model configs)"
        )
    if slip := nearest(key, AROUND_LOSS_CONFIGS, _A_SLIP):
        return f"unknown section {key!a}; did you mean {slip!r}?"
    legal = _fields(AutoencoderLossConfig).keys()
    if near := did_you_mean(key, legal):
        advice = f"{near} Or"
    elif homes := _homes(key):
        advice = f"; it belongs at {_pointers(homes, base)}; or"
    else:
        advice = f"; expected {listed(sorted(legal - {'$schema'}))}; or"
    return (
        f"unknown section {key!a}{advice} pass foreign_sections=[{key!a}] if the trainer reads it "
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


def _strings(field: FieldInfo) -> list[str]:
    """The values of a choice among strings."""
    return [part for part in _parts(field.annotation) if type(part) is str]


def _parts(annotation: object) -> list[object]:
    """An annotation and everything that it is made of."""
    return [annotation, *(p for each in typing.get_args(annotation) for p in _parts(each))]
