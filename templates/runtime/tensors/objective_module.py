"""What the modules in objectives.py have in common, and what they are made of."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final, TypeAlias

from torch import Tensor

from ..model.courses import Course, PlannedWeight
from ..model.errors import ConfigProblem, LossConfigError, MissingLossValueError
from ..model.objective_plan import PlannedLoss
from ..text.wording import json_pointer
from .adversary import Adversarial
from .bottleneck_loss import BottleneckLoss
from .changing import ChangesWithSteps, in_words, untold
from .details import LossDetails
from .old_checkpoints import ForgetsOldWeights, drop_everything_below
from .terms.arguments import RefusedArgument
from .terms.audio import Audio
from .terms.kinds import Term
from .values import Missing, as_total, checked_missing, refuse_what_is_no_info, widened

MakeTerm: TypeAlias = Callable[[Mapping[str, object], Audio], Term]
"""Makes what maps two tensors to a value, from the arguments in the config: one of kinds.py."""


class WeightedTerm(ChangesWithSteps):
    """A value that is computed of two tensors, and its product with a weight."""

    def __init__(self, term: Term, weight: PlannedWeight) -> None:
        super().__init__()
        self.term: Final = term
        self.weight = self._weight("weight", weight)

    if TYPE_CHECKING:

        def __call__(self, x: Tensor, y: Tensor) -> tuple[Tensor, Tensor]: ...

    def forward(self, x: Tensor, y: Tensor) -> tuple[Tensor, Tensor]:
        """The value, and the weighted value.

        Both are without dimensions, in float32 or, if the value is float64, in that.
        """
        value = widened(self.term(x, y))
        return value, value * self.weight

    def extra_repr(self) -> str:
        """What `print(module)` shows."""
        weight = self._courses.get("weight", self.weight)
        assert not isinstance(weight, Tensor)
        return f"weight={in_words(weight)}"


@dataclass
class Parts:
    """What the module of one turn is made of."""

    arguments: Callable[[str], Mapping[str, object] | None]
    """What the config says at a path to the arguments of a term; None if that isn't written."""

    source: str
    """What messages call the config."""

    audio: Audio
    """The audio."""

    weights: Mapping[str, PlannedWeight]
    """The weights of the losses that are there, rounded to float32, by what modules call them."""

    bottleneck: BottleneckLoss | None
    """The losses of the bottleneck."""

    losses: tuple[PlannedLoss, ...]
    """What the turn sums, with the keys that this trainer's `info` has."""

    courses: Mapping[str, Course]
    """The weights that change with the step, by the names of the losses."""

    keys: Mapping[str, str]
    """What each value is called in this trainer's `info`."""

    missing: Missing
    """What happens to a loss whose value is not there."""

    _terms: dict[tuple[MakeTerm, str | None], Term] = field(
        default_factory=dict[tuple[MakeTerm, str | None], Term], init=False
    )

    def weight(self, loss: str) -> PlannedWeight | None:
        """The weight of a loss whose value is in `info`; None if the loss is not there."""
        return self.weights.get(loss)

    def term(self, loss: str, make: MakeTerm, path: str | None = None) -> WeightedTerm | None:
        """A loss that is computed; None if it is not there.

        Losses that compute the same with the same arguments share one module.

        Args:
            loss: what modules call it.
            make: makes what it computes.
            path: the config path of the arguments.

        Raises:
            LossConfigError: an argument is refused, or none are written.
        """
        if loss not in self.weights:
            return None
        if (make, path) not in self._terms:
            self._terms[make, path] = self._made(make, path)
        return WeightedTerm(self._terms[make, path], self.weights[loss])

    def _made(self, make: MakeTerm, path: str | None) -> Term:
        steps = [] if path is None else path.split(".")
        arguments: Mapping[str, object] | None = {}
        if path is not None:
            arguments = self.arguments(path)
        if arguments is None:
            what = "missing; another loss of this config is computed with what stands here"
            raise self._error(steps, what)
        try:
            return make(arguments, self.audio)
        except RefusedArgument as error:
            raise self._error([*steps, error.argument], error.message) from None

    def _error(self, steps: list[str], message: str) -> LossConfigError:
        problem = ConfigProblem(self.source, None, None, json_pointer(steps), message)
        return LossConfigError([problem])


class ObjectiveModule(ForgetsOldWeights, ChangesWithSteps, ABC):
    """What a trainer sums in one turn: `total, losses = module(info)`.

    `create_objective` makes one for each turn. Weights are Python numbers, rounded to float32;
    windows and filters are buffers that are not saved: the state_dict is empty.
    """

    def __init__(self, parts: Parts) -> None:
        super().__init__()
        self.missing: Final = checked_missing(parts.missing)
        self.keys: Final = dict(parts.keys)
        self.losses: Final = parts.losses
        """What is summed, in this order."""
        self.courses: Final = {
            loss.name: parts.courses[loss.name]
            for loss in parts.losses
            if loss.name in parts.courses
        }
        """The weights that change with the step, by the names of the losses."""
        self._untold_losses = tuple(self.courses)
        self._changing: list[ChangesWithSteps] | None = None

    if TYPE_CHECKING:

        def __call__(self, info: Mapping[str, Tensor]) -> tuple[Tensor, dict[str, Tensor]]: ...

    def extra_repr(self) -> str:
        """What `print(module)` shows: the losses with their weights."""
        weights = {loss.name: repr(loss.weight) for loss in self.losses}
        weights |= {name: in_words(course) for name, course in self.courses.items()}
        return ", ".join(f"{name}={weight}" for name, weight in weights.items())

    def forward(self, info: Mapping[str, Tensor]) -> tuple[Tensor, dict[str, Tensor]]:
        """The total, and the weighted values by loss name, in order.

        Args:
            info: what the plan says that the losses read: audio and latents as (batch, channels,
                samples or frames), values without dimensions.

        Returns:
            The total and the values, all without dimensions; half precision becomes float32.

        Raises:
            MissingLossValueError: something is missing that a loss reads, unless such losses are
                skipped; nothing was computed.
            RuntimeError: a weight changes with the step, and `set_step` was never called.
            ValueError: a value has dimensions.
        """
        losses: dict[str, Tensor] = {}
        return as_total(self.add_to(0, losses, {}, info)), losses

    def detailed(self, info: Mapping[str, Tensor]) -> LossDetails:
        """What a call returns, and the values before they are weighted.

        Nothing is computed twice. It compiles into one graph if the losses do:
        `torch.compile(module)` is for calls, `torch.compile(module.detailed)` for this. The hooks
        of a module are for calls.

        Args:
            info: as for a call.

        Raises:
            MissingLossValueError: something is missing that a loss reads, unless such losses are
                skipped; nothing was computed.
            RuntimeError: a weight changes with the step, and `set_step` was never called.
            ValueError: a value has dimensions.
        """
        losses: dict[str, Tensor] = {}
        values: dict[str, Tensor] = {}
        return LossDetails(as_total(self.add_to(0, losses, values, info)), losses, values)

    @abstractmethod
    def add_to(
        self,
        total: Tensor | int,
        losses: dict[str, Tensor],
        values: dict[str, Tensor],
        info: Mapping[str, Tensor],
    ) -> Tensor | int:
        """Go on with a sum, as `BottleneckLoss.add_to` does."""

    def _found(self, info: Mapping[str, Tensor]) -> dict[str, Tensor]:
        """What losses read and find in `info`, by the keys that the schema has.

        If something is missing and no loss may be skipped, nothing is computed.
        """
        refuse_what_is_no_info(info)
        if self._untold_losses:
            raise untold(self._untold_losses)
        if self.missing == "error":
            for loss in self.losses:
                for key in loss.reads:
                    if key not in info:
                        canonical = next(name for name, own in self.keys.items() if own == key)
                        raise MissingLossValueError(
                            loss.name, key, info, _origin(canonical), canonical
                        )
        return {key: info[own] for key, own in self.keys.items() if own in info}

    def set_step(self, step: int) -> None:
        """Say for which step of the generator the weights are, from now on.

        Only modules with a weight that changes need it. Nothing waits for a device.

        Raises:
            TypeError: `step` is no integer.
            ValueError: `step` is negative.
        """
        super().set_step(step)
        vars(self)["_untold_losses"] = ()
        if self._changing is None:  # what stands in here, found once
            parts = (each for each in self.modules() if isinstance(each, ChangesWithSteps))
            self._changing = [each for each in parts if each is not self and each.changes]
        for part in self._changing:
            part.set_step(step)

    def _value_weight(self, parts: Parts, loss: str) -> float | Tensor | None:
        """The weight of a loss whose value is in `info`; None if the loss is not there."""
        weight = parts.weight(loss)
        return None if weight is None else self._weight(f"{loss}_weight", weight)

    def _forget_old_weights(self, state_dict: dict[str, object], prefix: str) -> None:
        drop_everything_below(state_dict, f"{prefix}losses.")


def _origin(key: str) -> str:
    if key in SIGNALS:
        return "Put objective.signals(reals, decoded) into it"
    if key in ADVERSARIAL:
        return "Put the values of objective.adversarial(reals, decoded, turn) into it"
    return "The trainer puts it there, or the bottleneck when it encodes with return_info"


SIGNALS: Collection[str] = (
    *("reals", "decoded"),
    *("reals_left", "reals_right", "decoded_left", "decoded_right"),
)
"""What `Objective.signals` makes."""

ADVERSARIAL: Collection[str] = Adversarial._fields
"""What `Objective.adversarial` makes."""
