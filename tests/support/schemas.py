"""Losses schemas to compile, edits of them, and the compiler: in this process and as a command.

`tiny.schema.json` is the least that compiles. `varied.schema.json` has every kind of property that
the dialect knows: choices, integers, booleans, arrays, keyword arguments, sections that may be off,
a section that is one of several, and losses whose weights stand in such sections or are shared.
"""

from __future__ import annotations

import copy
import functools
import json
import os
import subprocess
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from loss_compiler.compile import Compiled, compile_schema

ROOT = Path(__file__).parents[2]
CANONICAL = ROOT / "schema" / "losses.schema.json"
TINY = Path(__file__).with_name("tiny.schema.json")
VARIED = Path(__file__).with_name("varied.schema.json")
OVERLAYS = ROOT / "tests" / "examples" / "overlays"
GROUPED_VAE = OVERLAYS / "grouped_vae.overlay.json"

PACKAGE = "loss_factory"


def edited(schema: Path, *edits: tuple[str, str]) -> str:
    """The text of `schema` with each (old, new) replaced; the old text has to stand there once."""
    text = schema.read_text(encoding="utf-8")
    for old, new in edits:
        if text.count(old) != 1:
            raise ValueError(f"{old!r} stands {text.count(old)} times in {schema.name}")
        text = text.replace(old, new)
    return text


def document(schema: Path) -> dict[str, Any]:
    """The JSON of `schema`, to be changed at will."""
    loaded: dict[str, Any] = json.loads(schema.read_text(encoding="utf-8"))
    return loaded


def written(folder: Path, schema: str | Mapping[str, Any]) -> Path:
    """A file in `folder` with `schema`, text or JSON."""
    text = schema if isinstance(schema, str) else json.dumps(schema, indent=2)
    file = folder / "written.schema.json"
    file.write_text(text, encoding="utf-8", newline="\n")
    return file


@functools.cache
def compiled(schema: Path) -> Compiled:
    """One of the schemas named above, compiled once."""
    return compile_schema(schema)


def unpacked(files: Mapping[str, str], out: Path, name: str = PACKAGE) -> Path:
    """`out`, a source root that now holds the package `files`."""
    package = out / name
    package.mkdir(parents=True)
    for name, text in files.items():
        file = package / name
        file.parent.mkdir(exist_ok=True)
        file.write_bytes(text.encode())
    return out


def paths(value: Any, path: tuple[str | int, ...] = ()) -> Iterator[tuple[str | int, ...]]:
    """The paths to everything in a JSON value."""
    items: Any = value.items() if isinstance(value, dict) else enumerate(value)
    for key, child in items:
        yield (*path, key)
        if isinstance(child, dict | list):
            yield from paths(child, (*path, key))


def parent(value: Any, path: tuple[str | int, ...]) -> Any:
    """What the last step of `path` leads from."""
    for step in path[:-1]:
        value = value[step]
    return value


@dataclass(frozen=True)
class Slip:
    """A JSON value with one word, a key or a string, that lacks a letter."""

    document: Any
    shape: tuple[str, ...]
    word: str
    written: str

    def is_told(self, line: str, text: str) -> bool:
        """Whether `line` reports the slip where it, or the word, stands in `text`, and the word.

        Of a path, the part with the slip counts; of what has no right spelling, an example.
        """
        pairs = zip(self.word.split("/"), self.written.split("/"), strict=False)
        meant, said = next(pair for pair in pairs if pair[0] != pair[1])
        _, number, _, _, message = line.split(":", 4)
        there = text.split("\n")[int(number) - 1]
        return (meant in there or said in there) and (meant in message or "such as" in message)


def slips(whole: Any) -> Iterator[Slip]:
    """Every name, and of the other keys and the strings one of each shape, with a letter less."""
    seen: set[tuple[str | int, ...]] = set()
    for path in paths(whole):
        around = parent(whole, path)
        for is_key, word in ((True, path[-1]), (False, around[path[-1]])):
            is_name = is_key and path[-2:-1] in (("properties",), ("$defs",))
            what = (is_key, *(path if is_name else _shape(path)))
            if type(word) is not str or what in seen:
                continue
            seen.add(what)
            written = word[: len(word) // 2] + word[len(word) // 2 + 1 :]
            changed = copy.deepcopy(whole)
            if is_key:
                members = {written if key == word else key: each for key, each in around.items()}
                parent(changed, path).clear()
                parent(changed, path).update(copy.deepcopy(members))
            else:
                parent(changed, path)[path[-1]] = written
            yield Slip(changed, _shape(path), word, written)


def _shape(path: tuple[str | int, ...]) -> tuple[str, ...]:
    """`path` without indices, and without the names that a schema is free to choose."""
    named = ("properties", "$defs", "x-trainers", "examples", "oneOf")
    kept = ("key", "name", "BottleneckType")
    return tuple(
        "*" if type(key) is int or (before in named and key not in kept) else str(key)
        for before, key in zip(("", *path), path, strict=False)
    )


def tree(folder: Path) -> dict[str, bytes]:
    """Every file below `folder`, by its path from there; empty if there is no such folder."""
    return {
        file.relative_to(folder).as_posix(): file.read_bytes()
        for file in folder.rglob("*")
        if file.is_file()
    }


def traces(folder: Path) -> dict[str, tuple[int, int, bytes]]:
    """Every entry below `folder`, with its kind and time, and what a file holds."""
    return {
        path.relative_to(folder).as_posix(): (
            path.lstat().st_mode,
            path.lstat().st_mtime_ns,
            path.read_bytes() if path.is_file() else b"",
        )
        for path in folder.rglob("*")
    }


def package_files(schema: Path) -> dict[str, bytes]:
    """What `tree` finds where a package compiled from `schema` lies."""
    return {name: text.encode() for name, text in compiled(schema).files.items()}


def run(
    *command: str | Path, cwd: Path, environment: Mapping[str, str] | None = None
) -> subprocess.CompletedProcess[str]:
    """Run Python with the compiler importable; what it prints is UTF-8 unless told otherwise."""
    return subprocess.run(
        [sys.executable, *command],
        cwd=cwd,
        env=compiler_environment() | dict(environment or {}),
        capture_output=True,
        encoding="utf-8",
        check=False,
    )


def compiler_environment() -> dict[str, str]:
    """The environment in which `python -m loss_compiler` works."""
    return os.environ | {"PYTHONPATH": str(ROOT / "schema"), "PYTHONIOENCODING": "utf-8"}


def generate(
    *arguments: str | Path, cwd: Path, environment: Mapping[str, str] | None = None
) -> subprocess.CompletedProcess[str]:
    """Run the real command that compiles a schema."""
    return run("-m", "loss_compiler", "generate", *arguments, cwd=cwd, environment=environment)


def compile_overlays(*arguments: str | Path, cwd: Path) -> subprocess.CompletedProcess[str]:
    """Run the real command that compiles overlays of the canonical schema."""
    return run("-m", "loss_compiler", "compile", *arguments, cwd=cwd)


def python_with(out: Path, code: str, stdin: str = "") -> subprocess.CompletedProcess[str]:
    """Run `code` where the package in `out` is the one to import; any warning is an error."""
    return subprocess.run(
        [sys.executable, "-W", "error", "-c", code],
        env=os.environ | {"PYTHONPATH": os.pathsep.join((str(out), str(ROOT / "generated")))},
        input=stdin,
        capture_output=True,
        encoding="utf-8",
        check=False,
    )


def answer(out: Path, code: str, question: object = None) -> Any:
    """What `code` assigns to `answer`, run where the package in `out` is the one to import.

    The code finds `question` in a variable of that name; both travel as JSON.
    """
    start = "import json, sys; question = json.load(sys.stdin)"
    done = python_with(out, f"{start}\n{code}\nprint(json.dumps(answer))", json.dumps(question))
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)
