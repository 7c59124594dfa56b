"""Runs tests against mutants: one process that has everything imported, and a fork for each run.

A fork knows nothing that an earlier test has left behind, so a cache never hides a mutant. First
each test runs by itself and tells which lines it reaches; then each mutant meets the tests that
reach its line, the quick ones first, until one fails.
"""

from __future__ import annotations

import functools
import gc
import json
import os
import resource
import select
import shutil
import signal
import tempfile
import time
import traceback
import warnings
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

import pytest
from coverage import Coverage

from tools.mutants.mutation import Mutant

SLOWEST_TEST = 3.0
"""Seconds; slower tests don't take part."""
LONGEST_RUN = 4.0
"""Seconds of tests for one mutant; what isn't killed by then has survived."""
OUTCOMES = ("killed", "timeout", "survived", "no tests")
_MEMORY = 8 * 2**30
_PATIENCE = 10.0
_BROKEN = 3
_CODE = frozenset({"loss_compiler", "loss_factory", "compiler", "package", "support"})
"""What can remember something that a mutant would do otherwise: the code and its tests."""
_KEPT = frozenset(
    {"loss_compiler.emit.formatting", "loss_compiler.emit.models", "loss_compiler.emit.render"}
)
"""These remember what ruff, datamodel-code-generator and Jinja made of texts, which takes long."""

Progress = Callable[[str], None]


@dataclass(frozen=True)
class Verdict:
    """How a mutant fared: one of OUTCOMES, the test that killed it, and the seconds."""

    mutant: Mutant
    outcome: str
    test: str
    seconds: float

    @property
    def is_killed(self) -> bool:
        """Whether a test has noticed it, if only by taking forever."""
        return self.outcome in ("killed", "timeout")


@dataclass
class _Reached:
    """What a test takes, and the lines that it reaches, by file."""

    seconds: float
    lines: dict[str, frozenset[int]]


@dataclass(frozen=True)
class _Tests:
    """Tests in the order in which they are to run, and what all of them take."""

    numbers: tuple[int, ...]
    seconds: float


@dataclass(eq=False)  # pytest keeps its plugins in sets
class Killing:
    """A pytest plugin that does this in place of running the tests; `verdicts` are the results.

    With `killers`, each mutant meets only the tests that are named for it. After `seconds` no other
    mutant is tried. `found` gets each verdict when it is known.
    """

    mutants: Sequence[Mutant]
    killers: Mapping[str, Sequence[str]]
    processes: int
    seconds: float
    warm_up: Callable[[], None]
    progress: Callable[[str, int, int], None]
    found: Callable[[Verdict], None]
    verdicts: list[Verdict] = field(default_factory=list)
    failing: list[str] = field(default_factory=list)
    _failed: bool = False

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        self._failed |= report.failed

    def pytest_runtestloop(self, session: pytest.Session) -> bool:
        self.warm_up()
        _empty_caches()
        gc.collect()
        gc.freeze()
        if self.killers:
            self._all_killed(session.items, self._named(session.items))
            return True
        reached = self._all_reached(session.items)
        if not self.failing:
            tests = {mutant.name: _tests_for(mutant, reached) for mutant in self.mutants}
            self._all_killed(session.items, tests)
        return True

    def _named(self, items: Sequence[pytest.Item]) -> dict[str, _Tests]:
        """The tests that `killers` names; of one whose case is gone, all cases."""
        numbers: dict[str, list[int]] = {}
        for number, item in enumerate(items):
            for name in {item.nodeid, item.nodeid.partition("[")[0]}:
                numbers.setdefault(name, []).append(number)

        def found(test: str) -> list[int]:
            return numbers.get(test) or numbers.get(test.partition("[")[0], [])

        return {
            name: _Tests(tuple(number for test in tests for number in found(test)), LONGEST_RUN)
            for name, tests in self.killers.items()
        }

    def _all_reached(self, items: Sequence[pytest.Item]) -> dict[int, _Reached]:
        files = {str(mutant.file) for mutant in self.mutants}
        jobs = (
            _Job(index, functools.partial(self._reach, item, files), SLOWEST_TEST * 4)
            for index, item in enumerate(items)
        )
        reached: dict[int, _Reached] = {}
        for done, (index, status, answer, _) in enumerate(_forked(jobs, self.processes), 1):
            self.progress("tests", done, len(items))
            if status == 0:
                took, found = json.loads(answer)
                lines = {name: frozenset(each) for name, each in found.items()}
                if lines and took <= SLOWEST_TEST:
                    reached[index] = _Reached(took, lines)
            elif status == 1:
                self.failing.append(items[index].nodeid)
        return reached

    def _all_killed(self, items: Sequence[pytest.Item], tests: Mapping[str, _Tests]) -> None:
        killers: dict[str, list[int]] = {}

        def jobs() -> Iterator[_Job]:
            until = time.monotonic() + self.seconds
            for number, mutant in enumerate(self.mutants):
                if time.monotonic() > until:
                    return
                own = tests[mutant.name]
                first = [
                    test for test in killers.get(mutant.mistake.place, ()) if test in own.numbers
                ]
                order = list(dict.fromkeys([*first, *own.numbers]))
                run = functools.partial(self._kill, mutant, [items[test] for test in order], order)
                yield _Job(number, run, _PATIENCE + 3 * min(own.seconds, LONGEST_RUN))

        for done, (number, status, answer, seconds) in enumerate(
            _forked(jobs(), self.processes), 1
        ):
            self.progress("mutants", done, len(self.mutants))
            mutant = self.mutants[number]
            match status:
                case 0:
                    outcome, test = answer, ""
                case 1:
                    known = killers.setdefault(mutant.mistake.place, [])
                    killer = int(answer)
                    if killer in known:
                        known.remove(killer)
                    known.insert(0, killer)
                    outcome, test = "killed", items[killer].nodeid
                case _:
                    outcome, test = "timeout", ""
            verdict = Verdict(mutant, outcome, test, seconds)
            self.verdicts.append(verdict)
            self.found(verdict)

    def _reach(self, item: pytest.Item, files: set[str]) -> tuple[int, str]:
        start = _cpu_seconds()
        coverage = Coverage(
            data_file=None, config_file=False, include=sorted(files), messages=False
        )
        coverage.start()
        item.ihook.pytest_runtest_protocol(item=item, nextitem=None)
        coverage.stop()
        with warnings.catch_warnings(action="ignore"):  # that there is nothing, for one
            data = coverage.get_data()
        lines = {name: data.lines(name) for name in data.measured_files()}
        found = {name: each for name, each in lines.items() if each}
        return int(self._failed), json.dumps([_cpu_seconds() - start, found])

    def _kill(
        self, mutant: Mutant, items: Sequence[pytest.Item], numbers: Sequence[int]
    ) -> tuple[int, str]:
        os.environ["MUTANT_UNDER_TEST"] = mutant.name
        until = _cpu_seconds() + LONGEST_RUN
        for item, following, number in zip(items, [*items[1:], None], numbers, strict=False):
            item.ihook.pytest_runtest_protocol(item=item, nextitem=following)
            if self._failed:
                return 1, str(number)
            if _cpu_seconds() > until:
                return 0, "survived"
        return 0, "survived" if items else "no tests"


def _cpu_seconds() -> float:
    """What this process and the processes that it has waited for have spent."""
    own, children = map(resource.getrusage, (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return own.ru_utime + own.ru_stime + children.ru_utime + children.ru_stime


def _empty_caches() -> None:
    """Forget what the warm-up has made compiler and tests remember, where it can hide a mutant."""
    caches = [each for each in gc.get_objects() if type(each) is functools._lru_cache_wrapper]
    for cache in caches:
        module = cache.__module__
        if module.partition(".")[0] in _CODE and module not in _KEPT:
            cache.cache_clear()


def _tests_for(mutant: Mutant, reached: Mapping[int, _Reached]) -> _Tests:
    """The tests that reach the line of `mutant`, or the one before it that is reached at all."""
    file = str(mutant.file)
    lines = frozenset[int]().union(*(each.lines.get(file, ()) for each in reached.values()))
    inside = [line for line in mutant.lines if line in lines]
    before = [line for line in inside if line <= mutant.line]
    if not inside:
        return _Tests((), 0)
    line = before[-1] if before else inside[0]
    tests = [test for test, each in reached.items() if line in each.lines.get(file, ())]
    numbers = sorted(tests, key=lambda test: reached[test].seconds)
    return _Tests(tuple(numbers), sum(reached[test].seconds for test in tests))


@dataclass(frozen=True)
class _Job:
    number: int
    run: Callable[[], tuple[int, str]]
    seconds: float


def _forked(jobs: Iterable[_Job], processes: int) -> Iterator[tuple[int, int, str, float]]:
    """Run each job in a fork; its number, its exit code, its answer, its seconds."""
    waiting = iter(jobs)
    running: dict[int, _Fork] = {}
    while True:
        while len(running) < processes and (job := next(waiting, None)) is not None:
            fork = _Fork.of(job)
            running[fork.pipe] = fork
        if not running:
            return
        for pipe in select.select(list(running), [], [])[0]:
            if running[pipe].has_ended():
                fork = running.pop(pipe)
                status, answer = fork.ended()
                yield fork.number, status, answer, time.monotonic() - fork.start


@dataclass
class _Fork:
    number: int
    process: int
    pipe: int
    folder: str
    start: float
    said: bytes = b""

    @classmethod
    def of(cls, job: _Job) -> _Fork:
        reading, writing = os.pipe()
        folder = tempfile.mkdtemp(prefix="loss-factory-mutant-")
        start = time.monotonic()
        process = os.fork()
        if process == 0:
            os.close(reading)
            _in_child(job, writing, folder)
        os.close(writing)
        return cls(job.number, process, reading, folder, start)

    def has_ended(self) -> bool:
        part = os.read(self.pipe, 1 << 16)
        self.said += part
        return not part

    def ended(self) -> tuple[int, str]:
        os.close(self.pipe)
        _, status = os.waitpid(self.process, 0)
        shutil.rmtree(self.folder, ignore_errors=True)
        code = os.waitstatus_to_exitcode(status)
        if code == _BROKEN:
            raise RuntimeError(f"a run of tests broke off:\n{self.said.decode()}")
        return code, self.said.decode()


def _in_child(job: _Job, writing: int, folder: str) -> None:
    """Run `job`, say what it found, and end."""
    code, answer = _BROKEN, ""
    try:
        limit = int(job.seconds + time.process_time()) + 1
        resource.setrlimit(resource.RLIMIT_CPU, (limit, limit + 2))
        signal.alarm(4 * limit)  # what waits forever, for a pipe say, spends nothing of the limit
        resource.setrlimit(resource.RLIMIT_AS, (_MEMORY, _MEMORY))
        os.environ["PYTEST_DEBUG_TEMPROOT"] = os.environ["TMPDIR"] = folder
        tempfile.tempdir = folder
        nowhere = os.open(os.devnull, os.O_RDWR)
        for stream in (0, 1, 2):
            os.dup2(nowhere, stream)
        code, answer = job.run()
    except BaseException:
        answer = traceback.format_exc()
    finally:
        os.write(writing, answer.encode())
        os._exit(code)
