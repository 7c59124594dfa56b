"""Files that are written whole or not at all."""

from __future__ import annotations

import os
from collections.abc import Iterable
from pathlib import Path

from settings import UserMistake


def write_whole(path: Path, data: bytes, outdated: Iterable[Path] = ()) -> None:
    """Write `path`; whoever reads it at any moment finds the old file or the new one.

    Args:
        path: the file.
        data: what it is to hold.
        outdated: files that don't belong beside the new one; they go just before it comes.

    Raises:
        UserMistake: it can't be written; the old file is still there.
    """
    unfinished = _unfinished(path)
    try:
        try:
            unfinished.write_bytes(data)
            for each in outdated:
                each.unlink(missing_ok=True)
            os.replace(unfinished, path)
        except OSError:
            unfinished.unlink(missing_ok=True)
            raise
    except OSError as error:
        raise cant_be_written(path, error) from None


def clear_unfinished(path: Path) -> None:
    """Remove what a process left that was killed while it wrote `path`.

    Raises:
        UserMistake: that can't be done, so `path` can't be written either.
    """
    try:
        _unfinished(path).unlink(missing_ok=True)
    except OSError as error:
        raise cant_be_written(path, error) from None


def cant_be_written(path: Path, error: OSError) -> UserMistake:
    """What to tell the user of it."""
    return UserMistake(
        f"{path}: can't be written: {error.strerror or error}; the last checkpoint, if there is "
        "one, is still whole; --out FOLDER writes elsewhere"
    )


def _unfinished(path: Path) -> Path:
    return path.with_name(f"{path.name}.unfinished")
