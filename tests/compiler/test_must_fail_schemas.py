"""Broken schemas: what the compiler says about each, to the letter, and where."""

from __future__ import annotations

import copy
import random
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path
from typing import Any

import pytest

from compiler.schemas import TINY, VARIED, document, edited, parent, paths, written
from loss_compiler.compile import compile_schema
from loss_compiler.problems import CompileError

MARK = "▶"


@dataclass(frozen=True)
class Case:
    """Edits of `base` and the messages that they lead to."""

    name: str
    base: Path
    edits: tuple[tuple[str, str], ...]
    messages: tuple[str, ...]

    def broken(self) -> str:
        """The schema with its mistakes."""
        return edited(self.base, *self.edits).replace(MARK, "")

    def lines(self, file: str) -> list[str]:
        """What the compiler has to report if the schema stands in `file`."""
        before = ""
        places: list[str] = []
        for part in edited(self.base, *self.edits).split(MARK)[:-1]:
            before += part
            line, column = before.count("\n") + 1, len(before) - before.rfind("\n")
            places.append(f"{file}:{line}:{column}")
        return [f"{place}: {text}" for place, text in zip(places, self.messages, strict=True)]


def cases() -> Iterator[Case]:
    """What must_fail_schemas.txt holds; it says how it is written."""
    text = Path(__file__).with_name("must_fail_schemas.txt").read_text(encoding="utf-8")
    for part in text.split("\n@ ")[1:]:
        base, *blocks = part.split("\n# ")
        for block in blocks:
            name, *lines = block.strip("\n").split("\n")
            parts = [
                (mark, "\n".join(line[2:] for line in group))
                for mark, group in groupby(lines, key=lambda line: line[:1])
            ]
            old = [text for mark, text in parts if mark == "-"]
            new = [text for mark, text in parts if mark == "+"]
            messages = [line[2:] for line in lines if line.startswith("! ")]
            edits = tuple(zip(old, new, strict=True))
            yield Case(name, TINY.with_name(base.strip()), edits, tuple(messages))


def reported(schema: Path) -> list[str]:
    """The lines that the compiler reports."""
    with pytest.raises(CompileError) as caught:
        compile_schema(schema)
    return list(caught.value.lines)


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The working directory: messages name files as people there would."""
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.mark.parametrize("case", list(cases()), ids=lambda case: case.name)
def test_says_what_is_wrong_and_where(case: Case, folder: Path) -> None:
    schema = written(folder, case.broken())
    assert reported(schema) == case.lines(schema.name)


def test_there_is_no_case_twice() -> None:
    names = [case.name for case in cases()]
    assert len(names) == len(set(names)) > 100


def test_the_message_in_full(folder: Path) -> None:
    schema = folder / "schema" / "losses.schema.json"
    schema.parent.mkdir()
    schema.write_text(edited(TINY, ('"title": "VAE"', '"title": "Vae"')), encoding="utf-8")
    assert reported(schema) == [
        "schema/losses.schema.json:77:20: /$defs/BottleneckType/oneOf/0/title: expected an enum "
        "member in capitals such as 'DAC_RVQ', not the string \"Vae\""
    ]


def test_a_file_elsewhere_is_named_as_it_was_given(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    schema = written(tmp_path, "")
    (tmp_path / "below").mkdir()
    monkeypatch.chdir(tmp_path / "below")
    assert reported(schema) == [f"{schema}:1:1: the text is empty; expected a JSON object"]
    assert reported(Path("..", schema.name)) == [
        "../written.schema.json:1:1: the text is empty; expected a JSON object"
    ]


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", ":1:1: the text is empty; expected a JSON object"),
        (b" \r\n\t", ":1:1: the text is empty; expected a JSON object"),
        (b"losses", ":1:1: expected a value, not losses"),
        (b"[]", ":1:1: (root): expected object, not an array"),
        (b'"losses"', ':1:1: (root): expected object, not the string "losses"'),
        (b"null", ":1:1: (root): expected object, not null"),
        (b"{}{}", ":1:3: expected the end of the text after the value"),
        (b'{"title": "L\xe4rm"}', ": expected UTF-8 text; invalid continuation byte at byte 12"),
        ("{}".encode("utf-16"), ": expected UTF-8 text; invalid start byte at byte 0"),
        (
            "{}".encode("utf-8-sig"),
            ":1:1: the text begins with a byte order mark; save it as UTF-8 without one",
        ),
        (b"[" * 101, ":1:101: nested more than 100 levels deep"),
        (b"[" * 100_000, ":1:101: nested more than 100 levels deep"),
    ],
    ids=lambda value: str(value)[:20],
)
def test_a_file_that_holds_no_schema(content: bytes, message: str, folder: Path) -> None:
    schema = folder / "s.json"
    schema.write_bytes(content)
    assert reported(schema) == [f"s.json{message}"]


def test_an_object_that_is_no_schema(folder: Path) -> None:
    expected = ("$defs", "$schema", "additionalProperties", "description", "properties", "title")
    said = [f"{name!r} is missing" for name in (*expected, "type", "x-version")]
    said[7] += '; expected a version such as "1.2.0"'
    assert reported(written(folder, "{}")) == [
        f"written.schema.json:1:1: (root): {each}" for each in said
    ]


def test_a_file_that_is_not_there(folder: Path) -> None:
    assert reported(folder / "gone.json") == ["gone.json: can't be read: No such file or directory"]


def test_a_folder(folder: Path) -> None:
    (folder / "schema").mkdir()
    assert reported(folder / "schema") == ["schema: can't be read: Is a directory"]


def test_a_file_below_a_file(folder: Path) -> None:
    below = written(folder, "{}") / "schema.json"
    assert reported(below) == ["written.schema.json/schema.json: can't be read: Not a directory"]


def mistakes(folder: Path, schema: Any) -> list[str] | None:
    """The lines that the compiler reports for `schema`, or None if it compiles."""
    try:
        compile_schema(written(folder, schema))
    except CompileError as error:
        return list(error.lines)
    return None


def test_everything_in_the_tiny_schema_is_needed(folder: Path) -> None:
    """Whatever is left out is missed, at a place in the file; but for the examples."""
    whole = document(TINY)
    dispensable: list[str] = []
    for path in paths(whole):
        part = copy.deepcopy(whole)
        del parent(part, path)[path[-1]]
        lines = mistakes(folder, part)
        if lines is None:
            dispensable.append("/".join(map(str, path)))
        else:
            assert lines
            assert all(line.startswith("written.schema.json:") for line in lines)
    assert dispensable == ["$defs/BottleneckWeights/properties/kl/examples"]


@pytest.mark.parametrize("seed", range(2))
def test_a_mistake_of_any_kind_is_reported_as_one(seed: int, folder: Path) -> None:
    """Any value in any place: it compiles, or it is a CompileError; nothing else."""
    whole = document(VARIED)
    places = list(paths(whole))
    values: tuple[Any, ...] = (
        None,
        True,
        -1,
        1.5,
        "",
        "x",
        "x\n",
        "#/$defs/Nothing",
        [],
        ["string", "null"],
        {},
    )
    rng = random.Random(seed)
    refused = 0
    for _ in range(30):
        changed = copy.deepcopy(whole)
        path = rng.choice(places)
        parent(changed, path)[path[-1]] = rng.choice(values)
        refused += bool(mistakes(folder, changed))
    assert refused > 15
