"""Tries cases of a target until the time is spent, and makes what it finds small."""

from __future__ import annotations

import itertools
import math
import time
import warnings
from collections import Counter
from dataclasses import dataclass, field

from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis.errors import HypothesisWarning
from hypothesis.internal.conjecture.providers import HypothesisProvider
from hypothesis.internal.constants_ast import Constants

from .target import Case, Target

BATCH = 250
"""The cases that one seed leads to; the first tenth of them are small."""


# Hypothesis draws some numbers and strings from the source of what is loaded and not installed. A
# seed has to lead to the same cases, whatever was loaded before.
HypothesisProvider._local_constants = Constants()


@dataclass(frozen=True)
class Finding:
    """A case for which a target doesn't hold: as small as it gets, and what found it."""

    target: str
    seed: int
    case: int
    shown: str
    message: str

    @property
    def arguments(self) -> str:
        """What to give to `nox -s fuzz --` to find it again."""
        return f"--target {self.target} --seed {self.seed} --cases {self.case}"


@dataclass
class Outcome:
    """How many cases were tried, in which time, and which classes they fell in."""

    seconds: float = 0.0
    classes: Counter[str] = field(default_factory=Counter)
    finding: Finding | None = None

    @property
    def cases(self) -> int:
        """The cases that were tried to the end; those that make a finding smaller don't count."""
        return self.classes.total()


def tried(
    target: Target[Case], first_seed: int, *, cases: float = math.inf, seconds: float = math.inf
) -> Outcome:
    """Try as many cases, or as long, as is said, or until there is a finding.

    Each batch has its own seed, the one after that of the batch before.
    """
    outcome = Outcome()
    try_into(outcome, target, first_seed, cases=cases, seconds=seconds)
    return outcome


def try_into(
    outcome: Outcome,
    target: Target[Case],
    first_seed: int,
    *,
    cases: float = math.inf,
    seconds: float = math.inf,
) -> None:
    """The same, where an interruption leaves behind what came of it until then."""
    start = time.monotonic()
    try:
        for number in itertools.count(first_seed):
            spent = time.monotonic() - start >= seconds
            if spent or outcome.cases >= cases or outcome.finding is not None:
                break
            _Batch(target, outcome, cases, start + seconds).run(number)
    finally:
        outcome.seconds = time.monotonic() - start


class _Batch:
    """What one seed leads to.

    Hypothesis decides which cases to try, and tries fewer where there are no more; what counts is
    what came to be tried. It is stopped by nothing but an error: what comes too late is let pass.
    """

    def __init__(
        self, target: Target[Case], outcome: Outcome, cases: float, deadline: float
    ) -> None:
        self.target = target
        self.outcome = outcome
        self.cases = cases
        self.deadline = deadline
        self.tried = 0
        self.first_failure = 0
        self.smallest: tuple[str, str] = ("", "")

    def run(self, number: int) -> None:
        """Try the cases of a seed."""

        @seed(number)
        @settings(
            max_examples=BATCH,
            phases=[Phase.generate, Phase.shrink],
            database=None,
            deadline=None,
            derandomize=False,
            print_blob=False,
            report_multiple_bugs=False,
            suppress_health_check=list(HealthCheck),
        )
        @given(self.target.cases)
        def batch(case: Case) -> None:
            self._try(case)

        try:
            with warnings.catch_warnings():
                warnings.filterwarnings("ignore", "Generating overly large", HypothesisWarning)
                batch()
        except KeyboardInterrupt:
            if self.first_failure:
                self._found(number, *self.smallest)
            raise
        except Exception as error:  # what a check raises, or what Hypothesis says of it
            shown, message = self.smallest
            self._found(number, shown, message or repr(error))

    def _found(self, number: int, shown: str, message: str) -> None:
        case = self.first_failure or self.tried + 1
        self.outcome.finding = Finding(self.target.name, number, case, shown, message)

    def _try(self, case: Case) -> None:
        if not self.first_failure:
            if self.outcome.cases >= self.cases or time.monotonic() > self.deadline:
                return
            self.tried += 1
        try:
            found = self.target.check(case)
        except Exception as error:
            self.first_failure = self.first_failure or self.tried
            self.smallest = self.target.show(case), str(error) or repr(error)
            raise
        if not self.first_failure:
            self.outcome.classes[found] += 1
