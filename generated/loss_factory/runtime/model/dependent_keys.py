# Generated from templates/runtime/model/dependent_keys.py.
# Do not edit; change it and run: python -m nox -s generate

"""Closed objects with keys that need others beside them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Final, TypeVar

from pydantic import GetJsonSchemaHandler, SerializationInfo, ValidationError, model_validator
from pydantic_core import CoreSchema, PydanticCustomError

from ..text.wording import together
from .base import LossFactoryModel

if TYPE_CHECKING:
    from pydantic_core import InitErrorDetails

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

    def _add_what_is_needed(self, dumped: dict[str, object], info: SerializationInfo) -> None:
        if not (info.exclude_defaults or info.exclude_unset or info.exclude_none):
            return
        whole = self.model_dump(mode=info.mode, by_alias=info.by_alias)
        fields = type(self).model_fields.items()
        keys = {name: name if name in whole else field.alias or name for name, field in fields}
        needs = type(self).__needs__
        there = [name for name in needs if keys[name] in dumped]
        for name in there:  # grows while it is read
            for other in needs.get(name, ()):
                if keys[other] not in dumped:
                    dumped[keys[other]] = whole[keys[other]]
                    there.append(other)

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
