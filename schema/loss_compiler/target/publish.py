"""Puts a rendered package where it belongs: all of it or nothing, and only if something changed."""

from __future__ import annotations

import ctypes
import difflib
import errno
import os
import shutil
from collections.abc import Collection, Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from ..shared.wording import one_line
from ..source.problems import CompileError
from .contents import Contents, contents_of
from .locking import locked
from .mounts import mounts_in
from .package import is_generated

_AT_FDCWD = -100
_RENAME_EXCHANGE = 2
_REPLACED = "replaced"
"""What a package is called while another one takes its place in two steps."""

_TELLING = frozenset({"__init__.py", "_version.py"})
"""Files that each package has: a copy of another one alone makes no folder a package of ours."""

_SHOWN_FILES = 3
_LOWER_LAYER = (
    "can't be replaced in one step, because it lies in a lower layer of an overlay file system, "
    "such as a container's image; nothing was changed; remove it and run this again"
)


@dataclass(frozen=True)
class Changes:
    """How the package on disk differs from the rendered one: file names, and unified diffs.

    `bytecode` that imports have left there is no difference.
    """

    missing: tuple[str, ...]
    stale: tuple[str, ...]
    orphaned: tuple[str, ...]
    diff: str
    bytecode: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.missing or self.stale or self.orphaned)


def compare(target: Path, files: Mapping[str, str]) -> Changes:
    """What publishing `files` at `target`, the package's folder, would change.

    Raises:
        CompileError: something else than a package that was compiled is there.
    """
    with _system_errors_told(target):
        return _changes(contents_of(target), files)


def remove_bytecode(target: Path, changes: Changes) -> None:
    """Remove bytecode, so that the next import runs the sources, which can be compared.

    Raises:
        CompileError: it can't be removed.
    """
    for name in changes.bytecode:
        file = target / name
        try:
            file.unlink(missing_ok=True)
        except OSError as error:
            message = f"bytecode, which can't be compared, can't be removed: {error.strerror}"
            raise CompileError([one_line(f"{file}: {message}")]) from None
        with suppress(OSError):  # there is more in it
            file.parent.rmdir()


def publish(target: Path, files: Mapping[str, str]) -> Changes:
    """Replace the package at `target` by `files` if it differs, in one step; what has changed.

    Bytecode is removed in any case.

    Raises:
        CompileError: it can't be written, or there is something else at its place.
    """
    with _system_errors_told(target), _made(target.parent), locked(target.parent):
        for leftover in target.parent.glob(f"{_stage(target)}*"):
            if _is_stage(leftover, target):
                shutil.rmtree(leftover, ignore_errors=True)
        found = contents_of(target)
        changes = _changes(found, files)
        if changes:
            _swap_in(target, files, found)
        else:
            remove_bytecode(target, changes)
        return changes


def _changes(found: Contents, files: Mapping[str, str]) -> Changes:
    rendered = {name: text.encode() for name, text in files.items()}
    folders = _folders(rendered)
    _refuse_foreign_files(found, rendered.keys(), folders)
    names = found.names() - folders
    there = names & rendered.keys()
    stale = sorted(name for name in there if found.files.get(name) != rendered[name])
    return Changes(
        missing=tuple(sorted(rendered.keys() - names)),
        stale=tuple(stale),
        orphaned=tuple(sorted((names - rendered.keys()).union(found.planted))),
        diff="".join(_diff(name, found.files.get(name, b""), files[name]) for name in stale),
        bytecode=tuple(sorted(found.bytecode)),
    )


def _folders(files: Iterable[str]) -> set[str]:
    """Every folder of a package that has these files."""
    return {str(folder) for name in files for folder in PurePosixPath(name).parents} - {"."}


def _refuse_foreign_files(
    found: Contents, rendered: Collection[str], folders: Collection[str]
) -> None:
    """A file is ours if it says so, or has the name of one in a package of which a file says so.

    None of ours is called like one of its `folders`, whatever it says.
    """
    ours = {name for name, content in found.files.items() if is_generated(content)} - set(folders)
    names = {*found.files, *found.others}
    if foreign := sorted(names - ours - (set(rendered) if ours & _TELLING else set())):
        shown = ", ".join(foreign[:_SHOWN_FILES]) + (", …" if len(foreign) > _SHOWN_FILES else "")
        message = f"holds files that Loss Factory did not write ({shown}); move them away"
        raise CompileError([one_line(f"{found.folder}: {message}")])


@contextmanager
def _system_errors_told(target: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        if error.errno == errno.EXDEV:  # although the stage lies beside it
            raise CompileError([one_line(f"{target}: {_LOWER_LAYER}")]) from None
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


def _is_stage(folder: Path, target: Path) -> bool:
    """Whether a killed run may have left `folder`: it is called so, and holds nothing else."""
    is_called_so = folder.name.removeprefix(_stage(target)).isdecimal()
    if not is_called_so or folder.is_symlink() or not folder.is_dir():
        return False
    try:
        held = os.listdir(folder)
    except OSError:  # nor could it be removed
        return False
    return {target.name, _REPLACED}.issuperset(held) and not mounts_in(folder)


def _swap_in(target: Path, files: Mapping[str, str], found: Contents) -> None:
    """Put `files` into the place of what was found there."""
    stage = target.with_name(f"{_stage(target)}{os.getpid()}")
    stage.mkdir()
    try:
        package = stage / target.name
        package.mkdir()
        for folder in sorted(_folders(files)):
            (package / folder).mkdir()  # not with those above it, which somebody may have removed
        for name, text in files.items():
            (package / name).write_bytes(text.encode())
            _make_later(package / name, target / name)
        if not target.exists():
            package.rename(target)
        elif not _exchanged(package, target):
            _renamed(package, target, stage / _REPLACED, found)
        elif not contents_of(package).is_as(found):
            _exchanged(package, target)
            raise _changed_meanwhile(target)
    finally:
        shutil.rmtree(stage, ignore_errors=True)


def _make_later(file: Path, replaced: Path) -> None:
    """Make `file` at least a second younger than what it replaces.

    A process that has read the old source may write its bytecode beside the new one. Python takes
    that for the new one's if both are as long, and of the same second of the 2^32 that it tells.
    """
    try:
        old = int(replaced.stat().st_mtime)
    except OSError:  # there is none that anybody could have read
        return
    if old >= int(file.stat().st_mtime):
        later = (old + 1) % 2**32
        os.utime(file, (later, later))


def _renamed(package: Path, target: Path, replaced: Path, found: Contents) -> None:
    """Put `package` into the place of `target` where that takes two steps."""
    try:
        target.rename(replaced)
        if not contents_of(replaced).is_as(found):
            raise _changed_meanwhile(target)
        package.rename(target)
    except BaseException:
        if not target.exists():
            _put_back(replaced, target)
        raise


def _changed_meanwhile(target: Path) -> CompileError:
    message = "was changed in the meantime, so nothing was written; run this again"
    return CompileError([one_line(f"{target}: {message}")])


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


def _diff(name: str, old: bytes, new: str) -> str:
    lines = difflib.unified_diff(
        old.decode("utf-8", "replace").split("\n"),
        new.split("\n"),
        f"on disk/{name}",
        f"compiled/{name}",
        lineterm="",
    )
    return "".join(f"{line}\n" for line in lines)
