"""Some random edits of a schema, always the same."""

from __future__ import annotations

from pathlib import Path

import pytest

from tools.fuzz.engine import tried
from tools.fuzz.interface import Case, Step, check, target

pytestmark = pytest.mark.long


def test_what_edits_are_called_is_what_they_do(tmp_path: Path) -> None:
    outcome = tried(target(tmp_path), 0, cases=250)
    assert outcome.finding is None, outcome.finding
    assert outcome.classes.keys() == {"breaking", "compatible", "no change", "wording"}


def test_no_config_can_show_a_new_key_of_an_object_that_stands_nowhere_before() -> None:
    steps = (
        Step("change the choice of objects", 0, 1),
        Step("remove a key", 5, 0),
        Step("rename a class", 2, 0),
    )
    assert check(Case(steps)) == "breaking"
