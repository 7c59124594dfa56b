"""Writes a file in one step."""

from __future__ import annotations

import os
import shutil
from contextlib import suppress
from pathlib import Path


def draft_of(file: Path) -> str:
    """How the name begins of what is being written beside `file`; a process's number follows."""
    return f".{file.name}.replacing-"


def replace_file(file: Path, content: bytes) -> None:
    """Write `content` to `file`: whoever reads that finds all of the old content or of the new.

    That holds after a kill and a power failure too. A link stays one, and a file that can't be
    written stays as it is; so does its mode. Devices and pipes are written to as they are, if
    somebody reads them.

    Raises:
        OSError: it can't be written; it is as it was.
    """
    if file.exists() and not file.is_file():
        with open(file, "wb", opener=_opened_at_once) as stream:
            stream.write(content)
        return
    target = Path(os.path.realpath(file))
    if target.exists():
        with target.open("ab"):
            pass  # or it may not be written
    draft = target.with_name(f"{draft_of(target)}{os.getpid()}")
    try:
        with draft.open("wb") as stream:
            stream.write(content)
            stream.flush()
            os.fsync(stream.fileno())  # without it, the new name may come to disk before the bytes
        if target.exists():
            shutil.copymode(target, draft)
        draft.replace(target)
    finally:
        with suppress(OSError):
            draft.unlink()


def _opened_at_once(file: str, flags: int) -> int:
    """Open a file for writing, without waiting for somebody who reads it."""
    descriptor = os.open(file, flags | getattr(os, "O_NONBLOCK", 0))  # Windows has none
    os.set_blocking(descriptor, True)
    return descriptor
