"""Imports a package from memory, without torch and without leaving anything behind."""

from __future__ import annotations

import functools
import importlib
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from importlib.abc import InspectLoader, MetaPathFinder
from importlib.machinery import ModuleSpec
from types import CodeType, ModuleType

PACKAGE = "hostile_package"
"""The import name of the package in memory."""


class _InMemory(MetaPathFinder, InspectLoader):
    def __init__(self, files: Mapping[str, str]) -> None:
        self.files = files

    def find_spec(
        self, fullname: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        if fullname.partition(".")[0] != PACKAGE:
            return None
        place = f"<{fullname}>"
        spec = ModuleSpec(fullname, self, origin=place, is_package=self.is_package(fullname))
        spec.has_location = True  # which gives the module a __file__
        return spec

    def is_package(self, fullname: str) -> bool:
        return self._file(fullname).endswith("__init__.py")

    def get_source(self, fullname: str) -> str:
        return self.files[self._file(fullname)]

    def _file(self, fullname: str) -> str:
        _, *parts = fullname.split(".")
        inits = "/".join([*parts, "__init__.py"])
        return inits if inits in self.files else f"{'/'.join(parts)}.py"

    def get_code(self, fullname: str) -> CodeType:
        return _code(fullname, self.get_source(fullname))


@functools.lru_cache(maxsize=256)
def _code(fullname: str, text: str) -> CodeType:
    """Most modules are the same in all packages."""
    return compile(text, f"<{fullname}>", "exec", dont_inherit=True)


@contextmanager
def importable(files: Mapping[str, str]) -> Iterator[None]:
    """The package `files` can be imported as PACKAGE."""
    finder = _InMemory(files)
    sys.meta_path.insert(0, finder)
    try:
        yield
    finally:
        sys.meta_path.remove(finder)
        for name in [each for each in sys.modules if each.partition(".")[0] == PACKAGE]:
            del sys.modules[name]


def planned(files: Mapping[str, str]) -> dict[str, list[tuple[str, str, float]]]:
    """Import everything in `files` that needs no torch, and plan: (key, name, weight) by class."""
    with importable(files):
        package = importlib.import_module(PACKAGE)
        importlib.import_module(f"{PACKAGE}.trainers")
        return {
            each.value: [
                (loss.key, loss.name, loss.weight) for loss in package.plan_losses(each).losses
            ]
            for each in package.BottleneckType
        }
