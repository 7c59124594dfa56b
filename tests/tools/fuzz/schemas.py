"""Hostile schemas: a clear error, or a package in which nothing but the intended values changed."""

from __future__ import annotations

import functools
import json
import re
import zlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import hypothesis.strategies as st
import jsonschema_rs
from click.testing import CliRunner

from loss_compiler.cli import main
from loss_compiler.compile import Compiled, compile_schema
from loss_compiler.source.problems import CompileError
from loss_compiler.target.package import CANONICAL, Package
from support.emitted import foreign
from support.schemas import TINY, VARIED, document, parent, paths

from .compared import Contents, differences
from .payloads import EXTENSIONS, FRAGMENTS, NAMES, NUMBERS, REFERENCES, STRUCTURES, TEXTS
from .refusals import ill_told
from .running import planned
from .target import Target
from .twins import Twin
from .watch import watching

Path_ = tuple[str | int, ...]

RAW = "\x00raw:"
"""Begins a string that is written into a schema as it is, without quotes."""


@dataclass(frozen=True)
class Put:
    """Another value at `path`."""

    path: Path_
    value: Any


@dataclass(frozen=True)
class Add:
    """One more key in the object at `path`."""

    path: Path_
    key: str
    value: Any


@dataclass(frozen=True)
class Rename:
    """Another key at the end of `path`."""

    path: Path_
    key: str


@dataclass(frozen=True)
class Call:
    """Another name for something, wherever it stands: as a key, a value, a part of a reference."""

    old: str
    new: str


@dataclass(frozen=True)
class Drop:
    """Nothing at `path`."""

    path: Path_


@dataclass(frozen=True)
class Damage:
    """Other bytes in the text: `length` of them from `start`, a share of the whole, on."""

    start: float
    length: int
    new: bytes


Edit = Put | Add | Rename | Call | Drop | Damage


@dataclass(frozen=True)
class Case:
    """A schema that compiles, and what is done to it in turn.

    Its text is written with escapes or without; damage is done to the text.
    """

    base: Path
    edits: tuple[Edit, ...]
    escaped: bool

    def content(self) -> bytes:
        """The file."""
        changed = functools.reduce(_edited, self.edits, _document(self.base))
        text = json.dumps(changed, separators=(",\n", ": "), ensure_ascii=self.escaped)
        text = re.sub(r'"(?:\\u0000|\x00)raw:([^"]*)"', r"\1", text)
        content = text.encode("utf-8", "surrogatepass")
        for each in self.edits:
            match each:
                case Damage(start, length, new):
                    index = int(start * len(content))
                    content = content[:index] + new + content[index + length :]
        return content


@functools.cache
def _document(base: Path) -> Any:
    return document(base)


def _edited(whole: Any, edit: Edit) -> Any:
    """`whole` with `edit`, if it still applies; what stays the same is shared."""
    match edit:
        case Call():
            return _called(whole, edit)
        case Put(path, value):
            return _changed(whole, path, lambda _: value)
        case Add(path, key, value):
            return _changed(whole, path, lambda around: {**_object(around), key: value})
        case Rename((*path, old), key):
            return _changed(whole, path, lambda around: _renamed(_object(around), old, key))
        case Drop((*path, key)):
            return _changed(whole, path, lambda around: _without(around, key))
        case _:
            return whole


def _changed(value: Any, path: Sequence[str | int], change: Callable[[Any], Any]) -> Any:
    if not path:
        return change(value)
    first, *rest = path
    match value, first:
        case dict(), str() if first in value:
            return {**value, first: _changed(value[first], rest, change)}
        case list(), int() if first < len(value):
            return [*value[:first], _changed(value[first], rest, change), *value[first + 1 :]]
        case _:
            return value


def _object(value: Any) -> dict[str, Any]:
    return value if type(value) is dict else {}


def _renamed(entries: dict[str, Any], old: object, new: str) -> dict[str, Any]:
    return {new if key == old else key: each for key, each in entries.items()}


def _without(value: Any, key: str | int) -> Any:
    match value:
        case dict():
            return {name: each for name, each in value.items() if name != key}
        case list():
            return [each for index, each in enumerate(value) if index != key]
        case _:
            return value


def _called(value: Any, call: Call) -> Any:
    match value:
        case dict():
            return {_called(key, call): _called(each, call) for key, each in value.items()}
        case list():
            return [_called(each, call) for each in value]
        case str() if value.startswith("#/"):
            return "/".join(call.new if part == call.old else part for part in value.split("/"))
        case str() if value == call.old:
            return call.new
        case _:
            return value


# What is done to schemas

_TEXT = st.one_of(
    st.sampled_from(TEXTS),
    st.lists(st.sampled_from(FRAGMENTS), min_size=2, max_size=5).map("".join),
)
_NUMBER = st.sampled_from(NUMBERS).map(RAW.__add__)
_DEPTHS = (2, 50, 99, 100, 101, 1000, 100_000)
_DEEP = st.sampled_from(_DEPTHS).map(lambda depth: f"{RAW}{'[' * depth}{']' * depth}")
_VALUE = st.one_of(
    _TEXT,
    _TEXT,
    _NUMBER,
    st.sampled_from(STRUCTURES),
    st.sampled_from(REFERENCES),
    st.sampled_from(REFERENCES).map(lambda reference: {"$ref": reference}),
    st.lists(_TEXT, max_size=3),
    st.dictionaries(_TEXT, _TEXT, max_size=2),
    _DEEP,
)
BYTES = st.one_of(
    st.sampled_from(
        (
            *(
                b"\xff",
                b"\x00",
                b"\xef\xbb\xbf",
                b"\xff\xfe",
                b"\xed\xa0\x80",
                b"\xc0\x80",
                b"\xf5",
            ),
            *(
                b'"',
                b"\\",
                b",",
                b"}",
                b"{",
                b"]",
                b"[",
                b":",
                b"/*",
                b"//",
                b"#",
                b"'",
                b"\\u",
                b"\r",
            ),
            *(b"\n", b"\r\n", b"\xe2\x80\xa8", b"\xc2\x85", b"null", b"NaN", b"1e999", b"-", b"0"),
        )
    ),
    st.binary(max_size=4),
)


@dataclass(frozen=True)
class _Places:
    """Where something can be done to a base."""

    free: tuple[Path_, ...]
    texts: tuple[Path_, ...]
    references: tuple[Path_, ...]
    numbers: tuple[Path_, ...]
    keys: tuple[Path_, ...]
    objects: tuple[Path_, ...]
    all: tuple[Path_, ...]
    names: tuple[str, ...]


_FREE = ("description", "x-unit")


def _places(base: Path) -> _Places:
    whole = _document(base)
    everything = tuple(paths(whole))
    values = {path: parent(whole, path)[path[-1]] for path in everything}
    texts = [path for path, value in values.items() if type(value) is str]
    free = [path for path in texts if path[-1] in _FREE or path[-2:-1] in (("examples",), ("key",))]
    free += [path for path in texts if path[-1] == "const" and path[-2] in ("key", "name")]
    free += [path for path in texts if path[-1] in ("default",) or "x-trainers" in path]
    references = [path for path in texts if path[-1] == "$ref"]
    numbers = [path for path, value in values.items() if type(value) in (int, float)]
    named = {
        value for path, value in values.items() if path[-1] in ("const", "title", "x-config-type")
    }
    named |= {
        name for path in everything for name in path if path[:1] == ("$defs",) and name in path[1:2]
    }
    named |= {path[-1] for path in everything if path[-2:-1] == ("properties",)}
    return _Places(
        free=tuple(free),
        texts=tuple(texts),
        references=tuple(references),
        numbers=tuple(numbers),
        keys=tuple(path for path in everything if type(path[-1]) is str),
        objects=((), *(path for path, value in values.items() if type(value) is dict)),
        all=((), *everything),
        names=tuple(sorted(map(str, named))),
    )


def _prose(places: _Places) -> st.SearchStrategy[Edit]:
    """Other words where a schema may say what it likes, which mostly compiles."""
    return st.builds(Put, st.sampled_from(places.free), _TEXT)


def _anything(places: _Places) -> st.SearchStrategy[Edit]:
    """Anything anywhere, which is mostly refused."""
    extensions = st.sampled_from(EXTENSIONS)
    return st.one_of(
        st.builds(Call, st.sampled_from(places.names), st.one_of(st.sampled_from(NAMES), _TEXT)),
        st.builds(Call, st.sampled_from(places.names), st.sampled_from(NAMES)),
        st.builds(Put, st.sampled_from(places.texts), _TEXT),
        st.builds(Put, st.sampled_from(places.references), st.sampled_from(REFERENCES)),
        st.builds(Put, st.sampled_from(places.numbers), _NUMBER),
        st.builds(Put, st.sampled_from(places.all), _VALUE),
        st.builds(Rename, st.sampled_from(places.keys), _TEXT),
        st.builds(
            lambda path, extension: Add(path, *extension),
            st.sampled_from(places.objects),
            extensions,
        ),
        st.builds(Add, st.sampled_from(places.objects), _TEXT, _VALUE),
        st.builds(Drop, st.sampled_from(places.all[1:])),
        st.builds(Damage, st.floats(0, 1), st.integers(0, 8), BYTES),
    )


def cases_of(base: Path) -> st.SearchStrategy[Case]:
    """What is done to `base`: other words, anything, or both."""
    places = _places(base)
    prose = st.lists(_prose(places), min_size=1, max_size=4)
    anything = st.lists(_anything(places), min_size=1, max_size=2)
    edits = st.one_of(prose, anything, st.builds(list.__add__, prose, anything))
    return st.builds(Case, st.just(base), edits.map(tuple), st.booleans())


def cases() -> st.SearchStrategy[Case]:
    """Cases of the small schemas, most of them of the smallest one."""
    tiny = cases_of(TINY)
    return st.one_of(tiny, tiny, tiny, cases_of(VARIED))


# What has to hold for each

NAME = "hostile.schema.json"
_ONE_IN = 25
"""So many cases are tried without the command for each that it is run for."""


def target(folder: Path) -> Target[Case]:
    """Schemas as they come, compiled in `folder`."""

    def check(case: Case) -> str:
        return checked(folder, case.content())

    title = (
        "a hostile schema is refused with its place, or its package holds its values and no more"
    )
    return Target("schemas", title, cases(), check, shown)


def shown(case: Case) -> str:
    """The base, and what is done to it."""
    return "\n".join([case.base.name, *map(ascii, case.edits)])


def checked(folder: Path, content: bytes) -> str:
    """Compile the schema `content` in `folder`, and judge what comes out.

    Raises:
        AssertionError: it is no clear error and no package with only the intended values.
    """
    file = folder / NAME

    def altered(files: Mapping[str, str]) -> list[str]:
        same = files["losses.schema.json"] == _text(content)
        return [] if same else ["losses.schema.json is not the schema"]

    outcome = judged(folder, file, content, lambda: compile_schema(file), CANONICAL, altered)
    if zlib.crc32(content) % _ONE_IN == 0:
        _generate(folder, file, outcome)
        return f"{outcome}, also by the command"
    return outcome


def _generate(folder: Path, file: Path, outcome: str) -> None:
    """Run the command that people run; it has to come to the same `outcome`, and to say so."""
    with watching(folder) as watch:
        arguments = ["generate", f"--schema={file}", f"--out={folder / 'out'}"]
        done = CliRunner().invoke(main, arguments)
    assert done.exit_code == (1 if outcome == "refused" else 0), repr(done.exception)
    found = [line for line in done.output.splitlines() if not line.isprintable()]
    found += watch.surprises
    assert not found, "\n".join(map(ascii, found))


@functools.cache
def _import_everything() -> None:
    """What is imported when it is first needed is of no schema's making."""
    for base in (TINY, VARIED):
        planned(compile_schema(base).files)


def judged(
    folder: Path,
    file: Path,
    content: bytes,
    compiled: Callable[[], Compiled],
    package: Package,
    altered: Callable[[Mapping[str, str]], list[str]],
) -> str:
    """Write `content` to `file`, and judge what is `compiled` then.

    `altered` says what is wrong with the schema in the package that comes out.

    Raises:
        AssertionError: it is no clear error and no package with only the intended values.
    """
    _import_everything()
    file.write_bytes(content)
    with watching(folder) as watch:
        try:
            files = compiled().files
        except CompileError as error:
            whole = package is CANONICAL
            found = list(ill_told(error.lines, file.as_posix(), _text(content), whole=whole))
            outcome = "refused"
        else:
            found = [*altered(files), *_unintended(folder, files, package)]
            outcome = "compiled"
    found = [*watch.surprises, *found]
    assert not found, "\n".join(found)
    return outcome


def _text(content: bytes) -> str | None:
    try:
        return content.decode().replace("\r\n", "\n")
    except UnicodeDecodeError:
        return None


def _unintended(folder: Path, files: Mapping[str, str], package: Package) -> list[str]:
    """What `files` hold beyond what the schema in them means."""
    contents = Contents(files)
    found = [
        f"{name}: {each}" for name, tree in contents.trees.items() for each in foreign(name, tree)
    ]
    schema = json.loads(files["losses.schema.json"])
    if not jsonschema_rs.meta.is_valid(schema):
        found.append("losses.schema.json is no JSON Schema")
    twin = Twin(schema)
    found += differences(contents, twin, _compiled(folder, json.dumps(twin.document), package))
    if not found and planned(files) != _plans(schema):
        found.append("the package plans other losses than the schema says")
    return found


@functools.lru_cache(maxsize=200)
def _compiled(folder: Path, twin: str, package: Package) -> Contents:
    file = folder / "twin.schema.json"
    file.write_text(twin, encoding="utf-8")
    try:
        return Contents(compile_schema(file, (), package).files)
    except CompileError as error:
        raise AssertionError(f"its twin does not compile: {error}\n{twin}") from None


def _plans(schema: Any) -> dict[str, list[tuple[str, str, float]]]:
    """The key, name and default weight of every loss, by bottleneck."""
    definitions = schema["$defs"]

    def loss(reference: str) -> tuple[str, str, float]:
        parts = definitions[reference.removeprefix("#/$defs/")]
        place: Any = schema
        for step in parts["properties"]["weight"]["$ref"].split("/")[1:]:
            place = place[step]
        weight = place["default"] * float(parts.get("x-scale", 1))
        return parts["properties"]["key"]["const"], parts["properties"]["name"]["const"], weight

    return {
        name: [loss(each["$ref"]) for each in carried.get("prefixItems", ())]
        for name, carried in definitions["LossMapping"]["properties"].items()
    }
