"""Writes the package of every overlay into a folder, for type checkers: `typed.py FOLDER`."""

from __future__ import annotations

import json
import shutil
import sys
from pathlib import Path

from support.overlays import NAMES, published
from support.schemas import ROOT

PYRIGHT = {
    "include": ["."],
    "extraPaths": [str(ROOT / "generated")],  # the runtime
    "typeCheckingMode": "strict",
    "pythonVersion": "3.10",
}


def main() -> None:
    """Write them, and a configuration for pyright beside them."""
    folder = Path(sys.argv[1])
    shutil.rmtree(folder, ignore_errors=True)  # overlays of another day
    for name in NAMES:
        published(name, folder)
    (folder / "pyrightconfig.json").write_text(json.dumps(PYRIGHT), encoding="utf-8")


if __name__ == "__main__":
    main()
