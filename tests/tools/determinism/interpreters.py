"""Finds Pythons on this machine and gives them what the compiler needs."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator
from pathlib import Path

from support.schemas import ROOT

VERSIONS = ("3.11", "3.12", "3.13", "3.14")


def found(version: str) -> str | None:
    """The path of a Python that works, on PATH or installed by pyenv."""
    for file in _candidates(version):
        says = "import sys, ensurepip; print('%d.%d' % sys.version_info[:2])"
        done = subprocess.run([file, "-c", says], capture_output=True, text=True, check=False)
        if done.returncode == 0 and done.stdout.strip() == version:
            return str(file)
    return None


def equipped(python: str, folder: Path) -> str:
    """A Python in a new virtual environment with the group `compiler`, as it is locked."""
    subprocess.run([python, "-m", "venv", folder], check=True)
    own = str(folder / "bin" / "python")
    install = ("-m", "pip", "--disable-pip-version-check", "install", "--quiet")
    locked = ("--no-deps", "--only-binary=:all:", "--require-hashes")
    lock = ROOT / ".ci" / "locks" / "compiler.txt"
    subprocess.run([own, *install, *locked, f"--requirement={lock}"], check=True)
    return own


def _candidates(version: str) -> Iterator[Path]:
    for folder in os.get_exec_path():
        file = Path(folder, f"python{version}")
        if file.exists():
            yield file
    yield from Path.home().glob(f".pyenv/versions/{version}.*/bin/python")
