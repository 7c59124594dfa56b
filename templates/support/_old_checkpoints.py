"""What checkpoints of hand-written loss modules hold, and how ours load them.

Those modules kept each weight as a buffer, under the position of its loss in the list:
`losses_gen.losses.3.weight`. Ours keep no state: weights belong to the config.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from functools import partial

from torch import nn

LoadHook = Callable[..., None]
"""What `nn.Module.register_load_state_dict_pre_hook` takes."""

_load_as_any_module: Callable[..., None] = vars(nn.Module)["_load_from_state_dict"]


class ForgetsOldWeights(nn.Module):
    """A module that drops what its hand-written predecessor kept from what it is about to load."""

    def _forget_old_weights(self, state_dict: dict[str, object], prefix: str) -> None:
        """Drop them from `state_dict`; the keys of this module begin with `prefix`."""

    def _load_from_state_dict(
        self,
        state_dict: dict[str, object],
        prefix: str,
        local_metadata: object,
        strict: bool,
        missing_keys: list[str],
        unexpected_keys: list[str],
        error_msgs: list[str],
    ) -> None:
        # Not a hook: registering one takes a quarter of the time that making a module takes.
        self._forget_old_weights(state_dict, prefix)
        _load_as_any_module(
            self,
            state_dict,
            prefix,
            local_metadata,
            strict,
            missing_keys,
            unexpected_keys,
            error_msgs,
        )


def drop_listed_weights(state_dict: dict[str, object], prefix: str, start: int) -> None:
    """Forget the weights of a list of losses, from the position `start` on."""
    for key, position, rest in list(_listed(state_dict, prefix)):
        if rest == "weight" and position >= start:
            del state_dict[key]


def taking_out(list_module: str, position: int, count: int) -> LoadHook:
    """A hook for the module that holds the list `list_module`, as `old_list_hook` has it."""
    return partial(_take_out, list_module, position, count)


def _take_out(
    list_module: str,
    start: int,
    count: int,
    module: nn.Module,
    state_dict: dict[str, object],
    prefix: str,
    *_: object,
) -> None:
    prefix = f"{prefix}{list_module}."
    remaining = _number_of_losses(module.get_submodule(list_module))
    entries = list(_listed(state_dict, prefix))
    if all(position < remaining for _, position, _ in entries):
        return  # saved without the bottleneck's losses in the list
    end = start + count
    for key, position, rest in entries:
        if start <= position < end and rest != "weight":
            raise ValueError(
                f"{key}: expected the weight of a bottleneck loss at the positions {start} to "
                f"{end - 1} of {list_module}.losses; is the position right?"
            )
    values = {key: state_dict.pop(key) for key, _, _ in entries}
    for key, position, rest in entries:
        if position < start:
            state_dict[key] = values[key]
        elif position >= end:
            state_dict[f"{prefix}losses.{position - count}.{rest}"] = values[key]


def _number_of_losses(list_module: nn.Module) -> int:
    match list_module.get_submodule("losses"):
        case nn.ModuleList() as losses:
            return len(losses)
        case other:
            raise TypeError(f"losses: expected a ModuleList, not a {type(other).__name__}")


def _listed(state_dict: Mapping[str, object], prefix: str) -> Iterator[tuple[str, int, str]]:
    """The entries of a list of losses: each key, the position in it, and what follows that."""
    start = f"{prefix}losses."
    for key in state_dict:
        position, dot, rest = key.removeprefix(start).partition(".")
        if key.startswith(start) and dot and position.isdecimal():
            yield key, int(position), rest
