"""The command behind `nox -s parity`, as a process."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

import loss_factory
from support.stable_audio.real import VERSIONS
from support.stable_audio.setups import setups

pytestmark = [pytest.mark.long, pytest.mark.usefixtures("_loss_factory_only")]

TESTS = Path(__file__).parents[2]
EVERY = [each for version in VERSIONS for each in setups(version)]
CHEAP = {
    version: next(
        number
        for number, setup in enumerate(EVERY)
        if (setup.version, setup.discriminator, setup.teacher, setup.mel)
        == (version, "none", "none", "none")
    )
    for version in VERSIONS
}


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
    chosen = [each for number in CHEAP.values() for each in ("--only", str(number))]
    done = parity(*chosen, "--seed", "5")
    assert done.returncode == 0, done.stderr
    first, *lines, last = done.stdout.splitlines()
    assert first == "2 set-ups, --seed 5"
    assert last.startswith("2 of 2 set-ups: the same bits of all parameters")
    heads = [number for number, line in enumerate(lines) if line.startswith("stable-audio-tools")]
    for (version, number), start in zip(CHEAP.items(), heads, strict=True):
        assert lines[start] == f"stable-audio-tools {version}"
        assert lines[start + 1].startswith("left out: bottleneck=rvq precision=bf16-mixed: ")
        row = next(line for line in lines[start:] if not line.startswith(("stable", "left out")))
        assert row.split()[:3] == [str(number), "1/1", "equal"]
        assert row.endswith(str(EVERY[number]))


def test_a_difference_is_told_with_step_and_tensor(tmp_path: Path) -> None:
    """Here by a mean that is divided otherwise."""
    number = CHEAP["0.0.19"]
    package = shutil.copytree(Path(loss_factory.__file__).parent, tmp_path / "loss_factory")
    file = package / "runtime/tensors/terms/stft.py"
    text = file.read_text(encoding="utf-8")
    right = " / len(distances)"
    assert text.count(right) == 1
    file.write_text(text.replace(right, " * (1 / len(distances))"), encoding="utf-8")
    done = parity("--only", str(number), packages=tmp_path)
    assert done.returncode == 1, done.stderr
    *_, all_of_them, last = lines = done.stdout.splitlines()
    assert sum(line.split()[:3] == [str(number), "0/1", "different"] for line in lines) == 1
    assert any(line.startswith("    step 0: train/mrstft_loss: ") for line in lines)
    assert all_of_them.startswith("0 of 1 set-ups: ")
    assert last == f"different: --only {number}"


@pytest.mark.parametrize(
    ("arguments", "variables", "said"),
    [
        (
            ("--version", "0.0.20", "--only", "0"),
            {},
            f"Error: --only 0: expected {len(setups('0.0.19'))} to {len(EVERY) - 1}\n",
        ),
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
