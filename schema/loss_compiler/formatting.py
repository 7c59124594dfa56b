"""One pinned `ruff format` over every module that was rendered."""

from __future__ import annotations

import functools
import subprocess
from collections.abc import Iterable

from ruff import find_ruff_bin

from .pytext import LINE_LENGTH

_FORMAT = (
    "format",
    "--isolated",
    "--no-cache",
    "--quiet",
    "--target-version=py310",
    f"--line-length={LINE_LENGTH}",
    "--config=format.skip-magic-trailing-comma=true",
    "--config=format.line-ending='lf'",
    "-",
)


def format_package(files: dict[str, str], modules: Iterable[str]) -> dict[str, str]:
    """`files` with its `modules` formatted, whatever configuration stands around.

    They travel through pipes: nothing of them is left anywhere if this process is killed.
    """
    return files | {name: _formatted(name, files[name]) for name in modules}


@functools.lru_cache(maxsize=64)
def _formatted(name: str, text: str) -> str:
    """Most modules are the same for schemas that are nearly the same."""
    command = (find_ruff_bin(), *_FORMAT)
    done = subprocess.run(command, env={}, input=text.encode(), capture_output=True, check=False)
    if done.returncode < 0:
        raise ChildProcessError(f"ruff was killed by signal {-done.returncode}")
    if done.returncode != 0:
        raise RuntimeError(f"ruff can't format {name}:\n{done.stderr.decode()}")
    return done.stdout.decode()
