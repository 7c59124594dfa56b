"""Publishes a package on a disk with more and more room; a script that has to be allowed to mount.

Reads from stdin, as JSON, two packages (`old`, which may be null, and `new`: the texts of their
files by name) and a folder (`root`) to mount the disk on. Each round has a page more to write to
than the one before, until that is enough. Prints, as JSON, what each of them said, the package that
it left, and what else lay beside it.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

from compiler.disturbed_publishing import PACKAGE, Files, entries, files_of
from loss_compiler.source.problems import CompileError
from loss_compiler.target.publish import publish

BALLAST = "ballast"


def rounds(root: Path, old: Files | None, new: Files) -> Iterator[dict[str, object]]:
    """What each round said and left, up to the one that had nothing to complain of."""
    package = root / "generated" / PACKAGE
    complaint = "not tried"
    pages = 0
    while complaint:
        shutil.rmtree(package.parent, ignore_errors=True)
        if old is not None:
            publish(package, old)
        leave_room(root, pages)
        complaint = complaint_of(package, new)
        left = [*entries(root), *(f"generated/{name}" for name in entries(package.parent))]
        yield {"complaint": complaint, "found": files_of(package), "left": left}
        (root / BALLAST).unlink()
        pages += 1


def leave_room(root: Path, pages: int) -> None:
    """Fill the disk but for so many pages."""
    disk = os.statvfs(root)
    with (root / BALLAST).open("wb") as ballast:
        os.posix_fallocate(ballast.fileno(), 0, (disk.f_bavail - pages) * disk.f_bsize)


def complaint_of(package: Path, files: Files) -> str:
    try:
        publish(package, files)
    except CompileError as error:
        return str(error)
    return ""


def main() -> None:
    order = json.load(sys.stdin)
    mount = ("mount", "-t", "tmpfs", "-o", "size=4m", "none", order["root"])
    subprocess.run(mount, check=True)
    json.dump(list(rounds(Path(order["root"]), order["old"], order["new"])), sys.stdout)


if __name__ == "__main__":
    main()
