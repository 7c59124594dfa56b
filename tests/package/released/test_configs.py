"""Whatever a released version accepted loads for ever, with its values, or is named with a reason.

The names stand in refused.json: by version, a list of {"reason": …, "configs": […]}.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator
from pydantic import BaseModel

from loss_compiler.meaning.analyse import analyse
from loss_compiler.overlay.layers import read_layers
from support.corpus import CONFIGS, SCHEMAS, WHOLE, configs, corpus
from support.schemas import CANONICAL, VARIED
from support.under_test import LossConfigError, load_config

RELEASED = sorted(file.stem for file in SCHEMAS.glob("*.json"))
VERSIONS = sorted(file.stem for file in CONFIGS.glob("*.jsonl") if file != WHOLE)
"""Those with configs that have to load; of some there is no schema, since none was released."""


def documents(version: str) -> list[str]:
    """The configs of a released version, a line for each."""
    return (CONFIGS / f"{version}.jsonl").read_text(encoding="utf-8").splitlines()[1:]


def refused(version: str) -> dict[str, str]:
    """Those of them that don't load any more, each with the reason."""
    by_version = json.loads((CONFIGS / "refused.json").read_text(encoding="utf-8"))
    assert set(by_version) <= set(VERSIONS)
    return {
        json.dumps(config): each["reason"]
        for each in by_version.get(version, ())
        for config in each["configs"]
    }


def said(value: object) -> object:
    """What a config was told, as JSON: the values that were set, and no defaults."""
    match value:
        case BaseModel():
            fields = type(value).model_fields
            return {
                fields[name].alias or name: said(getattr(value, name))
                for name in value.model_fields_set
            }
        case list():
            return [said(each) for each in value]
        case _:
            return value


def test_each_released_schema_has_configs() -> None:
    assert VERSIONS
    assert set(RELEASED) <= set(VERSIONS)


def test_a_released_schema_stays_as_it_is() -> None:
    """The hash is what SCHEMA_SHA256 was: checkpoints hold it."""
    for version in RELEASED:
        first, *_ = (CONFIGS / f"{version}.jsonl").read_text(encoding="utf-8").splitlines()
        text = read_layers(SCHEMAS / f"{version}.json").text
        assert json.loads(first) == {
            "released": version,
            "sha256": hashlib.sha256(text.encode()).hexdigest(),
        }


def test_a_released_schema_accepts_its_configs() -> None:
    for version in RELEASED:
        validator = Draft202012Validator(read_layers(SCHEMAS / f"{version}.json").document)
        for line in documents(version):
            assert validator.is_valid(json.loads(line)), line


def test_the_schema_accepts_all_of_these_configs_but_those_that_are_named() -> None:
    validator = Draft202012Validator(read_layers(CANONICAL).document)
    for version in VERSIONS:
        named = refused(version)
        for line in documents(version):
            config = json.loads(line)
            assert validator.is_valid(config) or json.dumps(config) in named, line


@pytest.mark.parametrize("version", VERSIONS)
def test_configs_of_a_released_version_load(version: str, tmp_path: Path) -> None:
    file = tmp_path / "config.json"
    named, lost, kept = refused(version), [], []
    for line in documents(version):
        file.write_text(line, encoding="utf-8")
        document = json.loads(line)
        name = json.dumps(document)
        try:
            loads = said(load_config(file)) == document
        except LossConfigError:
            loads = False
        if loads and name in named:
            kept.append(line)
        if not loads and name not in named:
            lost.append(line)
    assert not lost, "name these in refused.json, with the reason"
    assert not kept, "these load; remove them from refused.json"


@pytest.mark.parametrize("version", VERSIONS)
def test_what_is_named_is_a_config_and_has_a_reason(version: str) -> None:
    known = {json.dumps(json.loads(line)) for line in documents(version)}
    for name, reason in refused(version).items():
        assert name in known
        assert reason.strip()


def test_configs_that_people_write_are_among_them() -> None:
    """Until one of them is no config of the newest version; then write another in its place."""
    lines = corpus(CANONICAL).splitlines()
    assert set(WHOLE.read_text(encoding="utf-8").splitlines()) <= set(lines)


# What is generated


def keys(value: object, path: str = "") -> set[str]:
    """The paths to everything in a config, with the values of what has no parts."""
    match value:
        case Mapping() if value:
            return {each for key, child in value.items() for each in keys(child, f"{path}.{key}")}
        case list() if value:
            return {each for child in value for each in keys(child, f"{path}[]")}
        case _:
            return {f"{path} {json.dumps(value)}"}


def generated(schema: Path) -> set[str]:
    """What the configs for a schema have in them."""
    documents: list[Any] = list(configs(analyse(read_layers(schema).syntax)))
    return {each for document in documents for each in keys(document)}


def test_every_kind_of_value_is_generated() -> None:
    found = generated(VARIED)
    kl = "3.4028234663852886e+38"
    assert found >= {
        " {}",
        ".$schema null",
        ".bottleneck {}",
        ".bottleneck.weights {}",
        *(f".bottleneck.weights.kl {value}" for value in (0, 1, 0.25, kl, "null")),
        ".spectral {}",
        ".spectral null",
        *(f".spectral.weight {value}" for value in ("0.0", "1000.0", 0.25, 0)),
        ".spectral.details {}",
        ".spectral.details null",
        *(f".spectral.details.weight {value}" for value in (0, kl, "null")),
        '.discriminator.type "encodec"',
        '.discriminator.type "oobleck"',
        *(f".discriminator.filters {value}" for value in (1, 1024)),
        *(f".discriminator.scale {value}" for value in ("5e-324", 2.4999999999999996)),
        *(f".discriminator.depth {value}" for value in (0, -1, 2**53 + 1)),
        *(f".discriminator.causal {value}" for value in ("true", "false", "null")),
        ".discriminator.rates []",
        ".discriminator.sizes null",
        *(f".discriminator.sizes[] {value}" for value in (1, -1)),
        ".discriminator.bands []",
        ".discriminator.bands[] []",
        ".discriminator.bands[][] 0.25",
        ".discriminator.flags[] true",
        ".discriminator.layers null",
        ".discriminator.layers []",
        ".discriminator.layers[] {}",
        '.discriminator.layers[].activation "elu"',
        '.discriminator.layers[].padding "same"',
        ".discriminator.layers[].padding null",
        '.discriminator.layers[].label "xx"',
        '.discriminator.layers[].label "xxxx"',
        ".discriminator.layers[].config {}",
        ".discriminator.layers[].config.more.a[] {}",
        ".discriminator.layers[].more null",
    }


def test_every_key_of_the_schema_is_generated() -> None:
    """By another way than the generator's: each property of each object that a config can hold."""
    document = read_layers(CANONICAL).document
    others = {"ValueLossConfig", "LossFactoryResult", "LossMapping"}
    others |= {name for name in document["$defs"] if name.endswith("Schedule")}
    objects = {
        name: each["properties"]
        for name, each in {"": document, **document["$defs"]}.items()
        if each.get("additionalProperties") is False and name not in others
    }
    paths = {each.split(" ")[0] for each in generated(CANONICAL)}
    for properties in objects.values():
        for key in properties:
            assert any(path.endswith(f".{key}") or f".{key}." in path for path in paths), key
