"""What a weight may look like in a schema: the reference to `Weight`, or the long form."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from loss_compiler.compile import compile_schema
from loss_compiler.meaning.analyse import analyse
from loss_compiler.overlay.layers import whole_schema, with_overlay
from loss_compiler.source.files import parsed, read_source
from support.schemas import CANONICAL, TINY, compiled, document, written

REFERENCE = "#/$defs/Weight"
WEIGHT = {"type": ["number", "null"], "minimum": 0, "maximum": 3.4028234663852886e38}


def with_references(schema: dict[str, Any]) -> dict[str, Any]:
    """The tiny schema with its weight in the short form."""
    weights = schema["$defs"]["BottleneckWeights"]["properties"]
    rest = {key: each for key, each in weights["kl"].items() if key not in WEIGHT}
    weights["kl"] = {"$ref": REFERENCE, **rest}
    schema["$defs"]["Weight"] = {"description": "A weight.", **WEIGHT}
    return schema


def test_both_forms_mean_the_same(tmp_path: Path) -> None:
    short = compile_schema(written(tmp_path, with_references(document(TINY))))
    assert short.schema == compiled(TINY).schema
    different = {name for name, text in short.files.items() if text != compiled(TINY).files[name]}
    assert different == {"losses.schema.json", "_version.py"}  # which has the schema's checksum


def test_every_weight_of_the_canonical_schema_is_a_reference() -> None:
    whole = document(CANONICAL)
    for name, owner in whole["$defs"].items():
        for key, each in owner.get("properties", {}).items():
            is_weight = name.endswith("Weights") or (key == "weight" and "default" in each)
            assert not is_weight or each["$ref"] == REFERENCE, (name, key)
    weights = whole["$defs"]["BottleneckWeights"]["properties"].values()
    assert {each["$ref"] for each in weights} == {REFERENCE}


@pytest.mark.parametrize("form", [{}, {"$ref": REFERENCE}, WEIGHT, {"type": WEIGHT["type"]}])
def test_an_overlay_needs_a_default_and_a_description(form: dict[str, Any]) -> None:
    """What it does not say is the reference, or the rest of the long form."""
    below = whole_schema(read_source(CANONICAL))
    said = {"default": 2, "description": "A weight."}
    frame = {"x-extends": {"x-name": "loss-factory", "x-version": "0.9.7"}, "x-name": "lab"}
    change = {
        "BottleneckWeights": {"properties": {"new": form | said, "kl": None}},
        "KLLoss": {"properties": {"weight": {"$ref": "#/$defs/BottleneckWeights/properties/new"}}},
    }
    text = json.dumps({**frame, "x-version": "1.0.0", "$defs": change})
    layers = with_overlay(below, parsed("lab.json", text))
    weights = json.loads(layers.text)["$defs"]["BottleneckWeights"]["properties"]
    expected = WEIGHT if "type" in form else {"$ref": REFERENCE}
    assert list(weights["new"].items()) == list({**expected, **said}.items())
    [field] = [
        each
        for model in analyse(layers.syntax).models
        if model.name == "BottleneckWeights"
        for each in model.fields
        if each.key == "new"
    ]
    limits = {key: WEIGHT[key] for key in ("minimum", "maximum")}
    assert (field.limits, field.nullable, field.default) == (limits, True, 2.0)
