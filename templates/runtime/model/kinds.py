"""What fields hold, where Pydantic's types take more than JSON Schema does, or less."""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import Annotated, Final, TypeAlias, TypeVar, cast, get_args

from pydantic import (
    BeforeValidator,
    ConfigDict,
    GetCoreSchemaHandler,
    GetJsonSchemaHandler,
    TypeAdapter,
)
from pydantic_core import CoreSchema, PydanticCustomError, PydanticKnownError, core_schema

from ..text.wording import alternatives
from .comments import checked_without_comments
from .plain import as_json, plain

LONGEST: Final = sys.maxsize
"""The length that no string has."""

STRICT: Final = ConfigDict(
    strict=True,
    extra="forbid",
    validate_assignment=True,
    allow_inf_nan=False,
    serialize_by_alias=True,
    str_max_length=LONGEST,  # Pydantic sees half a surrogate pair only where it counts
    protected_namespaces=(),  # the compiler refuses names that Pydantic itself has
)
"""How all models validate."""

Number: TypeAlias = Annotated[float, BeforeValidator(as_json)]
"""A finite number. Pydantic's float takes whatever has `__float__`, such as a tensor."""


def _without_fraction_of_0(value: object) -> object:
    return int(value) if isinstance(value, float) and value.is_integer() else value


Integer: TypeAlias = Annotated[int, BeforeValidator(_without_fraction_of_0)]
"""An integer; so is 64.0 or 1e4, to JSON Schema as well."""


class _OneOf:
    """Refuses what is none of some integers; true is not 1, and 1.0 is."""

    @classmethod
    def __get_pydantic_core_schema__(
        cls, source: object, handler: GetCoreSchemaHandler
    ) -> CoreSchema:
        choices: tuple[int, ...] = get_args(source)
        expected = alternatives(map(str, choices))

        def checked(value: object) -> object:
            whole = _without_fraction_of_0(value)
            if isinstance(whole, bool) or not isinstance(whole, int) or whole not in choices:
                raise PydanticKnownError("literal_error", {"expected": expected})
            return whole

        return core_schema.no_info_before_validator_function(checked, handler(source))


_ChoiceT = TypeVar("_ChoiceT")
IntegerIn: TypeAlias = Annotated[_ChoiceT, _OneOf]
"""One of the integers of a Literal; 64.0 is 64."""


class Also:
    """What people call a field elsewhere; messages say what it is called here."""

    def __init__(self, *names: str) -> None:
        self.names = names


class _EachOnce:
    """Refuses a list in which an item stands twice: 1 and 1.0 are the same."""

    @classmethod
    def __get_pydantic_core_schema__(
        cls, source: object, handler: GetCoreSchemaHandler
    ) -> CoreSchema:
        return core_schema.no_info_wrap_validator_function(_with_each_once, handler(source))

    @classmethod
    def __get_pydantic_json_schema__(
        cls, schema: CoreSchema, handler: GetJsonSchemaHandler
    ) -> dict[str, object]:
        return {**handler(schema), "uniqueItems": True}


def _with_each_once(value: object, handler: Callable[[object], list[object]]) -> list[object]:
    valid = handler(value)
    # Floats hold fewer digits than what they were made of, in which numbers may still differ.
    said, _ = plain(value)
    items = cast("list[object]", said) if isinstance(said, list) else valid
    first: dict[object, int] = {}
    for index, item in enumerate(items):
        if (other := first.setdefault(_hashable(item), index)) != index:
            message = "item {index} is the same as item {first}"
            raise PydanticCustomError(REPEATED_ITEM, message, {"index": index, "first": other})
    return valid


def _hashable(item: object) -> object:
    return tuple(map(_hashable, cast("list[object]", item))) if isinstance(item, list) else item


REPEATED_ITEM: Final = "repeated_item"
"""The type of the error about an item that stands twice."""

_ItemT = TypeVar("_ItemT")
UniqueList: TypeAlias = Annotated[list[_ItemT], _EachOnce]
"""A list of which no two items are the same."""


class OneOrList:
    """Lets one number stand in the place of a list, with the mistakes of what is there."""

    @classmethod
    def __get_pydantic_core_schema__(
        cls, source: object, handler: GetCoreSchemaHandler
    ) -> CoreSchema:
        one, many = (TypeAdapter[object](each, config=STRICT) for each in get_args(source))

        def validated(value: object, _: object) -> object:
            return (many if isinstance(value, list) else one).validate_python(value)

        return core_schema.no_info_wrap_validator_function(validated, handler(source))


def _as_members(value: object) -> object:
    members = checked_without_comments(value)
    if isinstance(value, dict):
        for key in cast("dict[object, object]", value):
            as_json(key)
    return members


Map: TypeAlias = Annotated[dict[str, _ItemT], BeforeValidator(_as_members)]
"""An object with any keys, each with such a value; comments are dropped."""

Arguments: TypeAlias = Annotated[dict[str, object], BeforeValidator(as_json)]
"""Keyword arguments that are passed on to a constructor: any JSON values."""
