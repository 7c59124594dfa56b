"""A losses schema as it is read: one file, or a file and the overlays that change it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from .blame import Blame
from .checks import problems_of
from .completion import completed
from .jsonstyle import PRETTY, written
from .overlay import applied, ignored, overlay_problems
from .source import SourceFile, read_source


@dataclass(frozen=True)
class CheckedSchema:
    """A schema without problems: its JSON, and its text as a package ships it."""

    document: Any
    text: str


def read_layers(schema: Path, overlays: Sequence[Path] = ()) -> CheckedSchema:
    """Read a schema and apply overlays, from the lowest to the highest.

    Each of them has to make sense without those above it, so that it is known which one is wrong.

    Raises:
        CompileError: a file is wrong; every mistake of the first stage that found some.
    """
    layers = whole_schema(read_source(schema))
    for file in overlays:
        layers = with_overlay(layers, read_source(file))
    return layers


def whole_schema(source: SourceFile) -> CheckedSchema:
    """The schema that a file holds.

    Raises:
        CompileError: it is wrong.
    """
    document = source.json.value
    if problems := problems_of(document):
        raise source.error(problems)
    return CheckedSchema(document, source.text)


def with_overlay(below: CheckedSchema, overlay: SourceFile) -> CheckedSchema:
    """What `overlay` makes of the schema `below` it.

    Raises:
        CompileError: the overlay is wrong.
    """
    patch = overlay.json.value
    if problems := list(overlay_problems(below.document, patch)):
        raise overlay.error(problems)
    document = completed(applied(below.document, patch))
    if problems := problems_of(document):
        raise Blame(overlay, below.document, document).error(problems)
    if problems := list(ignored(below.document, patch, document)):
        raise overlay.error(problems)
    return CheckedSchema(document, written(document, PRETTY) + "\n")
