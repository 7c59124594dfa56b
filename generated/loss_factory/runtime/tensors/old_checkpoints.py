# Generated from templates/runtime/tensors/old_checkpoints.py.
# Do not edit; change it and run: python -m nox -s generate

"""What checkpoints of hand-written loss modules hold, and how ours load them.

Those modules kept each weight as a buffer, under the position of its loss in the list:
`losses_gen.losses.3.weight`. Ours keep no state: weights belong to the config.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from functools import partial
from operator import methodcaller

from torch import nn

LoadHook = Callable[..., None]
"""What `nn.Module.register_load_state_dict_pre_hook` takes."""


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
        # Not a hook, which each module would register anew when it is made.
        self._forget_old_weights(state_dict, prefix)
        load = methodcaller(  # torch leaves out its types
            "_load_from_state_dict",
            state_dict,
            prefix,
            local_metadata,
            strict,
            missing_keys,
            unexpected_keys,
            error_msgs,
        )
        load(super())


def drop_listed_weights(state_dict: dict[str, object], prefix: str, start: int) -> None:
    """Forget the weights of a list of losses, from the position `start` on."""
    for key, position, rest in list(_listed(state_dict, prefix)):
        if rest == "weight" and position >= start:
            del state_dict[key]


def drop_everything_below(state_dict: dict[str, object], prefix: str) -> None:
    """Forget whatever stands under keys that begin with `prefix`."""
    for key in [key for key in state_dict if key.startswith(prefix)]:
        del state_dict[key]


def dropping_everything_below(*paths: str) -> LoadHook:
    """A hook that drops what modules at `paths` kept, unless the hooked module has them still."""
    return partial(_drop_what_is_gone, paths)


def _drop_what_is_gone(
    paths: tuple[str, ...],
    module: nn.Module,
    state_dict: dict[str, object],
    prefix: str,
    *_: object,
) -> None:
    kept = module.state_dict()
    for path in paths:
        for key in [key for key in state_dict if key.startswith(f"{prefix}{path}.")]:
            if key.removeprefix(prefix) not in kept:
                del state_dict[key]


def taking_out(list_module: str, start: int, count: int) -> LoadHook:
    """A hook that takes `count` losses out of the list in `list_module`, from `start` on."""
    if start < 0:
        raise ValueError(f"position: expected the number of losses before, not {start}")
    return partial(_take_out, f"{list_module}.", start, start + count)


def _take_out(
    list_prefix: str,
    start: int,
    end: int,
    _: nn.Module,
    state_dict: dict[str, object],
    prefix: str,
    *__: object,
) -> None:
    prefix = f"{prefix}{list_prefix}"
    entries = list(_listed(state_dict, prefix))
    expected = {f"{prefix}losses.{position}.weight" for position in range(start, end)}
    found = {key for key, position, _ in entries if start <= position < end}
    if wrong := sorted(expected ^ found):
        raise ValueError(
            f"{wrong[0]}: expected the weight of a bottleneck loss, and nothing else, at the "
            f"positions {start} to {end - 1} of {prefix}losses; is the position right, and the "
            "checkpoint old?"
        )
    values = {key: state_dict.pop(key) for key, _, _ in entries}
    for key, position, rest in entries:
        if position < start:
            state_dict[key] = values[key]
        elif position >= end:
            state_dict[f"{prefix}losses.{position - end + start}.{rest}"] = values[key]


def _listed(state_dict: Mapping[str, object], prefix: str) -> Iterator[tuple[str, int, str]]:
    """The entries of a list of losses: each key, the position in it, and what follows that."""
    start = f"{prefix}losses."
    for key in state_dict:
        position, dot, rest = key.removeprefix(start).partition(".")
        if key.startswith(start) and dot and position.isdecimal():
            yield key, int(position), rest
