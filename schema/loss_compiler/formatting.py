"""One pinned `ruff format` over the modules that were rendered; what is copied is formatted."""

from __future__ import annotations

import subprocess
import tempfile
from collections.abc import Mapping
from pathlib import Path

from ruff import find_ruff_bin

from .pytext import LINE_LENGTH


def formatted(modules: Mapping[str, str]) -> dict[str, str]:
    """Python modules by file name, formatted, whatever configuration stands around."""
    with tempfile.TemporaryDirectory(prefix="loss-factory-format-") as folder:
        for name, text in modules.items():
            Path(folder, name).write_text(text, encoding="utf-8", newline="\n")
        command = [
            find_ruff_bin(),
            "format",
            "--isolated",
            "--no-cache",
            "--quiet",
            "--target-version=py310",
            f"--line-length={LINE_LENGTH}",
            "--config=format.skip-magic-trailing-comma=true",
            "--config=format.line-ending='lf'",
            folder,
        ]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        if done.returncode != 0:
            raise RuntimeError(f"ruff can't format what was rendered:\n{done.stderr}")
        return {name: Path(folder, name).read_text(encoding="utf-8") for name in modules}
