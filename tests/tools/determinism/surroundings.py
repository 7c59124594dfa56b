"""What stands around a run of the compiler, and must not matter to what it writes."""

from __future__ import annotations

import os
import py_compile
import shutil
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

_HOOK = Path(__file__).with_name("hook")
_LONG = "very long" * 25
_CONFIGURATION = """\
[tool.ruff]
line-length = 20
[tool.ruff.format]
quote-style = "single"
indent-style = "tab"
line-ending = "cr-lf"
[tool.black]
line-length = 20
skip-string-normalization = true
[tool.isort]
line_length = 20
[tool.datamodel-codegen]
use-annotated = false
class-name = "Wrong"
"""
_RUFF = 'line-length = 20\n[format]\nquote-style = "single"\nindent-style = "tab"\n'


@dataclass(frozen=True)
class Place:
    """The folders of a run: a checkout of the repository, where it is started, and the user's."""

    checkout: Path
    start: Path
    home: Path


def nothing(_: Place) -> None:
    """Everything stays as it is."""


@dataclass(frozen=True)
class Surroundings:
    """What is different from an ordinary run."""

    name: str
    variables: Mapping[str, str] = field(default_factory=dict)
    python: tuple[str, ...] = ()
    umask: int = 0o022
    checkout: str = "checkout"
    start: str = "start"
    prepare: Callable[[Place], None] = nothing

    def __str__(self) -> str:
        return self.name


def crlf(place: Place) -> None:
    """Every file as Windows has it."""
    for file in place.checkout.rglob("*.*"):
        if file.is_file():
            file.write_bytes(file.read_bytes().replace(b"\n", b"\r\n"))


def times(place: Place) -> None:
    """Files from the first days of Unix."""
    for file in place.checkout.rglob("*"):
        os.utime(file, (1, 1))


def configured(place: Place) -> None:
    """Configuration of tools in every place in which they look for it."""
    for folder in (place.start, place.checkout, place.checkout.parent, place.home):
        (folder / "pyproject.toml").write_text(_CONFIGURATION, encoding="utf-8")
        (folder / "ruff.toml").write_text(_RUFF, encoding="utf-8")
        (folder / ".editorconfig").write_text("root = true\n[*]\nindent_size = 8\n", "utf-8")
        (folder / ".gitignore").write_text("*\n", encoding="utf-8")
    (place.home / ".config" / "ruff").mkdir(parents=True)
    shutil.copy(place.home / "ruff.toml", place.home / ".config" / "ruff")


def stale_caches(place: Place) -> None:
    """Python's caches of an older compiler beside each of its modules, and of one that is gone."""
    modules = list((place.checkout / "schema").rglob("*.py"))
    for file in (*modules, modules[0].with_name("gone.py")):
        now = file.read_bytes() if file.exists() else None
        file.write_text("raise SystemExit('an old cache was read')\n", encoding="utf-8")
        os.utime(file, (1, 1))
        py_compile.compile(str(file), doraise=True)
        file.unlink() if now is None else file.write_bytes(now)


def modules(place: Place) -> None:
    """Modules of the user that are called like some that the compiler imports."""
    for name in ("json", "jinja2", "ruff", "rich", "pydantic", "click", "types", "loss_compiler"):
        (place.start / f"{name}.py").write_text("raise SystemExit('imported')\n", "utf-8")


def read_only(place: Place) -> None:
    """Nothing in the checkout may be written."""
    for path in (place.checkout, *place.checkout.rglob("*")):
        path.chmod(0o555 if path.is_dir() else 0o444)


def all_at_once(place: Place) -> None:
    """Everything that goes together."""
    for change in (crlf, configured, modules, read_only):
        change(place)


ASCII = {"LC_ALL": "C", "PYTHONCOERCECLOCALE": "0", "PYTHONUTF8": "0"}
TOOLS = {
    "RUFF_CACHE_DIR": "/nowhere",
    "RUFF_NO_CACHE": "false",
    "RUFF_OUTPUT_FORMAT": "json",
    "RUFF_OUTPUT_FILE": "/nowhere/file",
    "RUFF_CONFIG": "/nowhere/ruff.toml",
    "COLUMNS": "7",
    "LINES": "3",
    "NO_COLOR": "1",
    "FORCE_COLOR": "3",
    "CLICOLOR_FORCE": "1",
    "TERM": "xterm-256color",
    "COLORTERM": "truecolor",
    "TTY_COMPATIBLE": "1",
    "BLACK_CACHE_DIR": "/nowhere",
    "SOURCE_DATE_EPOCH": "1",
    "PYDANTIC_DISABLE_PLUGINS": "1",
}

SURROUNDINGS = (
    Surroundings("nothing special"),
    Surroundings("PYTHONHASHSEED=0", {"PYTHONHASHSEED": "0"}),
    Surroundings("PYTHONHASHSEED=1", {"PYTHONHASHSEED": "1"}),
    Surroundings("PYTHONHASHSEED=random", {"PYTHONHASHSEED": "random"}),
    Surroundings("started in another folder", start="some/where else"),
    Surroundings("started in the checkout", start="checkout/templates/runtime"),
    Surroundings("LC_ALL=C", {"LC_ALL": "C"}),
    Surroundings("LC_ALL=POSIX", {"LC_ALL": "POSIX"}),
    Surroundings("LC_ALL=C.UTF-8", {"LC_ALL": "C.UTF-8"}),
    Surroundings("LC_ALL=tr_TR.UTF-8", {"LC_ALL": "tr_TR.UTF-8", "LANG": "tr_TR.UTF-8"}),
    Surroundings("PYTHONUTF8=0 in ASCII", ASCII),
    Surroundings("PYTHONUTF8=1", {"PYTHONUTF8": "1"}),
    Surroundings("PYTHONIOENCODING=ascii", {**ASCII, "PYTHONIOENCODING": "ascii"}),
    Surroundings("PYTHONIOENCODING=utf-16", {"PYTHONIOENCODING": "utf-16"}),
    Surroundings("TZ=Asia/Kathmandu", {"TZ": "Asia/Kathmandu"}),
    Surroundings("umask 000", umask=0o000),
    Surroundings("umask 077", umask=0o077),
    Surroundings("a checkout with CRLF", prepare=crlf),
    Surroundings("a checkout of 1970", prepare=times),
    Surroundings("a read-only checkout", prepare=read_only),
    Surroundings("a checkout named with spaces", checkout="the 'check out' of \"us\""),
    Surroundings("a checkout named in Unicode", checkout="prüfung ñ 检出 🎵 e\u0301"),
    Surroundings("a checkout with a long name", checkout=f"{_LONG}/{_LONG}/{_LONG}"),
    Surroundings("a checkout named with wildcards", checkout="[a-z]*?{b}%s$HOME~"),
    Surroundings("another folder for what is temporary", {"TMPDIR": "/nowhere"}),
    Surroundings("configuration of tools", prepare=configured),
    Surroundings("variables of tools", TOOLS),
    Surroundings("python -O", python=("-O",)),
    Surroundings("python -OO", python=("-OO",)),
    Surroundings("python -X dev", python=("-X", "dev")),
    Surroundings("PYTHONDONTWRITEBYTECODE", {"PYTHONDONTWRITEBYTECODE": "1"}),
    Surroundings("stale caches of Python", prepare=stale_caches),
    Surroundings("modules of the user's", {"PYTHONSAFEPATH": "1"}, prepare=modules),
    Surroundings("folders that are read backwards", {"PYTHONPATH": str(_HOOK)}),
)
"""Each by itself."""

MIXTURES = (
    Surroundings(
        "everything that a shell can set",
        {**TOOLS, **ASCII, "PYTHONHASHSEED": "1", "TZ": "Asia/Kathmandu", "TMPDIR": "/nowhere"},
        ("-OO",),
        0o077,
    ),
    Surroundings(
        "everything that a folder can be",
        {"PYTHONHASHSEED": "2", "PYTHONSAFEPATH": "1", "PYTHONPATH": str(_HOOK)},
        umask=0o027,
        checkout=f"[a]*?'\"/{_LONG}/prüfung 🎵",
        prepare=all_at_once,
    ),
)
"""All that goes together, for tests that are in a hurry."""
