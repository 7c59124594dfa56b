"""The commands that are killed, what they begin with and what they end with."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from support.schemas import GROUPED_VAE, OVERLAYS, ROOT, TINY, VARIED, tree

_COMPILER = (sys.executable, "-m", "loss_compiler")
_LOSS_FACTORY = (sys.executable, "-c", "from loss_compiler.entry import main; main()")
_HOOK = Path(__file__).with_name("hook")

Files = dict[str, bytes]


@dataclass(frozen=True)
class Case:
    """A command, and the folders that hold what it finds where it runs, and what it makes of it.

    What it writes lies beside `place` until it is whole, under a name that begins with `mark`. The
    command takes so many `seconds`, and does about so many things to the file system (`events`)
    once it writes.
    """

    name: str
    command: tuple[str, ...]
    place: str
    mark: str
    start: Path
    end: Path
    seconds: float
    events: int

    def leftovers(self, folder: Path) -> list[Path]:
        """What lies beside the place that is written to."""
        return list((folder / self.place).parent.glob(f"{self.mark}*"))

    def files(self, folder: Path) -> Files:
        """All other files in `folder`."""
        left = {path.relative_to(folder).as_posix() for path in self.leftovers(folder)}
        return {
            name: content
            for name, content in tree(folder).items()
            if not any(name == each or name.startswith(f"{each}/") for each in left)
        }


def generating(work: Path) -> list[Case]:
    """The package of one schema becomes that of another one, or is new."""

    def command(schema: Path) -> tuple[str, ...]:
        return (*_COMPILER, "generate", "--schema", str(schema), "--out", "generated")

    place = "generated/loss_factory"
    return _packages("generate", work, place, command(TINY), command(VARIED))


def compiling(work: Path) -> list[Case]:
    """The package of one overlay becomes that of another one, or is new."""

    def command(overlay: Path) -> tuple[str, ...]:
        options = ("--package", "lab_losses", "--out", "src")
        return (*_LOSS_FACTORY, "compile", str(overlay), *options)

    other = OVERLAYS / "vq_scale.overlay.json"
    return _packages("compile", work, "src/lab_losses", command(GROUPED_VAE), command(other))


def editing(work: Path) -> list[Case]:
    """An overlay gets a bottleneck, or is new."""
    options = ("--tag", "sphere", "--loss", "sphere/pull", "--into", "lab.json")
    command = (*_LOSS_FACTORY, "new-bottleneck", "SphereBottleneck", *options)
    overlay, nothing = work / "overlay", work / "nothing"
    for folder in (overlay, nothing):
        folder.mkdir(parents=True)
    shutil.copy(GROUPED_VAE, overlay / "lab.json")
    mark = ".lab.json.replacing-"
    return [
        _case("new-bottleneck", command, "lab.json", mark, start, work / f"{start.name} edited", 5)
        for start in (overlay, nothing)
    ]


SUBJECTS: Mapping[str, Callable[[Path], list[Case]]] = {
    "generate": generating,
    "compile": compiling,
    "new-bottleneck": editing,
}
"""What can be killed, and what prepares it in an empty folder."""


def _packages(
    name: str, work: Path, place: str, first: tuple[str, ...], second: tuple[str, ...]
) -> list[Case]:
    nothing, one, other = work / "nothing", work / "one", work / "other"
    nothing.mkdir(parents=True)
    mark = f".{Path(place).name}.stage-"
    new = _case(name, first, place, mark, nothing, one, 125)
    there = _case(name, second, place, mark, one, other, 190)
    back = _case(name, first, place, mark, other, work / "one again", 190)
    return [new, there, back]


def _case(
    name: str, command: tuple[str, ...], place: str, mark: str, start: Path, end: Path, events: int
) -> Case:
    """The command has to be run to see what it makes of what is there."""
    shutil.copytree(start, end)
    began = time.perf_counter()
    subprocess.run(
        command,
        cwd=end,
        env=environment(),
        stdout=subprocess.DEVNULL,
        start_new_session=True,  # Ctrl-C is not for it
        check=True,
    )
    return Case(name, command, place, mark, start, end, time.perf_counter() - began, events)


def environment() -> dict[str, str]:
    """The environment in which the commands work."""
    return os.environ | {"PYTHONPATH": os.pathsep.join(_SOURCES)}


def killing(mark: str, event: int, exchange: bool) -> dict[str, str]:
    """The environment of a command that kills itself at that event."""
    path = os.pathsep.join((str(_HOOK), *_SOURCES))
    variables = os.environ | {"PYTHONPATH": path, "KILL_FROM": mark, "KILL_AT": str(event)}
    return variables if exchange else {**variables, "KILL_NO_EXCHANGE": "1"}


_SOURCES = (str(ROOT / "generated"), str(ROOT / "schema"))
