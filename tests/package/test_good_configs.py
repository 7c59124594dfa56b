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
from omegaconf import OmegaConf

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

#: A loss_configs object, and the KL weight that it gives.
DOCUMENTS: dict[str, tuple[dict[str, object], float]] = {
    "empty": ({}, DEFAULT_KL),
    "no bottleneck section": ({"time": {"weights": {"l1": 0.5}}}, DEFAULT_KL),
    "bottleneck without anything": ({"bottleneck": {}}, DEFAULT_KL),
    "bottleneck with a label only": ({"bottleneck": {"type": "kl"}}, DEFAULT_KL),
    "bottleneck without a label": (weights(kl=1e-4), 1e-4),
    "no weights": (weights(), DEFAULT_KL),
    "null weight": (weights(kl=None), DEFAULT_KL),
    "all weights null": (
        weights(kl=None, mmd=None, quantizer=None, codebook=None, commitment=None, softnorm=None),
        DEFAULT_KL,
    ),
    "integer": (weights(kl=10), 10.0),
    "0": (weights(kl=0), 0.0),
    "0.0": (weights(kl=0.0), 0.0),
    "largest float32": (weights(kl=3.4028234663852886e38), 3.4028234663852886e38),
    "smallest float64": (weights(kl=5e-324), 5e-324),
    "label that is free text": (
        {"bottleneck": {"type": "KL & “mmd”\n", "weights": {"kl": 2e-6}}},
        2e-6,
    ),
    "label that names another loss": ({"bottleneck": {"type": "mmd"}}, DEFAULT_KL),
    "null label": ({"bottleneck": {"type": None}}, DEFAULT_KL),
    "null sections": (
        {
            "spectral": None,
            "time": None,
            "discriminator": None,
            "mrmel": None,
            "hubert": None,
            "clap": None,
            "contrastive": None,
            "jepa": None,
            "generative": None,
            "latent_distillation": None,
            "semantic_regressors": None,
            "reconstruction": None,
            "adversarial": None,
        },
        DEFAULT_KL,
    ),
    "empty sections": (
        {
            "spectral": {},
            "time": {},
            "latent_distillation": {},
            "reconstruction": {},
            "adversarial": {},
        },
        DEFAULT_KL,
    ),
    "$schema": ({"$schema": "https://example.com/losses.schema.json", **weights(kl=3e-5)}, 3e-5),
    "null $schema": ({"$schema": None}, DEFAULT_KL),
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
    "everything": (
        {
            "discriminator": {
                "type": "encodec",
                "config": {"filters": 64, "n_ffts": [2048, 1024]},
                "weights": {"adversarial": 0.1, "feature_matching": 5},
                "decay": 1,
            },
            "spectral": {
                "type": "mrstft",
                "config": {"sample_rate": 44100},
                "weights": {"mrstft": 1.0},
                "decay": 0.999,
            },
            "time": {"type": "l1", "weights": {"l1": 0, "l2": None, "mmd": 2.5}},
            "bottleneck": {"type": "kl", "weights": {"kl": 1e-4}},
            "reconstruction": {"weight": 1.0, "type": "l2"},
            "adversarial": {"weight": 0.1, "type": "hinge"},
        },
        1e-4,
    ),
}

DISCRIMINATORS: dict[str, dict[str, object]] = {
    "encodec": {
        "filters": 64,
        "n_ffts": [2048, 1024],
        "hop_lengths": [512, 256],
        "win_lengths": [2048, 1024],
        "kernel_size": [3, 9],
        "activation": "SiLU",
        "activation_params": {},
        "spec_scale_pow": -0.5,
    },
    "dac": {"periods": [2, 3], "rates": [], "bands": [[0.0, 0.1], [0.1, 1]], "use_hinge": True},
    "oobleck": {"in_channels": 2},
    "big_vgan": {"fmin": 32.7, "cqtd_hop_lengths": [512], "cqtd_n_octaves": [9], "periods": None},
    "transformer": {"stft_kwargs": {"enabled": True}},
    "hil": {"filters": 32, "n_chroma": 64},
}
for kind, arguments in DISCRIMINATORS.items():
    section = {
        "type": kind,
        "config": arguments,
        "weights": {"adversarial": 0.1, "feature_matching": 5.0},
        "decay": 0.999,
    }
    DOCUMENTS[f"{kind} discriminator"] = ({"discriminator": section, **weights(kl=2e-4)}, 2e-4)

SECTIONS: dict[str, dict[str, object]] = {
    "mrmel": {
        "type": "mel",
        "config": {
            "n_mels": [5, 80, 320],
            "window_lengths": [32, 512, 2048],
            "pow": 1.0,
            "log_weight": 1.0,
            "mag_weight": 0,
        },
        "weights": {"mrmel": 15},
    },
    "hubert": {
        "config": {"model_name": "WAVLM_LARGE", "feature_ids": [-1]},
        "weights": {"hubert": 0.5},
        "decay": 0.99,
    },
    "clap": {"config": {"feature_ids": [2, 3]}, "weights": {"clap": 0.5}},
    "contrastive": {
        "config": {"transformer_dim": 512, "depth": 4, "use_text": True, "dyt": False},
        "weights": {"contrastive": 1},
        "warmup": 0,
        "decay_contrastive": 0.9,
    },
    "jepa": {
        "config": {"transformer_dim": 64, "depth": 2, "mask_rate": 0.4, "mask_block_size": 8},
        "weights": {"jepa": 1},
        "warmup": 5000,
        "decay": 1,
    },
    "generative": {
        "type": "diffusion",
        "config": {"embed_dim": 768, "depth": 12},
        "weights": {"diffusion": 0.1},
    },
    "latent_distillation": {"weights": {"l1": 1.0, "l2": 0}},
    "semantic_regressors": {"weights": {"semantic_regressors_l1": 1.0}, "warmup": 100},
}
for name, section in SECTIONS.items():
    DOCUMENTS[name] = ({name: section, **weights(kl=2e-4)}, 2e-4)
DOCUMENTS["every other section"] = (SECTIONS, DEFAULT_KL)

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

WHOLE: dict[str, tuple[str, float]] = {
    "the owner's complete example": (
        """{
    "model_type": "autoencoder",
    "training": {
        "learning_rate": 1e-4,
        "loss_configs": {
            "bottleneck": {
                "weights": {
                    "kl": 1e-5,
                    "mmd": 75.0
                }
            },
            "reconstruction": {
                "weight": 1.0,
                "type": "l2"
            },
            "adversarial": {
                "weight": 0.1,
                "type": "hinge"
            }
        }
    }
}""",
        1e-5,
    ),
    "no training": ('{"model_type": "autoencoder", "sample_rate": 44100}', DEFAULT_KL),
    "null training": ('{"training": null}', DEFAULT_KL),
    "no loss_configs": ('{"model": {}, "training": {"learning_rate": 1e-4}}', DEFAULT_KL),
    "null loss_configs": ('{"training": {"loss_configs": null}}', DEFAULT_KL),
    "defects elsewhere": (
        """{
  "model_type": "autoencoder", "model_type": "again",
  "model": {"a": NaN, "b": 1e400, "c": "\\ud800", "c": null, "loss_configs": 3},
  "training": {
    "learning_rate": NaN, "learning_rate": 1e400,
    "demo": {"loss_configs": {"botleneck": NaN}},
    "loss_configs": {"bottleneck": {"weights": {"kl": 1e-5}}}
  }
}""",
        1e-5,
    ),
    "half surrogates in keys elsewhere": (
        '{"\\ud800": 1, "training": {"\\ud801": 1, "loss_configs": {}}}',
        DEFAULT_KL,
    ),
    "other keys that resemble ours": (
        '{"train_set": 1, "training": {"eval_loss_configs": {}, "loss_config_path": "x"}}',
        DEFAULT_KL,
    ),
}


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
