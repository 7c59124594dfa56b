"""A losses schema as it is read: one file, or a file and the overlays that change it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path

from ..check.stages import problems_of
from ..shared.jsontext import Json, object_at
from ..source.files import SourceFile, read_source
from ..source.json_text import written
from ..source.syntax import NAME, LossesSchema, syntax_of
from .blame import Blame
from .completion import completed, without_stale_values, without_taken_names
from .patch import applied, changes, ignored, overlay_problems


@dataclass(frozen=True)
class CheckedSchema:
    """A schema without problems.

    `document` is its JSON, `text` what a package ships, `names` its own name and those of what it
    extends, and `changes` says what it changes in that.
    """

    document: Json
    text: str
    names: tuple[str, ...]
    changes: tuple[str, ...]

    @cached_property
    def syntax(self) -> LossesSchema:
        """What the document says."""
        return syntax_of(self.document)


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
    checked = CheckedSchema(document, source.text, (), ())
    name = checked.syntax.name
    return checked if name is None else replace(checked, names=(name,))


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
    complete = completed(applied(below.document, patch), patch, below.document)
    before = without_taken_names(below.document, patch, complete)
    complete = without_taken_names(complete, patch, complete)
    problems = problems_of(complete)
    document = without_stale_values(complete, patch, problems)
    if document is not complete:
        problems = problems_of(document)
    if problems:
        raise Blame(overlay, below.document, document).error(problems)
    return CheckedSchema(
        document,
        written(document) + "\n",
        (*below.names, str(object_at(patch, ())[NAME])),
        (*below.changes, *changes(before, document)),
    )
