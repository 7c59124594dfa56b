"""Kinds of fields together: names for Python, choices, maps, numbers or lists, objects in place."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from loss_compiler.compile import compile_schema
from support.schemas import VARIED, answer, document, python_with, unpacked, written

COMMENTS = {"^(//|[_$]comment$)": True}
FIELDS: dict[str, dict[str, Any]] = {
    "mel/mode": {"x-python-name": "mode", "type": "string", "enum": ["a", "b"], "default": "a"},
    "mel/size": {"x-python-name": "size", "type": ["integer", "null"], "enum": [3, 4, None]},
    "mel/modes": {
        "x-python-name": "modes",
        "type": "array",
        "items": {"type": "string", "enum": ["a", "b"]},
        "default": ["a"],
    },
    "mel/sizes": {
        "x-python-name": "sizes",
        "type": "array",
        "items": {"type": "array", "items": {"type": "integer", "enum": [3, 4]}},
        "default": [[3]],
    },
    "mel/opt": {
        "x-python-name": "opt",
        "type": "object",
        "additionalProperties": False,
        "patternProperties": COMMENTS,
        "default": {},
        "properties": {"enum": {"type": "integer", "default": 1, "description": "A number."}},
    },
    "mel/held": {
        "x-python-name": "held",
        "$ref": "#/$defs/RuledArguments",
        "default": {},
        "deprecated": True,
    },
    "orders": {
        "type": "object",
        "additionalProperties": {"type": "integer", "enum": [1, 2]},
        "patternProperties": COMMENTS,
        "default": {},
    },
    "shifts": {
        "type": ["object", "null"],
        "additionalProperties": {"type": "integer", "multipleOf": 4},
        "patternProperties": COMMENTS,
    },
    "kernel": {
        "type": ["integer", "array", "null"],
        "multipleOf": 64,
        "items": {"type": "integer", "enum": [3, 4]},
    },
    "_target_": {"x-python-name": "target", "type": "string", "default": "a"},
    "hops": {
        "type": ["integer", "array"],
        "minimum": 1,
        "items": {"type": "integer", "multipleOf": 64},
        "default": [64],
        "deprecated": True,
        "x-also": ["strides"],
    },
}

READ = """
from loss_factory import AutoencoderLossConfig, LossConfigError, plan_losses
answer = []
for each in question:
    try:
        plan_losses("vae", {"kinds": each})
    except LossConfigError as error:
        answer.append(str(error).removeprefix("loss_config: /kinds"))
    else:
        read = AutoencoderLossConfig.model_validate({"kinds": each})
        dumped = read.model_dump()
        assert AutoencoderLossConfig.model_validate(dumped) == read
        answer.append({key: dumped["kinds"].get(key) for key in each})
"""


def document_with(fields: dict[str, dict[str, Any]]) -> dict[str, Any]:
    """The varied schema with a section of these fields."""
    schema = document(VARIED)
    described = {key: {"description": "A field.", **each} for key, each in fields.items()}
    for each in described.values():
        each.setdefault("default", None)
    schema["$defs"]["KindsConfig"] = {
        "type": "object",
        "additionalProperties": False,
        "patternProperties": COMMENTS,
        "description": "Fields.",
        "properties": described,
    }
    schema["properties"]["kinds"] = {
        "anyOf": [{"$ref": "#/$defs/KindsConfig"}, {"type": "null"}],
        "default": None,
        "description": "Fields.",
    }
    return schema


@pytest.fixture(scope="module")
def package(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("kinds")
    files = compile_schema(written(folder, document_with(FIELDS))).files
    return unpacked(files, folder)


def test_each_takes_what_the_schema_says_under_its_key(package: Path) -> None:
    """JSON Schema agrees."""
    answers: list[tuple[dict[str, Any], object]] = [
        ({"mel/mode": "b", "mel/size": 4.0, "mel/modes": ["b"], "mel/sizes": [[4.0], []]},) * 2,
        ({"mel/size": None, "mel/opt": {"enum": 2}},) * 2,
        ({"orders": {"a": 2.0}, "shifts": {"b": -4}},) * 2,
        ({"kernel": 128.0, "hops": [64.0, 128]},) * 2,
        ({"kernel": [3, 4.0], "hops": 65},) * 2,
        ({"opt": {}}, "/opt: unknown key 'opt'; did you mean 'mel/opt'?"),
        (
            {"opt": {}, "mel/opt": {}},
            "/opt: unknown key 'opt'; it means 'mel/opt', which is written besides",
        ),
        ({"x": 1}, f"/x: unknown key 'x'; expected {', '.join(map(repr, sorted(FIELDS)))}"),
        ({"mel/mode": "c"}, "/mel~1mode: expected 'a' or 'b', not the string \"c\""),
        ({"mel/size": True}, "/mel~1size: expected 3 or 4 or null, not true"),
        ({"mel/sizes": [[5]]}, "/mel~1sizes/0/0: expected 3 or 4, not 5"),
        ({"mel/opt": {"enum": "a"}}, '/mel~1opt/enum: expected an integer, not the string "a"'),
        ({"orders": {"a": 3}}, "/orders/a: expected 1 or 2, not 3"),
        ({"shifts": {"a": 3}}, "/shifts/a: expected a multiple of 4, not 3"),
        ({"kernel": 65}, "/kernel: expected a multiple of 64 or null, not 65"),
        ({"kernel": [5]}, "/kernel/0: expected 3 or 4, not 5"),
        ({"hops": [65]}, "/hops/0: expected a multiple of 64, not 65"),
    ]
    configs = [config for config, _ in answers]
    assert answer(package, READ, configs) == [expected for _, expected in answers]
    schema = json.loads((package / "loss_factory" / "losses.schema.json").read_text("utf-8"))
    validator = Draft202012Validator(schema)
    valid = [validator.is_valid({"kinds": config}) for config in configs]
    assert valid == [isinstance(expected, dict) for _, expected in answers]


ASSIGN = """
from loss_factory import AutoencoderLossConfig
kinds = AutoencoderLossConfig.model_validate({"kinds": {}}).kinds
kinds._target_ = "b"
answer = [kinds.target, kinds.model_dump()["_target_"], sorted(kinds.model_fields_set)]
for name, value in (("_target_", 5), ("_other", 5)):
    try:
        setattr(kinds, name, value)
    except ValueError as error:
        answer.append(str(error).splitlines()[0])
"""


def test_a_key_that_begins_with_an_underscore_is_assigned_to(package: Path) -> None:
    """Pydantic would set something beside the field."""
    assert answer(package, ASSIGN) == [
        *("b", "b", ["target"]),
        "1 validation error for KindsConfig",
        '"KindsConfig" object has no field "_other"',
    ]


COPY = """
from loss_factory import AutoencoderLossConfig, LossConfigError
ruled = AutoencoderLossConfig.model_validate({"audio": {"ruled": {}}}).audio.ruled
try:
    answer = ruled.model_copy(update={"hop": 64})
except LossConfigError as error:
    answer = str(error)
"""


def test_a_copy_has_the_keys_that_others_need(package: Path) -> None:
    """A default was not written."""
    needed = "'hop' needs 'fft_size' and 'order', which are missing here"
    assert answer(package, COPY) == f"update: /hop: {needed}"


RESOLVE = """
import sys; sys.argv[1:] = ["resolve", "-"]
from loss_factory.dispatch import TABLES; from loss_factory.runtime.cli import main
main(TABLES, "loss-factory", "")
"""


def test_resolve_writes_a_null_that_another_key_needs(package: Path) -> None:
    question = {"shifts": [4], "mel/bins": None, "hop": 64, "fft_size": 512, "order": None}
    done = python_with(package, RESOLVE, json.dumps({"audio": {"ruled": question}}))
    resolved = json.loads(done.stdout)["audio"]["ruled"]
    assert {key: resolved[key] for key in question} == question
    assert "old_hop" not in resolved
