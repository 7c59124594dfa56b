# Generated from templates/runtime/tensors/bottleneck_loss.py.
# Do not edit; change it and run: python -m nox -s generate

"""What the modules in modules.py have in common."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping
from enum import Enum
from typing import TYPE_CHECKING, ClassVar, Final

from torch import Tensor

from ..model.courses import PlannedWeight
from ..model.errors import MissingLossValueError
from .changing import ChangesWithSteps, in_words, untold
from .details import LossDetails
from .old_checkpoints import ForgetsOldWeights, LoadHook, drop_listed_weights, taking_out
from .values import Missing, as_total, checked_missing, refuse_what_is_no_info


class BottleneckLoss(ForgetsOldWeights, ChangesWithSteps, ABC):
    """All losses of one bottleneck type: `total, losses = bottleneck_loss(info)`.

    `create_bottleneck_loss` makes one. Its weights are Python numbers, rounded to float32, in
    attributes such as `kl_weight`, or tensors if they change with the step: the state_dict is
    empty, and `.half()` changes nothing. Neither making nor calling one waits for a device, and it
    compiles into one graph.

    Args:
        missing: what happens to a loss whose value is not in `info`: "error" raises, "skip"
            leaves it out of the total and of the names.
        keys: what values are called in this trainer's `info`, by the keys that the schema has.
    """

    bottleneck_type: ClassVar[Enum]
    """A BottleneckType of the package that the class belongs to."""

    def __init__(self, missing: Missing, keys: Mapping[str, str] | None) -> None:
        super().__init__()
        self.missing: Final = checked_missing(missing)
        self._keys = {} if keys is None else dict(keys)

    if TYPE_CHECKING:

        def __call__(self, info: Mapping[str, Tensor]) -> tuple[Tensor, dict[str, Tensor]]: ...

    def forward(self, info: Mapping[str, Tensor]) -> tuple[Tensor, dict[str, Tensor]]:
        """The total, and the weighted values by loss name, in the order of the schema.

        Args:
            info: what the bottleneck left; each value that is used has no dimensions.

        Returns:
            The total and the values, all without dimensions; half precision becomes float32. The
            total is no alias of a value. Where nothing is summed it is a 0 that needs no gradient.

        Raises:
            MissingLossValueError: a value is missing, unless they are skipped.
            RuntimeError: a weight changes with the step, and `set_step` was never called.
            ValueError: a value has dimensions.
        """
        if self._untold:
            raise untold(self._untold)
        losses: dict[str, Tensor] = {}
        return as_total(self.add_to(0, losses, {}, info)), losses

    def detailed(self, info: Mapping[str, Tensor]) -> LossDetails:
        """What a call returns, and the values before they are weighted.

        Nothing is computed twice. It compiles into one graph as well: `torch.compile(module)` is
        for calls, `torch.compile(module.detailed)` for this. The hooks of a module are for calls.

        Args:
            info: as for a call.

        Raises:
            MissingLossValueError: a value is missing, unless they are skipped.
            RuntimeError: a weight changes with the step, and `set_step` was never called.
            ValueError: a value has dimensions.
        """
        if self._untold:
            raise untold(self._untold)
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
        """Go on with a sum; `total`, `losses` and `values` may be changed in place.

        Args:
            total: what was summed before, or 0.
            losses: the weighted values so far, by loss name; those of the bottleneck are added.
            values: the same before they are weighted.
            info: as for a call.
        """

    def old_list_hook(self, list_module: str, position: int) -> LoadHook:
        """Lets a trainer that moved from a list of hand-written losses load its old checkpoints.

            hook = trainer.bottleneck_loss.old_list_hook("losses_gen", position=4)
            handle = trainer.register_load_state_dict_pre_hook(hook)
            trainer.load_state_dict(old_state_dict, strict=True)
            handle.remove()

        The weights of the bottleneck's losses are taken out of the state_dict, and the losses
        behind them move up. The hook is for old checkpoints only, so take it off again: nothing in
        a checkpoint says which kind it is. Without the hook, old weights are dropped if this
        module has the place (the name) of the old list.

        Args:
            list_module: the path from the hooked module to the one whose `losses` was the list.
            position: how many losses stood before those of the bottleneck, which are taken out
                at this position and after it.

        Raises:
            ValueError: `position` is negative. When loading: there is no weight, or something else
                than a weight, at a position that is to be taken out.
        """
        return taking_out(list_module, position, len(self._weights()))

    def extra_repr(self) -> str:
        """What `print(module)` shows."""
        shown = [f"{name}={in_words(weight)}" for name, weight in self._weights().items()]
        return ", ".join([*shown, f"missing={self.missing!r}"])

    def _weights(self) -> dict[str, PlannedWeight]:
        """The weight of each loss, by its attribute."""
        found = {name: value for name, value in vars(self).items() if name.endswith("_weight")}
        return found | self._courses

    def _forget_old_weights(self, state_dict: dict[str, object], prefix: str) -> None:
        drop_listed_weights(state_dict, prefix, start=0)

    def _key(self, key: str) -> str:
        """What a value is called in this trainer's `info`."""
        return self._keys.get(key, key)

    def _leave_out(self, info: Mapping[str, Tensor], key: str, name: str) -> None:
        """Do nothing about a value that is missing, if that was asked for."""
        refuse_what_is_no_info(info)
        if self.missing == "error":
            schema_key = next((each for each, own in self._keys.items() if own == key), key)
            raise MissingLossValueError(name, key, info, schema_key=schema_key)
