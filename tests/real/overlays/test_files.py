"""The overlays are short, readable and documented, and need no other file."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest

from loss_compiler.compile import compile_schema
from loss_compiler.source.problems import CompileError
from loss_compiler.target.package import package_of_overlays
from support.overlays import FOLDER, NAMES, file_of, layers
from support.schemas import CANONICAL


@pytest.mark.parametrize("name", NAMES)
def test_an_overlay_is_short(name: str) -> None:
    text = file_of(name).read_text(encoding="utf-8")
    assert text.endswith("}\n")
    lines = text.splitlines()
    assert len(lines) <= 25
    assert [line for line in lines if len(line) > 120 or line != line.rstrip()] == []


@pytest.mark.parametrize("name", NAMES)
def test_an_overlay_says_what_it_is(name: str) -> None:
    overlay: dict[str, Any] = json.loads(file_of(name).read_bytes())
    assert list(overlay)[:3] == ["x-extends", "x-name", "x-version"]
    assert overlay["x-name"] == name.replace("_", "-")


@pytest.mark.long
@pytest.mark.parametrize("name", NAMES)
def test_an_overlay_compiles_where_no_other_file_is(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    overlays = [Path(file.name) for file in layers(name)]
    for file in layers(name):
        (tmp_path / file.name).write_bytes(file.read_bytes())
    package = package_of_overlays("mine", overlays, standalone=True)
    compiled = compile_schema(CANONICAL, overlays, package)
    assert compiled.schema.name == name.replace("_", "-")
    files = " and ".join(file.name for file in overlays)
    assert f"# Generated from {files}.\n" in compiled.files["models.py"]
    assert [file for file, text in compiled.files.items() if "loss_factory" in text] == []


def test_only_the_lab_needs_another_overlay() -> None:
    assert [name for name in NAMES if len(layers(name)) > 1] == ["grouped_vae_lab"]
    lab = [file_of("grouped_vae_lab")]
    with pytest.raises(CompileError, match="expected 'loss-factory', which is what comes before"):
        compile_schema(CANONICAL, lab, package_of_overlays("mine", lab))


def test_the_readme_lists_them_all() -> None:
    readme = (FOLDER / "README.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| \[(\w+)\]\((.+?)\) \| .+ \| (\d+) \|$", readme, re.MULTILINE)
    assert rows == [
        (name, file_of(name).name, str(len(file_of(name).read_text("utf-8").splitlines())))
        for name in NAMES
    ]
