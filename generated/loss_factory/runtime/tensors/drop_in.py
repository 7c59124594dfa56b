# Generated from templates/runtime/tensors/drop_in.py.
# Do not edit; change it and run: python -m nox -s generate

"""The loss modules that stable-audio-tools has too, in the same form."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Final

from torch import Tensor, nn

from ..model.courses import Course, WeightArgument
from ..model.errors import MissingLossValueError
from ..model.float32 import LARGEST
from ..model.schedules import Schedule, checked_step
from ..text.wording import listed, shown
from .changing import ChangesWithSteps, in_words, untold
from .details import LossDetails
from .old_checkpoints import ForgetsOldWeights, drop_listed_weights
from .values import (
    Missing,
    as_total,
    checked_missing,
    checked_number,
    refuse_what_is_no_info,
    value_of,
)

_KEY_ATTRIBUTES = ("key", "key_a", "key_b", "input_key", "target_key")
"""Where the losses of stable-audio-tools say which values of `info` they can't do without."""


class ValueLoss(ForgetsOldWeights, ChangesWithSteps):
    """One loss: `weight * info[key]`, logged as `name`.

    Args:
        key: the key of `info` that holds the value, a tensor without dimensions.
        name: the name under which the weighted value is logged.
        weight: the factor, rounded to float32, or a schedule, as configs have it.
        decay: what the weight is multiplied by in each step, if it is a number: at step n, n + 1
            times, as stable-audio-tools has done it after as many forward passes.

    The weight is a Python number, or a tensor if it changes, and no buffer: the state_dict is
    empty, and `.half()` changes nothing.
    """

    def __init__(
        self, key: str, name: str, weight: WeightArgument = 1.0, decay: float = 1.0
    ) -> None:
        super().__init__()
        self.key: Final = _checked_text("key", key)
        self.name: Final = _checked_text("name", name)
        self.decay: Final = _checked_decay(decay, weight)
        self.weight = self._weight("weight", weight, self.decay)

    if TYPE_CHECKING:

        def __call__(self, info: Mapping[str, Tensor]) -> Tensor: ...

    def forward(self, info: Mapping[str, Tensor]) -> Tensor:
        """The weighted value, without dimensions, in float32 or, for a float64 value, float64.

        Raises:
            MissingLossValueError: `info` has no such key.
            RuntimeError: the weight changes with the step, and `set_step` was never called.
            ValueError: the value has dimensions.
        """
        if self._untold:
            raise untold([self.name])
        if self.key not in info:
            raise self._missing(info)
        return value_of(info, self.key, self.name) * self.weight

    def value(self, info: Mapping[str, Tensor]) -> Tensor:
        """The value before it is weighted, without dimensions, in float32 or float64.

        Raises:
            MissingLossValueError: `info` has no such key.
            ValueError: the value has dimensions.
        """
        if self.key not in info:
            raise self._missing(info)
        return value_of(info, self.key, self.name)

    def _missing(self, info: Mapping[str, Tensor]) -> MissingLossValueError:
        refuse_what_is_no_info(info)
        return MissingLossValueError(self.name, self.key, info)

    def extra_repr(self) -> str:
        """What `print(module)` shows."""
        weight = self._courses.get("weight", self.weight)
        assert not isinstance(weight, Tensor)
        return f"key={self.key!r}, name={self.name!r}, weight={in_words(weight)}"

    def _forget_old_weights(self, state_dict: dict[str, object], prefix: str) -> None:
        state_dict.pop(f"{prefix}weight", None)


class MultiLoss(ForgetsOldWeights):
    """The sum of several losses, and each of them by its name.

    Args:
        losses: ValueLoss modules, or any modules with a `name` that map `info` to a value without
            dimensions.
        missing: what happens when a loss finds no value in `info`: "error" lets its error through,
            "skip" leaves the loss out of the total and of the names. Which values a loss needs is
            known beforehand: its `key`, `key_a`, `key_b`, `input_key` and `target_key`, as far as
            these are strings. Whatever else goes wrong inside a loss is an error.
    """

    def __init__(self, losses: Iterable[nn.Module], missing: Missing = "error") -> None:
        super().__init__()
        self.missing: Final = checked_missing(missing)
        self.losses = nn.ModuleList(losses)
        names = [_name_of(index, loss) for index, loss in enumerate(self.losses)]
        if repeated := [name for name in dict.fromkeys(names) if names.count(name) > 1]:
            raise ValueError(f"losses: expected each name once, but {listed(repeated)} is repeated")

    def set_step(self, step: int) -> None:
        """Say for which step of the generator the weights are, to all losses that take it.

        Raises:
            TypeError: `step` is no integer.
            ValueError: `step` is negative.
        """
        checked_step(step)
        for part in self.modules():  # a loss may be compiled, or wrapped
            if isinstance(part, ChangesWithSteps):
                part.set_step(step)

    if TYPE_CHECKING:

        def __call__(self, info: Mapping[str, Tensor]) -> tuple[Tensor, dict[str, Tensor]]: ...

    def forward(self, info: Mapping[str, Tensor]) -> tuple[Tensor, dict[str, Tensor]]:
        """The total, without dimensions, and the weighted values by name, in order.

        The total is no alias of a value. Without losses it is 0 and needs no gradient.

        Raises:
            MissingLossValueError: a value is missing, unless they are skipped.
            ValueError: a value has dimensions.
        """
        losses: dict[str, Tensor] = {}
        for loss in self.losses:
            if self.missing == "skip" and any(key not in info for key in _keys_of(loss)):
                refuse_what_is_no_info(info)
                continue
            name = str(loss.name)
            losses[name] = loss(info)
            _refuse_dimensions(losses[name], name)
        total: Tensor | float = 0
        for value in losses.values():
            total += value  # in place after the first, as stable-audio-tools sums: its dtype stays
        return as_total(total), losses

    def detailed(self, info: Mapping[str, Tensor]) -> LossDetails:
        """What a call returns, and the values before they are weighted.

        Of modules other than ValueLoss there are none: what they multiply, only they know.

        Args:
            info: as for a call.

        Raises:
            MissingLossValueError: a value is missing, unless they are skipped.
            RuntimeError: a weight changes with the step, and `set_step` was never called.
            ValueError: a value has dimensions.
        """
        total, losses = self(info)
        ours = [each for each in self.losses if isinstance(each, ValueLoss)]
        values = {each.name: each.value(info) for each in ours if each.name in losses}
        return LossDetails(total, losses, values)

    def _forget_old_weights(self, state_dict: dict[str, object], prefix: str) -> None:
        drop_listed_weights(state_dict, prefix, start=len(self.losses))


def _checked_text(what: str, value: object) -> str:
    if isinstance(value, str) and value:
        return value
    raise TypeError(f"{what}: expected a string that is not empty, not {shown(value)}")


def _checked_decay(decay: object, weight: object) -> float:
    number = checked_number("decay", decay)
    if number != 1 and isinstance(weight, (Mapping, Schedule, Course)):
        raise ValueError(f"decay: expected 1 beside a schedule, not {number!r}")
    if abs(number) > LARGEST:
        raise ValueError(f"decay: {number!r} is too large for float32")
    return number


def _keys_of(loss: nn.Module) -> tuple[str, ...]:
    """The values of `info` that `loss` says it needs."""
    found = (getattr(loss, attribute, None) for attribute in _KEY_ATTRIBUTES)
    return tuple(key for key in found if isinstance(key, str))


def _name_of(index: int, loss: nn.Module) -> str:
    name = getattr(loss, "name", None)
    if isinstance(name, str) and name:
        return name
    kind = type(loss).__name__
    raise TypeError(f"losses[{index}]: expected a module with a 'name'; {kind} has none")


def _refuse_dimensions(value: Tensor | float, name: str) -> None:
    if isinstance(value, Tensor) and value.dim() != 0:  # stable-audio-tools sums numbers too
        raise ValueError(
            f"loss {name!r}: expected a value without dimensions, not one of shape "
            f"{tuple(value.shape)}; reduce it first, with .mean() say"
        )
