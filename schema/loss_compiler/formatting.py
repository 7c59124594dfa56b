"""One pinned `ruff format` over everything that was rendered."""

from __future__ import annotations

import subprocess
import tempfile
from pathlib import Path

from ruff import find_ruff_bin

from .pytext import LINE_LENGTH


def format_package(files: dict[str, str]) -> dict[str, str]:
    """`files` with its Python modules formatted, whatever configuration stands around."""
    with tempfile.TemporaryDirectory(prefix="loss-factory-format-") as folder:
        modules = {name: Path(folder, name) for name in files if name.endswith(".py")}
        for name, file in modules.items():
            file.parent.mkdir(exist_ok=True)
            file.write_text(files[name], encoding="utf-8", newline="\n")
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
        formatted = {name: file.read_text(encoding="utf-8") for name, file in modules.items()}
    return files | formatted
