"""Publishes a package again and again, disturbed at another moment each time; a script.

Reads from stdin, as JSON, two packages (`old` and `new`: the texts of their files by name), a
folder (`root`) to work in, whether the system can exchange two folders in one step (`exchange`),
and what happens to the process (`fate`): it is killed ("kill"), or somebody else removes the source
root ("remove"). Before each round the old package lies there; none if `old` is null. In the first
round it happens at the first thing that publishing does to the file system, in the second one at
the second, and so on until there is a round in which it does not. Prints, as JSON, what each of
them left: the package as it was found, the entries beside it then, the package after publishing
once more, and the entries of the folder and of its source root after that.
"""

from __future__ import annotations

import json
import os
import shutil
import signal
import sys
from collections.abc import Callable, Iterator
from contextlib import nullcontext, suppress
from pathlib import Path
from unittest import mock

from loss_compiler.source.problems import CompileError
from loss_compiler.target.publish import publish

Files = dict[str, str]

PACKAGE = "loss_factory"

EVENTS = ("open", "os.", "shutil.", "fcntl.", "ctypes.")
"""What Python's audit hooks hear of a process that works with files."""


def rounds(root: Path, old: Files | None, new: Files, fate: str) -> Iterator[dict[str, object]]:
    """What each round left, up to the one that was not disturbed."""
    out = root / "generated"
    package = out / PACKAGE
    survived = False
    moment = 0
    while not survived:
        moment += 1
        shutil.rmtree(root, ignore_errors=True)
        if old is not None:
            publish(package, old)
        survived = survives(package, new, moment, fate)
        found, beside = files_of(package), entries(out)
        publish(package, new)
        left = [*entries(root), *(f"generated/{name}" for name in entries(out))]
        yield {"found": found, "beside": beside, "healed": files_of(package), "left": left}


def survives(package: Path, files: Files, moment: int, fate: str) -> bool:
    """Publish in a process that meets its fate at its `moment`-th event, if it gets that far."""
    child = os.fork()
    if child == 0:
        met = False

        def meet() -> None:
            nonlocal met
            met = True
            if fate == "kill":
                os.kill(os.getpid(), signal.SIGKILL)
            shutil.rmtree(package.parent, ignore_errors=True)

        try:
            count_down(moment, meet)
            with suppress(CompileError):
                publish(package, files)
            os._exit(2 if met else 0)
        finally:
            os._exit(1)
    _, status = os.waitpid(child, 0)
    if os.WIFEXITED(status) and os.WEXITSTATUS(status) == 1:
        raise RuntimeError("publishing failed")
    return os.WIFEXITED(status) and os.WEXITSTATUS(status) == 0


def count_down(events: int, end: Callable[[], None]) -> None:
    """Call `end` at the last one of so many events of this process."""

    def hear(event: str, _: object) -> None:
        nonlocal events
        if event.startswith(EVENTS):
            events -= 1
            if events == 0:
                end()

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
        left = list(rounds(Path(order["root"]), order["old"], order["new"], order["fate"]))
    json.dump(left, sys.stdout)


if __name__ == "__main__":
    main()
