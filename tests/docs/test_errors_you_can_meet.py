"""The errors in CONFIGS.md, made again from what the tables say that a config or a file is."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path

import pytest

from loss_factory import LossConfigError, load_config, plan_losses
from support.readme import page, section

ERRORS = section("Errors you can meet", page("CONFIGS.md"))
OF_CONFIGS, OF_FILES = (
    re.findall(r"^\| (.*) \| `(.*)` \|$", table, re.MULTILINE)
    for table in ERRORS.split("| what is in it |")
)

FILES: dict[str, Callable[[Path], object]] = {
    "the file isn't there": lambda file: None,
    "it is a folder": lambda file: file.mkdir(),
    "its text is UTF-16": lambda file: file.write_text("{}", encoding="utf-16"),
    "it has more than 1,000,000 bytes": lambda file: file.write_text(" " * 1_000_001),
}
"""How the files are made whose text isn't in the table."""


def test_the_tables_are_found() -> None:
    assert len(OF_CONFIGS) + len(OF_FILES) == ERRORS.count("\n| ") - 2
    assert set(FILES) < {what for what, _ in OF_FILES}


@pytest.mark.parametrize(("config", "error"), OF_CONFIGS)
def test_of_a_config(config: str, error: str) -> None:
    with pytest.raises(LossConfigError) as caught:
        plan_losses("vae", json.loads(config.strip("`")))
    assert str(caught.value) == error


@pytest.mark.parametrize(("what", "error"), OF_FILES)
def test_of_a_file(what: str, error: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    file = Path("config.json")
    make = FILES.get(what) or (lambda file: file.write_text(what.strip("`"), encoding="utf-8"))
    make(file)
    with pytest.raises(LossConfigError) as caught:
        load_config(file)
    assert str(caught.value) == error
