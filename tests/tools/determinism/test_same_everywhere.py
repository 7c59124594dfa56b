"""The same bytes whatever stands around the compiler; `nox -s determinism` tries each by itself."""

from __future__ import annotations

import functools
import subprocess
import sys
from pathlib import Path

import pytest
from rich.console import Console

from loss_compiler.compile import compile_schema
from loss_compiler.target.package import package_of_overlays
from support.git import need_git
from support.schemas import CANONICAL, OVERLAYS, PACKAGE, ROOT, VARIED, compiled
from tools.determinism.compiling import LAB_LOSSES, SAME, Files, expected, verdict
from tools.determinism.interpreters import VERSIONS
from tools.determinism.run import table_of
from tools.determinism.surroundings import MIXTURES, SURROUNDINGS, Surroundings

pytestmark = pytest.mark.long


@functools.cache
def everything() -> Files:
    """What the commands have to write, as it is compiled in this process."""
    overlays = [OVERLAYS / name for name in LAB_LOSSES]
    files = compile_schema(CANONICAL, overlays, package_of_overlays("lab_losses", overlays)).files
    lab_losses = {name: text.encode() for name, text in files.items()}
    return expected(ROOT / "generated" / PACKAGE, lab_losses)


@pytest.mark.parametrize("surroundings", MIXTURES, ids=str)
def test_the_output_does_not_depend_on_surroundings(
    surroundings: Surroundings, tmp_path: Path
) -> None:
    assert verdict(sys.executable, surroundings, everything(), tmp_path / "work") == SAME


def test_the_output_does_not_depend_on_names_and_line_ends(tmp_path: Path) -> None:
    """A schema with another name in another folder, as Windows checks it out."""
    schema = tmp_path / "elsewhere" / "verluste.json"
    schema.parent.mkdir()
    schema.write_text(VARIED.read_text(encoding="utf-8"), encoding="utf-8", newline="\r\n")
    assert compile_schema(schema).files == compiled(VARIED).files


def test_git_checks_files_out_with_the_line_ends_that_they_have(tmp_path: Path) -> None:
    """Also where it is told to convert them."""
    need_git()
    windows = ("-c", "core.autocrlf=true", "-c", "core.eol=crlf")
    clone = ["git", *windows, "clone", *windows, "--quiet", f"file://{ROOT}", tmp_path / "clone"]
    if not (ROOT / ".git").exists():
        pytest.skip("this is no git repository")
    subprocess.run([*clone[:-1], "--depth=1", clone[-1]], check=True)
    folders = [tmp_path / "clone" / name for name in ("schema", "templates", "generated")]
    files = [file for folder in folders for file in folder.rglob("*") if file.is_file()]
    assert len(files) > 100
    assert [file for file in files if b"\r\n" in file.read_bytes()] == []


def test_the_table_fits_a_small_terminal() -> None:
    """And nothing of it is cut."""
    names = [str(each) for each in (*SURROUNDINGS, *MIXTURES)]
    console = Console(width=80)
    with console.capture() as capture:
        found = {(name, version): "different" for name in names for version in VERSIONS}
        console.print(table_of(found, VERSIONS))
    text = capture.get()
    assert max(map(len, text.splitlines())) <= 80
    assert "…" not in text
    assert text.count("DIFFERENT") == len(names) * len(VERSIONS)
