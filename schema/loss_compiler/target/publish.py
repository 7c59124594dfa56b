"""Puts a rendered package where it belongs: all of it or nothing, and only if something changed."""

from __future__ import annotations

import ctypes
import difflib
import os
import shutil
from collections.abc import Collection, Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from ..shared.wording import one_line
from ..source.problems import CompileError
from .locking import locked
from .package import is_generated

_AT_FDCWD = -100
_RENAME_EXCHANGE = 2
_SHOWN_FILES = 3


@dataclass(frozen=True)
class Changes:
    """How the package on disk differs from the rendered one: file names, and unified diffs."""

    missing: tuple[str, ...]
    stale: tuple[str, ...]
    orphaned: tuple[str, ...]
    diff: str

    def __bool__(self) -> bool:
        return bool(self.missing or self.stale or self.orphaned)


def compare(target: Path, files: Mapping[str, str]) -> Changes:
    """What publishing `files` at `target`, the package's folder, would change.

    Raises:
        CompileError: something else than a package that was compiled is there.
    """
    with _system_errors_told(target):
        found = _contents(target)
    rendered = {name: text.encode() for name, text in files.items()}
    folders = _folders(rendered)
    _refuse_foreign_files(target, found, rendered.keys(), folders)
    found = {name: content for name, content in found.items() if name not in folders}
    stale = [name for name in rendered if name in found and found[name] != rendered[name]]
    return Changes(
        missing=tuple(sorted(rendered.keys() - found.keys())),
        stale=tuple(sorted(stale)),
        orphaned=tuple(sorted(found.keys() - rendered.keys())),
        diff="".join(_diff(name, found[name] or b"", files[name]) for name in sorted(stale)),
    )


def publish(target: Path, files: Mapping[str, str]) -> Changes:
    """Replace the package at `target` by `files` if it differs, in one step; what has changed.

    Raises:
        CompileError: it can't be written, or there is something else at its place.
    """
    with _system_errors_told(target), _made(target.parent), locked(target.parent):
        for leftover in target.parent.glob(f"{_stage(target)}*"):
            is_stage = leftover.name.removeprefix(_stage(target)).isdecimal()
            if is_stage and leftover.is_dir() and not leftover.is_symlink():
                shutil.rmtree(leftover, ignore_errors=True)
        changes = compare(target, files)
        if changes:
            _swap_in(target, files)
        return changes


def _folders(files: Iterable[str]) -> set[str]:
    """Every folder of a package that has these files."""
    return {str(folder) for name in files for folder in PurePosixPath(name).parents} - {"."}


def _refuse_foreign_files(
    target: Path,
    found: Mapping[str, bytes | None],
    rendered: Collection[str],
    folders: Collection[str],
) -> None:
    """A file is ours if it says so, or has the name of one in a package that is ours.

    None of ours is called like one of its `folders`, whatever it says.
    """
    files = {name: content for name, content in found.items() if content is not None}
    generated = {name for name, content in files.items() if is_generated(content)} - set(folders)
    foreign = sorted(files.keys() - generated - (set(rendered) if generated else set()))
    if foreign:
        names = ", ".join(foreign[:_SHOWN_FILES]) + (", …" if len(foreign) > _SHOWN_FILES else "")
        message = f"holds files that Loss Factory did not write ({names}); move them away"
        raise CompileError([one_line(f"{target}: {message}")])


@contextmanager
def _system_errors_told(target: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        place = str(error.filename or target)
        if _stage(target) in place:  # which is gone again
            place = str(target)
        message = f"{place}: {error.strerror or error}; nothing was changed"
        raise CompileError([one_line(message)]) from None


@contextmanager
def _made(folder: Path) -> Iterator[None]:
    """Make a folder, with those above it; if what follows fails, they are gone again."""
    missing = [each for each in (folder, *folder.parents) if not each.exists()]
    try:
        folder.mkdir(parents=True, exist_ok=True)
        yield
    except BaseException:
        for each in missing:
            with suppress(OSError):  # not if somebody has put something there
                each.rmdir()
        raise


def _stage(target: Path) -> str:
    """How the folders begin in which a package is put together; a process's number follows."""
    return f".{target.name}.stage-"


def _swap_in(target: Path, files: Mapping[str, str]) -> None:
    stage = target.with_name(f"{_stage(target)}{os.getpid()}")
    stage.mkdir()
    try:
        package = stage / target.name
        package.mkdir()
        for folder in sorted(_folders(files)):
            (package / folder).mkdir()  # not with those above it, which somebody may have removed
        for name, text in files.items():
            (package / name).write_bytes(text.encode())
        if not target.exists():
            package.rename(target)
        elif not _exchanged(package, target):
            _renamed(package, target, stage / "replaced")
    finally:
        shutil.rmtree(stage, ignore_errors=True)


def _renamed(package: Path, target: Path, replaced: Path) -> None:
    """Put `package` into the place of `target` where that takes two steps."""
    try:
        target.rename(replaced)
        package.rename(target)
    except BaseException:
        if not target.exists():
            _put_back(replaced, target)
        raise


def _put_back(replaced: Path, target: Path) -> None:
    try:
        replaced.rename(target)
    except OSError as error:
        message = f"{target}: {error.strerror}; the package is gone, so run this again"
        raise CompileError([one_line(message)]) from None


def _exchanged(first: Path, second: Path) -> bool:
    """Exchange two folders in one step, if the system can (Linux's renameat2)."""
    renameat2 = getattr(ctypes.CDLL(None), "renameat2", None)
    if renameat2 is None:
        return False
    arguments = (_AT_FDCWD, os.fsencode(first), _AT_FDCWD, os.fsencode(second), _RENAME_EXCHANGE)
    return bool(renameat2(*arguments) == 0)


def _contents(target: Path) -> dict[str, bytes | None]:
    """The files of the package by name, and its folders, as None; Python's caches don't count."""
    if target.is_symlink() or (target.exists() and not target.is_dir()):
        raise CompileError([f"{target}: expected a folder; remove it or choose another --out"])
    return {
        path.relative_to(target).as_posix(): _content(path)
        for path in target.rglob("*")
        if "__pycache__" not in path.relative_to(target).parts
    }


def _content(path: Path) -> bytes | None:
    if path.is_symlink() or not (path.is_dir() or path.is_file()):
        return b""  # nothing that the compiler writes
    return None if path.is_dir() else path.read_bytes()


def _diff(name: str, old: bytes, new: str) -> str:
    lines = difflib.unified_diff(
        old.decode("utf-8", "replace").split("\n"),
        new.split("\n"),
        f"on disk/{name}",
        f"compiled/{name}",
        lineterm="",
    )
    return "".join(f"{line}\n" for line in lines)
