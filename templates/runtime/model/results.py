"""What the classes in results.py have in common."""

from __future__ import annotations

from collections.abc import Sequence
from enum import Enum
from typing import TYPE_CHECKING, Any, ClassVar, Protocol, TypeVar

from pydantic import ValidationError, field_validator, model_validator

from ..text.wording import did_you_mean
from .base import LossFactoryModel
from .records import Tables

if TYPE_CHECKING:

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
        tables: ClassVar[Tables[Any, Any]]

        @property
        def bottleneck_type(self) -> Enum: ...

    _ResultT = TypeVar("_ResultT", bound=_Result[_NamedWeight])


class LossFactoryResultModel(LossFactoryModel):
    """The methods and rules of LossFactoryResult."""

    tables: ClassVar[Tables[Any, Any]]  # a ClassVar can't be generic
    """Those of its package."""

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
        class_names = cls.tables.class_names
        if not isinstance(value, str):
            return value
        if value not in class_names:
            near = did_you_mean(value, class_names)
            raise ValueError(f"{value!r} is no bottleneck type{near}")
        return class_names[value]

    @model_validator(mode="after")
    def _refuse_losses_of_other_types(self: _ResultT) -> _ResultT:
        losses = self.tables.losses[self.bottleneck_type]
        expected = [(loss.key, loss.name) for loss in losses]
        found = [(loss.key, loss.name) for loss in self.losses]
        if found != expected:
            raise ValueError(
                f"expected the losses of {self.bottleneck_type.value}, as (key, name): "
                f"{expected}, not {found}"
            )
        return self
