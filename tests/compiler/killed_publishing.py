"""Publishes a package again and again, killed at another moment each time; a script.

Reads from stdin, as JSON, two packages (`old` and `new`: the texts of their files by name), a
folder (`root`) to work in, and whether the system can exchange two folders in one step
(`exchange`). Before each round the old package lies there; none if `old` is null. The first round
is killed at the first thing that publishing does to the file system, the second one at the second,
and so on until a round survives. Prints, as JSON, what each of them left: the package as it was
found, the entries beside it then, the package after publishing once more, and the entries of the
folder and of its source root after that.
"""

from __future__ import annotations

import json
import os
import shutil
import signal
import sys
from collections.abc import Iterator
from contextlib import nullcontext
from pathlib import Path
from unittest import mock

from loss_compiler.publish import publish

Files = dict[str, str]

PACKAGE = "loss_factory"

EVENTS = ("open", "os.", "shutil.", "fcntl.", "ctypes.")
"""What Python's audit hooks hear of a process that works with files."""


def rounds(root: Path, old: Files | None, new: Files) -> Iterator[dict[str, object]]:
    """What each round left, up to the one that was not killed."""
    out = root / "generated"
    package = out / PACKAGE
    survived = False
    moment = 0
    while not survived:
        moment += 1
        shutil.rmtree(root, ignore_errors=True)
        if old is not None:
            publish(package, old)
        survived = survives(package, new, moment)
        found, beside = files_of(package), entries(out)
        publish(package, new)
        left = [*entries(root), *(f"generated/{name}" for name in entries(out))]
        yield {"found": found, "beside": beside, "healed": files_of(package), "left": left}


def survives(package: Path, files: Files, moment: int) -> bool:
    """Publish in a process that is killed at its `moment`-th event, if it gets that far."""
    child = os.fork()
    if child == 0:
        try:
            count_down(moment)
            publish(package, files)
            os._exit(0)
        finally:
            os._exit(1)
    _, status = os.waitpid(child, 0)
    if os.WIFEXITED(status) and os.WEXITSTATUS(status) != 0:
        raise RuntimeError("publishing failed")
    return os.WIFEXITED(status)


def count_down(events: int) -> None:
    """Kill this process at the last one of so many events."""

    def hear(event: str, _: object) -> None:
        nonlocal events
        if event.startswith(EVENTS):
            events -= 1
            if events == 0:
                os.kill(os.getpid(), signal.SIGKILL)

    sys.addaudithook(hear)


def files_of(package: Path) -> Files | None:
    """Every file of the package, or None if there is none."""
    if not package.exists():
        return None
    files = (file for file in package.rglob("*") if file.is_file())
    return {file.relative_to(package).as_posix(): file.read_text("utf-8") for file in files}


def entries(folder: Path) -> list[str]:
    """The names in `folder`, which need not be there."""
    return sorted(os.listdir(folder)) if folder.exists() else []


def main() -> None:
    order = json.load(sys.stdin)
    no_exchange = mock.patch("ctypes.CDLL", return_value=object())
    with nullcontext() if order["exchange"] else no_exchange:
        left = list(rounds(Path(order["root"]), order["old"], order["new"]))
    json.dump(left, sys.stdout)


if __name__ == "__main__":
    main()
