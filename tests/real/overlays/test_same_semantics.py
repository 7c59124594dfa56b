"""The tests of `loss_factory` hold for a package that was compiled from overlays."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from loss_compiler.compile import compile_schema
from loss_compiler.target.package import package_of_overlays
from loss_compiler.target.publish import publish
from support.overlays import file_of
from support.schemas import CANONICAL, ROOT

pytestmark = pytest.mark.long

ADDING = ("grouped_vae", "open_sections", "shared_weight", "subclass")
"""Overlays that add to the canonical schema and change nothing in it."""

PACKAGE = "adding_losses"


def chained(folder: Path) -> list[Path]:
    """The overlays one upon the other: each extends the one before it."""
    files: list[Path] = []
    below = {key: json.loads(CANONICAL.read_bytes())[key] for key in ("x-name", "x-version")}
    for name in ADDING:
        overlay = json.loads(file_of(name).read_bytes()) | {"x-extends": below}
        below = {key: overlay[key] for key in below}
        files.append(folder / f"{name}.overlay.json")
        files[-1].write_text(json.dumps(overlay), encoding="utf-8")
    return files


def test_a_compiled_package_passes_the_tests_of_loss_factory(tmp_path: Path) -> None:
    overlays = chained(tmp_path)
    compiled = compile_schema(CANONICAL, overlays, package_of_overlays(PACKAGE, overlays))
    publish(tmp_path / PACKAGE, compiled.files)
    done = subprocess.run(
        [
            *(sys.executable, "-m", "pytest", "--quiet", "-p", "no:cacheprovider"),
            *("--package", PACKAGE, "tests/package", "tests/real/stable_audio/test_drop_in.py"),
            *("--ignore=tests/package/cli", "--ignore=tests/package/released"),
            # The same runtime for both:
            *("--ignore=tests/package/test_modules.py", "--ignore=tests/package/terms"),
            "--ignore=tests/package/test_large_configs.py",
            *("-k", "not (compiles and skip)"),  # which takes long; the other word is tried
        ],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(tmp_path)},
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    assert done.returncode == 0, done.stdout[-5000:] + done.stderr
    assert len(compiled.schema.bottlenecks) == 14
    assert " passed" in done.stdout.splitlines()[-1]
