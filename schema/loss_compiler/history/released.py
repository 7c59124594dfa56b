"""The schemas that were released, `released/<version>.json` beside a schema, and what binds it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from ..meaning.analyse import analyse
from ..meaning.ir import Schema
from ..overlay.layers import whole_schema
from ..shared.replacing import replace_file
from ..source.files import SourceFile, name_of, read_source
from ..source.problems import CompileError, Problem
from ..source.syntax import VERSION
from ..target.locking import locked
from .change import Change, Effect, in_words
from .interface import changes

_FOLDER = "released"
_NAME = re.compile(r"((0|[1-9][0-9]{0,8})[.]){3}json")


class Version(NamedTuple):
    """A version of a schema, as semantic versioning orders them."""

    major: int
    minor: int
    patch: int

    def __str__(self) -> str:
        return ".".join(map(str, self))

    @staticmethod
    def of(text: str) -> Version:
        """`x-version` of a schema without problems, or a part of a file's name."""
        major, minor, patch = map(int, text.split("."))
        return Version(major, minor, patch)


@dataclass(frozen=True)
class Interface:
    """What a schema changes for users since the last released one.

    `needed` is the lowest version that semantic versioning lets it have; a schema that has not
    changed at all can keep the one that is `released`.
    """

    released: Version
    version: Version
    needed: Version
    changes: tuple[Change, ...]

    @property
    def breaking(self) -> tuple[Change, ...]:
        """The changes that need a new major version."""
        return tuple(each for each in self.changes if each.effect is Effect.BREAKING)

    @property
    def rewordings(self) -> int:
        """How many descriptions read differently."""
        return sum(each.effect is Effect.WORDING for each in self.changes)


def interface_of(file: Path, source: SourceFile, schema: Schema) -> Interface | None:
    """How the schema in `file` differs from the last one released; None if none was.

    Raises:
        CompileError: what was released can't be read.
    """
    files = _released(file)
    if not files:
        return None
    last = max(files)
    released = read_source(files[last])
    version = Version.of(schema.version)
    if released.text == source.text and version == last:
        return Interface(last, version, last, ())
    found = changes(_schema(released, last), schema)
    return Interface(last, version, _needed(last, found), found)


def interface_problems(interface: Interface) -> Iterator[Problem]:
    """What the schema changes without asking for it by its version."""
    released, next_major = interface.released, Version(interface.released.major + 1, 0, 0)
    if interface.version < released:
        message = f"expected {released}, the last released version, or a later one"
        yield Problem((VERSION,), message)
    if interface.version < next_major:
        for change in interface.breaking:
            what = f"{change.where}: {in_words(change)}"
            todo = f"undo it, or set {VERSION!r} to '{next_major}'"
            message = f"{what}, which breaks what {released} has; {todo}"
            yield Problem(change.path, message, change.at_key)


def release_problems(interface: Interface) -> Iterator[Problem]:
    """Why the schema, which breaks nothing unasked, can't be released under its version."""
    if interface.version < interface.needed:
        message = f"{interface.released} is released; expected {interface.needed} or a later one"
        yield Problem((VERSION,), message)


@contextmanager
def releasing(file: Path) -> Iterator[None]:
    """Keep other releases beside the schema in `file` waiting, to be measured against this one.

    Raises:
        CompileError: the folder can't be locked.
    """
    with ExitStack() as stack:
        try:
            stack.enter_context(locked(file.parent))
        except OSError as error:
            message = f"{name_of(file.parent)}: can't be locked: {error.strerror}"
            raise CompileError([message]) from None
        yield


def record(file: Path, source: SourceFile, version: Version) -> Path | None:
    """Keep the schema in `file` as released: the path to the copy, or None if it is there.

    Raises:
        CompileError: it can't be written.
    """
    copy = file.parent / _FOLDER / f"{version}.json"
    try:
        if copy.exists():
            return None
        copy.parent.mkdir(exist_ok=True)
        replace_file(copy, source.text.encode())
    except OSError as error:
        raise CompileError([f"{name_of(copy)}: can't be written: {error.strerror}"]) from None
    return copy


def _needed(released: Version, found: tuple[Change, ...]) -> Version:
    effects = {change.effect for change in found}
    major, minor, patch = released
    if Effect.BREAKING in effects:
        return Version(major + 1, 0, 0)
    if Effect.COMPATIBLE in effects:
        return Version(major, minor + 1, 0)
    return Version(major, minor, patch + 1)


def _released(file: Path) -> dict[Version, Path]:
    """The released schemas beside the one in `file`."""
    folder = file.parent / _FOLDER
    try:
        files = [each for each in folder.iterdir() if each.suffix == ".json"]
    except FileNotFoundError:
        return {}
    except OSError as error:
        raise CompileError([f"{name_of(folder)}: can't be read: {error.strerror}"]) from None
    files = [each for each in files if not each.name.startswith(".")]
    if misnamed := sorted(each for each in files if not _NAME.fullmatch(each.name)):
        message = "expected the name of a released schema, such as '1.2.0.json'"
        raise CompileError(f"{name_of(each)}: {message}" for each in misnamed)
    return {Version.of(each.stem): each for each in files}


def _schema(source: SourceFile, version: Version) -> Schema:
    schema = analyse(whole_schema(source).syntax)
    if schema.version != str(version):
        message = f"expected {str(version)!r}, which the file is named after"
        raise source.error([Problem((VERSION,), f"{message}, not {schema.version!r}")])
    return schema
