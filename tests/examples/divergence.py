"""A step with a number that isn't finite: which one it is, and how to go back to before it."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from types import ModuleType
from typing import Any

from torch import Tensor, nn

_MOST_TOLD = 3
"""So many of a loss's last good values show whether it grew or broke at once."""

_WHOLE = {"total": "the total", "gradient_norm": "the norm of the gradient"}


class Buffers:
    """The buffers of networks before a step: a forward pass may change them, as codebooks are.

    Parameters need no copy: they change at the end of a step, and this one doesn't come to that.
    """

    def __init__(self, networks: Iterable[nn.Module]) -> None:
        self._kept: list[tuple[nn.Module, dict[str, Tensor]]] = [
            (network, {name: each.clone() for name, each in network.named_buffers()})
            for network in networks
        ]

    def put_back(self) -> None:
        """Make them what they were."""
        for network, buffers in self._kept:
            network.load_state_dict(buffers, strict=False)


def not_finite(package: ModuleType, line: Mapping[str, Any]) -> list[str]:
    """What isn't finite in a line of the log: losses, or else the total or the gradient's norm."""
    losses: Mapping[str, Mapping[str, Any]] = line["losses"]
    bad = {
        name
        for number in ("value", "weighted")
        for name in package.non_finite({name: loss[number] for name, loss in losses.items()})
    }
    # Where a loss is NaN, so are the others: they say nothing more.
    whole = {name: line[name] for name in _WHOLE}
    return [name for name in losses if name in bad] or package.non_finite(whole)


def told(line: Mapping[str, Any], bad: Sequence[str], log: Sequence[Mapping[str, Any]]) -> str:
    """What to tell the user, a line for each of the `bad` ones; `log` has the steps before."""
    losses: Mapping[str, Mapping[str, Any]] = line["losses"]
    return "\n".join(
        f"step {line['step']}, {line['turn']}'s turn: "
        + (
            _loss_told(name, losses[name], log)
            if name in losses
            else f"{_WHOLE[name]} is {line[name]:g}, and each loss is finite"
        )
        for name in bad
    )


def _loss_told(name: str, loss: Mapping[str, Any], log: Sequence[Mapping[str, Any]]) -> str:
    value, weight, keys = loss["value"], loss["weight"], ", ".join(map(repr, loss["reads"]))
    what = f"is {value:g}"
    if math.isfinite(value):
        what += f", and times its weight {weight:g} it is {loss['weighted']:g}"
    good = [line for line in log if name in line["losses"]][-_MOST_TOLD:]
    before = ", ".join(f"{line['losses'][name]['value']:g} in step {line['step']}" for line in good)
    return f"{name} {what}; it reads {keys}; its last good values: {before or 'none'}"


def as_json(line: Mapping[str, Any], bad: Sequence[str]) -> dict[str, Any]:
    """The line of the log for such a step: JSON has no NaN, so these numbers are strings."""
    return {**dict(_written(line)), "not_finite": [*bad]}


def _written(members: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    for key, value in members.items():
        match value:
            case Mapping():
                yield key, dict(_written(value))
            case float() if not math.isfinite(value):
                yield key, str(value)
            case _:
                yield key, value
