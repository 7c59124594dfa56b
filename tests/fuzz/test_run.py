"""The command behind `nox -s fuzz`, as a process."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

import loss_factory
from compiler.schemas import ROOT

PACKAGE = Path(loss_factory.__file__).parent


def fuzz(packages: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run the command where `packages` holds the loss_factory to try."""
    paths = (packages, ROOT / "schema", ROOT / "tests")
    return subprocess.run(
        [sys.executable, "-m", "fuzz.run", *arguments],
        env=os.environ | {"PYTHONPATH": os.pathsep.join(map(str, paths)), "COLUMNS": "100"},
        cwd=packages,
        capture_output=True,
        encoding="utf-8",
        check=False,
    )


def test_what_was_tried_is_printed(tmp_path: Path) -> None:
    shutil.copytree(PACKAGE, tmp_path / "loss_factory")
    done = fuzz(tmp_path, "--target", "agreement", "--seed", "6", "--cases", "20")
    assert (done.returncode, done.stderr) == (0, "")
    first, *table, rate, last = done.stdout.splitlines()
    assert first.startswith("agreement: ")
    assert re.search(r"all +│ +20 │$", table[-2])
    assert re.fullmatch(r"[0-9.]+ seconds, [0-9]+ cases per second", rate)
    assert last == "found nothing"


def test_a_finding_is_printed_and_fails(tmp_path: Path) -> None:
    base = shutil.copytree(PACKAGE, tmp_path / "loss_factory") / "_base.py"
    text = base.read_text(encoding="utf-8")
    assert text.count('extra="forbid"') == 1
    base.write_text(text.replace('extra="forbid"', 'extra="ignore"'), encoding="utf-8")
    done = fuzz(tmp_path, "--target", "agreement", "--seed", "6")
    assert (done.returncode, done.stderr) == (1, "")
    *_, found, shown, message, command = done.stdout.splitlines()
    assert found == "found, as small as it gets:"
    assert shown == 'loss_factory: {"":null}'
    assert message == "the document is invalid under the schema; model_validate accepts it"
    repeated = command.removeprefix("nox -s fuzz -- ").split()
    assert fuzz(tmp_path, *repeated).stdout.splitlines()[-3:] == [shown, message, command]


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("--target", "agrement"), "'agrement' is not one of"),
        (("--seconds", "-1"), "-1.0 is not in the range x>0"),
        (("--cases", "0"), "0 is not in the range x>=1"),
    ],
)
def test_a_wrong_option_is_refused(
    arguments: tuple[str, ...], message: str, tmp_path: Path
) -> None:
    done = fuzz(tmp_path, *arguments)
    assert done.returncode == 2
    assert message in done.stderr
