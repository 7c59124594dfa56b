"""What the classes in models.py have in common."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated, Protocol, TypeAlias, TypeVar, cast

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    GetJsonSchemaHandler,
    SerializerFunctionWrapHandler,
    ValidationError,
    field_validator,
    model_serializer,
    model_validator,
)

from ._plain import Mistake, plain
from ._wording import did_you_mean, json_pointer, one_line

if TYPE_CHECKING:
    from pydantic_core import CoreSchema

    from .models import BottleneckType

    class _NamedWeight(Protocol):
        @property
        def key(self) -> str: ...

        @property
        def name(self) -> str: ...

        @property
        def weight(self) -> float: ...

    _Loss = TypeVar("_Loss", bound=_NamedWeight, covariant=True)

    class _HasLosses(Protocol[_Loss]):
        @property
        def losses(self) -> Sequence[_Loss]: ...

    class _Result(_HasLosses[_Loss], Protocol[_Loss]):
        @property
        def bottleneck_type(self) -> BottleneckType: ...

    _ResultT = TypeVar("_ResultT", bound=_Result[_NamedWeight])


def _as_json_says_it(value: object) -> object:
    mistakes: list[Mistake] = []
    said = plain(value, mistakes)
    if mistakes:
        path, message = mistakes[0]
        where = f"{json_pointer(path)}: " if path else ""
        raise ValueError(one_line(where + message))  # Pydantic fails on half surrogate pairs
    return said


Number: TypeAlias = Annotated[float, BeforeValidator(_as_json_says_it)]
"""A finite number. Pydantic's float takes whatever has `__float__`, such as a tensor."""

Arguments: TypeAlias = Annotated[dict[str, object], BeforeValidator(_as_json_says_it)]
"""Keyword arguments that are passed on to a constructor: any JSON values."""


_LONGEST = sys.maxsize


def _leave_out_longest(described: object) -> None:
    match described:
        case dict():
            members = cast("dict[str, object]", described)
            if members.get("maxLength") == _LONGEST:
                del members["maxLength"]
            for each in members.values():
                _leave_out_longest(each)
        case list():
            for each in cast("list[object]", described):
                _leave_out_longest(each)
        case _:
            pass


class LossFactoryModel(BaseModel):
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

    @classmethod
    def __get_pydantic_json_schema__(
        cls, core_schema: CoreSchema, handler: GetJsonSchemaHandler
    ) -> dict[str, object]:
        """The JSON Schema without the length that no string has."""
        described = handler(core_schema)
        _leave_out_longest(handler.resolve_ref_schema(described))
        return described

    @model_serializer(mode="wrap")
    def _omit_what_is_off(self, handler: SerializerFunctionWrapHandler) -> dict[str, object]:
        """Leave out what is null by default and null now, such as a section that is off."""
        dumped: dict[str, object] = handler(self)
        for name, field in type(self).model_fields.items():
            if field.default is None and getattr(self, name) is None:
                dumped.pop(name, None)
                dumped.pop(field.alias or name, None)
        return dumped


class LossFactoryResultModel(LossFactoryModel):
    """The methods and rules of LossFactoryResult."""

    def __setattr__(self, name: str, value: object) -> None:
        """Assign or change nothing: Pydantic checks the whole only after it has assigned."""
        before = dict(vars(self))
        try:
            super().__setattr__(name, value)
        except ValidationError:
            vars(self).update(before)
            raise

    def get_total_weight(self: _HasLosses[_NamedWeight]) -> float:
        """The sum of the losses' weights; 0.0 if there are none."""
        return float(sum(loss.weight for loss in self.losses))

    def get_loss_by_name(self: _HasLosses[_Loss], name: str) -> _Loss | None:
        """The loss that is logged as `name`, or None."""
        for loss in self.losses:
            if loss.name == name:
                return loss
        return None

    @field_validator("bottleneck_type", mode="before", check_fields=False)
    @classmethod
    def _take_the_class_name(cls, value: object) -> object:
        from .dispatch import CLASS_NAMES

        match value:
            case str() if value in CLASS_NAMES:
                return CLASS_NAMES[value]
            case str():
                near = did_you_mean(value, CLASS_NAMES)
                raise ValueError(f"{value!r} is no bottleneck type{near}")
            case _:
                return value

    @model_validator(mode="after")
    def _refuse_losses_of_other_types(self: _ResultT) -> _ResultT:
        from .dispatch import LOSSES

        expected = [(loss.key, loss.name) for loss in LOSSES[self.bottleneck_type]]
        found = [(loss.key, loss.name) for loss in self.losses]
        if found != expected:
            raise ValueError(
                f"expected the losses of {self.bottleneck_type.value}, as (key, name): "
                f"{expected}, not {found}"
            )
        return self
