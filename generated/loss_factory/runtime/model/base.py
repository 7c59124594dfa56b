# Generated from templates/runtime/model/base.py.
# Do not edit; change it and run: python -m nox -s generate

"""What the classes in models.py have in common."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, TypeVar, cast

from pydantic import (
    GetJsonSchemaHandler,
    SerializationInfo,
    SerializerFunctionWrapHandler,
    ValidationError,
    model_serializer,
    model_validator,
)
from pydantic_core import CoreSchema

from ..text.wording import did_you_mean, first_told, shown_pointer
from .comments import checked_without_comments, without_comments
from .errors import ConfigProblem, LossConfigError
from .kinds import LONGEST, STRICT
from .plain import ReadByField, names_of_what_is_off, plain

if TYPE_CHECKING:
    from pydantic_core import ErrorDetails

_ModelT = TypeVar("_ModelT", bound="LossFactoryModel")


def _leave_out_longest(described: object) -> None:
    if isinstance(described, dict):
        members = cast("dict[str, object]", described)
        if members.get("maxLength") == LONGEST:
            del members["maxLength"]
        for each in members.values():
            _leave_out_longest(each)
    elif isinstance(described, list):
        for each in cast("list[object]", described):
            _leave_out_longest(each)


class LossFactoryModel(ReadByField):
    """A closed object of the schema: strict, also at assignment; no NaN and no infinity."""

    model_config = STRICT

    @model_validator(mode="before")
    @classmethod
    def _drop_comments(cls, value: object) -> object:
        """Let comments stand in any closed object; no field and no message knows of them."""
        return checked_without_comments(value)

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
        written = {
            name: value for name, value in vars(self).items() if name in self.model_fields_set
        }
        members = {keys.get(name, name): value for name, value in {**written, **update}.items()}
        try:
            valid = type(self).model_validate(members)
        except ValidationError as error:
            told, more = first_told(error.errors(include_url=False))
            raise LossConfigError(_problems_of_update(told, keys.values()), more) from None
        return super().model_copy(update={name: vars(valid)[name] for name in update}, deep=deep)

    if not TYPE_CHECKING:  # to a type checker it would say that any name can be assigned to

        def __setattr__(self, name: str, value: object) -> None:
            """Assign to a field; Pydantic takes any name that begins with '_', also one's key."""
            if name.startswith("_") and not name.startswith("__"):
                fields = type(self).model_fields.items()
                names = [each for each, field in fields if field.alias == name]
                if not names:
                    raise ValueError(f'"{type(self).__name__}" object has no field "{name}"')
                [name] = names
            super().__setattr__(name, value)

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
        self._add_what_is_needed(dumped, info)
        return dumped | {name: members[name] for name in members.keys() - fields.keys()}

    def _add_what_is_needed(self, dumped: dict[str, object], info: SerializationInfo) -> None:
        """Add to a dump what was left out, and what it would not load again without."""


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
