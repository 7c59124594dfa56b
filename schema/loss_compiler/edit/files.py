"""Edits a schema file, if what comes out compiles."""

from __future__ import annotations

import glob
import os
import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from ..compile import compile_layers
from ..overlay.layers import CheckedSchema, read_layers, whole_schema, with_draft, with_overlay
from ..overlay.patch import EXTENDS, is_overlay
from ..shared.jsontext import Json, object_at
from ..shared.replacing import draft_of, replace_file
from ..source.files import SourceFile, name_of, parsed, read_source
from ..source.json_text import written
from ..source.locations import CANONICAL_SCHEMA
from ..source.problems import CompileError
from ..source.syntax import NAME, VERSION
from ..target.locking import locked
from ..target.package import CANONICAL
from .new_bottleneck import NewBottleneck, with_bottleneck


@dataclass(frozen=True)
class Edit:
    """A file as messages name it, its text before, which is empty if it is new, and after."""

    name: str
    before: str
    after: str


def add_bottleneck(file: Path, extends: Sequence[Path], new: NewBottleneck) -> Edit:
    """Write the entries of `new` into a losses schema, or into an overlay, which may be new.

    Args:
        file: the schema or overlay.
        extends: the overlays below it, from the lowest to the highest.
        new: the bottleneck.

    Raises:
        CompileError: a file is wrong, or would be, or can't be written. `file` is as it was.
    """
    below = read_layers(CANONICAL_SCHEMA, extends)
    is_new = not os.path.lexists(file)
    before = _new_overlay(file, below) if is_new else read_source(file)
    now = below if is_new else _draft(below, before, extends)
    try:
        after = with_bottleneck(before, now, new)
        compile_layers(_finished(below, after), CANONICAL)
    except CompileError as error:
        last = f"{before.name}: nothing was written; the lines are those of the new text"
        raise CompileError([*error.lines, last]) from None
    edit = Edit(before.name, "" if is_new else before.text, after.text)
    _write(file, edit)
    return edit


def _draft(below: CheckedSchema, source: SourceFile, extends: Sequence[Path]) -> CheckedSchema:
    """What the file says so far, if it is an overlay as `extends` supposes."""
    if is_overlay(source.json.value):
        return with_draft(below, source)
    if extends:
        raise CompileError([f"{source.name}: expected an overlay, since there is --extends"])
    return whole_schema(source)


def _finished(below: CheckedSchema, source: SourceFile) -> CheckedSchema:
    """What the file says in the end."""
    return with_overlay(below, source) if is_overlay(source.json.value) else whole_schema(source)


def _new_overlay(file: Path, below: CheckedSchema) -> SourceFile:
    """An overlay that changes nothing yet."""
    whole = object_at(below.document, ())
    quoted: Json = {key: whole[key] for key in (NAME, VERSION)}
    overlay: dict[str, Json] = {EXTENDS: quoted, NAME: named_after(file), VERSION: "0.1.0"}
    lines = [f"  {written(key)}: {written(each)}" for key, each in overlay.items()]
    return parsed(name_of(file), "{\n" + ",\n".join(lines) + "\n}\n")


def named_after(file: Path) -> str:
    """The name of an overlay in a new file."""
    name = re.sub("[^a-z0-9_-]+", "-", file.name.partition(".")[0].lower())
    return name.lstrip("-_0123456789").rstrip("-") or "my-lab"


def _write(file: Path, edit: Edit) -> None:
    """Make an edit, with the line ends that the file has, unless somebody else has edited it."""
    target = Path(os.path.realpath(file))
    try:
        with locked(target.parent):
            for leftover in target.parent.glob(f"{glob.escape(draft_of(target))}*"):
                leftover.unlink()
            content = target.read_bytes() if target.exists() else b""
            crlf = content.count(b"\r\n")
            if content.replace(b"\r\n", b"\n") != edit.before.encode():
                message = "was changed in the meantime, so nothing was written; run this again"
                raise CompileError([f"{edit.name}: {message}"])
            if crlf not in (0, content.count(b"\n")):
                message = "has both kinds of line ends, so nothing was changed; make them one kind"
                raise CompileError([f"{edit.name}: {message}"])
            text = edit.after.replace("\n", "\r\n") if crlf else edit.after
            replace_file(target, text.encode())
    except OSError as error:
        message = f"{edit.name}: can't be written: {error.strerror}; nothing was changed"
        raise CompileError([message]) from None
