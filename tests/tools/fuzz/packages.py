"""Packages whose documents are tried: loss_factory, and others compiled into a folder."""

from __future__ import annotations

import importlib
import sys
from dataclasses import replace
from pathlib import Path

import loss_factory
from loss_compiler.compile import Compiled, compile_schema
from loss_compiler.target.package import CANONICAL as CANONICAL_PACKAGE
from loss_compiler.target.package import package_of_overlays
from loss_compiler.target.publish import publish
from support.overlays import NAMES, layers
from support.schemas import CANONICAL, VARIED

from .judges import Package

COMPILED = ("varied", *NAMES)
"""Those that are compiled: from a schema with every kind of property, and from overlays."""


def shipped(folder: Path) -> Package:
    """loss_factory; `folder` is for the configs that it reads."""
    return Package(compile_schema(CANONICAL).schema, loss_factory, folder)


def compiled(name: str) -> Compiled:
    """One of those that are compiled, in memory."""
    if name in NAMES:
        overlays = layers(name)
        return compile_schema(CANONICAL, overlays, package_of_overlays(f"{name}_losses", overlays))
    return compile_schema(VARIED, (), replace(CANONICAL_PACKAGE, name=f"{name}_losses"))


def imported(made: Compiled, name: str, folder: Path) -> Package:
    """What was compiled as a package called `name` in `folder`, imported."""
    publish(folder / name, made.files)
    sys.path.insert(0, str(folder))
    importlib.invalidate_caches()
    try:
        return Package(made.schema, importlib.import_module(name), folder)
    finally:
        sys.path.remove(str(folder))
