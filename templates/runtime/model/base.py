"""What the classes in models.py have in common."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Annotated, Final, TypeAlias, TypeVar, cast, get_args

from pydantic import (
    BeforeValidator,
    ConfigDict,
    GetCoreSchemaHandler,
    GetJsonSchemaHandler,
    SerializationInfo,
    SerializerFunctionWrapHandler,
    TypeAdapter,
    ValidationError,
    model_serializer,
    model_validator,
)
from pydantic_core import CoreSchema, PydanticCustomError, PydanticKnownError, core_schema

from ..text.wording import alternatives, did_you_mean, first_told, one_line, shown_pointer, together
from .errors import ConfigProblem, LossConfigError
from .plain import ReadByField, names_of_what_is_off, plain

if TYPE_CHECKING:
    from pydantic_core import ErrorDetails, InitErrorDetails

_ModelT = TypeVar("_ModelT", bound="LossFactoryModel")


def _as_json_says_it(value: object) -> object:
    said, mistakes = plain(value)
    for first in mistakes:
        where = f"{shown_pointer(first.path)}: " if first.path else ""
        message = one_line(where + first.message)  # Pydantic fails on half surrogate pairs
        raise ValueError(message) from first.cause
    return said


Number: TypeAlias = Annotated[float, BeforeValidator(_as_json_says_it)]
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
        one, many = (
            TypeAdapter[object](each, config=LossFactoryModel.model_config)
            for each in get_args(source)
        )

        def validated(value: object, _: object) -> object:
            return (many if isinstance(value, list) else one).validate_python(value)

        return core_schema.no_info_wrap_validator_function(validated, handler(source))


def _as_members(value: object) -> object:
    members = _commented(value)
    if isinstance(value, dict):
        for key in cast("dict[object, object]", value):
            _as_json_says_it(key)
    return members


def _commented(value: object) -> object:
    """An object without its comments, which have to be JSON, as the rest of a config."""
    if not isinstance(value, dict):
        return value
    members = cast("dict[str, object]", value)
    for key in filter(is_comment, members):
        _as_json_says_it(key)
        _as_json_says_it(members[key])
    return without_comments(members)


Map: TypeAlias = Annotated[dict[str, _ItemT], BeforeValidator(_as_members)]
"""An object with any keys, each with such a value; comments are dropped."""

Arguments: TypeAlias = Annotated[dict[str, object], BeforeValidator(_as_json_says_it)]
"""Keyword arguments that are passed on to a constructor: any JSON values."""


_LONGEST = sys.maxsize

_COMMENTS = frozenset({"_comment", "$comment"})
_BEGIN_OF_COMMENTS = "//"


def is_comment(key: object) -> bool:
    """Whether a key of a closed object is a comment, which nothing reads."""
    return isinstance(key, str) and (key in _COMMENTS or key.startswith(_BEGIN_OF_COMMENTS))


def without_comments(members: Mapping[str, object]) -> dict[str, object]:
    """The `members` of a closed object without comments."""
    return {key: value for key, value in members.items() if not is_comment(key)}


def _leave_out_longest(described: object) -> None:
    if isinstance(described, dict):
        members = cast("dict[str, object]", described)
        if members.get("maxLength") == _LONGEST:
            del members["maxLength"]
        for each in members.values():
            _leave_out_longest(each)
    elif isinstance(described, list):
        for each in cast("list[object]", described):
            _leave_out_longest(each)


class LossFactoryModel(ReadByField):
    """A closed object of the schema: strict, also at assignment; no NaN and no infinity."""

    model_config = ConfigDict(
        strict=True,
        extra="forbid",
        validate_assignment=True,
        allow_inf_nan=False,
        serialize_by_alias=True,
        str_max_length=_LONGEST,  # Pydantic sees half a surrogate pair only where it counts
        protected_namespaces=(),  # the compiler refuses names that Pydantic itself has
    )

    @model_validator(mode="before")
    @classmethod
    def _drop_comments(cls, value: object) -> object:
        """Let comments stand in any closed object; no field and no message knows of them."""
        return _commented(value)

    @classmethod
    def __get_pydantic_json_schema__(
        cls, core_schema: CoreSchema, handler: GetJsonSchemaHandler
    ) -> dict[str, object]:
        """The JSON Schema without the length that no string has."""
        described = handler(core_schema)
        _leave_out_longest(handler.resolve_ref_schema(described))
        return described

    def model_copy(
        self: _ModelT, *, update: Mapping[str, object] | None = None, deep: bool = False
    ) -> _ModelT:
        """A copy; unlike Pydantic's, it is validated if values are changed on the way.

        Args:
            update: new values by the names of fields, or by their keys.
            deep: whether what the fields hold is copied too.

        Raises:
            LossConfigError: a value is wrong, or there is no such field.
        """
        update = without_comments(update or {})
        if not update:
            return super().model_copy(deep=deep)
        keys = {name: field.alias or name for name, field in type(self).model_fields.items()}
        names = {key: name for name, key in keys.items()}
        update = {names.get(name, name): _said(value) for name, value in update.items()}
        members = {keys.get(name, name): value for name, value in {**vars(self), **update}.items()}
        try:
            valid = type(self).model_validate(members)
        except ValidationError as error:
            told, more = first_told(error.errors(include_url=False))
            raise LossConfigError(_problems_of_update(told, keys.values()), more) from None
        return super().model_copy(update={name: vars(valid)[name] for name in update}, deep=deep)

    @model_serializer(mode="wrap")
    def _omit_what_is_off(
        self, handler: SerializerFunctionWrapHandler, info: SerializationInfo
    ) -> dict[str, object]:
        """Leave out what is null by default and null now, such as a section that is off."""
        dumped: dict[str, object] = handler(self)
        if not isinstance(cast("object", self), LossFactoryModel):
            return dumped  # it was put in without validation, which it meets when it is used
        fields, members = type(self).model_fields, vars(self)
        for name in names_of_what_is_off(self):
            dumped.pop(name, None)
            dumped.pop(fields[name].alias or name, None)
        if type(self).__needs__ and (
            info.exclude_defaults or info.exclude_unset or info.exclude_none
        ):
            _add_needed(dumped, self, info)
        return dumped | {name: members[name] for name in members.keys() - fields.keys()}


def _add_needed(
    dumped: dict[str, object], model: LossFactoryModel, info: SerializationInfo
) -> None:
    """Add what keys need that are there: without it, a dump would not load again."""
    whole = model.model_dump(mode=info.mode, by_alias=info.by_alias)
    fields = type(model).model_fields.items()
    keys = {name: name if name in whole else field.alias or name for name, field in fields}
    needs = type(model).__needs__
    there = [name for name in needs if keys[name] in dumped]
    for name in there:  # grows while it is read
        for other in needs.get(name, ()):
            if keys[other] not in dumped:
                dumped[keys[other]] = whole[keys[other]]
                there.append(other)


MISSING_BESIDE: Final = "missing_beside"
"""The type of the error about a key that needs others, which are missing."""


_DependentT = TypeVar("_DependentT", bound="DependentKeysModel")


class DependentKeysModel(LossFactoryModel):
    """A closed object with keys that need others beside them: `__needs__` says which."""

    @model_validator(mode="wrap")
    @classmethod
    def _check_needs(
        cls: type[_DependentT], value: object, handler: Callable[[object], _DependentT]
    ) -> _DependentT:
        assigned = value if isinstance(value, cls) else None
        before = {} if assigned is None else dict(vars(assigned))
        written = frozenset[str]() if assigned is None else frozenset(assigned.model_fields_set)
        model = handler(value)
        if errors := list(_missing_beside(model)):
            if assigned is not None:  # what is refused changes nothing
                vars(assigned).update(before)
                assigned.model_fields_set.intersection_update(written)
            raise ValidationError.from_exception_data(cls.__name__, errors)
        return model

    @classmethod
    def __get_pydantic_json_schema__(
        cls, core_schema: CoreSchema, handler: GetJsonSchemaHandler
    ) -> dict[str, object]:
        """The JSON Schema with these rules."""
        described = super().__get_pydantic_json_schema__(core_schema, handler)
        keys = {name: field.alias or name for name, field in cls.model_fields.items()}
        needs = {
            keys[name]: [keys[each] for each in others] for name, others in cls.__needs__.items()
        }
        handler.resolve_ref_schema(described)["dependentRequired"] = needs
        return described


def _missing_beside(model: DependentKeysModel) -> Iterator[InitErrorDetails]:
    """An error at each key that was written without one that it needs."""
    written = model.model_fields_set
    keys = {name: field.alias or name for name, field in type(model).model_fields.items()}
    for name, others in type(model).__needs__.items():
        missing = [keys[each] for each in others if each not in written]
        if name in written and missing:
            said = {"key": repr(keys[name]), "missing": together([*map(repr, missing)])}
            verb = "is" if len(missing) == 1 else "are"
            message = f"{{key}} needs {{missing}}, which {verb} missing here"
            error = PydanticCustomError(MISSING_BESIDE, message, said)
            yield {"type": error, "loc": (keys[name],), "input": vars(model)[name]}


def _said(value: object) -> object:
    """A mapping of any kind as a dict; what else is wrong with a value is told where it is used."""
    if isinstance(value, Mapping):
        said, mistakes = plain(cast("object", value))
        return cast("object", value) if mistakes else said
    return value


def _problems_of_update(
    errors: Iterable[ErrorDetails], keys: Iterable[str]
) -> Iterator[ConfigProblem]:
    for details in errors:
        message = details["msg"]
        if details["type"] == "extra_forbidden":
            key = str(details["loc"][-1])
            near = did_you_mean(key, keys) if len(details["loc"]) == 1 else ""
            message = f"unknown key {key!a}{near}"
        yield ConfigProblem("update", None, None, shown_pointer(details["loc"]), message)
