"""Contestants that are timed by turns, so that a busy moment of the machine hits all of them.

In each round every contestant has one turn, in an order that is drawn anew. Two contestants are
compared by the ratio of their turns of the same round, and then by the median of these ratios over
the rounds: what slows one round down slows both, and drops out. Times of different rounds, let
alone of different runs, are never divided by each other.

The first contestant is timed by pytest-benchmark, so that its options, its JSON and its profiles
are there; the others have their turns in its setup and teardown, on the same clock.
"""

from __future__ import annotations

import gc
import itertools
import math
import random
import statistics
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from time import perf_counter
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pytest_benchmark.fixture import BenchmarkFixture

Contestant = Callable[[], object]

#: A turn lasts about this long: far longer than reading the clock, far shorter than a disturbance.
TURN_SECONDS = 1e-3
_WARM_UP_CALLS = 5


@dataclass(frozen=True)
class Measured:
    """The seconds of one call, by contestant, round after round."""

    seconds: Mapping[str, Sequence[float]]

    def median(self, name: str) -> float:
        """The median time of one call in seconds."""
        return statistics.median(self.seconds[name])

    def ratio(self, name: str, to: str) -> float:
        """How many times as long as `to` the contestant `name` takes: the median over rounds."""
        return statistics.median(self.ratios(name, to))

    def ratios(self, name: str, to: str) -> list[float]:
        """The same, for each round."""
        pairs = zip(self.seconds[name], self.seconds[to], strict=True)
        return [mine / theirs for mine, theirs in pairs]


def race(
    benchmark: BenchmarkFixture,
    contestants: Mapping[str, Contestant],
    *,
    rounds: int,
    calls: Mapping[str, int] | None = None,
) -> Measured:
    """Time the contestants by turns. The collector of cycles is off meanwhile.

    Args:
        benchmark: pytest-benchmark's fixture; it times the first contestant.
        contestants: what is called, by name.
        rounds: how many turns each of them has.
        calls: how many calls a turn of each is; without it, as many for all as fill
            `TURN_SECONDS` with the first contestant, which is also called a few times before.
    """
    if calls is None:
        calls = dict.fromkeys(contestants, _calls_that_fill_a_turn(contestants))
    turns = _Turns(contestants, calls, benchmark)
    with _without_collector():
        benchmark.pedantic(turns.first, setup=turns.before, teardown=turns.after, rounds=rounds)
    stats: Any = benchmark.stats  # there is none before
    measured = Measured({**turns.seconds, turns.name: list(stats.stats.data)})
    for name in contestants:
        if name != turns.name:
            quartiles = _quartiles(measured.ratios(turns.name, name))
            benchmark.extra_info[f"{turns.name} / {name}"] = quartiles
    return measured


class _Turns:
    """Who has a turn before the first contestant in this round, and who after it."""

    def __init__(
        self,
        contestants: Mapping[str, Contestant],
        calls: Mapping[str, int],
        benchmark: BenchmarkFixture,
    ) -> None:
        self.name = next(iter(contestants))
        self.seconds: dict[str, list[float]] = {name: [] for name in contestants}
        self._contestants = contestants
        self._calls = calls
        self._benchmark = benchmark
        self._order = random.Random(0)
        self._behind: list[str] = []

    def first(self) -> None:
        self._turn(self.name)

    def before(self) -> None:
        # A turn is many calls, but `pedantic` takes no number of them beside a setup. Told here,
        # it divides by it, and all its figures are those of one call.
        stats: Any = self._benchmark.stats
        stats.iterations = self._calls[self.name]
        order = self._order.sample(list(self._contestants), len(self._contestants))
        place = order.index(self.name)
        self._behind = order[place + 1 :]
        self._time(order[:place])

    def after(self) -> None:
        self._time(self._behind)

    def _time(self, names: Sequence[str]) -> None:
        for name in names:
            start = perf_counter()
            self._turn(name)
            self.seconds[name].append((perf_counter() - start) / self._calls[name])

    def _turn(self, name: str) -> None:
        call = self._contestants[name]
        for _ in itertools.repeat(None, self._calls[name]):
            call()


def _calls_that_fill_a_turn(contestants: Mapping[str, Contestant]) -> int:
    for call in contestants.values():
        for _ in range(_WARM_UP_CALLS):
            call()
    first = next(iter(contestants.values()))
    return max(1, math.ceil(TURN_SECONDS / min(_seconds(first) for _ in range(_WARM_UP_CALLS))))


def _seconds(call: Contestant) -> float:
    start = perf_counter()
    call()
    return perf_counter() - start


def _quartiles(ratios: Sequence[float]) -> list[float]:
    if len(ratios) == 1:
        return [*ratios] * 3
    return statistics.quantiles(ratios, n=4)


@contextmanager
def _without_collector() -> Iterator[None]:
    gc.collect()
    gc.disable()
    try:
        yield
    finally:
        gc.enable()
