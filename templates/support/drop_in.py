"""The loss modules that stable-audio-tools has too, in the same form."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Final

from torch import Tensor, nn

from ._old_checkpoints import ForgetsOldWeights, drop_listed_weights
from ._values import Missing, as_total, checked_missing, checked_number, checked_weight, value_of
from ._wording import listed, shown
from .errors import MissingLossValueError


class ValueLoss(ForgetsOldWeights):
    """One loss: `weight * info[key]`, logged as `name`.

    Args:
        key: the key of `info` that holds the value, a tensor without dimensions.
        name: the name under which the weighted value is logged.
        weight: the factor, rounded to float32.
        decay: nothing but 1; a weight that changes with time is not this module's business.

    The weight is a Python number, not a buffer: the state_dict is empty, and `.half()` or `.to()`
    change nothing.
    """

    decay: Final = 1.0

    def __init__(self, key: str, name: str, weight: float = 1.0, decay: float = 1.0) -> None:
        super().__init__()
        self.key: Final = _checked_text("key", key)
        self.name: Final = _checked_text("name", name)
        self.weight: Final = checked_weight("weight", weight)
        if (number := checked_number("decay", decay)) != self.decay:
            raise ValueError(
                f"decay: expected 1, not {number!r}; weights of Loss Factory don't change in the "
                "forward pass"
            )

    if TYPE_CHECKING:

        def __call__(self, info: Mapping[str, Tensor]) -> Tensor: ...

    def forward(self, info: Mapping[str, Tensor]) -> Tensor:
        """The weighted value, without dimensions, in float32 or, for a float64 value, float64.

        Raises:
            MissingLossValueError: `info` has no such key.
            ValueError: the value has dimensions.
        """
        if self.key not in info:
            raise MissingLossValueError(self.name, self.key, info)
        return value_of(info, self.key, self.name) * self.weight

    def extra_repr(self) -> str:
        """What `print(module)` shows."""
        return f"key={self.key!r}, name={self.name!r}, weight={self.weight!r}"

    def _forget_old_weights(self, state_dict: dict[str, object], prefix: str) -> None:
        state_dict.pop(f"{prefix}weight", None)


class MultiLoss(ForgetsOldWeights):
    """The sum of several losses, and each of them by its name.

    Args:
        losses: ValueLoss modules, or any modules with a `name` that map `info` to a value.
        missing: what happens when a loss finds no value in `info`: "error" lets its error through,
            "skip" leaves the loss out of the total and of the names.
    """

    def __init__(self, losses: Iterable[nn.Module], missing: Missing = "error") -> None:
        super().__init__()
        self.missing: Final = checked_missing(missing)
        self.losses = nn.ModuleList(losses)
        names = [_name_of(index, loss) for index, loss in enumerate(self.losses)]
        if repeated := [name for name in dict.fromkeys(names) if names.count(name) > 1]:
            raise ValueError(f"losses: expected each name once, but {listed(repeated)} is repeated")
        # What a ValueLoss needs is known beforehand: an exception would break a compiled graph.
        self._own_keys: Final = tuple(_own_key(loss) for loss in self.losses)

    if TYPE_CHECKING:

        def __call__(self, info: Mapping[str, Tensor]) -> tuple[Tensor, dict[str, Tensor]]: ...

    def forward(self, info: Mapping[str, Tensor]) -> tuple[Tensor, dict[str, Tensor]]:
        """The total, without dimensions, and the weighted values by name, in order.

        The total is no alias of a value. Without losses it is 0 and needs no gradient.

        Raises:
            MissingLossValueError: a value is missing, unless they are skipped.
        """
        losses = self._all(info) if self.missing == "error" else self._present(info)
        total: Tensor | float = 0
        for value in losses.values():
            total += value  # in place after the first, as stable-audio-tools sums: its dtype stays
        return as_total(total), losses

    def _forget_old_weights(self, state_dict: dict[str, object], prefix: str) -> None:
        drop_listed_weights(state_dict, prefix, start=len(self.losses))

    def _all(self, info: Mapping[str, Tensor]) -> dict[str, Tensor]:
        return {str(loss.name): loss(info) for loss in self.losses}

    def _present(self, info: Mapping[str, Tensor]) -> dict[str, Tensor]:
        losses: dict[str, Tensor] = {}
        for loss, key in zip(self.losses, self._own_keys, strict=True):
            if key is not None and key not in info:
                continue
            try:
                losses[str(loss.name)] = loss(info)
            except (KeyError, MissingLossValueError):
                continue
        return losses


def _checked_text(what: str, value: object) -> str:
    match value:
        case str() if value:
            return value
        case _:
            raise TypeError(f"{what}: expected a string that is not empty, not {shown(value)}")


def _own_key(loss: nn.Module) -> str | None:
    match loss:
        case ValueLoss():
            return loss.key
        case _:
            return None


def _name_of(index: int, loss: nn.Module) -> str:
    match getattr(loss, "name", None):
        case str() as name if name:
            return name
        case _:
            kind = type(loss).__name__
            raise TypeError(f"losses[{index}]: expected a module with a 'name'; {kind} has none")
