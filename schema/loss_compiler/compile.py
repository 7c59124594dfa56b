"""From a schema file, and overlays of it, to the files of a package, in memory."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from .emit.formatting import formatted
from .emit.guard import verify_package
from .emit.render import RENDERED_MODULES, render_package
from .meaning.analyse import analyse
from .meaning.ir import Schema
from .overlay.layers import CheckedSchema, read_layers
from .target.package import CANONICAL, Package


@dataclass(frozen=True)
class Compiled:
    """What a schema means, the text of every file of its package, and what overlays change."""

    schema: Schema
    files: dict[str, str]
    changes: tuple[str, ...]


def compile_schema(
    file: Path, overlays: Sequence[Path] = (), package: Package = CANONICAL
) -> Compiled:
    """Compile the schema in `file`, with `overlays` from the lowest to the highest.

    Raises:
        CompileError: a file is wrong; every mistake of the first stage that found some.
    """
    return compile_layers(read_layers(file, overlays), package)


def compile_layers(layers: CheckedSchema, package: Package) -> Compiled:
    """Compile a schema that has been read."""
    schema = analyse(layers.syntax)
    files = render_package(schema, layers.text, package)
    files |= formatted({name: files[name] for name in RENDERED_MODULES})
    verify_package(files, schema, RENDERED_MODULES)
    return Compiled(schema, files, layers.changes)
