"""What the commands do to the machine, as Python's audit events tell: SECURITY.md's promises."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
OVERLAY = ROOT / "tests" / "examples" / "overlays" / "grouped_vae.overlay.json"
CONFIG = ROOT / "tests" / "examples" / "configs" / "dac_rvq_vae.json"

WATCHED = """
import json, os, runpy, sys

WRITING = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_APPEND
CHANGING = {
    "os.chmod", "os.chown", "os.link", "os.mkdir", "os.remove", "os.rename", "os.rmdir",
    "os.setxattr", "os.symlink", "os.truncate", "os.utime",
}
STARTING = {"os.exec", "os.fork", "os.forkpty", "os.posix_spawn", "os.spawn", "os.system"}
events = []

def place(path, folder=-1):
    start = os.getcwd() if folder in (-1, None) else os.readlink(f"/proc/self/fd/{folder}")
    return os.path.realpath(os.path.join(start, os.fsdecode(path)))

def hook(event, arguments):
    if event == "open" and not isinstance(arguments[0], int):
        if arguments[2] & WRITING:
            events.append(["write", place(arguments[0])])
    elif event in ("os.rename", "os.link"):
        events.append(["write", place(arguments[0], arguments[2])])
        events.append(["write", place(arguments[1], arguments[3])])
    elif event == "os.symlink":
        events.append(["write", place(arguments[1], arguments[2])])
    elif event in CHANGING:
        events.append(["write", place(arguments[0], arguments[-1])])
    elif event == "subprocess.Popen":
        events.append(["start", *map(os.fsdecode, arguments[1][:2])])
    elif event in STARTING:
        events.append(["start", event])
    elif event.startswith(("socket.", "urllib.", "http.", "ftplib.", "smtplib.")):
        events.append(["network", event])

module, *sys.argv[1:] = sys.argv[1:]
sys.addaudithook(hook)
try:
    runpy.run_module(module, run_name="__main__", alter_sys=True)
finally:
    sys.stdout.flush()
    print(json.dumps([events, sorted(sys.modules)]))
"""
"""Runs a module as a program; its last line has what happened, and the modules at the end."""


def watched(module: str, *arguments: str, cwd: Path) -> tuple[int, list[list[str]], list[str]]:
    """The exit code of a command, what it did, and what it had imported at its end."""
    (cwd / "temporary").mkdir()
    environment = {
        "PYTHONPATH": os.pathsep.join((str(ROOT / "schema"), str(ROOT / "generated"))),
        "TMPDIR": str(cwd / "temporary"),
    }
    done = subprocess.run(
        [sys.executable, "-B", "-c", WATCHED, module, *arguments],
        cwd=cwd,
        env=os.environ | environment,
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    events, modules = json.loads(done.stdout.splitlines()[-1])
    return done.returncode, events, modules


def test_compiling_writes_where_it_is_told_and_starts_ruff_only(tmp_path: Path) -> None:
    """No network, no other process, and neither package is imported: the new or the old one."""
    (tmp_path / "lab.json").write_bytes(OVERLAY.read_bytes())
    arguments = ("compile", "lab.json", "--package", "lab_losses", "--out", "src")
    code, events, modules = watched("loss_compiler", *arguments, cwd=tmp_path)
    assert code == 0
    assert (tmp_path / "src" / "lab_losses" / "dispatch.py").is_file()
    written = [Path(each[1]) for each in events if each[0] == "write"]
    allowed = (tmp_path / "src", tmp_path / "temporary")
    assert [each for each in written if not any(map(each.is_relative_to, allowed))] == []
    assert any(each.is_relative_to(allowed[0]) for each in written)
    started = {(Path(each[1]).name, each[2]) for each in events if each[0] == "start"}
    assert started == {("ruff", "format")}
    assert [each for each in events if each[0] == "network"] == []
    assert {"lab_losses", "loss_factory"}.isdisjoint(modules)
    assert list((tmp_path / "temporary").iterdir()) == []
    assert {each.name for each in tmp_path.iterdir()} == {"lab.json", "src", "temporary"}
    assert {each.name for each in (tmp_path / "src").iterdir()} == {"lab_losses"}


@pytest.mark.parametrize(
    "arguments",
    [
        ("check", "config.json"),
        ("explain", "config.json"),
        ("resolve", "config.json"),
        ("bottlenecks",),
        ("schema",),
    ],
    ids=" ".join,
)
def test_a_config_is_only_read(arguments: tuple[str, ...], tmp_path: Path) -> None:
    """No network, no process, nothing written."""
    (tmp_path / "config.json").write_bytes(CONFIG.read_bytes())
    code, events, modules = watched("loss_factory", *arguments, cwd=tmp_path)
    assert (code, events) == (0, [])
    assert "torch" not in modules


def test_the_watch_sees_all_of_it(tmp_path: Path) -> None:
    """So that the tests above can fail."""
    (tmp_path / "culprit.py").write_text(
        "import os, socket, subprocess, sys\n"
        "open('made', 'w').close()\n"
        "os.rename('made', 'moved')\n"
        "folder = os.open('.', os.O_RDONLY)\n"
        "os.remove('moved', dir_fd=folder)\n"
        "os.mkdir('folder')\n"
        "subprocess.run([sys.executable, '-V'], capture_output=True)\n"
        "os.system('true')\n"
        "socket.socket().close()\n",
        encoding="utf-8",
    )
    code, events, _ = watched("culprit", cwd=tmp_path)
    assert code == 0
    here = str(tmp_path.resolve())
    assert events == [
        ["write", f"{here}/made"],
        ["write", f"{here}/made"],
        ["write", f"{here}/moved"],
        ["write", f"{here}/moved"],
        ["write", f"{here}/folder"],
        ["start", sys.executable, "-V"],
        ["start", "os.system"],
        ["network", "socket.__new__"],
    ]
