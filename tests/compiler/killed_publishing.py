"""Publishes a package again and again, killed at another moment each time; a script.

Reads from stdin, as JSON, two packages (`old` and `new`: the texts of their files by name), a
folder (`root`) to work in, and whether the system can exchange two folders in one step
(`exchange`). Before each round the old package lies there. The first round is killed at the first
thing that publishing does to the file system, the second one at the second, and so on until a
round survives. Prints, as JSON, what each of them left: the package as it was found, the package
after publishing once more, and the entries of the folder and of its source root then.
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

EVENTS = ("open", "os.", "shutil.", "fcntl.", "ctypes.")
"""What Python's audit hooks hear of a process that works with files."""


def rounds(root: Path, old: Files, new: Files) -> Iterator[dict[str, object]]:
    """What each round left, up to the one that was not killed."""
    out = root / "generated"
    survived = False
    moment = 0
    while not survived:
        moment += 1
        shutil.rmtree(root, ignore_errors=True)
        publish(out, old)
        survived = survives(out, new, moment)
        found = package_in(out)
        publish(out, new)
        left = sorted(str(path.relative_to(root)) for path in (*root.iterdir(), *out.iterdir()))
        yield {"found": found, "healed": package_in(out), "left": left}


def survives(out: Path, files: Files, moment: int) -> bool:
    """Publish in a process that is killed at its `moment`-th event, if it gets that far."""
    child = os.fork()
    if child == 0:
        try:
            count_down(moment)
            publish(out, files)
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


def package_in(out: Path) -> Files | None:
    """Every file of the package, or None if there is none."""
    package = out / "loss_factory"
    if not package.exists():
        return None
    files = (file for file in package.rglob("*") if file.is_file())
    return {file.relative_to(package).as_posix(): file.read_text("utf-8") for file in files}


def main() -> None:
    order = json.load(sys.stdin)
    no_exchange = mock.patch("ctypes.CDLL", return_value=object())
    with nullcontext() if order["exchange"] else no_exchange:
        left = list(rounds(Path(order["root"]), order["old"], order["new"]))
    json.dump(left, sys.stdout)


if __name__ == "__main__":
    main()
