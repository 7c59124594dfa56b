"""Configs that have to work, in all the forms in which trainers hold them."""

from __future__ import annotations

import json
import math
from collections import ChainMap, OrderedDict, UserDict, UserList
from collections.abc import Iterator, Mapping
from enum import Enum
from fractions import Fraction
from pathlib import Path
from types import MappingProxyType

import numpy as np
import pytest
from omegaconf import DictConfig, OmegaConf

from support.cases import sections
from support.documents import CONFIG
from support.under_test import (
    AutoencoderLossConfig,
    BottleneckLossConfig,
    BottleneckWeights,
    LossFactoryResult,
    create_loss_modules_from_bottleneck,
    load_config,
    plan_losses,
)

DEFAULT_KL = 1e-6


def weights(**values: object) -> dict[str, object]:
    return {"bottleneck": {"weights": values}}


def kl_of(result: LossFactoryResult) -> float:
    loss = result.get_loss_by_name("kl_loss")
    assert loss is not None
    return loss.weight


# --- documents: any of these can stand in a file, or in Python

STFT = {
    "fft_sizes": [2048, 1024, 512],
    "hop_sizes": [512, 256, 128],
    "win_lengths": [2048, 1024, 512],
    "perceptual_weighting": True,
    "scale": None,
    "seed": 10**400,
    "w_phs": 0.0,
    "window": "hann_window",
    "bands": [[0.0, 0.1], [0.1, 1.0], []],
    "nested": {"deeper": [{"a": {}}], "": -1},
}


def cases(kind: str) -> dict[str, tuple[str, float]]:
    """What good_configs.txt holds of a kind: texts, and the KL weight that each gives."""
    return {
        block.name: (block.text, float(block.after("=")[0]))
        for section in sections(Path(__file__).with_name("good_configs.txt"))
        if section.head.startswith(kind)
        for block in section.blocks
    }


DOCUMENTS: dict[str, tuple[dict[str, object], float]] = {
    **{name: (json.loads(text), kl) for name, (text, kl) in cases("loss configs").items()},
    "label that is free text": (
        {"bottleneck": {"type": "KL & “mmd”\n", "weights": {"kl": 2e-6}}},
        2e-6,
    ),
    "open keyword arguments": (
        {
            "spectral": {"config": STFT},
            "time": {"config": STFT},
            "discriminator": {"type": "transformer", "config": STFT},
            "reconstruction": {"config": STFT},
            "adversarial": {"config": STFT},
        },
        DEFAULT_KL,
    ),
}

every_document = pytest.mark.parametrize(("document", "kl"), DOCUMENTS.values(), ids=DOCUMENTS)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "model_config.json"


@every_document
def test_a_mapping(document: dict[str, object], kl: float) -> None:
    assert kl_of(plan_losses("vae", document)) == kl


@every_document
def test_a_bare_file(path: Path, document: dict[str, object], kl: float) -> None:
    path.write_text(json.dumps(document))
    config = load_config(path)
    assert config == AutoencoderLossConfig.model_validate(document)
    assert kl_of(plan_losses("vae", config)) == kl


@every_document
def test_a_whole_model_config(path: Path, document: dict[str, object], kl: float) -> None:
    whole = {"model_type": "autoencoder", "sample_rate": 1, "training": {"loss_configs": document}}
    path.write_text(json.dumps(whole))
    config = load_config(path)
    assert config == AutoencoderLossConfig.model_validate(document)
    assert kl_of(plan_losses("vae", config)) == kl


@every_document
def test_the_schema_takes_it_too(document: dict[str, object], kl: float) -> None:
    assert CONFIG.is_valid(document), kl


def test_none() -> None:
    assert kl_of(plan_losses("vae", None)) == DEFAULT_KL
    assert kl_of(plan_losses("vae")) == DEFAULT_KL


def test_open_keyword_arguments_stay_as_they_are(path: Path) -> None:
    path.write_text(json.dumps({"spectral": {"config": STFT}}))
    section = load_config(path).spectral
    assert section is not None
    assert json.dumps(section.config) == json.dumps(STFT)


def test_the_sections_that_are_written_are_on(path: Path) -> None:
    path.write_text('{"time": {}, "spectral": null}')
    config = load_config(path)
    assert config.time is not None
    assert (config.time.weights.l1, config.time.decay, config.time.config) == (None, 1.0, {})
    assert config.spectral is None
    assert config.discriminator is None


# --- Python's numbers, mappings and sequences


class KeysOnly(Mapping[str, object]):
    """The least that a mapping can be."""

    def __init__(self, members: dict[str, object]) -> None:
        self._members = members

    def __getitem__(self, key: str) -> object:
        return self._members[key]

    def __iter__(self) -> Iterator[str]:
        return iter(self._members)

    def __len__(self) -> int:
        return len(self._members)


class Label(str, Enum):
    KL = "kl"


NUMBERS: dict[str, object] = {
    "float": 0.25,
    "float64": np.float64(0.25),
    "float32": np.float32(0.25),
    "float16": np.float16(0.25),
    "Fraction": Fraction(1, 4),
}


@pytest.mark.parametrize("number", NUMBERS.values(), ids=NUMBERS)
def test_a_real_number_of_any_kind(number: object) -> None:
    weight = kl_of(plan_losses("vae", weights(kl=number)))
    assert (type(weight), weight) == (float, 0.25)


@pytest.mark.parametrize("number", [np.int64(3), np.uint8(3), Fraction(3), 3])
def test_an_integer_of_any_kind(number: object) -> None:
    weight = kl_of(plan_losses("vae", weights(kl=number)))
    assert (type(weight), weight) == (float, 3.0)


NODES = OmegaConf.create({"whole": weights(kl=0.25)})

MAPPINGS: dict[str, Mapping[str, object]] = {
    "UserDict": UserDict(bottleneck=UserDict(weights=UserDict(kl=0.25))),
    "OrderedDict": OrderedDict(weights(kl=0.25)),
    "ChainMap": ChainMap({"time": None}, weights(kl=0.25)),
    "MappingProxyType": MappingProxyType(
        {"bottleneck": MappingProxyType({"weights": MappingProxyType({"kl": 0.25})})}
    ),
    "Mapping": KeysOnly({"bottleneck": KeysOnly({"weights": KeysOnly({"kl": 0.25})})}),
    "DictConfig": OmegaConf.create(weights(kl=0.25)),
    "DictConfig inside": {"bottleneck": OmegaConf.create({"weights": {"kl": 0.25}})},
    "DictConfig with interpolations": OmegaConf.create(
        {
            "$schema": "${.spectral.type}",
            "bottleneck": {"type": "x ${..time.decay}", "weights": "${half}"},
            "time": {"decay": 0.5},
            "spectral": {"type": "mrstft", "config": {"sizes": [1, "${....time.decay}"]}},
            "half": {"kl": "${oc.decode:'0.25'}"},
        }
    ),
    "DictConfig inside that nobody resolved": {
        "bottleneck": DictConfig("${whole.bottleneck}", parent=NODES)
    },
    "models inside": {"bottleneck": BottleneckLossConfig(weights=BottleneckWeights(kl=0.25))},
}


@pytest.mark.parametrize("config", MAPPINGS.values(), ids=MAPPINGS)
def test_a_mapping_of_any_kind(config: Mapping[str, object]) -> None:
    for result in (
        plan_losses("vae", config, foreign_sections=["half"]),
        plan_losses("vae", {**config}, foreign_sections=["half"]),
    ):
        assert kl_of(result) == 0.25
    (module,) = create_loss_modules_from_bottleneck("vae", config, foreign_sections=["half"])
    assert module.weight == 0.25


SEQUENCES: dict[str, object] = {
    "list": [1, 2.5],
    "tuple": (1, (2.5, None)),
    "range": range(3),
    "UserList": UserList([1, "a"]),
    "ListConfig": OmegaConf.create([1, [2]]),
}


@pytest.mark.parametrize("sequence", SEQUENCES.values(), ids=SEQUENCES)
def test_a_sequence_of_any_kind(sequence: object) -> None:
    config = {"spectral": {"config": {"sizes": sequence}}, **weights(kl=0.25)}
    assert kl_of(plan_losses("vae", config)) == 0.25


def test_a_string_of_any_kind() -> None:
    config = {"bottleneck": {"type": Label.KL}, "time": {"type": np.str_("l1")}}
    assert kl_of(plan_losses("vae", config)) == DEFAULT_KL


def test_a_whole_config_of_omegaconf_that_nobody_resolved() -> None:
    assert kl_of(plan_losses("vae", DictConfig("${whole}", parent=NODES))) == 0.25


def test_null_as_omegaconf_has_it() -> None:
    for config in (DictConfig(None), {"time": DictConfig(None)}):
        assert kl_of(plan_losses("vae", config)) == DEFAULT_KL


def test_a_model() -> None:
    config = AutoencoderLossConfig(bottleneck=BottleneckLossConfig())
    config.bottleneck.weights.kl = 0.25
    assert kl_of(plan_losses("vae", config)) == 0.25
    assert kl_of(plan_losses("vae", config, foreign_sections=["sisdr"])) == 0.25


# --- sections that the trainer reads itself


class Unreadable(dict[str, object]):
    """A mapping that must not be looked into."""

    def __iter__(self) -> Iterator[str]:
        raise AssertionError("somebody looked")


FOREIGN: dict[str, object] = {
    "NaN": math.nan,
    "null": None,
    "no JSON value": {1, 2},
    "keys that are no strings": {1: 2},
    "not even looked at": Unreadable(a=1),
}


@pytest.mark.parametrize("section", FOREIGN.values(), ids=FOREIGN)
def test_a_foreign_section_can_hold_anything(section: object) -> None:
    config = {"sisdr": section, **weights(kl=0.25)}
    assert kl_of(plan_losses("vae", config, foreign_sections=["sisdr"])) == 0.25
    (module,) = create_loss_modules_from_bottleneck("vae", config, foreign_sections=("sisdr",))
    assert module.weight == 0.25


def test_a_foreign_section_that_omegaconf_cant_resolve() -> None:
    config = OmegaConf.create({"sisdr": "${nowhere}", "clap": "???", **weights(kl=0.25)})
    assert kl_of(plan_losses("vae", config, foreign_sections={"sisdr", "clap"})) == 0.25


def test_a_section_of_ours_can_be_foreign() -> None:
    config = {"spectral": {"type": "mine", "n": 3}, **weights(kl=0.25)}
    assert kl_of(plan_losses("vae", config, foreign_sections=["spectral"])) == 0.25


def test_foreign_sections_need_not_be_there() -> None:
    assert kl_of(plan_losses("vae", {}, foreign_sections=["sisdr"])) == DEFAULT_KL


def test_foreign_sections_can_be_an_iterator() -> None:
    config = {"a": 1, "b": 2}
    assert kl_of(plan_losses("vae", config, foreign_sections=iter("ab"))) == DEFAULT_KL


@pytest.mark.parametrize(
    "text",
    [
        '{"sisdr": {"a": NaN, "a": 1e400, "a": "\\ud800"}, "time": {}}',
        '{"sisdr": 1, "sisdr": 2, "time": {}}',
        '{"training": {"loss_configs": {"sisdr": [Infinity, {"a": 1, "a": 2}], "time": {}}}}',
    ],
    ids=["defects inside", "duplicate", "in a whole config"],
)
def test_a_foreign_section_of_a_file_can_hold_defects(path: Path, text: str) -> None:
    path.write_text(text)
    config = load_config(path, foreign_sections=["sisdr"])
    assert config.time is not None
    assert config.model_extra is None


# --- whole model configs

WHOLE = cases("whole model configs")


@pytest.mark.parametrize(("text", "kl"), WHOLE.values(), ids=WHOLE)
def test_a_whole_file(path: Path, text: str, kl: float) -> None:
    path.write_text(text)
    assert load_config(path).bottleneck.weights.kl == kl


def test_the_owners_complete_example(path: Path) -> None:
    path.write_text(WHOLE["the owner's complete example"][0])
    assert load_config(path) == AutoencoderLossConfig.model_validate(
        {
            "bottleneck": {"weights": {"kl": 1e-5, "mmd": 75.0}},
            "reconstruction": {"weight": 1.0, "type": "l2"},
            "adversarial": {"weight": 0.1, "type": "hinge"},
        }
    )


def test_a_path_can_be_a_string(path: Path) -> None:
    path.write_text('\r\n\t {"bottleneck" : {"weights":{"kl":2E-5}}}\r\n')
    assert load_config(str(path)).bottleneck.weights.kl == 2e-5


def test_a_file_with_escapes_and_characters_of_all_kinds(path: Path) -> None:
    label = 'ü/\u2028\U0001f3b6"\\\n'
    path.write_text(json.dumps({"bottleneck": {"type": label}}), encoding="ascii")
    assert load_config(path).bottleneck.type == label
    path.write_text(
        json.dumps({"bottleneck": {"type": label}}, ensure_ascii=False), encoding="utf-8"
    )
    assert load_config(path).bottleneck.type == label


def test_a_document_that_is_just_not_too_deep(path: Path) -> None:
    deepest = "[" * 89 + "]" * 89
    path.write_text('{"spectral": {"config": {"a": ' + deepest + "}}}")
    section = load_config(path).spectral
    assert section is not None
    config = {"spectral": {"config": section.config}}
    assert plan_losses("vae", config) == plan_losses("vae")
