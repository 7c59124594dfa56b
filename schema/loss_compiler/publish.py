"""Puts a rendered package where it belongs: all of it or nothing, and only if something changed."""

from __future__ import annotations

import ctypes
import difflib
import fcntl
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from .problems import CompileError
from .render import COMMAND

PACKAGE = "loss_factory"

_AT_FDCWD = -100
_RENAME_EXCHANGE = 2


@dataclass(frozen=True)
class Changes:
    """How the package on disk differs from the rendered one: file names, and unified diffs."""

    missing: tuple[str, ...]
    stale: tuple[str, ...]
    orphaned: tuple[str, ...]
    diff: str

    def __bool__(self) -> bool:
        return bool(self.missing or self.stale or self.orphaned)


def compare(out: Path, files: dict[str, str]) -> Changes:
    """What publishing `files` to `out` would change.

    Raises:
        CompileError: there is something else at the package's place.
    """
    target = out / PACKAGE
    with _system_errors_told(out):
        found = _contents(target)
    if found and not any(COMMAND.encode() in content for content in found.values()):
        message = "holds files that Loss Factory did not write; remove it or choose another --out"
        raise CompileError([f"{target}: {message}"])
    rendered = {name: text.encode() for name, text in files.items()}
    stale = [name for name in rendered if name in found and found[name] != rendered[name]]
    return Changes(
        missing=tuple(sorted(rendered.keys() - found.keys())),
        stale=tuple(sorted(stale)),
        orphaned=tuple(sorted(found.keys() - rendered.keys())),
        diff="".join(_diff(name, found[name], rendered[name]) for name in sorted(stale)),
    )


def publish(out: Path, files: dict[str, str]) -> Changes:
    """Replace the package in `out` by `files` if it differs, in one step, and say what changed.

    Raises:
        CompileError: `out` can't be written, or there is something else at the package's place.
    """
    with _system_errors_told(out):
        out.mkdir(parents=True, exist_ok=True)
        with _locked(out):
            for leftover in out.parent.glob(f".{out.name}.stage-*"):
                shutil.rmtree(leftover)
            changes = compare(out, files)
            if changes:
                _swap_in(out, files)
            return changes


@contextmanager
def _system_errors_told(out: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        message = f"{error.filename or out}: {error.strerror}; nothing was changed"
        raise CompileError([message]) from None


def _swap_in(out: Path, files: dict[str, str]) -> None:
    target = out / PACKAGE
    stage = out.parent / f".{out.name}.stage-{os.getpid()}"
    stage.mkdir()
    try:
        package = stage / PACKAGE
        package.mkdir()
        for name, text in files.items():
            (package / name).write_bytes(text.encode())
        if not target.exists():
            package.rename(target)
        elif not _exchanged(package, target):
            replaced = target.rename(stage / "replaced")
            try:
                package.rename(target)
            except OSError:
                replaced.rename(target)
                raise
    finally:
        shutil.rmtree(stage, ignore_errors=True)


def _exchanged(first: Path, second: Path) -> bool:
    """Exchange two folders in one step, if the system can (Linux's renameat2)."""
    renameat2 = getattr(ctypes.CDLL(None, use_errno=True), "renameat2", None)
    if renameat2 is None:
        return False
    arguments = (_AT_FDCWD, os.fsencode(first), _AT_FDCWD, os.fsencode(second), _RENAME_EXCHANGE)
    return bool(renameat2(*arguments) == 0)


@contextmanager
def _locked(folder: Path) -> Iterator[None]:
    """Keep other runs that publish to `folder` waiting; the lock ends with the process."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)


def _contents(target: Path) -> dict[str, bytes]:
    """Every file of the package by its name in it; Python's caches don't count."""
    if target.is_symlink() or (target.exists() and not target.is_dir()):
        raise CompileError([f"{target}: expected a folder; remove it or choose another --out"])
    return {
        file.relative_to(target).as_posix(): file.read_bytes() if file.is_file() else b""
        for file in target.rglob("*")
        if "__pycache__" not in file.parts
    }


def _diff(name: str, old: bytes, new: bytes) -> str:
    lines = difflib.unified_diff(
        old.decode("utf-8", "replace").split("\n"),
        new.decode("utf-8", "replace").split("\n"),
        f"on disk/{name}",
        f"compiled/{name}",
        lineterm="",
    )
    return "".join(f"{line}\n" for line in lines)
