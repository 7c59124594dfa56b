"""One pinned `ruff format` over each module that was rendered; what is copied is formatted."""

from __future__ import annotations

import functools
import subprocess
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor

from ruff import find_ruff_bin

from .escaping import LINE_LENGTH

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


def formatted(modules: Mapping[str, str]) -> dict[str, str]:
    """Python modules by file name, formatted, whatever configuration stands around.

    They travel through pipes: nothing of them is left anywhere if this process is killed.
    """
    with ThreadPoolExecutor() as pool:  # most of the time is the start of each process
        return dict(zip(modules, pool.map(_formatted, modules, modules.values()), strict=True))


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
