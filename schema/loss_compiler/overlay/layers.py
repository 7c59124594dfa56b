"""A losses schema as it is read: one file, or a file and the overlays that change it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ..check.stages import problems_of
from ..source.document import NAME
from ..source.files import SourceFile, read_source
from ..source.json_text import PRETTY, written
from .blame import Blame
from .completion import completed
from .patch import applied, changes, ignored, overlay_problems


@dataclass(frozen=True)
class CheckedSchema:
    """A schema without problems.

    `document` is its JSON, `text` what a package ships, `names` its own name and those of what it
    extends, and `changes` says what it changes in that.
    """

    document: Any
    text: str
    names: tuple[str, ...]
    changes: tuple[str, ...]


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
    document: Any = source.json.value
    if problems := problems_of(document):
        raise source.error(problems)
    names = (document[NAME],) if NAME in document else ()
    return CheckedSchema(document, source.text, names, ())


def with_overlay(below: CheckedSchema, overlay: SourceFile) -> CheckedSchema:
    """What `overlay` makes of the schema `below` it.

    Raises:
        CompileError: the overlay is wrong, or changes nothing.
    """
    result = with_draft(below, overlay)
    if problems := list(ignored(below.document, overlay.json.value, result.document)):
        raise overlay.error(problems)
    return result


def with_draft(below: CheckedSchema, overlay: SourceFile) -> CheckedSchema:
    """What `overlay`, which need not change anything yet, makes of the schema `below` it.

    Raises:
        CompileError: the overlay is wrong.
    """
    patch = overlay.json.value
    if problems := list(overlay_problems(below.document, patch, below.names)):
        raise overlay.error(problems)
    document = completed(applied(below.document, patch), patch, below.document)
    if problems := problems_of(document):
        raise Blame(overlay, below.document, document).error(problems)
    return CheckedSchema(
        document,
        written(document, PRETTY) + "\n",
        (*below.names, document[NAME]),
        (*below.changes, *changes(below.document, document)),
    )
