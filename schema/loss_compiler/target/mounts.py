"""What is mounted in a folder: it may lie anywhere, and whoever removes the folder removes that."""

from __future__ import annotations

import os
import re
from pathlib import Path

_MOUNTS = Path("/proc/self/mountinfo")
_PLACE = 4  # among the fields of a line
_ESCAPED = re.compile(rb"\\([0-7]{3})")


def mounts_in(folder: Path) -> list[str]:
    """The paths in `folder` that something is mounted on, sorted; none where only Linux tells.

    Devices and inodes don't tell: what a bind mount shows is often of the same file system.
    """
    if not _MOUNTS.exists():
        return []
    lines = _MOUNTS.read_bytes().split(b"\n")
    places = {_unescaped(line.split()[_PLACE]) for line in lines if line}
    above = os.path.join(os.path.realpath(folder), "")
    return sorted(place.removeprefix(above) for place in places if place.startswith(above))


def _unescaped(place: bytes) -> str:
    return os.fsdecode(_ESCAPED.sub(lambda match: bytes([int(match[1], 8)]), place))
