"""Some random edits of a schema, always the same."""

from __future__ import annotations

from pathlib import Path

from fuzz.engine import tried
from fuzz.interface import target


def test_what_edits_are_called_is_what_they_do(tmp_path: Path) -> None:
    outcome = tried(target(tmp_path), 0, cases=250)
    assert outcome.finding is None, outcome.finding
    assert outcome.classes.keys() == {"breaking", "compatible", "no change", "wording"}
