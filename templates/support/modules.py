"""Torch modules that turn a bottleneck's `info` into weighted losses."""

from __future__ import annotations

import math
import numbers
import struct
from collections.abc import Callable, Iterable, Mapping
from typing import Final, Literal, Protocol

import torch
from torch import Tensor, nn

from ._wording import listed, shown
from .errors import MissingLossValueError
from .models import AutoencoderLossConfig
from .planning import plan


class ValueLoss(nn.Module):
    """One loss: `weight * info[key]`, logged as `name`.

    Args:
        key: the key of `info` that holds the value, a tensor without dimensions.
        name: the name under which the weighted value is logged.
        weight: the factor, rounded to float32.
        decay: nothing but 1; a weight that changes with time is not this module's business.

    The weight is a Python number, not a buffer: the state_dict is empty, and `.half()` or `.to()`
    change nothing.
    """

    def __init__(self, key: str, name: str, weight: float = 1.0, decay: float = 1.0) -> None:
        super().__init__()
        self.key: Final = _checked_text("key", key)
        self.name: Final = _checked_text("name", name)
        self.weight: Final = _rounded_to_float32(_checked_number("weight", weight))
        self.decay: Final = _checked_number("decay", decay)
        if self.decay != 1.0:
            raise ValueError(
                f"decay: expected 1, not {self.decay!r}; weights of Loss Factory don't change in "
                "the forward pass"
            )
        _before_loading(self, _drop_own_weight)

    def forward(self, info: Mapping[str, Tensor]) -> Tensor:
        """The weighted value, without dimensions, in float32 or, for a float64 value, float64.

        Raises:
            MissingLossValueError: `info` has no such key.
            ValueError: the value has dimensions.
        """
        if self.key not in info:
            raise MissingLossValueError(self.name, self.key, info)
        value = torch.as_tensor(info[self.key])
        if value.dim() != 0:
            raise ValueError(
                f"info[{self.key!r}]: expected a tensor without dimensions for loss {self.name!r}, "
                f"not one of shape {tuple(value.shape)}; reduce it first, with .mean() say"
            )
        return value.to(torch.promote_types(value.dtype, torch.float32)) * self.weight

    def extra_repr(self) -> str:
        """What `print(module)` shows."""
        return f"key={self.key!r}, name={self.name!r}, weight={self.weight!r}"


class MultiLoss(nn.Module):
    """The sum of several losses, and each of them by its name.

    Args:
        losses: ValueLoss modules, or any modules with a `name` that map `info` to a value.
        missing: what happens when a loss finds no value in `info`: "error" lets its error through,
            "skip" leaves the loss out of the total and of the names.
    """

    def __init__(
        self, losses: Iterable[nn.Module], missing: Literal["error", "skip"] = "error"
    ) -> None:
        super().__init__()
        if missing not in ("error", "skip"):
            raise ValueError(f"missing: expected 'error' or 'skip', not {shown(missing)}")
        self.missing: Final = missing
        self.losses = nn.ModuleList(losses)
        names = [_name_of(index, loss) for index, loss in enumerate(self.losses)]
        if repeated := [name for name in dict.fromkeys(names) if names.count(name) > 1]:
            raise ValueError(f"losses: expected each name once, but {listed(repeated)} is repeated")
        # What a ValueLoss needs is known beforehand: an exception would break a compiled graph.
        self._own_keys: Final = tuple(_own_key(loss) for loss in self.losses)
        _before_loading(self, _drop_weights_past_the_end)

    def forward(self, info: Mapping[str, Tensor]) -> tuple[Tensor, dict[str, Tensor]]:
        """The total, without dimensions, and the weighted values by name, in order.

        The total is no alias of a value. Without losses it is 0 and needs no gradient.

        Raises:
            MissingLossValueError: a value is missing, unless they are skipped.
        """
        losses = self._all(info) if self.missing == "error" else self._present(info)
        if not losses:
            return torch.zeros(()), losses
        first, *others = losses.values()
        # In place after the first, as stable-audio-tools sums: the first value's dtype stays.
        total = 0 + first
        for value in others:
            total += value
        return total, losses

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


def create_loss_modules_from_bottleneck(
    bottleneck: object,
    loss_config: Mapping[str, object] | AutoencoderLossConfig | None = None,
    *,
    bottleneck_type: object = None,
    foreign_sections: Iterable[str] = (),
) -> list[ValueLoss]:
    """The losses that `bottleneck` is trained with, in the order in which they are summed.

    Args:
        bottleneck: a bottleneck module, also compiled or wrapped, or whatever `plan_losses` takes.
        loss_config: the whole `loss_configs` object, or None for the defaults.
        bottleneck_type: the type to train it as, for a class that is not known.
        foreign_sections: names of its sections that the trainer reads itself; they are skipped.

    Raises:
        LossConfigError: `loss_config` has mistakes; all of them are listed.
        UnknownBottleneckError: `bottleneck` is no known type, nor a subclass of one.

    Warns:
        UnusedWeightWarning: the config sets a weight that this bottleneck has no use for.
    """
    known = bottleneck if bottleneck_type is None else bottleneck_type
    result = plan(known, loss_config, foreign_sections, caller_level=3)
    return [ValueLoss(loss.key, loss.name, loss.weight) for loss in result.losses]


class _LoadsStateDicts(Protocol):
    """What of nn.Module is needed here, with the types that torch leaves out."""

    def register_load_state_dict_pre_hook(self, hook: Callable[..., None], /) -> object: ...


def _before_loading(module: _LoadsStateDicts, hook: Callable[..., None]) -> None:
    module.register_load_state_dict_pre_hook(hook)


def _drop_own_weight(_: ValueLoss, state_dict: dict[str, object], prefix: str, *__: object) -> None:
    """Forget the weight that an old checkpoint holds: weights belong to the config."""
    state_dict.pop(f"{prefix}weight", None)


def _drop_weights_past_the_end(
    module: MultiLoss, state_dict: dict[str, object], prefix: str, *__: object
) -> None:
    """Forget the weights that an old checkpoint holds for losses that the list has no more."""
    start = f"{prefix}losses."
    for key in [key for key in state_dict if key.startswith(start)]:
        index, _, rest = key.removeprefix(start).partition(".")
        if rest == "weight" and index.isdecimal() and int(index) >= len(module.losses):
            del state_dict[key]


def _checked_text(what: str, value: object) -> str:
    match value:
        case str() if value:
            return value
        case _:
            raise TypeError(f"{what}: expected a string that is not empty, not {shown(value)}")


def _checked_number(what: str, value: object) -> float:
    match value:
        case bool():
            pass
        case numbers.Real():
            return _finite(what, value)
        case _:
            pass
    raise TypeError(f"{what}: expected a number, not {shown(value)}")


def _finite(what: str, value: numbers.Real) -> float:
    try:
        number = float(value)
    except OverflowError:
        number = math.inf
    if not math.isfinite(number):
        raise ValueError(f"{what}: expected a finite number, not {shown(value)}")
    return number


def _rounded_to_float32(value: float) -> float:
    try:
        # Of the formats of struct, only those with a byte order refuse what overflows.
        rounded: float = struct.unpack("<f", struct.pack("<f", value))[0]
    except OverflowError:
        raise ValueError(f"weight: {value!r} is too large for float32") from None
    return rounded


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
