# Generated from templates/runtime/tensors/changing.py.
# Do not edit; change it and run: python -m nox -s generate

"""Weights that may change with the generator's step."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

import torch
from torch import Tensor, nn

from ..model.courses import Course, Decaying, PlannedWeight, Scheduled, WeightArgument
from ..model.float32 import shortest
from ..model.schedules import checked_step
from .values import checked_weight


class ChangesWithSteps(nn.Module):
    """Has weights as attributes: numbers, or tensors without dimensions where they change.

    Such a tensor is made anew for each step, so that a backward pass that is still to come keeps
    the one it had. It is no buffer: DDP doesn't broadcast it, `.half()` leaves it in float32, and a
    state_dict has none; `.to()` moves it.
    """

    def __init__(self) -> None:
        super().__init__()
        self._courses: dict[str, Course] = {}
        self._untold: tuple[str, ...] = ()
        """The attributes that change, until somebody says the step.

        The forward pass reads this, and not the step: torch.compile would begin anew for each.
        """
        self._step = 0

    def set_step(self, step: int) -> None:
        """Say for which step of the generator the weights are, from now on.

        Only modules with a weight that changes need it. Nothing waits for a device. Call it outside
        of what torch.compile compiles.

        Args:
            step: how many steps the generator has made; `generator_step` counts them in a trainer
                that counts those of both optimizers.

        Raises:
            TypeError: `step` is no integer.
            ValueError: `step` is negative.
        """
        attributes = vars(self)  # what torch does for each setattr takes as long as all the rest
        step = checked_step(step)
        for name, course in self._courses.items():
            attributes[name] = _tensor(course.at(step), attributes[name].device)
        attributes["_step"] = step
        attributes["_untold"] = ()

    @property
    def changes(self) -> bool:
        """Whether a weight of this module itself changes."""
        return bool(self._courses)

    def _weight(self, name: str, weight: WeightArgument, decay: float = 1.0) -> float | Tensor:
        """What the attribute `name` is; it follows a course from `set_step` on."""
        checked = checked_weight(name, weight, caller_level=4)
        if not isinstance(checked, Course):
            if decay == 1:
                return checked
            checked = Decaying(checked, decay)
        self._courses[name] = checked
        self._untold = (*self._untold, name)
        return _tensor(checked.at(0), torch.device("cpu"))

    def _apply(self, fn: Callable[[Tensor], Tensor], recurse: bool = True) -> Any:
        apply: Callable[..., Any] = vars(nn.Module)["_apply"]  # torch leaves out its types
        applied = apply(self, fn, recurse)
        for name, course in self._courses.items():
            place = fn(getattr(self, name)).device
            setattr(self, name, _tensor(course.at(self._step), place))
        return applied


def _tensor(weight: float, place: torch.device) -> Tensor:
    if torch.is_inference_mode_enabled():  # what is made in it can't be trained with later
        with torch.inference_mode(False):
            return _tensor(weight, place)
    # A kernel that fills waits for nothing; a copy from the host would.
    return torch.full((), weight, dtype=torch.float32, device=place)


def untold(names: Iterable[str]) -> RuntimeError:
    """Nobody said the step for weights that change."""
    return RuntimeError(
        f"{', '.join(names)}: the weight changes with the step, which is not known yet; call "
        "set_step(step) before the forward pass"
    )


def in_words(weight: PlannedWeight) -> str:
    """A weight as `print(module)` shows it."""
    if isinstance(weight, Scheduled):
        scale = "" if weight.scale == 1 else f"{weight.scale!r} × "
        return f"{scale}{weight.schedule.schedule}"
    if isinstance(weight, Decaying):
        return f"{weight.weight!r} × {weight.factor!r}ⁿ⁺¹"
    assert isinstance(weight, float)
    return shortest(weight)
