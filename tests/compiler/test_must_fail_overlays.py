"""Broken overlays: what the compiler says about each, to the letter, and in which file."""

from __future__ import annotations

import copy
import functools
import json
import random
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from loss_compiler.overlay.layers import CheckedSchema, whole_schema, with_overlay
from loss_compiler.source.files import read_source
from loss_compiler.source.problems import CompileError
from support.cases import MARK, Block, marks, sections
from support.schemas import CANONICAL, document, parent, paths, slips


@dataclass(frozen=True)
class Case:
    """Overlays, from the lowest to the highest, and the messages that they lead to."""

    name: str
    overlays: tuple[str, ...]
    marked: Mapping[str, str]
    messages: tuple[str, ...]

    def lines(self) -> list[str]:
        """What the compiler has to report if the files stand in the working directory."""
        found = [
            f"{name}:{line}:{column}"
            for name, text in sorted(self.marked.items())
            for line, column in marks(text)
        ]
        return [f"{place}: {text}" for place, text in zip(found, self.messages, strict=True)]


def cases() -> Iterator[Case]:
    """What must_fail_overlays.txt holds; it says how it is written."""
    whole: dict[str, str] = {}
    for section in sections(Path(__file__).with_name("must_fail_overlays.txt")):
        names, _, base = section.head.partition("\n")
        overlays = tuple(names.split())
        whole[overlays[-1]] = base.strip("\n") + "\n"
        for block in [Block("right as it is", ()), *section.blocks]:
            yield _case(block, overlays, {name: whole[name] for name in overlays})


def _case(block: Block, overlays: tuple[str, ...], texts: Mapping[str, str]) -> Case:
    """The case that a part of the file describes."""
    marked, edited, old = dict(texts), overlays[-1], ""
    for kind, content in block.parts():
        if kind == "=":
            edited = content
        elif kind == "$":
            overlays = tuple(content.split())
        elif kind == "-":
            old = content
        elif kind == "+":
            if marked[edited].count(old) != 1:
                raise ValueError(f"{block.name}: {old!r} stands {marked[edited].count(old)} times")
            marked[edited] = marked[edited].replace(old, content)
    return Case(f"{overlays[-1]}: {block.name}", overlays, marked, block.after("!"))


@functools.cache
def canonical() -> CheckedSchema:
    """What all of them extend, checked once."""
    return whole_schema(read_source(CANONICAL))


def reported(overlays: Sequence[str | Path]) -> list[str]:
    """The lines that the compiler reports; none if the overlays compile."""
    try:
        layers = canonical()
        for overlay in overlays:
            layers = with_overlay(layers, read_source(Path(overlay)))
    except CompileError as error:
        return list(error.lines)
    return []


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The working directory: messages name files as people there would."""
    monkeypatch.chdir(tmp_path)
    return tmp_path


SLICED = [
    pytest.param(case, id=case.name, marks=[pytest.mark.long] if number % 3 else [])
    for number, case in enumerate(cases())
]


@pytest.mark.parametrize("case", SLICED)
def test_says_what_is_wrong_and_where(case: Case, folder: Path) -> None:
    for name, text in case.marked.items():
        (folder / name).write_text(text.replace(MARK, ""), encoding="utf-8")
    assert reported(case.overlays) == case.lines()


def test_there_is_no_case_twice() -> None:
    names = [case.name for case in cases()]
    assert len(names) == len(set(names)) > 150


FRAME = {
    "x-extends": {"x-name": "loss-factory", "x-version": document(CANONICAL)["x-version"]},
    "x-name": "lower",
    "x-version": "1.0.0",
}


def overlay(folder: Path, changes: Any, name: str = "lower.json", **frame: Any) -> str:
    """The name of a new file with an overlay that makes `changes`."""
    text = json.dumps({**FRAME, **frame, **changes}, indent=2)
    (folder / name).write_text(text, encoding="utf-8")
    return name


def test_the_message_in_full(folder: Path) -> None:
    (folder / "schema").mkdir()
    changes = {"$defs": {"BottleneckWeights": {"properties": {"kk": None}}}}
    assert reported([overlay(folder, changes, "schema/lab.json")]) == [
        "schema/lab.json:11:9: /$defs/BottleneckWeights/properties/kk: null removes an entry, but "
        "there is no 'kk' here; did you mean 'kl'?"
    ]


def test_a_file_elsewhere_is_named_as_it_was_given(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    name = overlay(tmp_path, {})
    (tmp_path / "below").mkdir()
    monkeypatch.chdir(tmp_path / "below")
    message = ":1:1: (root): changes nothing of loss-factory 0.1.0; add or change an entry, "
    message += "or compile without it"
    assert reported([tmp_path / name]) == [f"{tmp_path / name}{message}"]
    assert reported([Path("..", name)]) == [f"../{name}{message}"]


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", ":1:1: the text is empty; expected a JSON object"),
        (b" \r\n\t", ":1:1: the text is empty; expected a JSON object"),
        (b"x-name: lab", ":1:1: expected a value, not x"),
        (b"// ours\n{}", ":1:1: expected a value; JSON has no comments"),
        (b"[]", ":1:1: (root): expected an object, which says what to change, not an array"),
        (
            b'"lab"',
            ':1:1: (root): expected an object, which says what to change, not the string "lab"',
        ),
        (b"null", ":1:1: (root): expected an object, which says what to change, not null"),
        (b"{}{}", ":1:3: expected the end of the text after the value"),
        (b'{"a": "L\xe4rm"}', ": expected UTF-8 text; invalid continuation byte at byte 8"),
        ("{}".encode("utf-16"), ": expected UTF-8 text; invalid start byte at byte 0"),
        (
            "{}".encode("utf-8-sig"),
            ":1:1: the text begins with a byte order mark; save it as UTF-8 without one",
        ),
        (b'{"\\ud800": 1}', ":1:2: /\\ud800: a string holds half of a surrogate pair"),
        (b"[" * 100_000, ":1:101: nested more than 100 levels deep"),
    ],
    ids=lambda value: str(value)[:20],
)
def test_a_file_that_holds_no_overlay(content: bytes, message: str, folder: Path) -> None:
    (folder / "lab.json").write_bytes(content)
    assert reported(["lab.json"]) == [f"lab.json{message}"]


def test_an_object_that_is_no_overlay(folder: Path) -> None:
    (folder / "lab.json").write_text("{}", encoding="utf-8")
    assert reported(["lab.json"]) == [
        "lab.json:1:1: (root): 'x-extends' is missing; it quotes what the overlay extends, here "
        '{"x-name": "loss-factory", "x-version": "0.1.0"}',
        "lab.json:1:1: (root): 'x-name' is missing; it is this overlay's own, such as 'my-lab'",
        "lab.json:1:1: (root): 'x-version' is missing; it is this overlay's own, such as '1.0.0'",
    ]


def test_a_whole_schema_is_no_overlay(folder: Path) -> None:
    (folder / "whole.json").write_bytes(CANONICAL.read_bytes())
    lines = reported(["whole.json"])
    assert len(lines) == 2
    assert lines[0].startswith("whole.json:1:1: (root): 'x-extends' is missing; it quotes what")
    assert lines[1] == (
        "whole.json:5:13: /x-name: 'loss-factory' is what this overlay extends; expected its own "
        "name"
    )


@pytest.mark.parametrize("command", [["gone.json"], ["lower.json", "gone.json"]])
def test_a_file_that_is_not_there(command: list[str], folder: Path) -> None:
    overlay(folder, {"description": "Ours."})
    assert reported(command) == ["gone.json: can't be read: No such file or directory"]


@pytest.mark.parametrize(
    "changes",
    [
        {"$defs": {}},
        {"properties": {"spectral": {}}},
        {"$defs": {"BottleneckType": {"oneOf": {"VAEBottleneck": {"const": "VAEBottleneck"}}}}},
        {"$defs": {"BottleneckType": {"oneOf": {"VAEBottleneck": {"title": "VAE"}}}}},
        {"$defs": {"BottleneckWeights": {"properties": {"kl": {"default": 1e-6}}}}},
        {"$defs": {"LinearSchedule": {"type": "object", "additionalProperties": False}}},
        {"$defs": {"LossMapping": {"properties": {"VAEBottleneck": {"minItems": 1}}}}},
        {"$defs": {"LossMapping": {"properties": {"VAEBottleneck": {"minItems": None}}}}},
        {"$schema": "https://json-schema.org/draft/2020-12/schema"},
    ],
    ids=json.dumps,
)
def test_what_says_no_more_than_is_there_changes_nothing(changes: Any, folder: Path) -> None:
    assert reported([overlay(folder, changes)]) == [
        "lower.json:1:1: (root): changes nothing of loss-factory 0.1.0; add or change an entry, "
        "or compile without it"
    ]


def _whole(folder: Path) -> Any:
    """The first overlay of must_fail_overlays.txt, which also stands in `folder`."""
    text = next(cases()).marked["lower.json"]
    (folder / "lower.json").write_text(text, encoding="utf-8")
    return json.loads(text)


@pytest.mark.long
def test_what_is_left_out_is_missed_in_the_overlay(folder: Path) -> None:
    whole = _whole(folder)
    for path in filter(lambda each: len(each) < 5, paths(whole)):
        part = copy.deepcopy(whole)
        del parent(part, path)[path[-1]]
        (folder / "lower.json").write_text(json.dumps(part, indent=2), encoding="utf-8")
        lines = reported(["lower.json"])
        assert lines
        assert all(line.startswith("lower.json:") for line in lines)


@pytest.mark.long
def test_a_letter_less_anywhere_is_told_at_its_place_with_what_was_meant(folder: Path) -> None:
    free: set[tuple[str, ...]] = set()
    for slip in slips(_whole(folder)):
        text = json.dumps(slip.document, indent=1)
        (folder / "lower.json").write_text(text, encoding="utf-8")
        lines = reported(["lower.json"])
        assert [line for line in lines if not slip.is_told(line, text)] == []
        if not lines:
            free.add(slip.shape)
    assert {each for each in free if each[-1] != "description"} == {
        ("x-name",),
        ("properties", "*"),
        ("$defs", "*", "properties", "*"),
        ("$defs", "*", "properties", "key", "const"),
        ("$defs", "*", "properties", "name", "const"),
        ("$defs", "BottleneckType", "oneOf", "*", "title"),
        ("$defs", "BottleneckType", "oneOf", "*", "x-config-type"),
    }


@pytest.mark.long
@pytest.mark.parametrize("seed", range(2))
def test_a_mistake_of_any_kind_is_reported_as_one(seed: int, folder: Path) -> None:
    """Any value in any place: it compiles, or it is a CompileError at a place in the overlay."""
    whole = _whole(folder)
    places = list(paths(whole))
    values = (None, True, -1, 1.5, "", "x", "#/$defs/Nothing", [], ["string", "null"], {}, {"a": 1})
    rng = random.Random(seed)
    refused = 0
    for _ in range(20):
        changed = copy.deepcopy(whole)
        path = rng.choice(places)
        parent(changed, path)[path[-1]] = rng.choice(values)
        (folder / "lower.json").write_text(json.dumps(changed, indent=2), encoding="utf-8")
        lines = reported(["lower.json"])
        refused += bool(lines)
        assert all(line.startswith("lower.json:") for line in lines)
    assert refused > 10
