"""The fuzzer itself: it counts what it tried, makes findings small, and finds them again."""

from __future__ import annotations

import importlib
import warnings
from collections.abc import Callable
from pathlib import Path

import hypothesis.strategies as st
import pytest
from hypothesis.strategies import SearchStrategy

from tools.fuzz.engine import BATCH, Outcome, tried, try_into
from tools.fuzz.target import Target

NUMBERS = st.integers(0, 10_000)


def target(check: Callable[[int], str], numbers: SearchStrategy[int] = NUMBERS) -> Target[int]:
    return Target("numbers", "some numbers", numbers, check, str)


def parity(number: int) -> str:
    return "odd" if number % 2 else "even"


def rarely_too_large(number: int) -> str:
    if 7000 <= number < 7050:
        raise AssertionError(f"{number} is too large")  # pytest would add to an assert's message
    return parity(number)


def test_as_many_cases_are_tried_as_asked_for() -> None:
    numbers: list[int] = []

    def check(number: int) -> str:
        numbers.append(number)
        return parity(number)

    outcome = tried(target(check), 1, cases=2 * BATCH + 3)
    assert outcome.finding is None
    assert outcome.cases == len(numbers) == 2 * BATCH + 3
    assert outcome.classes == {
        "odd": sum(number % 2 for number in numbers),
        "even": sum(1 - number % 2 for number in numbers),
    }
    assert len(set(numbers)) > BATCH


def test_where_there_are_few_cases_they_are_tried_again() -> None:
    outcome = tried(target(parity, st.integers(0, 1)), 1, cases=100)
    assert outcome.classes == {"odd": 50, "even": 50}


def test_nothing_is_tried_when_the_time_is_spent() -> None:
    assert tried(target(parity), 1, seconds=0).cases == 0


def test_a_finding_is_as_small_as_it_gets_and_found_again() -> None:
    outcome = tried(target(rarely_too_large), 1)
    finding = outcome.finding
    assert finding is not None
    assert (finding.shown, finding.message) == ("7000", "7000 is too large")
    assert finding.seed > 1
    assert outcome.cases == (finding.seed - 1) * BATCH + finding.case - 1

    again = tried(target(rarely_too_large), finding.seed, cases=finding.case)
    assert again.finding == finding
    assert finding.arguments == f"--target numbers --seed {finding.seed} --cases {finding.case}"
    assert tried(target(rarely_too_large), finding.seed, cases=finding.case - 1).finding is None


def test_whatever_a_check_raises_is_a_finding() -> None:
    def check(number: int) -> str:
        return {0: "zero"}[number]

    finding = tried(target(check), 1).finding
    assert finding is not None
    assert (finding.shown, finding.message) == ("1", "1")


def test_nothing_is_said_of_a_large_case() -> None:
    """Hypothesis warns of what it might print, which nobody sees."""

    def check(case: str) -> str:
        raise AssertionError("too large")

    large = Target("large", "a large case", st.just("x" * 40_000), check, str)
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        finding = tried(large, 1).finding
    assert finding is not None
    assert finding.message == "too large"
    assert caught == []


def interrupted(check: Callable[[int], str]) -> Outcome:
    """What is known after a check that is interrupted."""
    outcome = Outcome()
    with pytest.raises(KeyboardInterrupt):
        try_into(outcome, target(check), 1)
    assert outcome.seconds > 0
    return outcome


def test_what_was_tried_is_known_after_an_interruption() -> None:
    tries: list[int] = []

    def check(number: int) -> str:
        if len(tries) == BATCH + 10:
            raise KeyboardInterrupt
        tries.append(number)
        return parity(number)

    outcome = interrupted(check)
    assert outcome.cases == len(tries) == BATCH + 10
    assert outcome.finding is None


def test_a_finding_is_known_that_was_about_to_be_made_smaller() -> None:
    failed: list[int] = []

    def check(number: int) -> str:
        if failed:
            raise KeyboardInterrupt
        if number > 100:
            failed.append(number)
            raise AssertionError("too large")
        return parity(number)

    outcome = interrupted(check)
    finding = outcome.finding
    assert finding is not None
    assert (finding.case, finding.message) == (outcome.cases + 1, "too large")
    assert finding.shown == str(failed[0])


def test_what_fails_only_once_is_a_finding() -> None:
    tries: list[int] = []

    def check(number: int) -> str:
        tries.append(number)
        if len(tries) == 10:
            raise AssertionError("the tenth")
        return parity(number)

    finding = tried(target(check), 1).finding
    assert finding is not None
    assert (finding.case, finding.shown, finding.message) == (10, str(tries[9]), "the tenth")


def test_a_seed_leads_to_the_same_whatever_modules_are_loaded(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def numbers() -> list[int]:
        found: list[int] = []

        def check(number: int) -> str:
            found.append(number)
            return parity(number)

        tried(target(check), 1, cases=BATCH)
        return found

    before = numbers()
    (tmp_path / "full_of_constants.py").write_text(f"NUMBERS = {list(range(200, 900))}\n")
    monkeypatch.syspath_prepend(tmp_path)
    importlib.import_module("full_of_constants")
    assert numbers() == before
