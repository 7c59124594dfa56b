"""The overlays in tests/examples, and the packages that are compiled from them."""

from __future__ import annotations

import importlib
import json
import shutil
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory
from types import ModuleType

from loss_compiler.compile import compile_schema
from loss_compiler.target.package import package_of_overlays
from loss_compiler.target.publish import publish
from support.schemas import CANONICAL, ROOT

FOLDER = ROOT / "tests" / "examples" / "overlays"
_SUFFIX = ".overlay.json"
NAMES = tuple(sorted(file.name.removesuffix(_SUFFIX) for file in FOLDER.glob(f"*{_SUFFIX}")))

PackageOf = Callable[[str], ModuleType]
"""Takes the name of an overlay; imports the package that was compiled from it."""


def file_of(name: str) -> Path:
    """The overlay called `name`."""
    return FOLDER / f"{name}{_SUFFIX}"


def layers(name: str) -> list[Path]:
    """The overlay called `name` and those below it, from the lowest to the highest."""
    by_name = {json.loads(file_of(each).read_bytes())["x-name"]: each for each in NAMES}
    below = json.loads(file_of(name).read_bytes())["x-extends"]["x-name"]
    return [*(layers(by_name[below]) if below in by_name else []), file_of(name)]


def published(name: str, folder: Path) -> str:
    """Compile an overlay into a package in `folder`; the package's name.

    The compiler gets copies of the overlays where no other file is.
    """
    package = f"{name}_losses"
    with TemporaryDirectory() as alone:
        overlays = [Path(shutil.copy(file, alone)) for file in layers(name)]
        compiled = compile_schema(CANONICAL, overlays, package_of_overlays(package, overlays))
    publish(folder / package, compiled.files)
    return package


def imported(name: str, folder: Path) -> ModuleType:
    """The package compiled from an overlay; `folder` is on the path."""
    package = published(name, folder)
    importlib.invalidate_caches()
    return importlib.import_module(package)
