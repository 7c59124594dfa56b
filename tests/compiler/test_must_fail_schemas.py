"""Broken schemas: what the compiler says about each, to the letter, and where."""

from __future__ import annotations

import ast
import copy
import json
import random
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from loss_compiler.compile import compile_schema
from loss_compiler.overlay.layers import whole_schema
from loss_compiler.shared.wording import json_pointer
from loss_compiler.source.files import parsed
from loss_compiler.source.problems import CompileError
from support.cases import MARK, marks, sections
from support.schemas import TINY, VARIED, compiled, document, edited, parent, paths, slips, written


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
        found = zip(marks(edited(self.base, *self.edits)), self.messages, strict=True)
        return [f"{file}:{line}:{column}: {text}" for (line, column), text in found]


def cases() -> Iterator[Case]:
    """What must_fail_schemas.txt holds; it says how it is written."""
    for section in sections(Path(__file__).with_name("must_fail_schemas.txt")):
        for block in section.blocks:
            old = [text for sign, text in block.parts() if sign == "-"]
            new = [text for sign, text in block.parts() if sign == "+"]
            edits = tuple(zip(old, new, strict=True))
            yield Case(block.name, TINY.with_name(section.head.strip()), edits, block.after("!"))


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


_ONE_OF_TWO = (
    '{ "type": "object", "additionalProperties": false, '
    '"patternProperties": { "^(//|[_$]comment$)": true }, "description": "New.", '
    '"required": ["kind"], "properties": { "kind": { '
    '"type": "string", "enum": ["%s"], "description": "New." } } }'
)

NEAR_A_MISTAKE = {
    "one number is in a range": (
        '"exclusiveMinimum": 0,\n          "exclusiveMaximum": 2.5,',
        '"minimum": 2.5, "maximum": 2.5,',
    ),
    "one integer is in a range that doesn't hold its lower end": (
        '"depth": { "type": "integer", "default": 3,',
        '"depth": { "type": "integer", "exclusiveMinimum": 2, "maximum": 3, "default": 3,',
    ),
    "an optional property has almost the name of a required one": (
        '"depth": {',
        '"scales": { "type": "integer", "default": 3, "description": "New." }, "depth": {',
    ),
    "one of two objects has to be written": (
        '"SpectralDetails": {\n      "type": "object",\n      "additionalProperties": false,\n'
        '      "patternProperties": { "^(//|[_$]comment$)": true },\n'
        '      "description": "A section in a section.",\n      "properties": {',
        f'"First": {_ONE_OF_TWO % "a"}, "Second": {_ONE_OF_TWO % "b"}, "SpectralDetails": {{ '
        '"type": "object", "additionalProperties": false, '
        '"patternProperties": { "^(//|[_$]comment$)": true }, '
        '"description": "A section in a section.", "required": ["one"], "properties": { "one": { '
        '"anyOf": [{ "$ref": "#/$defs/First" }, { "$ref": "#/$defs/Second" }], '
        '"discriminator": { "propertyName": "kind" }, "description": "New." },',
    ),
}


@pytest.mark.parametrize("edit", NEAR_A_MISTAKE.values(), ids=NEAR_A_MISTAKE)
def test_what_is_almost_a_mistake_is_none(edit: tuple[str, str]) -> None:
    whole_schema(parsed("s.json", edited(VARIED, edit)))


def test_there_is_no_case_twice() -> None:
    names = [case.name for case in cases()]
    assert len(names) == len(set(names)) > 100


def test_the_message_in_full(folder: Path) -> None:
    schema = folder / "schema" / "losses.schema.json"
    schema.parent.mkdir()
    schema.write_text(edited(TINY, ('"title": "VAE"', '"title": "Vae"')), encoding="utf-8")
    assert reported(schema) == [
        "schema/losses.schema.json:82:20: /$defs/BottleneckType/oneOf/0/title: expected an enum "
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
    expected = (
        *("$defs", "$schema", "additionalProperties", "description", "patternProperties"),
        *("properties", "title", "type", "x-version"),
    )
    said = [f"{name!r} is missing" for name in expected]
    said[4] += '; expected { "^(//|[_$]comment$)": true }, the keys of comments'
    said[8] += '; expected a version such as "1.2.0"'
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


def test_every_description_is_missed_at_its_place(folder: Path) -> None:
    """But for that of a bottleneck in LossMapping, which may have one."""
    places = [
        path
        for path in paths(document(VARIED))
        if path[-1] == "description" and path[:-2] != ("$defs", "LossMapping", "properties")
    ]
    for some in (places[::2], places[1::2]):  # of more mistakes, not all are told
        whole = document(VARIED)
        for path in some:
            del parent(whole, path)["description"]
        expected = {json_pointer(path[:-1]) or "(root)" for path in some}
        said = [line.split(": ", 1)[1] for line in mistakes(folder, whole) or ()]
        assert sorted(said) == sorted(f"{each}: 'description' is missing" for each in expected)


def test_no_definition_has_a_name_of_the_output(folder: Path) -> None:
    """Nothing that a module with the classes imports or defines, whatever it may be."""
    own = document(TINY)["$defs"].keys() | {"AutoencoderLossConfig"}
    bound = {
        name
        for module in ("models.py", "__init__.py")
        for node in ast.parse(compiled(TINY).files[module]).body
        for name in _bound_by(node)
        if re.fullmatch("[A-Z][A-Za-z0-9]*", name) and name not in own
    }
    assert len(bound) > 12
    for name in sorted(bound):
        schema = document(TINY)
        section = {"anyOf": [{"$ref": f"#/$defs/{name}"}, {"type": "null"}], "default": None}
        if name.endswith("Loss"):
            schema["$defs"] |= {name: schema["$defs"]["KLLoss"]}
        else:
            schema["properties"]["section"] = {**section, "description": "New."}
            schema["$defs"] |= {name: schema["$defs"]["BottleneckLossConfig"]}
        taken = f"/$defs/{name}: the name {name!r} is taken in the generated code; choose another"
        assert taken in [line.split(": ", 1)[1] for line in mistakes(folder, schema) or ()]


def _bound_by(node: ast.AST) -> Iterator[str]:
    match node:
        case ast.ClassDef(name) | ast.AnnAssign(ast.Name(name)) | ast.Assign([ast.Name(name)]):
            yield name
        case ast.If(body=body):
            for each in body:
                yield from _bound_by(each)
        case ast.Import(names) | ast.ImportFrom(names=names):
            yield from (alias.asname or alias.name for alias in names)


FREE = {
    ("$defs", "*", "properties", "*"): "a property",
    ("properties", "*"): "a section",
    ("$defs", "*", "properties", "*", "enum", "*"): "a choice",
    ("properties", "*", "properties", "*"): "a property of an object in place",
    ("properties", "*", "properties", "*", "enum", "*"): "a choice in it",
    ("$defs", "*", "properties", "*", "properties", "*"): "a property of an object in place",
    (*("$defs", "*"), *3 * ("properties", "*")): "a property of an object in one in place",
    ("$defs", "*", *2 * ("properties", "*"), "x-python-name"): "what it is called in Python",
    ("properties", "*", "x-also", "*"): "what people call a section elsewhere",
    ("$defs", "*", "properties", "*", "default", "low"): "a key of a map",
    ("$defs", "*", "properties", "*", "examples", "*", "low"): "a key of a map in an example",
    ("$defs", "*", "properties", "*", "examples", "*", "*"): "an example",
    ("$defs", "*", "properties", "*", "examples", "*", "dilation"): "an argument in an example",
    ("$defs", "*", "properties", "*", "x-trainers", "*", "passes", "*"): "an argument of a trainer",
    ("$defs", "*", "x-trainers", "*", "passes", "*"): "an argument of a trainer",
    ("$defs", "*", "x-trainers", "*", "fails", "*", "why"): "a description",
    ("$defs", "*", "properties", "*", "x-unit"): "a unit",
    ("$defs", "*", "x-term", "reads", "*"): "a key of info",
    ("$defs", "*", "properties", "key", "const"): "the key of a loss",
    ("$defs", "*", "properties", "name", "const"): "the name of a loss",
    ("$defs", "BottleneckType", "oneOf", "*", "title"): "the enum member of a bottleneck",
    ("$defs", "BottleneckType", "oneOf", "*", "x-config-type"): "the config tag of a bottleneck",
    ("x-trainers", "*", "model_types", "codec"): "a model type",
    ("x-trainers", "*", "model_types", "copy"): "a model type",
    ("$defs", "*", "properties", "*", "x-python-name"): "what a property is called in Python",
    ("x-version",): "a version",
}
"""What people may say as they like, unless something else repeats it; and descriptions."""


@pytest.mark.long
@pytest.mark.parametrize("schema", [TINY, VARIED], ids=lambda path: path.name)
def test_a_letter_less_anywhere_is_told_at_its_place_with_what_was_meant(schema: Path) -> None:
    free: set[tuple[str, ...]] = set()
    unhelpful: list[str] = []
    for slip in slips(document(schema)):
        text = json.dumps(slip.document, indent=1)
        try:
            whole_schema(parsed("s.json", text))
        except CompileError as error:
            unhelpful += [line for line in error.lines if not slip.is_told(line, text)]
        else:
            free.add(slip.shape)
    assert unhelpful == []
    assert {each for each in free if each[-1] != "description"} <= FREE.keys()


@pytest.mark.long
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
