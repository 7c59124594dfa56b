"""What a fuzzer tries."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Generic, TypeVar

from hypothesis.strategies import SearchStrategy

Case = TypeVar("Case")


@dataclass(frozen=True)
class Target(Generic[Case]):
    """Something that has to hold for every case.

    `check` says which class a case falls in, such as "accepted"; if it doesn't hold for one, it
    raises an AssertionError. `show` is how people read a case.
    """

    name: str
    title: str
    cases: SearchStrategy[Case]
    check: Callable[[Case], str]
    show: Callable[[Case], str]
