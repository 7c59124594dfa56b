"""What lies in the folder of a package."""

from __future__ import annotations

import os
import re
from dataclasses import dataclass, field
from pathlib import Path

from ..shared.wording import one_line
from ..source.files import LONGEST_FILE
from ..source.problems import CompileError
from .mounts import mounts_in

_CACHE = "__pycache__"
_BYTECODE = re.compile(r".+\.pyc(\.[0-9]+)?")  # with a number, while it is written
_FLAGS = slice(4, 8)  # of its header
_BY_HASH = 1


@dataclass
class Contents:
    """The entries of a package, by their path in it.

    Where they aren't files or folders (links, pipes, devices, files that are too long to be read),
    they are `others`. In Python's caches, `bytecode` is what imports write there, and `planted`
    what they don't; but a folder that holds something, which nobody looks into, is one of the
    `others`.
    """

    folder: Path
    files: dict[str, bytes] = field(default_factory=dict)
    folders: set[str] = field(default_factory=set)
    others: set[str] = field(default_factory=set)
    bytecode: list[str] = field(default_factory=list)
    planted: list[str] = field(default_factory=list)

    def names(self) -> set[str]:
        """All entries but those of caches."""
        return {*self.files, *self.folders, *self.others}

    def is_as(self, other: Contents) -> bool:
        """Whether `other` has the same entries, but for those of caches."""
        mine = (self.files, self.folders, self.others)
        return mine == (other.files, other.folders, other.others)


def contents_of(folder: Path) -> Contents:
    """What lies in the folder of a package; nothing, if there is no such folder.

    Raises:
        CompileError: there is something else at its place, or something is mounted in it.
        OSError: it can't be read.
    """
    if folder.is_symlink() or (folder.exists() and not folder.is_dir()):
        raise CompileError([f"{folder}: expected a folder; remove it or choose another --out"])
    if mounts := mounts_in(folder):
        message = f"something is mounted in it, on {mounts[0]}; unmount that"
        raise CompileError([one_line(f"{folder}: {message}")])
    found = Contents(folder)
    if folder.exists():
        _add(found, "")
    return found


def _add(found: Contents, above: str) -> None:
    with os.scandir(found.folder / above) as entries:
        for entry in entries:
            name = f"{above}{entry.name}"
            if _is_readable(entry):
                found.files[name] = Path(entry.path).read_bytes()
            elif not entry.is_dir(follow_symlinks=False):
                found.others.add(name)
            elif entry.name == _CACHE:
                _add_cache(found, f"{name}/")
            else:
                found.folders.add(name)
                _add(found, f"{name}/")


def _is_readable(entry: os.DirEntry[str]) -> bool:
    is_file = entry.is_file(follow_symlinks=False)
    return is_file and entry.stat(follow_symlinks=False).st_size <= LONGEST_FILE


def _add_cache(found: Contents, above: str) -> None:
    with os.scandir(found.folder / above) as entries:
        for entry in entries:
            name = f"{above}{entry.name}"
            if _is_written_by_imports(entry):
                found.bytecode.append(name)
            elif entry.is_dir(follow_symlinks=False) and os.listdir(entry.path):
                found.others.add(name)
            else:
                found.planted.append(name)


def _is_written_by_imports(entry: os.DirEntry[str]) -> bool:
    """Whether it is bytecode that Python takes for its source's because of the source's time.

    Bytecode that says a hash for that runs from any checkout; imports never begin with that.
    """
    if not entry.is_file(follow_symlinks=False) or not _BYTECODE.fullmatch(entry.name):
        return False
    with open(entry.path, "rb") as stream:
        flags = stream.read(_FLAGS.stop)[_FLAGS]
    return not int.from_bytes(flags, "little") & _BY_HASH
