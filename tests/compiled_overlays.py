"""The example overlays, compiled: `python tests/compiled_overlays.py FOLDER`, or for tests."""

from __future__ import annotations

import json
import sys
from pathlib import Path

from loss_compiler.compile import Compiled, compile_schema
from loss_compiler.data import CANONICAL_SCHEMA
from loss_compiler.package import package_of_overlays
from loss_compiler.publish import publish

FOLDER = Path(__file__).parent / "examples" / "overlays"
STRICT = {"include": ["."], "typeCheckingMode": "strict", "pythonVersion": "3.10"}


def chains() -> dict[str, list[Path]]:
    """Each example with what it extends, from the lowest overlay on, by its package's name."""
    files = sorted(FOLDER.glob("*.overlay.json"))
    overlays = {file: json.loads(file.read_text(encoding="utf-8")) for file in files}
    by_name = {overlay["x-name"]: file for file, overlay in overlays.items()}
    found: dict[str, list[Path]] = {}
    for file in files:
        chain = [file]
        while (below := overlays[chain[0]]["x-extends"]["x-name"]) in by_name:
            chain.insert(0, by_name[below])
        found[f"{file.name.removesuffix('.overlay.json')}_losses"] = chain
    return found


def compile_into(out: Path, name: str, overlays: list[Path]) -> Compiled:
    """Write the package `name` into the folder `out`."""
    compiled = compile_schema(CANONICAL_SCHEMA, overlays, package_of_overlays(name, overlays))
    publish(out / name, compiled.files)
    return compiled


def main() -> None:
    """Compile all of them, with a configuration for pyright beside them."""
    out = Path(sys.argv[1])
    for name, overlays in chains().items():
        compile_into(out, name, overlays)
    (out / "pyrightconfig.json").write_text(json.dumps(STRICT), encoding="utf-8")


if __name__ == "__main__":
    main()
