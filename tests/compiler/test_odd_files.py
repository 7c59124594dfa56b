"""What stands in the place of files and modules, and signals: one line, and nobody waits."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner

from loss_compiler.cli import main
from support.command_line import COMMAND
from support.installing import pip_install
from support.schemas import GROUPED_VAE, compiler_environment

COMPILER = (sys.executable, "-m", "loss_compiler")
NEW = ("new-bottleneck", "XBottleneck", "--tag", "x", "--into")
COMMANDS = {
    "compile": ("compile", "{}", "--package", "lab", "--out", "src"),
    "generate": ("generate", "--out", "src", "--schema", "{}"),
    "new-bottleneck": (*NEW, "{}"),
    "--extends": (*NEW, "new.json", "--extends", "{}"),
}
NO_FILE = "can't be read: expected a file, not a pipe or a device"


@pytest.mark.long
@pytest.mark.parametrize("command", COMMANDS.values(), ids=COMMANDS)
@pytest.mark.parametrize(
    ("name", "why"),
    [
        ("pipe", f" {NO_FILE}"),
        ("/dev/zero", f" {NO_FILE}"),
        ("link", f" {NO_FILE}"),
        ("huge", " can't be read: it is longer than 100,000,000 bytes"),
        ("/proc/self/status", "1:1: the text is empty; expected a JSON object"),
    ],
)
def test_what_is_no_file(
    name: str, why: str, command: tuple[str, ...], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    os.mkfifo("pipe")
    os.symlink("/dev/zero", "link")
    with open("huge", "wb") as stream:
        stream.truncate(1 << 40)
    done = CliRunner().invoke(main, [each.format(name) for each in command])
    assert (done.exit_code, done.stdout, done.stderr) == (1, "", f"{name}:{why}\n")
    assert sorted(os.listdir()) == ["huge", "link", "pipe"]


def test_an_overlay_that_a_shell_pipes(tmp_path: Path) -> None:
    """As `<(…)` does."""
    reading, writing = os.pipe()
    os.write(writing, GROUPED_VAE.read_bytes())
    os.close(writing)
    done = subprocess.run(
        [*COMPILER, "compile", f"/dev/fd/{reading}", "--package", "lab", "--out", tmp_path],
        env=compiler_environment(),
        pass_fds=[reading],
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    os.close(reading)
    assert (done.returncode, done.stderr) == (0, "")


def test_a_schema_for_a_pipe_that_nobody_reads(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    command = (*COMMAND, "schema", "--out", "pipe")
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, encoding="utf-8", check=False)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.endswith("Error: --out: pipe: No such device or address\n")


@pytest.mark.parametrize("library", ["click", "rich", "jinja2", "datamodel_code_generator"])
def test_the_compiler_without_a_library(library: str, tmp_path: Path) -> None:
    refusing = f"raise ModuleNotFoundError(name={library!r})\n"
    (tmp_path / f"{library}.py").write_text(refusing, encoding="utf-8")
    done = started(COMPILER, tmp_path)
    how = f"install it with: {pip_install('compiler')}"
    assert done == (2, "", f"loss-factory needs {library}; {how}\n")


@pytest.mark.parametrize("library", ["click", "pydantic"])
def test_an_interruption_while_the_command_is_imported(library: str, tmp_path: Path) -> None:
    press(library, tmp_path)
    assert started(COMMAND, tmp_path) == (130, "", "")


@pytest.mark.parametrize("library", ["click", "jinja2"])
def test_an_interruption_while_the_compiler_is_imported(library: str, tmp_path: Path) -> None:
    press(library, tmp_path)
    assert started(COMPILER, tmp_path) == (130, "", "")


def press(library: str, folder: Path) -> None:
    """Let somebody press Ctrl-C as soon as a library is imported."""
    pressing = (
        "import os, signal\n"
        "signal.signal(signal.SIGINT, signal.default_int_handler)\n"  # ignored in background jobs
        "os.kill(os.getpid(), signal.SIGINT)\n"
    )
    (folder / f"{library}.py").write_text(pressing, encoding="utf-8")


def started(command: tuple[str, ...], folder: Path) -> tuple[int, str, str]:
    """The exit code of a command that finds modules in `folder` first, and what it says."""
    environment = compiler_environment()
    environment["PYTHONPATH"] = os.pathsep.join((str(folder), environment["PYTHONPATH"]))
    done = subprocess.run(
        [*command, "--help"], env=environment, capture_output=True, encoding="utf-8", check=False
    )
    return done.returncode, done.stdout, done.stderr


def test_a_device_that_a_schema_is_written_to(tmp_path: Path) -> None:
    """It stays one, also if it is named by a link."""
    (tmp_path / "link").symlink_to("/dev/zero")
    command = (*COMMAND, "schema", "--out", "link")
    assert subprocess.run(command, cwd=tmp_path, check=False).returncode == 0
    assert Path("/dev/zero").is_char_device()
    assert os.listdir(tmp_path) == ["link"]


def test_a_file_in_a_package_that_is_too_long_to_be_read(tmp_path: Path) -> None:
    """It is none of ours, whatever it begins with."""
    command = ("compile", str(GROUPED_VAE), "--package", "lab", "--out", str(tmp_path))
    assert CliRunner().invoke(main, command).exit_code == 0
    with (tmp_path / "lab" / "huge.py").open("wb") as file:
        file.truncate(10**12)
    done = CliRunner().invoke(main, [*command, "--check"])
    assert done.exit_code == 1
    assert "holds files that Loss Factory did not write (huge.py); move them away" in done.stderr
