"""Keeps runs out of each other's way."""

from __future__ import annotations

import fcntl
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from ..shared.wording import one_line


@contextmanager
def locked(folder: Path) -> Iterator[None]:
    """Keep other runs that write into `folder` waiting, and tell them so.

    The lock ends with the process.

    What a run names after its process and leaves there belongs to nobody while this is held.
    """
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            message = f"waiting for another run that writes into {folder}"
            print(one_line(message), file=sys.stderr, flush=True)
            fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)
