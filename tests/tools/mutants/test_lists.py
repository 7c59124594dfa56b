"""What is written down of mutants: reasons, and places that exist."""

from __future__ import annotations

from pathlib import Path

import pytest

from tools.mutants.survivors import module_of, read_killers, read_survivors

ROOT = Path(__file__).parents[3]


def test_each_survivor_has_a_reason() -> None:
    assert [titles for why, titles in read_survivors().groups if not why.strip()] == []


@pytest.mark.parametrize("name", ["compiler_sample", "compiler_checks"])
def test_what_is_tried_in_short_is_there(name: str) -> None:
    killers = read_killers(name)
    assert killers
    for title, test in killers.items():
        assert Path(ROOT, "schema", *module_of(title).split(".")).with_suffix(".py").exists(), title
        assert not test or Path(ROOT, test.partition("::")[0]).exists(), test
