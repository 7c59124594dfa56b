"""The same of packages that are compiled, from overlays and from a schema of every kind."""

from __future__ import annotations

from pathlib import Path

from .agreement import Document, target_of
from .packages import COMPILED, compiled, imported
from .target import Target


def target(folder: Path) -> Target[Document]:
    """Documents for all of them."""
    packages = [imported(compiled(name), f"{name}_tried", folder) for name in COMPILED]
    return target_of("agreement_of_overlays", packages)
