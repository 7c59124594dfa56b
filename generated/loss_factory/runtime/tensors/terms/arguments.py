# Generated from templates/runtime/tensors/terms/arguments.py.
# Do not edit; change it and run: python -m nox -s generate

"""The arguments of a term, as a config gives them, and what is said about those of no use."""

from __future__ import annotations

import math
from collections.abc import Collection, Iterable, Mapping, Sequence
from contextlib import suppress
from typing import TypeGuard, cast

from ...text.wording import alternatives, did_you_mean, shortened, shown

LARGEST = 2**24
"""The largest size: minutes of sound, and a table that fits into memory."""


class RefusedArgument(ValueError):
    """A term can't be computed with an argument.

    Attributes:
        argument: its name.
        message: what was expected, or what works instead. The caller knows where the argument
            stands in a config.
    """

    def __init__(self, argument: str, message: str) -> None:
        super().__init__(argument, message)
        self.argument = argument
        self.message = message

    def __str__(self) -> str:
        return f"{self.argument}: {self.message}"


class Arguments:
    """Reads the arguments of one term; null is the same as nothing.

    Every method that reads one raises RefusedArgument if it isn't what is read.
    """

    def __init__(self, given: Mapping[str, object]) -> None:
        self._given = {name: value for name, value in given.items() if value is not None}

    def refuse_unknown(self, known: Iterable[str]) -> None:
        """Refuse the first name that isn't one of `known`."""
        names = list(known)
        for name in self._given:
            if name not in names:
                raise RefusedArgument(name, f"no such argument{did_you_mean(name, names)}")

    def has(self, name: str) -> bool:
        """Whether there is anything but null."""
        return name in self._given

    def number(self, name: str, default: float | None = None) -> float:
        """A finite number; without a default it has to be there."""
        value = self._given.get(name, default)
        if isinstance(value, (int, float)) and not isinstance(value, bool):
            with suppress(OverflowError):  # of an integer too large for a float
                if math.isfinite(number := float(value)):
                    return number
        raise self._refusal(name, "a finite number")

    def flag(self, name: str, default: bool) -> bool:
        """True or false."""
        value = self._given.get(name, default)
        if isinstance(value, bool):
            return value
        raise self._refusal(name, "true or false")

    def choice(self, name: str, choices: Collection[str], default: str) -> str:
        """One of a few strings."""
        value = self._given.get(name, default)
        if isinstance(value, str) and value in choices:
            return value
        raise self._refusal(name, alternatives([repr(choice) for choice in choices]))

    def sizes(self, name: str, default: tuple[int, ...] | None = None) -> tuple[int, ...]:
        """Integers from 1 to `LARGEST`, one at least; without a default they have to be there."""
        value = self._given.get(name, default)
        if isinstance(value, (list, tuple)):
            entries = cast("Sequence[object]", value)
            sizes = tuple(entry for entry in entries if _is_size(entry))
            if len(sizes) == len(entries) > 0:
                return sizes
            expected = f"an array of integers from 1 to {LARGEST}"
            raise RefusedArgument(name, f"expected {expected}, not {shortened(str(list(entries)))}")
        raise self._refusal(name, f"an array of integers from 1 to {LARGEST}")

    def _refusal(self, name: str, expected: str) -> RefusedArgument:
        if not self.has(name):
            return RefusedArgument(name, f"missing; expected {expected}")
        return RefusedArgument(name, f"expected {expected}, not {shown(self._given[name])}")


def _is_size(value: object) -> TypeGuard[int]:
    return isinstance(value, int) and not isinstance(value, bool) and 0 < value <= LARGEST
