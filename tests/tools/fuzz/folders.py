"""Hostile names and folders, through the command itself: nothing outside of the package changes."""

from __future__ import annotations

import itertools
import os
import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import hypothesis.strategies as st
from click.testing import CliRunner

from loss_compiler.cli import main
from support.schemas import TINY, compiled, traces

from .payloads import NAMES, TEXTS
from .target import Target
from .watch import watching

PACKAGE = "loss_factory"


@dataclass(frozen=True)
class Entry:
    """What stands at `name` in the folder of the package, or beside it."""

    name: str
    kind: str
    beside: bool = False


@dataclass(frozen=True)
class Publishing:
    """`generate` into a folder that may hold the package, and other things in it and beside it."""

    package: str
    entries: tuple[Entry, ...]
    out: str


@dataclass(frozen=True)
class Naming:
    """`compile` with names that a user may give: of the overlay, the package and the folder."""

    overlay: str
    package: str
    out: str


_KINDS = (
    *("file", "generated", "folder", "fifo", "link to file", "link to folder", "link to package"),
    *("dangling link", "link to itself", "hard link", "link to root"),
)


def _may_be_name(text: str) -> bool:
    """Whether a file can have the name."""
    try:
        name = os.fsencode(text)
    except UnicodeEncodeError:
        return False
    return 0 < len(name) < 200 and not {0, ord("/")} & set(name) and text not in (".", "..")


_HOSTILE = st.sampled_from([*filter(_may_be_name, (*TEXTS, *NAMES)), "\udcff", "-x", "\udcff\n"])
_OWN = st.sampled_from(
    ["dispatch.py", "models.py", "LOSSES.md", "runtime", "runtime/lazy.py", "runtime/x.py"]
)
_STAGES = st.sampled_from(
    [f".{PACKAGE}.stage-{end}" for end in ("1", "99999", "x", "\n", "-2", "")]
)
_ENTRIES = st.one_of(
    st.builds(Entry, st.one_of(_OWN, _HOSTILE), st.sampled_from(_KINDS)),
    st.builds(Entry, st.one_of(_STAGES, _HOSTILE), st.sampled_from(_KINDS), st.just(True)),
)
_PLACES = ("none", "package", "file", "empty folder", *_KINDS[3:])
_OUTS = ("out", "out/", "./out", "out/../out", "out/a/../b/..", "out/.", "deep/er", "link", "file")
_OUT_NAMES = st.one_of(st.sampled_from(_OUTS), _HOSTILE)
_PUBLISHING = st.builds(
    Publishing, st.sampled_from(_PLACES), st.lists(_ENTRIES, max_size=3).map(tuple), _OUT_NAMES
)
_NAMES = st.one_of(st.sampled_from(NAMES), st.sampled_from(TEXTS), st.just("hostile_package"))
_NAMING = st.builds(Naming, _HOSTILE, _NAMES, _OUT_NAMES)


def target(folder: Path) -> Target[Publishing | Naming]:
    """Folders as they come, each in a folder of its own in `folder`."""
    numbers = itertools.count()
    compiled(TINY)

    def check(case: Publishing | Naming) -> str:
        place = folder / str(next(numbers))
        place.mkdir()
        try:
            return checked(place, case)
        finally:
            shutil.rmtree(place)

    title = "hostile names and folders are refused, or hold the package; nothing else changes"
    return Target("folders", title, st.one_of(*[_PUBLISHING] * 9, _NAMING), check, ascii)


def checked(place: Path, case: Publishing | Naming) -> str:
    """Run the command in `place`, and judge what it left.

    Raises:
        AssertionError: it changed something else than its package, or failed without a word.
    """
    outside = _outside(place)
    work = place / "work"
    work.mkdir()
    (work / "file").write_text("mine", encoding="utf-8")
    (work / "link").symlink_to("out", target_is_directory=True)
    match case:
        case Publishing(package, entries, out):
            name = PACKAGE
            _prepare(work / "out", package, entries, outside)
            arguments = ["generate", "--schema", str(TINY), f"--out={out}"]
        case Naming(overlay, name, out):
            (work / overlay).write_text("{}", encoding="utf-8")
            arguments = ["compile", "--package", name, f"--out={out}", "--", overlay]
    before, untouched = _held(work), traces(outside)
    code, said = _run(work, arguments)
    found = [line for line in said if not line.isprintable()]
    after = _held(work)
    if code == 0:
        package = Path(os.path.realpath(work / out), name).relative_to(work.resolve()).as_posix()
        files = {f"{package}/{file}": text.encode() for file, text in compiled(TINY).files.items()}
        expected = {**_others(before, package), **files}
    else:
        expected = before
    found += [
        f"changed: {name!a}"
        for name in before.keys() | after.keys()
        if after.get(name) != expected.get(name)
    ]
    if traces(outside) != untouched:
        found.append("something outside has changed")
    assert not found, "\n".join([f"exit code {code}", *map(ascii, said), *found])
    return {0: "written", 1: "refused", 2: "no such command line"}[code]


def _outside(place: Path) -> Path:
    """A folder that links lead to, and that nothing may change."""
    outside = place / "outside"
    (outside / "folder").mkdir(parents=True)
    for name in ("file", "folder/file"):
        (outside / name).write_text(
            "# Generated from x.\n# Do not edit; change it.\n", encoding="utf-8"
        )
    return outside


def _prepare(out: Path, package: str, entries: tuple[Entry, ...], outside: Path) -> None:
    out.mkdir()
    target = out / PACKAGE
    match package:
        case "none":
            pass
        case "package":
            for name, text in compiled(TINY).files.items():
                (target / name).parent.mkdir(parents=True, exist_ok=True)
                (target / name).write_text(text, encoding="utf-8", newline="\n")
        case "empty folder":
            target.mkdir()
        case kind:
            _place(target, kind, outside)
    for entry in entries:
        place = (out if entry.beside else target) / entry.name
        if place.parent.is_dir() and not place.parent.is_symlink():
            _place(place, entry.kind, outside)


def _place(place: Path, kind: str, outside: Path) -> None:
    """Put something at `place`, instead of what is there."""
    if place.is_dir() and not place.is_symlink():
        shutil.rmtree(place)
    place.unlink(missing_ok=True)
    match kind:
        case "file":
            place.write_text("mine", encoding="utf-8")
        case "generated":
            text = "# Generated from x.\n# Do not edit; change it and run: x\n"
            place.write_text(text, encoding="utf-8")
        case "folder":
            place.mkdir()
            (place / "file").write_text("mine", encoding="utf-8")
        case "fifo":
            os.mkfifo(place)
        case "link to file":
            place.symlink_to(outside / "file")
        case "link to folder":
            place.symlink_to(outside / "folder", target_is_directory=True)
        case "link to package":
            place.symlink_to(place.parent, target_is_directory=True)
        case "link to root":
            place.symlink_to("/", target_is_directory=True)
        case "dangling link":
            place.symlink_to(outside / "nothing")
        case "link to itself":
            place.symlink_to(place.name)
        case "hard link":
            os.link(outside / "file", place)


def _run(work: Path, arguments: list[str]) -> tuple[int, list[str]]:
    """What the command says, line by line, and its exit code."""
    here = Path.cwd()
    os.chdir(work)
    try:
        with watching(work) as watch:
            done = CliRunner().invoke(main, arguments)
    finally:
        os.chdir(here)
    assert done.exception is None or type(done.exception) is SystemExit, repr(done.exception)
    assert not watch.surprises, "\n".join(watch.surprises)
    return done.exit_code, done.output.removesuffix("\n").split("\n")


def _held(folder: Path) -> dict[str, bytes | str]:
    """What files below `folder` hold, where links lead, and what else there is; no folders."""
    held: dict[str, bytes | str] = {}
    for parent, folders, files in os.walk(folder):
        for name in (*folders, *files):
            path = Path(parent, name)
            key = path.relative_to(folder).as_posix()
            if path.is_symlink():
                held[key] = os.readlink(path)
            elif path.is_file():
                held[key] = path.read_bytes()
            elif not path.is_dir():
                held[key] = "something else"
    return held


def _others(held: Mapping[str, bytes | str], package: str) -> dict[str, bytes | str]:
    """What does not belong to the package."""
    return {key: each for key, each in held.items() if not key.startswith(f"{package}/")}
