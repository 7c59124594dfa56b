"""A slice of what `nox -s fuzz` tries: hints lead back to what was meant."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from tools.fuzz.engine import tried
from tools.fuzz.hints import LED_BACK, LED_TO_AN_ERROR, NO_HINT, SEVERAL, STILL_VALID, Case, target

SEED = 20
CASES = 400
SHARE = 0.95


def test_hints_lead_back(tmp_path: Path) -> None:
    done: set[str] = set()
    hints = target(tmp_path)

    def check(case: Case) -> str:
        done.add(
            next((each for each in (" moved", " removed", " renamed") if each in case.done), "")
        )
        return hints.check(case)

    outcome = tried(replace(hints, check=check), SEED, cases=CASES)
    assert outcome.finding is None
    assert outcome.cases == CASES
    assert done >= {" moved", " removed", " renamed"}
    classes = outcome.classes
    assert set(classes) <= {LED_BACK, LED_TO_AN_ERROR, NO_HINT, SEVERAL, STILL_VALID}
    followed = classes[LED_BACK] + classes[LED_TO_AN_ERROR]
    assert classes[LED_BACK] >= SHARE * followed
    assert followed > CASES / 3 > classes[NO_HINT] + classes[SEVERAL]
