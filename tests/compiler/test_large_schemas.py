"""Schemas with ten thousand of something, or with objects in objects in objects."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from loss_compiler.compile import compile_schema
from loss_compiler.source.problems import CompileError
from support.schemas import TINY, document, written

pytestmark = pytest.mark.long

MANY = 10_000

Schema = dict[str, Any]


def reported(folder: Path, schema: Schema) -> list[str]:
    """The lines that refuse `schema`, without the name of its file and the place."""
    with pytest.raises(CompileError) as caught:
        compile_schema(written(folder, schema))
    return [line.split(": ", 1)[1] for line in caught.value.lines]


def place(folder: Path, schema: Schema) -> str:
    """The line that is refused, from the column that is named."""
    file = written(folder, schema)
    with pytest.raises(CompileError) as caught:
        compile_schema(file)
    _, line, column, *_ = caught.value.lines[0].split(":")
    return file.read_text(encoding="utf-8").splitlines()[int(line) - 1][int(column) - 1 :]


def choice(choices: list[str], default: str) -> Schema:
    return {"type": "string", "enum": choices, "default": default, "description": "A choice."}


def number(default: int) -> Schema:
    return {"type": "integer", "default": default, "description": "A number."}


def section(name: str) -> Schema:
    """An optional object of the class `name`."""
    choices = [{"$ref": f"#/$defs/{name}"}, {"type": "null"}]
    return {"anyOf": choices, "default": None, "description": "A section."}


def closed(properties: Schema, **more: Any) -> Schema:
    """The definition of a class."""
    common = {
        "type": "object",
        "additionalProperties": False,
        "patternProperties": {"^(//|[_$]comment$)": True},
        "description": "A class.",
    }
    return {**common, "properties": properties, **more}


def test_many_choices(tmp_path: Path) -> None:
    schema = document(TINY)
    choices = [f"choice {index}" for index in range(MANY)]
    schema["properties"]["choice"] = choice(choices, choices[-1])
    assert f'"{choices[-1]}"' in compile_schema(written(tmp_path, schema)).files["models.py"]


def test_many_trainers(tmp_path: Path) -> None:
    schema = document(TINY)
    schema["x-trainers"] = {
        f"trainer {index}": {"description": "One.", "assumed": False} for index in range(MANY)
    }
    assert len(compile_schema(written(tmp_path, schema)).schema.trainers) == MANY


@pytest.mark.parametrize(
    ("mistakes", "last"),
    [
        (
            lambda schema: schema.update({f"key{index}": 1 for index in range(MANY)}),
            "/key99: 'key99' is not allowed here",
        ),
        (
            lambda schema: schema["properties"].update(
                {f"key{index}": section(f"C{index}") for index in range(MANY)}
            ),
            "/properties/key99/anyOf/0/$ref: '$defs/C99' does not exist",
        ),
        (
            lambda schema: schema["$defs"]["LossMapping"]["properties"].update(
                {f"C{index}": {"type": "array", "maxItems": 0} for index in range(MANY)}
            ),
            "/$defs/LossMapping/properties/C99: 'C99' is no BottleneckType",
        ),
    ],
    ids=["keys", "references", "bottlenecks"],
)
def test_many_mistakes(mistakes: Callable[[Schema], None], last: str, tmp_path: Path) -> None:
    schema = document(TINY)
    mistakes(schema)
    lines = reported(tmp_path, schema)
    assert len(lines) == 101
    assert lines[-2].split(";")[0] == last
    assert lines[-1] == "and 9,900 more"


def test_a_reference_is_searched_for_among_many(tmp_path: Path) -> None:
    """There is no time to suggest one for each of ten thousand."""
    schema = document(TINY)
    for index in range(MANY // 10):
        schema["$defs"][f"S{index}Config"] = closed({"a": number(1)})
        schema["properties"][f"s{index}"] = section(f"T{index}Config")
        schema["properties"][f"t{index}"] = section(f"S{index}Config")
    assert reported(tmp_path, schema) == [
        f"/properties/s{index}/anyOf/0/$ref: '$defs/T{index}Config' does not exist"
        for index in range(100)
    ] + ["and 900 more"]


def nested(levels: int, times: int) -> Schema:
    """A section of `levels` objects, each of which holds the next one so many `times`."""
    schema = document(TINY)
    for level in range(levels - 1):
        held = {f"p{index}": section(f"C{level + 1}") for index in range(times)}
        schema["$defs"][f"C{level}"] = closed(held)
    schema["$defs"][f"C{levels - 1}"] = closed({"a": number(1)})
    schema["properties"]["section"] = section("C0")
    return schema


def test_objects_in_objects(tmp_path: Path) -> None:
    assert "C31" in compile_schema(written(tmp_path, nested(32, 1))).files["models.py"]


def test_too_many_objects_in_objects(tmp_path: Path) -> None:
    deeper = nested(33, 1)
    assert reported(tmp_path, deeper) == [
        "/properties/section: holds objects in objects, 33 levels deep; expected at most 32"
    ]
    assert place(tmp_path, deeper) == '"section": {'
    assert reported(tmp_path, nested(MANY // 10, 1)) == [
        "/properties/section: holds objects in objects, 1000 levels deep; expected at most 32"
    ]


def test_objects_that_hold_each_other_twice(tmp_path: Path) -> None:
    """A reference page would name each of their keys."""
    twice = nested(32, 2)
    assert reported(tmp_path, twice) == [
        "/properties/section: holds most of 6442450946 keys, counted wherever they stand; "
        "expected at most 20000 in all sections; hold objects with many at fewer places"
    ]
    assert place(tmp_path, twice) == '"section": {'


def test_many_sections_that_hold_much(tmp_path: Path) -> None:
    """What each of them holds is little enough for one."""
    schema = nested(12, 2)
    schema["properties"] |= {f"section{index}": section("C0") for index in range(9)}
    [line] = reported(tmp_path, schema)
    assert line.startswith("/properties/section: holds most of 61433 keys")
    assert "expected at most 20000 in all sections" in line


def test_a_long_description_of_an_object_that_many_hold(tmp_path: Path) -> None:
    """A reference page would repeat it at each of their keys."""
    schema = nested(8, 2)
    schema["$defs"]["C7"]["description"] = "x" * 100_000
    [line] = reported(tmp_path, schema)
    assert line.startswith("/properties/section: holds most of 128")
    assert "letters in keys, descriptions, choices and defaults" in line
    assert "expected at most 10000000 in all sections" in line


def list_of(name: str) -> Schema:
    """A class that holds an array of objects of the class `name`."""
    items = {"$ref": f"#/$defs/{name}"}
    array = {"type": "array", "items": items, "description": "Objects."}
    return closed({"objects": array}, required=["objects"])


def test_items_that_hold_much(tmp_path: Path) -> None:
    """Two letters of a config, `{}`, would stand for all of it."""
    schema = nested(6, 2)
    schema["$defs"]["List"] = list_of("C0")
    schema["properties"]["section"] = section("List")
    assert "C0" in compile_schema(written(tmp_path, schema)).files["models.py"]
    schema["$defs"]["C5"] = closed({key: number(1) for key in "abc"})
    assert reported(tmp_path, schema) == [
        "/$defs/List/properties/objects: an item holds 158 keys, counted wherever they stand; "
        "expected at most 100, since {} stands for all"
    ]
    assert place(tmp_path, schema).startswith('"objects": {')


def tagged(number_of_objects: int) -> Schema:
    """A section that is one of so many objects."""
    schema = document(TINY)
    names = [f"C{index}" for index in range(number_of_objects)]
    for name in names:
        tag = {"type": "string", "enum": [name], "description": "The tag."}
        schema["$defs"][name] = closed({"type": tag}, required=["type"])
    schema["properties"]["section"] = {
        "anyOf": [*({"$ref": f"#/$defs/{name}"} for name in names), {"type": "null"}],
        "discriminator": {"propertyName": "type"},
        "default": None,
        "description": "One of them.",
    }
    return schema


def test_one_of_many_objects(tmp_path: Path) -> None:
    assert "C99" in compile_schema(written(tmp_path, tagged(100))).files["models.py"]
    assert reported(tmp_path, tagged(101)) == [
        "/properties/section/anyOf: expected at most 100 objects, not 101"
    ]


def test_a_long_way_back(tmp_path: Path) -> None:
    """Not all names of a cycle are said."""
    schema = nested(100, 1)
    schema["$defs"]["C99"] = closed({"a": section("C0")})
    [line] = reported(tmp_path, schema)
    assert line.count("→") == 11
    assert " → … → " in line
