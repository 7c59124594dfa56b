"""The command behind `nox -s parity`, as a process."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

import loss_factory
from support.stable_audio.setups import setups

pytestmark = pytest.mark.usefixtures("_loss_factory_only")

TESTS = Path(__file__).parents[2]
CHEAP = next(
    number
    for number, setup in enumerate(setups())
    if (setup.discriminator, setup.teacher, setup.mel) == ("none", "none", "none")
)


def parity(*arguments: str, packages: Path = TESTS) -> subprocess.CompletedProcess[str]:
    """Run the command, where `packages` may hold the loss_factory to try."""
    return subprocess.run(
        [sys.executable, "-m", "tools.parity.run", *arguments],
        env=os.environ | {"PYTHONPATH": f"{packages}{os.pathsep}{TESTS}"},
        capture_output=True,
        encoding="utf-8",
        check=False,
    )


def test_what_is_equal_is_printed() -> None:
    done = parity("--only", str(CHEAP), "--seed", "5")
    assert done.returncode == 0, done.stderr
    lines = [line for line in done.stdout.splitlines() if "flash" not in line.lower()]
    assert lines[0].startswith("left out: bottleneck=rvq precision=bf16-mixed: ")
    assert lines[-3] == f"{len(setups())} set-ups, --seed 5"
    assert lines[-2].split()[:2] == [str(CHEAP), "equal"]
    assert lines[-2].endswith(str(setups()[CHEAP]))
    assert lines[-1].startswith("1 of 1 set-ups: the same bits of all parameters")


def test_a_difference_is_told_with_step_and_tensor(tmp_path: Path) -> None:
    """Here by a mean that is divided otherwise."""
    package = shutil.copytree(Path(loss_factory.__file__).parent, tmp_path / "loss_factory")
    file = package / "runtime/tensors/terms/stft.py"
    text = file.read_text(encoding="utf-8")
    right = " / len(distances)"
    assert text.count(right) == 1
    file.write_text(text.replace(right, " * (1 / len(distances))"), encoding="utf-8")
    done = parity("--only", str(CHEAP), packages=tmp_path)
    assert done.returncode == 1, done.stderr
    *_, all_of_them, last = lines = done.stdout.splitlines()
    assert sum(line.split()[:2] == [str(CHEAP), "different"] for line in lines) == 1
    assert any(line.startswith("    step 0: train/mrstft_loss: ") for line in lines)
    assert all_of_them.startswith("0 of 1 set-ups: ")
    assert last == f"different: --only {CHEAP}"


@pytest.mark.parametrize(
    ("arguments", "variables", "said"),
    [
        (("--only", "900"), {}, f"Error: --only 900: expected 0 to {len(setups()) - 1}\n"),
        (
            (),
            {"LOSS_FACTORY_TRAINER": ""},
            "Error: LOSS_FACTORY_TRAINER is not set; run: python -m nox -s parity\n",
        ),
    ],
)
def test_what_it_needs(
    arguments: tuple[str, ...],
    variables: dict[str, str],
    said: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    done = parity(*arguments)
    assert (done.returncode, done.stdout, done.stderr) == (1, "", said)
