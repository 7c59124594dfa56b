"""The command behind `nox -s fuzz`, as a process."""

from __future__ import annotations

import os
import re
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import pytest

import loss_factory
from support.schemas import ROOT

pytestmark = pytest.mark.long

PACKAGE = Path(loss_factory.__file__).parent


def fuzz(packages: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run the command where `packages` holds the loss_factory to try."""
    paths = (packages, ROOT / "schema", ROOT / "tests")
    return subprocess.run(
        [sys.executable, "-m", "tools.fuzz.run", *arguments],
        env=os.environ | {"PYTHONPATH": os.pathsep.join(map(str, paths)), "COLUMNS": "100"},
        cwd=packages,
        capture_output=True,
        encoding="utf-8",
        check=False,
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),  # it may be ignored here
    )


def test_what_was_tried_is_printed(tmp_path: Path) -> None:
    shutil.copytree(PACKAGE, tmp_path / "loss_factory")
    done = fuzz(tmp_path, "--target", "agreement", "--seed", "6", "--cases", "20")
    assert (done.returncode, done.stderr) == (0, "")
    seed, first, *table, rate, last = done.stdout.splitlines()
    assert seed == "--seed 6"
    assert first.startswith("agreement: ")
    assert re.search(r"all +│ +20 │$", table[-2])
    assert re.fullmatch(r"[0-9.]+ seconds, [0-9]+ cases per second", rate)
    assert last == "found nothing"


def test_a_finding_is_printed_and_fails(tmp_path: Path) -> None:
    kinds = shutil.copytree(PACKAGE, tmp_path / "loss_factory") / "runtime/model/kinds.py"
    text = kinds.read_text(encoding="utf-8")
    assert text.count('extra="forbid"') == 1
    kinds.write_text(text.replace('extra="forbid"', 'extra="ignore"'), encoding="utf-8")
    done = fuzz(tmp_path, "--target", "agreement", "--seed", "3")
    assert (done.returncode, done.stderr) == (1, "")
    *_, found, shown, message, command = done.stdout.splitlines()
    assert found == "found, as small as it gets:"
    assert re.fullmatch(r'loss_factory: \{"":(\{\}|\[\]|""|0|null|false)\}', shown)
    assert message == "the document is invalid under the schema; model_validate accepts it"
    repeated = command.removeprefix("nox -s fuzz -- ").split()
    assert fuzz(tmp_path, *repeated).stdout.splitlines()[-3:] == [shown, message, command]


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("--target", "agrement"), "'agrement' is not one of"),
        (("--seconds", "-1"), "-1.0 is not in the range x>0"),
        (("--seconds", "nan"), "nan is not in the range x>0"),
        (("--cases", "0"), "0 is not in the range x>=1"),
    ],
)
def test_a_wrong_option_is_refused(
    arguments: tuple[str, ...], message: str, tmp_path: Path
) -> None:
    done = fuzz(tmp_path, *arguments)
    assert done.returncode == 2
    assert message in done.stderr


CTRL_C = """

def load_config(*arguments, _calls=[], _load=load_config, **options):
    import os, signal
    _calls.append(None)
    if len(_calls) == 40:
        os.kill(os.getpid(), signal.SIGINT)
    return _load(*arguments, **options)
"""


def test_what_was_tried_is_printed_after_ctrl_c(tmp_path: Path) -> None:
    """Which the package sends to itself here."""
    loading = shutil.copytree(PACKAGE, tmp_path / "loss_factory") / "planning.py"
    with loading.open("a", encoding="utf-8") as file:
        file.write(CTRL_C)
    done = fuzz(tmp_path, "--target", "agreement", "--target", "damage")
    assert (done.returncode, done.stderr) == (130, "")
    seed, first, *table, _, nothing, last = done.stdout.splitlines()
    assert seed == "--seed 0"
    assert first.startswith("agreement: ")
    assert re.search(r"all +│ +[1-9][0-9]* │$", table[-2])
    assert (nothing, last) == ("found nothing", "interrupted")


def test_what_parity_needs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """It is told before anything is tried."""
    monkeypatch.delenv("LOSS_FACTORY_STABLE_AUDIO", raising=False)
    said = (
        "Error: LOSS_FACTORY_STABLE_AUDIO is not set; "
        "run: python -m nox -s fuzz -- --target parity\n"
    )
    for arguments in ((), ("--target", "agreement", "--target", "parity")):
        done = fuzz(tmp_path, *arguments)
        assert (done.returncode, done.stdout, done.stderr) == (1, "", said)
