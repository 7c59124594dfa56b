"""Watches what Python does: hostile text must not make it open, start, import or run anything.

An audit hook can't be removed, so there is one, which is silent unless somebody watches.
"""

from __future__ import annotations

import builtins
import os
import pkgutil
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from ruff import find_ruff_bin

from .payloads import CANARY
from .running import PACKAGE

_NEVER = (
    *("os.system", "os.exec", "os.spawn", "os.posix_spawn", "os.fork", "os.startfile", "pty.spawn"),
    *("socket.", "urllib.", "http.", "ftplib.", "smtplib.", "poplib.", "imaplib.", "webbrowser."),
    *("builtins.input", "builtins.breakpoint"),
    *(
        "os.chmod",
        "os.chown",
        "os.link",
        "os.symlink",
        "os.kill",
        "os.putenv",
        "pickle.",
        "sys.set",
    ),
)
_CHANGES = ("os.mkdir", "os.rename", "os.remove", "os.rmdir", "os.truncate", "shutil.", "tempfile.")
_ROOT = Path(__file__).parents[3]
_LIBRARIES = tuple(
    os.path.realpath(path) + os.sep
    for path in (*sys.path, sys.prefix, sys.base_prefix, _ROOT / "schema", _ROOT / "templates")
    if path
)
_PACKAGES = sys.stdlib_module_names | {*(each.name for each in pkgutil.iter_modules()), PACKAGE}
_RUFF = find_ruff_bin()
_MOUNTS = "/proc/self/mountinfo"  # what is mounted in a package is not to be removed with it


class Watch:
    """What was seen while it was on, as far as it was not expected: `surprises`."""

    def __init__(self, folder: Path) -> None:
        self.folder = os.path.realpath(folder)
        self.surprises: list[str] = []

    def canary(self, *_: object) -> None:
        """What hostile text calls."""
        self.surprises.append("the canary ran")

    def see(self, event: str, arguments: tuple[Any, ...]) -> None:
        """Note `event` unless it is what a compiler does."""
        if event == "open":
            path, _, flags = arguments
            reads = flags & os.O_ACCMODE == os.O_RDONLY
            if not (self._is_ours(path) or (reads and _is_readable(path))):
                self._note(event, path)
        elif event == "subprocess.Popen":
            program, command, *_ = arguments
            if program != _RUFF or command[1] != "format":
                self._note(event, command)
        elif event == "import":
            if arguments[0].partition(".")[0] not in _PACKAGES:
                self._note(event, arguments[0])
        elif event.startswith(_CHANGES):
            if not all(self._is_entry_of_ours(each) for each in _changed(event, arguments)):
                self._note(event, arguments)
        elif event.startswith(_NEVER):
            self._note(event, arguments)

    def _note(self, event: str, what: object) -> None:
        self.surprises.append(f"{event}: {what!r:.200}")

    def _is_ours(self, path: Any) -> bool:
        if type(path) is int:
            return True  # a pipe, or a file that was seen when it was opened
        return self._is_inside(os.path.realpath(os.fsdecode(path)))

    def _is_inside(self, name: str) -> bool:
        inside = f"{name}{os.sep}".startswith(f"{self.folder}{os.sep}")
        return inside or name == os.devnull

    def _is_entry_of_ours(self, path: str) -> bool:
        """Of a link, its own place counts, and not where it leads."""
        folder, name = os.path.split(os.path.abspath(path))
        return self._is_inside(os.path.join(os.path.realpath(folder), name))


def _is_readable(path: Any) -> bool:
    name = os.fsdecode(path)
    if name == _MOUNTS:
        return True
    # shutil.rmtree opens the folders in a folder by their names alone.
    return os.path.realpath(name).startswith(_LIBRARIES) or os.path.basename(name) == name


def _changed(event: str, arguments: tuple[Any, ...]) -> Iterator[str]:
    """The paths that an event names; some are relative to a folder that is open."""
    numbers = arguments[2:] if event in ("os.mkdir", "os.rename") else arguments[1:]
    folders = [each for each in numbers if type(each) is int and each >= 0]
    folder = os.readlink(f"/proc/self/fd/{folders[0]}") if folders else ""
    yield from (os.path.join(folder, each) for each in arguments if type(each) is str)


_watching: list[Watch] = []
_HOOKS: list[object] = []
_seeing = threading.local()
"""What a watch does itself isn't watched; the compiler works in threads."""


def _hook(event: str, arguments: tuple[Any, ...]) -> None:
    if _watching and not getattr(_seeing, "now", False):
        _seeing.now = True
        try:
            _watching[-1].see(event, arguments)
        finally:
            _seeing.now = False


@contextmanager
def watching(folder: Path) -> Iterator[Watch]:
    """Watch what happens inside; only `folder` may be written to."""
    watch = Watch(folder)
    if not _HOOKS:
        sys.addaudithook(_hook)
        _HOOKS.append(_hook)
    setattr(builtins, CANARY, watch.canary)
    _watching.append(watch)
    try:
        yield watch
    finally:
        _watching.clear()
        delattr(builtins, CANARY)
