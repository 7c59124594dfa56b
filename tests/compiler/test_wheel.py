"""The wheel that people install, built by the real backend."""

from __future__ import annotations

import shutil
import zipfile
from email.parser import Parser
from pathlib import Path

import pytest

from compiler.schemas import PACKAGE, ROOT, run, tree


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A wheel, built from a copy: building leaves nothing in the repository."""
    source = tmp_path_factory.mktemp("source")
    for name in ("pyproject.toml", "README.md", "LICENSE"):
        shutil.copy(ROOT / name, source / name)
    ignore = shutil.ignore_patterns("__pycache__")
    shutil.copytree(ROOT / "generated", source / "generated", ignore=ignore)
    shutil.copytree(ROOT / "schema", source / "schema", ignore=ignore)
    (source / "generated" / PACKAGE / "__pycache__").mkdir()
    (source / "generated" / PACKAGE / "__pycache__" / "dispatch.cpython-310.pyc").touch()
    done = run("-m", "hatchling", "build", "-t", "wheel", "-d", "dist", cwd=source)
    assert done.returncode == 0, done.stderr
    [built] = (source / "dist").iterdir()
    return built


def test_it_runs_everywhere(wheel: Path) -> None:
    name, version, *tags = wheel.stem.split("-")
    assert (name, tags) == (PACKAGE, ["py3", "none", "any"])
    constants: dict[str, str] = {}
    text = (ROOT / "generated" / PACKAGE / "_version.py").read_text(encoding="utf-8")
    exec(text, constants)
    assert version == constants["__version__"]


def test_it_holds_the_package_and_nothing_else(wheel: Path) -> None:
    version = wheel.stem.split("-")[1]
    with zipfile.ZipFile(wheel) as archive:
        contents = {name: archive.read(name) for name in archive.namelist()}
    about = f"{PACKAGE}-{version}.dist-info"
    package = {
        f"{PACKAGE}/{name}": content
        for name, content in tree(ROOT / "generated" / PACKAGE).items()
        if "__pycache__" not in name
    }
    assert contents.keys() - package.keys() == {
        f"{about}/METADATA",
        f"{about}/RECORD",
        f"{about}/WHEEL",
        f"{about}/licenses/LICENSE",
    }
    assert {name: contents[name] for name in package} == package
    for name in ("__init__.py", "py.typed", "losses.schema.json", "LOSSES.md"):
        assert f"{PACKAGE}/{name}" in contents


def test_it_needs_pydantic_alone(wheel: Path) -> None:
    version = wheel.stem.split("-")[1]
    with zipfile.ZipFile(wheel) as archive:
        text = archive.read(f"{PACKAGE}-{version}.dist-info/METADATA").decode()
    metadata = Parser().parsestr(text)
    assert metadata["Name"] == "loss-factory"
    assert metadata["License-Expression"] == "MIT"
    assert metadata["Requires-Python"] == ">=3.10"
    requirements = metadata.get_all("Requires-Dist") or []
    needed = [each for each in requirements if "extra ==" not in each]
    optional = [each for each in requirements if "extra ==" in each]
    assert [each.partition("<")[0].partition(">")[0] for each in needed] == ["pydantic"]
    [torch] = [each for each in optional if each.startswith("torch")]
    assert torch.endswith("; extra == 'torch'")
    assert {"torch"} <= set(metadata.get_all("Provides-Extra") or [])
