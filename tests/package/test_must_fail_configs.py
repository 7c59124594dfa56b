"""Configs that have to be refused, each with the complete message that its author gets."""

from __future__ import annotations

import math
import pickle
from collections.abc import Callable
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from omegaconf import OmegaConf

from support.documents import ALL_BOTTLENECK_WEIGHTS, ALL_SECTIONS, places_of
from support.under_test import (
    AutoencoderLossConfig,
    BottleneckLossConfig,
    BottleneckWeights,
    ConfigProblem,
    LossConfigError,
    create_loss_modules_from_bottleneck,
    load_config,
    plan_losses,
)

Entry = Callable[..., object]
SECTIONS = ", ".join(map(repr, sorted(ALL_SECTIONS)))
WEIGHTS = ", ".join(map(repr, sorted(ALL_BOTTLENECK_WEIGHTS)))
DISCRIMINATORS = "'encodec', 'dac', 'oobleck', 'big_vgan', 'transformer' or 'hil'"
CYRILLIC = "bottlen\u0435ck"
LARGEST = "3.4028234663852886e+38"
WHOLE = (
    "expected the loss_configs object itself, not what holds it "
    "(load_config takes whole model configs)"
)


def skip(name: str) -> str:
    """How a message shows the way to skip a section."""
    return f"pass foreign_sections=[{name!a}] if the trainer reads it itself"


def unknown(name: str) -> str:
    """The message about a section that resembles nothing."""
    return f"unknown section {name!a}; expected {SECTIONS}; or {skip(name)}"


def weights(**values: object) -> dict[str, object]:
    return {"bottleneck": {"weights": values}}


@pytest.mark.usefixtures("_loss_factory_only")
def test_what_messages_list() -> None:
    """The lists that the messages below take from the schema."""
    assert SECTIONS == (
        "'adversarial', 'bottleneck', 'clap', 'contrastive', 'discriminator', 'generative', "
        "'hubert', 'jepa', 'latent_distillation', 'mrmel', 'reconstruction', "
        "'semantic_regressors', 'spectral', 'time'"
    )
    assert WEIGHTS == "'codebook', 'commitment', 'kl', 'mmd', 'quantizer', 'softnorm'"
    assert places_of("mmd") == "/bottleneck/weights/mmd or /time/weights/mmd"
    assert places_of("depth") == (
        "/contrastive/config/depth or /jepa/config/depth or /generative/config/depth"
    )
    assert places_of("fft_sizes") == "/discriminator/config/fft_sizes"


# --- Python mappings


def arguments(depth: int) -> dict[str, object]:
    """Keyword arguments nested so many levels deep."""
    nested: dict[str, object] = {}
    for _ in range(depth - 1):
        nested = {"a": nested}
    return nested


MAPPINGS: dict[str, tuple[object, list[str]]] = {
    # keys
    "weight for weights": (
        {"bottleneck": {"weight": {"kl": 1e-4}}},
        ["/bottleneck/weight: unknown key 'weight'; did you mean 'weights'?"],
    ),
    "KL": (weights(KL=1e-4), ["/bottleneck/weights/KL: unknown key 'KL'; did you mean 'kl'?"]),
    "a letter too many": (
        weights(klq=1e-4),
        ["/bottleneck/weights/klq: unknown key 'klq'; did you mean 'kl'?"],
    ),
    "one slip in two letters": (
        weights(km=1),
        ["/bottleneck/weights/km: unknown key 'km'; did you mean 'kl'?"],
    ),
    "misspelled weight": (
        weights(comitment=1),
        ["/bottleneck/weights/comitment: unknown key 'comitment'; did you mean 'commitment'?"],
    ),
    "weight that resembles none": (
        weights(rvq=1),
        [f"/bottleneck/weights/rvq: unknown key 'rvq'; expected {WEIGHTS}"],
    ),
    "botleneck": (
        {"botleneck": {"weights": {"kl": 1}}},
        [
            "/botleneck: unknown section 'botleneck'; did you mean 'bottleneck'? "
            f"Or {skip('botleneck')}"
        ],
    ),
    "Bottleneck": (
        {"Bottleneck": {}},
        [
            "/Bottleneck: unknown section 'Bottleneck'; did you mean 'bottleneck'? "
            f"Or {skip('Bottleneck')}"
        ],
    ),
    "python name of $schema": (
        {"schema_uri": "x"},
        [
            "/schema_uri: unknown section 'schema_uri'; did you mean '$schema'? "
            f"Or {skip('schema_uri')}"
        ],
    ),
    "unknown section": ({"xyzzy": {}}, ["/xyzzy: " + unknown("xyzzy")]),
    "two unknown sections": (
        {"xyzzy": {}, "plugh": None},
        ["/xyzzy: " + unknown("xyzzy"), "/plugh: " + unknown("plugh")],
    ),
    "letters that look like ours": (
        {CYRILLIC: {}, "bottleneck": {"weights": {"\uff4b\uff4c": 1}}},
        [
            "/bottleneck/weights/\uff4b\uff4c: unknown key '\\uff4b\\uff4c'; did you mean 'kl'?",
            f"/{CYRILLIC}: unknown section {CYRILLIC!a}; did you mean 'bottleneck'? "
            f"Or {skip(CYRILLIC)}",
        ],
    ),
    "key that breaks the line": ({"a\nb": 1}, ["/a\\nb: " + unknown("a\nb")]),
    "empty key": ({"": 1}, ["/: " + unknown("")]),
    "key with characters that pointers escape": ({"a/b~c": 1}, ["/a~1b~0c: " + unknown("a/b~c")]),
    "unknown key in a section": (
        {"reconstruction": {"kind": "l1"}},
        ["/reconstruction/kind: unknown key 'kind'; expected 'config', 'type', 'weight'"],
    ),
    "weights for weight": (
        {"adversarial": {"weights": {"adversarial": 0.1}}},
        ["/adversarial/weights: unknown key 'weights'; did you mean 'weight'?"],
    ),
    "misspelled discriminator weight": (
        {"discriminator": {"type": "dac", "weights": {"feature_maching": 5}}},
        [
            "/discriminator/weights/feature_maching: unknown key 'feature_maching'; "
            "did you mean 'feature_matching'?"
        ],
    ),
    # the right key at the wrong level
    "kl directly under bottleneck": (
        {"bottleneck": {"kl": 1e-4}},
        ["/bottleneck/kl: unknown key 'kl'; it belongs at /bottleneck/weights/kl"],
    ),
    "kl at the root": (
        {"kl": 1e-4},
        [f"/kl: unknown section 'kl'; it belongs at /bottleneck/weights/kl; or {skip('kl')}"],
    ),
    "mmd at the root": (
        {"mmd": 10},
        [f"/mmd: unknown section 'mmd'; it belongs at {places_of('mmd')}; or {skip('mmd')}"],
    ),
    "weights at the root": ({"weights": {"kl": 1e-4}}, [f"/weights: {unknown('weights')}"]),
    "a key of many sections at the root": ({"type": "l1"}, [f"/type: {unknown('type')}"]),
    "kl under another section": (
        {"time": {"kl": 1e-4}},
        ["/time/kl: unknown key 'kl'; it belongs at /bottleneck/weights/kl"],
    ),
    "kl among another section's weights": (
        {"time": {"weights": {"kl": 1e-4}}},
        ["/time/weights/kl: unknown key 'kl'; it belongs at /bottleneck/weights/kl"],
    ),
    "mrstft directly under spectral": (
        {"spectral": {"mrstft": 1.0}},
        ["/spectral/mrstft: unknown key 'mrstft'; it belongs at /spectral/weights/mrstft"],
    ),
    "adversarial weight among the bottleneck's": (
        weights(adversarial=0.1),
        [
            "/bottleneck/weights/adversarial: unknown key 'adversarial'; "
            "it belongs at /discriminator/weights/adversarial or /adversarial"
        ],
    ),
    "weights twice": (
        {"bottleneck": {"weights": {"weights": {"kl": 1}}}},
        [f"/bottleneck/weights/weights: unknown key 'weights'; expected {WEIGHTS}"],
    ),
    "section in a section": (
        {"bottleneck": {"spectral": {"weights": {"mrstft": 1.0}}}},
        ["/bottleneck/spectral: unknown key 'spectral'; it belongs at /spectral"],
    ),
    "whole model config": (
        {"model_type": "autoencoder", "model": {}, "training": {"loss_configs": {}}},
        [
            f"/model_type: unknown section 'model_type'; {WHOLE}",
            f"/model: unknown section 'model'; {WHOLE}",
            f"/training: unknown section 'training'; {WHOLE}",
        ],
    ),
    "training object": (
        {"learning_rate": 1e-4, "loss_configs": {}},
        [
            "/learning_rate: " + unknown("learning_rate"),
            f"/loss_configs: unknown section 'loss_configs'; {WHOLE}",
        ],
    ),
    "misspelled loss_configs": (
        {"loss_config": {}},
        [
            "/loss_config: unknown section 'loss_config'; did you mean 'loss_configs'? "
            f"Or {skip('loss_config')}"
        ],
    ),
    "sections that resemble a model config's keys": (
        {"mode": {}, "models": {}},
        [
            f"/mode: unknown section 'mode'; did you mean 'model'? Or {skip('mode')}",
            f"/models: unknown section 'models'; did you mean 'model'? Or {skip('models')}",
        ],
    ),
    # one of several objects
    "key of another type": (
        {"discriminator": {"type": "encodec", "config": {"filters": 32, "fft_sizes": [512]}}},
        ["/discriminator/config/fft_sizes: unknown key 'fft_sizes'; it belongs to type 'dac'"],
    ),
    "key of two other types": (
        {"discriminator": {"type": "oobleck", "config": {"periods": [2]}}},
        [
            "/discriminator/config/periods: unknown key 'periods'; "
            "it belongs to type 'dac' or 'big_vgan'"
        ],
    ),
    "key of no type": (
        {"discriminator": {"type": "oobleck", "config": {"xyzzy": 1}}},
        ["/discriminator/config/xyzzy: unknown key 'xyzzy'; expected 'in_channels'"],
    ),
    "misspelled key of its type": (
        {"discriminator": {"type": "encodec", "config": {"filters": 32, "hop_sizes": [1]}}},
        ["/discriminator/config/hop_sizes: unknown key 'hop_sizes'; did you mean 'hop_lengths'?"],
    ),
    "key of its type at the wrong level": (
        {"discriminator": {"type": "dac", "fft_sizes": [512]}},
        [
            "/discriminator/fft_sizes: unknown key 'fft_sizes'; "
            "it belongs at /discriminator/config/fft_sizes"
        ],
    ),
    "key of another type at the wrong level": (
        {"discriminator": {"type": "oobleck", "fft_sizes": [512]}},
        [
            "/discriminator/fft_sizes: unknown key 'fft_sizes'; "
            "expected 'config', 'decay', 'type', 'weights'"
        ],
    ),
    "key of one type in another section": (
        {"time": {"fft_sizes": [512]}},
        ["/time/fft_sizes: unknown key 'fft_sizes'; it belongs at /discriminator/config/fft_sizes"],
    ),
    "key that several sections have": (
        {"time": {"depth": 4}},
        [f"/time/depth: unknown key 'depth'; it belongs at {places_of('depth')}"],
    ),
    "encodec without filters": (
        {"discriminator": {"type": "encodec", "config": {}}},
        ["/discriminator/config/filters: missing"],
    ),
    "encodec without config": (
        {"discriminator": {"type": "encodec"}},
        ["/discriminator/config: missing"],
    ),
    "misspelled type and other mistakes": (
        {
            "discriminator": {
                "type": "encodek",
                "config": {"hop_sizes": [1]},
                "weights": {"adversarial": -1},
            }
        },
        [
            f"/discriminator/type: expected {DISCRIMINATORS}, "
            "not the string \"encodek\"; did you mean 'encodec'?",
            "/discriminator/config/filters: missing",
            "/discriminator/config/hop_sizes: unknown key 'hop_sizes'; did you mean 'hop_lengths'?",
            "/discriminator/weights/adversarial: expected a number of at least 0 or null, not -1",
        ],
    ),
    "no type and mistakes with every type": (
        {"discriminator": {"config": 3, "weights": {"KL": 1}, "decai": 1, "xyzzy": 1}},
        [
            f"/discriminator/type: missing; expected {DISCRIMINATORS}",
            "/discriminator/config: expected an object, not 3",
            "/discriminator/weights/KL: unknown key 'KL'; expected 'adversarial', "
            "'feature_matching'",
            "/discriminator/decai: unknown key 'decai'; did you mean 'decay'?",
            "/discriminator/xyzzy: unknown key 'xyzzy'; expected 'config', 'decay', 'type', "
            "'weights'",
        ],
    ),
    "no type and what only some types refuse": (
        {"discriminator": {"config": {"filters": 0, "xyzzy": 1}}},
        [f"/discriminator/type: missing; expected {DISCRIMINATORS}"],
    ),
    "no type of JSON's": (
        {"discriminator": {"type": {1}, "decay": -1}},
        [
            "/discriminator/type: expected a JSON value, not a set",
            "/discriminator/decay: expected a number of at least 0, not -1",
        ],
    ),
    # sections of which something is required
    "mel loss without its arguments": (
        {"mrmel": {"weights": {"mrmel": 1}, "config": {"n_mels": [80], "pow": 0}}},
        [
            "/mrmel/config/window_lengths: missing",
            "/mrmel/config/pow: expected a number above 0, not 0",
            "/mrmel/config/log_weight: missing",
            "/mrmel/config/mag_weight: missing",
        ],
    ),
    "loss of the latents without weight": (
        {"jepa": {"config": {"transformer_dim": 32, "depth": 1}, "warmup": 0.5}},
        [
            "/jepa/config/transformer_dim: expected a number of at least 64, not 32",
            "/jepa/weights: missing",
            "/jepa/warmup: expected an integer, not 0.5",
        ],
    ),
    "generative model of another kind": (
        {
            "generative": {
                "type": "gan",
                "config": {"embed_dim": 8, "depth": 1},
                "weights": {"diffusion": 1},
            }
        },
        ["/generative/type: expected 'diffusion', not the string \"gan\""],
    ),
    "decay of the contrastive loss": (
        {
            "contrastive": {
                "config": {"transformer_dim": 64, "depth": 1},
                "weights": {"contrastive": 1},
                "decay": 0.9,
            }
        },
        ["/contrastive/decay: unknown key 'decay'; did you mean 'decay_contrastive'?"],
    ),
    "the name of a loss in place of its weight": (
        {"bottleneck": {"weights": {"kl_loss": 1e-4}}},
        ["/bottleneck/weights/kl_loss: unknown key 'kl_loss'; did you mean 'kl'?"],
    ),
    "a weight with the name of its section": (
        {"semantic_regressors": {"weights": {"semantic_regressors": 1}}},
        [
            "/semantic_regressors/weights/semantic_regressors_l1: missing",
            "/semantic_regressors/weights/semantic_regressors: unknown key 'semantic_regressors'; "
            "did you mean 'semantic_regressors_l1'?",
        ],
    ),
    "pairs that are none": (
        {"discriminator": {"type": "dac", "config": {"bands": [[0, 0.5], 1, [True]]}}},
        [
            "/discriminator/config/bands/1: expected an array, not 1",
            "/discriminator/config/bands/2/0: expected a number, not true",
        ],
    ),
    # types
    "string for a number": (
        weights(kl="1e-4"),
        ['/bottleneck/weights/kl: expected a number or null, not the string "1e-4"'],
    ),
    "long string for a number": (
        weights(kl="1" * 50),
        [f'/bottleneck/weights/kl: expected a number or null, not the string "{"1" * 38}…'],
    ),
    "true for a number": (
        weights(kl=True),
        ["/bottleneck/weights/kl: expected a number or null, not true"],
    ),
    "false for a number": (
        weights(mmd=False),
        ["/bottleneck/weights/mmd: expected a number or null, not false"],
    ),
    "object for a number": (
        weights(kl={"weight": 1e-4}),
        ["/bottleneck/weights/kl: expected a number or null, not an object"],
    ),
    "array for a number": (
        weights(kl=[1e-4]),
        ["/bottleneck/weights/kl: expected a number or null, not an array"],
    ),
    "tuple for a number": (
        weights(kl=(1e-4,)),
        ["/bottleneck/weights/kl: expected a number or null, not an array"],
    ),
    "array for an object": (
        {"bottleneck": [{"weights": {"kl": 1}}]},
        ["/bottleneck: expected an object, not an array"],
    ),
    "number for an object": (
        {"bottleneck": {"weights": 1e-4}},
        ["/bottleneck/weights: expected an object, not 0.0001"],
    ),
    "number for a section that may be null": (
        {"adversarial": 0.1},
        ["/adversarial: expected an object or null, not 0.1"],
    ),
    "number for a label": (
        {"bottleneck": {"type": 3}},
        ["/bottleneck/type: expected a string or null, not 3"],
    ),
    "number for $schema": ({"$schema": 3}, ["/$schema: expected a string or null, not 3"]),
    "array for keyword arguments": (
        {"spectral": {"config": [2048]}},
        ["/spectral/config: expected an object, not an array"],
    ),
    # null where it means nothing
    "null bottleneck": ({"bottleneck": None}, ["/bottleneck: expected an object, not null"]),
    "null weights": (
        {"bottleneck": {"weights": None}},
        ["/bottleneck/weights: expected an object, not null"],
    ),
    "null decay": ({"time": {"decay": None}}, ["/time/decay: expected a number, not null"]),
    "null weight of a single loss": (
        {"reconstruction": {"weight": None}},
        ["/reconstruction/weight: expected a number, not null"],
    ),
    "null keyword arguments": (
        {"discriminator": {"type": "dac", "config": None}},
        ["/discriminator/config: expected an object, not null"],
    ),
    # numbers
    "negative": (
        weights(kl=-1e-4),
        ["/bottleneck/weights/kl: expected a number of at least 0 or null, not -0.0001"],
    ),
    "negative integer": (
        weights(mmd=-1),
        ["/bottleneck/weights/mmd: expected a number of at least 0 or null, not -1"],
    ),
    "negative weight that can't be null": (
        {"adversarial": {"weight": -1}},
        ["/adversarial/weight: expected a number of at least 0, not -1"],
    ),
    "NaN": (weights(kl=math.nan), ["/bottleneck/weights/kl: expected a finite number, not nan"]),
    "infinity": (
        weights(kl=math.inf),
        ["/bottleneck/weights/kl: expected a finite number, not inf"],
    ),
    "minus infinity": (
        weights(kl=-math.inf),
        ["/bottleneck/weights/kl: expected a finite number, not -inf"],
    ),
    "too large for float32": (
        weights(kl=1e39),
        [f"/bottleneck/weights/kl: expected a number of at most {LARGEST} or null, not 1e+39"],
    ),
    "integer that is too large for float32": (
        weights(kl=10**39),
        [
            f"/bottleneck/weights/kl: expected a number of at most {LARGEST} or null, "
            f"not 1{'0' * 39}"
        ],
    ),
    "integer that is too large for float64": (
        weights(kl=10**400),
        [
            "/bottleneck/weights/kl: expected a number that fits into a float or null, "
            "not an integer of about 400 digits"
        ],
    ),
    "integer that is too long to print": (
        weights(kl=-(10**5000)),
        [
            "/bottleneck/weights/kl: expected at most 4300 digits, "
            "not an integer of about 5000 digits"
        ],
    ),
    "integer that is too long to print in keyword arguments": (
        {"spectral": {"config": {"a": [10**4300 - 1, 10**4300]}}},
        ["/spectral/config/a/1: expected at most 4300 digits, not an integer of about 4300 digits"],
    ),
    "half a surrogate pair": (
        {"bottleneck": {"type": "\ud800"}, "spectral": {"config": {"a": ["\udc00"], "\ud800": 1}}},
        [
            "/bottleneck/type: a string holds half of a surrogate pair",
            "/spectral/config/a/0: a string holds half of a surrogate pair",
            r"/spectral/config/\ud800: a string holds half of a surrogate pair",
        ],
    ),
    "half a surrogate pair in an unknown key": (
        {"\ud800": 1},
        [r"/\ud800: a string holds half of a surrogate pair"],
    ),
    "deep keyword arguments": (
        {"spectral": {"config": arguments(90)}, "time": {"config": arguments(91)}},
        ["/time/config: " + "/a" * 90 + ": nested more than 90 levels deep"],
    ),
    "fraction that is negative": (
        weights(kl=Fraction(-1, 2)),
        ["/bottleneck/weights/kl: expected a number of at least 0 or null, not -0.5"],
    ),
    "numpy number that is negative": (
        weights(kl=np.float32(-0.5)),
        ["/bottleneck/weights/kl: expected a number of at least 0 or null, not -0.5"],
    ),
    "numpy NaN": (
        weights(kl=np.float64("nan")),
        ["/bottleneck/weights/kl: expected a finite number, not nan"],
    ),
    "numpy infinity": (
        weights(kl=np.float32("inf")),
        ["/bottleneck/weights/kl: expected a finite number, not inf"],
    ),
    # choices
    "discriminator without type": (
        {"discriminator": {}},
        [f"/discriminator/type: missing; expected {DISCRIMINATORS}"],
    ),
    "misspelled discriminator": (
        {"discriminator": {"type": "encodek"}},
        [
            f"/discriminator/type: expected {DISCRIMINATORS}, "
            "not the string \"encodek\"; did you mean 'encodec'?",
            "/discriminator/config: missing",
        ],
    ),
    "discriminator in capitals": (
        {"discriminator": {"type": "DAC"}},
        [
            f"/discriminator/type: expected {DISCRIMINATORS}, "
            "not the string \"DAC\"; did you mean 'dac'?"
        ],
    ),
    "unknown discriminator": (
        {"discriminator": {"type": "multi-period"}},
        [f'/discriminator/type: expected {DISCRIMINATORS}, not the string "multi-period"'],
    ),
    "null discriminator type": (
        {"discriminator": {"type": None}},
        [f"/discriminator/type: expected {DISCRIMINATORS}, not null"],
    ),
    "unknown kind of spectral loss": (
        {"spectral": {"type": "stft"}},
        [
            "/spectral/type: expected 'mrstft' or null, "
            "not the string \"stft\"; did you mean 'mrstft'?"
        ],
    ),
    # what is no JSON value
    "numpy bool": (
        weights(kl=np.bool_(True)),
        ["/bottleneck/weights/kl: expected a JSON value, not a bool"],
    ),
    "Decimal": (
        weights(kl=Decimal("1e-4")),
        ["/bottleneck/weights/kl: expected a JSON value, not a Decimal"],
    ),
    "complex number": (
        weights(kl=1j),
        ["/bottleneck/weights/kl: expected a JSON value, not a complex"],
    ),
    "set": (weights(kl={1}), ["/bottleneck/weights/kl: expected a JSON value, not a set"]),
    "bytes": (
        {"bottleneck": {"type": b"kl"}},
        ["/bottleneck/type: expected a JSON value, not a bytes"],
    ),
    "torch tensor": (
        weights(kl=torch.tensor(1e-4)),
        ["/bottleneck/weights/kl: expected a JSON value, not a Tensor"],
    ),
    "set among keyword arguments": (
        {"spectral": {"config": {"sizes": [1, {2}]}}},
        ["/spectral/config/sizes/1: expected a JSON value, not a set"],
    ),
    "NaN among keyword arguments": (
        {"spectral": {"config": {"a": [1, {"b": math.nan}]}}},
        ["/spectral/config/a/1/b: expected a finite number, not nan"],
    ),
    "infinity in an unknown section": (
        {"xyzzy": {"a": math.inf}},
        ["/xyzzy/a: expected a finite number, not inf", "/xyzzy: " + unknown("xyzzy")],
    ),
    "integer for a key": ({1: {}}, ["expected strings for keys, not 1"]),
    "null for a key": (
        {"bottleneck": {"weights": {None: 1}}},
        ["/bottleneck/weights: expected strings for keys, not null"],
    ),
    "integer for a key of a keyword argument": (
        {"spectral": {"config": {"a": {1: 2}}}},
        ["/spectral/config/a: expected strings for keys, not 1"],
    ),
    # OmegaConf
    "interpolation of nothing": (
        OmegaConf.create({"bottleneck": {"weights": {"kl": "${nowhere}"}}}),
        ["/bottleneck/weights/kl: can't be read: Interpolation key 'nowhere' not found"],
    ),
    "mandatory value that is missing": (
        OmegaConf.create({"bottleneck": {"weights": {"kl": "???"}}}),
        ["/bottleneck/weights/kl: can't be read: Missing mandatory value: bottleneck.weights.kl"],
    ),
    "interpolation of a string": (
        OmegaConf.create({"bottleneck": {"type": "kl", "weights": {"kl": "${..type}"}}}),
        ['/bottleneck/weights/kl: expected a number or null, not the string "kl"'],
    ),
    "list for a section": (
        OmegaConf.create({"bottleneck": []}),
        ["/bottleneck: expected an object, not an array"],
    ),
    # no config at all
    "number": (3, ["expected a mapping, an AutoencoderLossConfig or None, not 3"]),
    "list": ([{}], ["expected a mapping, an AutoencoderLossConfig or None, not an array"]),
    "string": (
        "model_config.json",
        [
            "expected a mapping, an AutoencoderLossConfig or None, "
            'not the string "model_config.json"'
        ],
    ),
    "module": (
        torch.nn.Identity(),
        ["expected a mapping, an AutoencoderLossConfig or None, not a Identity"],
    ),
    # several at once
    "everything": (
        {
            "bottleneck": {"type": 1, "weights": {"kl": "x", "mmd": True, "rvq": 1}},
            "discriminator": {"weights": {"adversarial": -1}},
            "time": {"decay": -1},
            "spectrall": {"a": {2}},
        },
        [
            "/spectrall/a: expected a JSON value, not a set",
            "/bottleneck/type: expected a string or null, not 1",
            '/bottleneck/weights/kl: expected a number or null, not the string "x"',
            "/bottleneck/weights/mmd: expected a number or null, not true",
            f"/bottleneck/weights/rvq: unknown key 'rvq'; expected {WEIGHTS}",
            "/time/decay: expected a number of at least 0, not -1",
            f"/discriminator/type: missing; expected {DISCRIMINATORS}",
            "/discriminator/weights/adversarial: expected a number of at least 0 or null, not -1",
            "/spectrall: unknown section 'spectrall'; did you mean 'spectral'? "
            f"Or {skip('spectrall')}",
        ],
    ),
}


@pytest.mark.parametrize("entry", [plan_losses, create_loss_modules_from_bottleneck])
@pytest.mark.parametrize(("config", "lines"), MAPPINGS.values(), ids=MAPPINGS)
def test_a_bad_mapping_is_refused(entry: Entry, config: object, lines: list[str]) -> None:
    with pytest.raises(LossConfigError) as refusal:
        entry("vae", config)
    assert str(refusal.value) == "\n".join(f"loss_config: {line}" for line in lines)


@pytest.mark.parametrize("item", ["${nowhere}", "???"])
def test_an_item_that_omegaconf_cant_give_is_refused(item: str) -> None:
    config = OmegaConf.create({"spectral": {"config": {"fft_sizes": [512, item]}}})
    with pytest.raises(LossConfigError) as refusal:
        plan_losses("vae", config)
    (problem,) = refusal.value.problems
    assert problem.pointer.startswith("/spectral/config/fft_sizes")
    assert problem.message.startswith("can't be read: ")


def test_a_mapping_that_holds_itself_is_refused() -> None:
    config: dict[str, object] = {}
    config["a"] = config
    with pytest.raises(LossConfigError) as refusal:
        plan_losses("vae", {"spectral": {"config": config}})
    assert str(refusal.value) == (
        "loss_config: /spectral/config" + "/a" * 98 + ": nested more than 100 levels deep"
    )


def test_a_model_that_was_changed_past_its_validation_is_refused() -> None:
    config = AutoencoderLossConfig.model_validate({"spectral": {}})
    assert config.spectral is not None
    config.spectral.config["a"] = math.nan
    with pytest.raises(LossConfigError) as refusal:
        plan_losses("vae", config)
    assert str(refusal.value) == (
        "loss_config: /spectral/config/a: expected a finite number, not nan"
    )


@pytest.mark.parametrize("number", [math.nan, -1.0, "1", True])
def test_a_model_that_was_made_without_validation_is_refused(number: float) -> None:
    section = BottleneckLossConfig.model_construct(
        weights=BottleneckWeights.model_construct(kl=number)
    )
    for config in (
        {"bottleneck": section},
        AutoencoderLossConfig.model_construct(bottleneck=section),
    ):
        with pytest.raises(LossConfigError, match=r"^loss_config: /bottleneck/weights/kl: "):
            plan_losses("vae", config)


def test_keys_that_are_no_strings_are_all_reported() -> None:
    entry: Entry = plan_losses
    with pytest.raises(LossConfigError) as refusal:
        entry("vae", {1: {}, 2: {}})
    assert [problem.message for problem in refusal.value.problems] == [
        "expected strings for keys, not 1",
        "expected strings for keys, not 2",
    ]


# --- files

NUMBER = '{"bottleneck": {"weights": {"kl": %s}}}'
KL = "1:35: /bottleneck/weights/kl: "

FILES: dict[str, tuple[str, list[str]]] = {
    # not JSON
    "empty": ("", ["1:1: the text is empty; expected a JSON object"]),
    "blank": (" \n\n", ["1:1: the text is empty; expected a JSON object"]),
    "trailing comma in an object": (
        '{"bottleneck": {\n  "weights": {},\n}}',
        ["2:16: a trailing comma before '}' is not JSON"],
    ),
    "trailing comma in an array": (
        '{"time": {"config": {"a": [1, 2,]}}}',
        ["1:32: a trailing comma before ']' is not JSON"],
    ),
    "space that is none in JSON": ("\u00a0{}", ["1:1: expected a value"]),
    "comment before": ("// mine\n{}", ["1:1: expected a value; JSON has no comments"]),
    "comment inside": (
        '{\n  /* mine */ "bottleneck": {}\n}',
        ["2:3: expected a key in double quotes; JSON has no comments"],
    ),
    "comment after a value": (
        '{"bottleneck": {} # mine\n}',
        ["1:19: expected ',' or '}'; JSON has no comments"],
    ),
    "single quotes": (
        "{'bottleneck': {}}",
        ["1:2: expected a key in double quotes; JSON strings stand in double quotes"],
    ),
    "no quotes": ("{bottleneck: {}}", ["1:2: expected a key in double quotes"]),
    "truncated after a number": (
        '{"bottleneck": {"weights": {"kl": 1e-4',
        ["1:39: expected ',' or '}', but the text ends here"],
    ),
    "truncated after a key": (
        '{"bottleneck"\n',
        ["2:1: expected ':' after the key, but the text ends here"],
    ),
    "truncated after an object": (
        '{"bottleneck": {}',
        ["1:18: expected ',' or '}', but the text ends here"],
    ),
    "no comma": ('{"bottleneck": {}\n "time": {}}', ["2:2: expected ',' or '}'"]),
    "no colon": ('{"bottleneck" {}}', ["1:15: expected ':' after the key"]),
    "no value": (NUMBER % "", ["1:35: expected a value"]),
    "number that starts with a point": (NUMBER % ".5", ["1:35: expected a value"]),
    "Python's None": (NUMBER % "None", ["1:35: expected a value, not None; did you mean null?"]),
    "Python's True": (NUMBER % "True", ["1:35: expected a value, not True; did you mean true?"]),
    "two documents": ("{}\n{}", ["2:1: expected the end of the text after the value"]),
    "lone surrogate": (
        '{"bottleneck": {"type": "\\ud800"}}',
        ["1:25: /bottleneck/type: a string holds half of a surrogate pair"],
    ),
    "deep nesting": ("[" * 5000, ["1:101: nested more than 100 levels deep"]),
    "deep keyword arguments": (
        '{"time": {"config": ' + '{"a":' * 90 + "{}" + "}" * 92,
        ["1:21: /time/config: " + "/a" * 90 + ": nested more than 90 levels deep"],
    ),
    "byte order mark": (
        "\ufeff{}",
        ["1:1: the text begins with a byte order mark; save it as UTF-8 without one"],
    ),
    # no object
    "array": ('[{"bottleneck": {}}]', ["1:1: expected an object, not an array"]),
    "null": (" null", ["1:2: expected an object, not null"]),
    "string": ('"vae"', ['1:1: expected an object, not the string "vae"']),
    # numbers
    "NaN": (NUMBER % "NaN", [KL + "NaN is not a JSON number"]),
    "infinity": (NUMBER % "Infinity", [KL + "Infinity is not a JSON number"]),
    "minus infinity": (NUMBER % "-Infinity", [KL + "-Infinity is not a JSON number"]),
    "1e400": (NUMBER % "1e400", [KL + "the number 1e400 is too large"]),
    "-1e400": (NUMBER % "-1e400", [KL + "the number -1e400 is too large"]),
    "1e39": (NUMBER % "1e39", [KL + f"expected a number of at most {LARGEST} or null, not 1e+39"]),
    "400 digits": (
        NUMBER % ("9" * 400),
        [
            KL + "expected a number that fits into a float or null, "
            "not an integer of about 400 digits"
        ],
    ),
    "5000 digits": (NUMBER % ("9" * 5000), [KL + f"the number {'9' * 20}… has too many digits"]),
    "negative": (NUMBER % "-1e-4", [KL + "expected a number of at least 0 or null, not -0.0001"]),
    "string for a number": (
        NUMBER % '"1e-4"',
        [KL + 'expected a number or null, not the string "1e-4"'],
    ),
    "true for a number": (NUMBER % "true", [KL + "expected a number or null, not true"]),
    "NaN among keyword arguments": (
        '{"spectral": {"config": {"a": [0, NaN]}}}',
        ["1:35: /spectral/config/a/1: NaN is not a JSON number"],
    ),
    # keys
    "weight for weights": (
        '{\n  "bottleneck": {\n    "weight": {"kl": 1e-4}\n  }\n}',
        ["3:5: /bottleneck/weight: unknown key 'weight'; did you mean 'weights'?"],
    ),
    "kl at the root": (
        '{"kl": 1e-4}',
        [f"1:2: /kl: unknown section 'kl'; it belongs at /bottleneck/weights/kl; or {skip('kl')}"],
    ),
    "null bottleneck": (
        '{"bottleneck":\r\n\tnull}',
        ["2:2: /bottleneck: expected an object, not null"],
    ),
    "characters that take two units in UTF-16": (
        '{"bottleneck": {"type": "\U0001f3b6\U0001f3b6", "x": 2}}',
        ["1:31: /bottleneck/x: unknown key 'x'; expected 'type', 'weights'"],
    ),
    "what else breaks lines breaks none in JSON": (
        '{"bottleneck": {"type": "\u2028\u0085", "x": 2}}',
        ["1:31: /bottleneck/x: unknown key 'x'; expected 'type', 'weights'"],
    ),
    "discriminator without type": (
        '{"discriminator":\n  {"weights": {}}}',
        [f"2:3: /discriminator/type: missing; expected {DISCRIMINATORS}"],
    ),
    "duplicate weight": (
        '{"bottleneck": {"weights": {"kl": 1,\n  "kl": 2}}}',
        ["2:3: /bottleneck/weights/kl: duplicate key; the first one stands in line 1"],
    ),
    "duplicate section": (
        '{"time": {},\n "bottleneck": {},\n "bottleneck": {}}',
        ["3:2: /bottleneck: duplicate key; the first one stands in line 2"],
    ),
    "duplicate among keyword arguments": (
        '{"spectral": {"config": {\n"a": 1,\n"a": 1}}}',
        ["3:1: /spectral/config/a: duplicate key; the first one stands in line 2"],
    ),
    "thrice the same key": (
        '{"bottleneck": {},\n"bottleneck": {},\n"bottleneck": {}}',
        [
            "2:1: /bottleneck: duplicate key; the first one stands in line 1",
            "3:1: /bottleneck: duplicate key; the first one stands in line 1",
        ],
    ),
    "duplicate with a mistake": (
        '{"bottleneck": {"weights": {"kl": 1,\n  "kl": NaN}}}',
        [
            "2:3: /bottleneck/weights/kl: duplicate key; the first one stands in line 1",
            "2:9: /bottleneck/weights/kl: NaN is not a JSON number",
        ],
    ),
    "unknown section with mistakes inside": (
        '{"xyzzy":\n{"a": NaN}}',
        ["1:2: /xyzzy: " + unknown("xyzzy"), "2:7: /xyzzy/a: NaN is not a JSON number"],
    ),
    # whole model configs
    "trainning": (
        '{"model_type": "autoencoder", "trainning": {"loss_configs": {}}}',
        ["1:31: /trainning: unknown key 'trainning'; did you mean 'training'?"],
    ),
    "trainning and no other key of a model config": (
        '{"trainning": {"loss_configs": {}}}',
        [
            "1:2: /trainning: unknown section 'trainning'; did you mean 'training'? "
            f"Or {skip('trainning')}"
        ],
    ),
    "Training": (
        '{"model": {}, "Training": {"loss_configs": {}}}',
        ["1:15: /Training: unknown key 'Training'; did you mean 'training'?"],
    ),
    "loss_config": (
        '{"training": {"loss_config": {}}}',
        ["1:15: /training/loss_config: unknown key 'loss_config'; did you mean 'loss_configs'?"],
    ),
    "loss_confgs": (
        '{"training": {\n"lr": 1,\n"loss_confgs": {}}}',
        ["3:1: /training/loss_confgs: unknown key 'loss_confgs'; did you mean 'loss_configs'?"],
    ),
    "LOSS_CONFIGS": (
        '{"training": {"LOSS_CONFIGS": {}}}',
        ["1:15: /training/LOSS_CONFIGS: unknown key 'LOSS_CONFIGS'; did you mean 'loss_configs'?"],
    ),
    "loss_configs at the root": (
        '{"model_type": "autoencoder", "loss_configs": {}}',
        ["1:31: /loss_configs: 'loss_configs' belongs at /training/loss_configs"],
    ),
    "loss_configs in both places": (
        '{"loss_configs": {}, "training": {"loss_configs": {"botleneck": {}}}}',
        [
            "1:2: /loss_configs: 'loss_configs' belongs at /training/loss_configs",
            "1:52: /training/loss_configs/botleneck: unknown section 'botleneck'; "
            f"did you mean 'bottleneck'? Or {skip('botleneck')}",
        ],
    ),
    "loss_configs under another key": (
        '{"model": {"loss_configs": {}}, "training": {}}',
        ["1:12: /model/loss_configs: 'loss_configs' belongs at /training/loss_configs"],
    ),
    "loss_configs in another spelling under another key": (
        '{"training": {"losses": {"lossConfigs": {}, "Loss-Configs": {}}}}',
        [
            "1:26: /training/losses/lossConfigs: 'lossConfigs' belongs at /training/loss_configs",
            "1:45: /training/losses/Loss-Configs: 'Loss-Configs' belongs at /training/loss_configs",
        ],
    ),
    "bottleneck's section at the root": (
        '{"model_type": "autoencoder", "bottleneck": {"weights": {"kl": 1}}}',
        ["1:31: /bottleneck: 'bottleneck' belongs at /training/loss_configs/bottleneck"],
    ),
    "bottleneck's section directly under training": (
        '{"training": {"bottleneck": {"weights": {"kl": 1}}}}',
        ["1:15: /training/bottleneck: 'bottleneck' belongs at /training/loss_configs/bottleneck"],
    ),
    "training is an array": (
        '{"training": [{}]}',
        ["1:14: /training: expected an object, not an array"],
    ),
    "training is NaN": ('{"training": NaN}', ["1:14: /training: NaN is not a JSON number"]),
    "loss_configs is an array": (
        '{"training": {"loss_configs": []}}',
        ["1:31: /training/loss_configs: expected an object or null, not an array"],
    ),
    "duplicate training": (
        '{"training": {},\n"training": {}}',
        ["2:1: /training: duplicate key; the first one stands in line 1"],
    ),
    "duplicate loss_configs": (
        '{"training": {"loss_configs": {},\n"loss_configs": {}}}',
        ["2:1: /training/loss_configs: duplicate key; the first one stands in line 1"],
    ),
    "wrong level in a whole config": (
        '{"training": {"loss_configs": {"bottleneck": {"kl": 1e-5}}}}',
        [
            "1:47: /training/loss_configs/bottleneck/kl: unknown key 'kl'; "
            "it belongs at /training/loss_configs/bottleneck/weights/kl"
        ],
    ),
    "several, in the order of the text": (
        """{
  "model_type": "autoencoder",
  "training": {
    "loss_configs": {
      "spectrall": {},
      "discriminator": {},
      "bottleneck": {"weights": {"rvq": 1, "mmd": true, "kl": NaN}, "type": 0}
    }
  }
}""",
        [
            "5:7: /training/loss_configs/spectrall: unknown section 'spectrall'; "
            f"did you mean 'spectral'? Or {skip('spectrall')}",
            f"6:24: /training/loss_configs/discriminator/type: missing; expected {DISCRIMINATORS}",
            "7:34: /training/loss_configs/bottleneck/weights/rvq: "
            f"unknown key 'rvq'; expected {WEIGHTS}",
            "7:51: /training/loss_configs/bottleneck/weights/mmd: "
            "expected a number or null, not true",
            "7:63: /training/loss_configs/bottleneck/weights/kl: NaN is not a JSON number",
            "7:77: /training/loss_configs/bottleneck/type: expected a string or null, not 0",
        ],
    ),
}


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty folder, which is the working directory."""
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.mark.parametrize(("text", "lines"), FILES.values(), ids=FILES)
def test_a_bad_file_is_refused(folder: Path, text: str, lines: list[str]) -> None:
    (folder / "config.json").write_bytes(text.encode())
    with pytest.raises(LossConfigError) as refusal:
        load_config("config.json")
    assert str(refusal.value) == "\n".join(f"config.json:{line}" for line in lines)


NO_TEXT: dict[str, tuple[bytes, str]] = {
    "Latin-1": (
        '{"é": 1}'.encode("latin-1"),
        "expected UTF-8 text; invalid continuation byte at byte 2",
    ),
    "UTF-16": ("{}".encode("utf-16"), "expected UTF-8 text; this is UTF-16, so save it as UTF-8"),
}


@pytest.mark.parametrize(("content", "message"), NO_TEXT.values(), ids=NO_TEXT)
def test_a_file_that_is_no_utf8_text_is_refused(folder: Path, content: bytes, message: str) -> None:
    (folder / "config.json").write_bytes(content)
    with pytest.raises(LossConfigError) as refusal:
        load_config("config.json")
    assert str(refusal.value) == f"config.json: {message}"


NO_FILE: dict[str, tuple[str, str]] = {
    "misspelled": ("model_confg.json", "there is no such file; did you mean 'model_config.json'?"),
    "nothing near": ("vae.yaml", "there is no such file"),
    "no such folder": (
        "configs/vae.json",
        "there is no such file; neither is the folder 'configs'",
    ),
    "directory": ("folder", "expected a file, not a directory"),
}


@pytest.mark.parametrize(("path", "message"), NO_FILE.values(), ids=NO_FILE)
def test_what_is_no_file_is_refused(folder: Path, path: str, message: str) -> None:
    (folder / "model_config.json").write_text("{}")
    (folder / "folder").mkdir()
    with pytest.raises(LossConfigError) as refusal:
        load_config(path)
    assert str(refusal.value) == f"{path}: {message}"


def test_an_impossible_name_is_refused() -> None:
    with pytest.raises(LossConfigError) as refusal:
        load_config("a\0b")
    assert str(refusal.value) == "a\\x00b: can't be read: embedded null byte"


def test_a_huge_file_is_refused(folder: Path) -> None:
    (folder / "config.json").write_text("[" + " " * 1_000_000)
    with pytest.raises(LossConfigError) as refusal:
        load_config("config.json")
    assert str(refusal.value) == (
        "config.json: is longer than 1,000,000 bytes, the most that is read"
    )


def test_a_path_is_shown_as_it_was_given(tmp_path: Path) -> None:
    path = tmp_path / "config.json"
    path.write_text("[]")
    with pytest.raises(LossConfigError) as refusal:
        load_config(path)
    assert str(refusal.value) == f"{path}:1:1: expected an object, not an array"


# --- foreign_sections


def plan_with(foreign_sections: Any) -> object:
    return plan_losses("vae", {}, foreign_sections=foreign_sections)


def create_with(foreign_sections: Any) -> object:
    return create_loss_modules_from_bottleneck("vae", {}, foreign_sections=foreign_sections)


def load_with(foreign_sections: Any) -> object:
    Path("config.json").write_text("{}")
    return load_config("config.json", foreign_sections=foreign_sections)


@pytest.mark.usefixtures("folder")
@pytest.mark.parametrize("entry", [plan_with, create_with, load_with])
@pytest.mark.parametrize(
    ("foreign_sections", "error", "message"),
    [
        ("clap", TypeError, "foreign_sections: expected a list of names; write ['clap']"),
        ([3], TypeError, "foreign_sections: expected names of sections, not 3"),
        (
            ["clap", "bottleneck"],
            ValueError,
            "foreign_sections: 'bottleneck' holds the weights of bottleneck losses and can't be "
            "skipped",
        ),
    ],
    ids=["string", "number", "bottleneck"],
)
def test_foreign_sections_are_names_that_can_be_skipped(
    entry: Callable[[object], object],
    foreign_sections: object,
    error: type[Exception],
    message: str,
) -> None:
    with pytest.raises(error) as refusal:
        entry(foreign_sections)
    assert str(refusal.value) == message
    assert not isinstance(refusal.value, LossConfigError)


def test_foreign_sections_skip_no_others() -> None:
    with pytest.raises(LossConfigError) as refusal:
        plan_losses("vae", {"sisdr": {}, "xyzzy": {}}, foreign_sections=["sisdr"])
    assert str(refusal.value) == f"loss_config: /xyzzy: {unknown('xyzzy')}"


def test_foreign_sections_are_those_at_the_top(folder: Path) -> None:
    text = '{"training": {"clap": 1, "loss_configs": {"time": {"clap": 1, "decay": NaN}}}}'
    (folder / "config.json").write_text(text)
    with pytest.raises(LossConfigError) as refusal:
        load_config("config.json", foreign_sections=["clap", "training"])
    assert [(problem.column, problem.pointer) for problem in refusal.value.problems] == [
        (52, "/training/loss_configs/time/clap"),
        (72, "/training/loss_configs/time/decay"),
    ]


# --- the error itself


def test_the_problems_of_a_mapping_have_no_position() -> None:
    with pytest.raises(LossConfigError) as refusal:
        plan_losses("vae", weights(kl=-1, KL=1))
    assert refusal.value.problems == (
        ConfigProblem(
            source="loss_config",
            line=None,
            column=None,
            pointer="/bottleneck/weights/kl",
            message="expected a number of at least 0 or null, not -1",
        ),
        ConfigProblem(
            source="loss_config",
            line=None,
            column=None,
            pointer="/bottleneck/weights/KL",
            message="unknown key 'KL'; did you mean 'kl'?",
        ),
    )


def test_the_problems_of_a_file_have_a_position(folder: Path) -> None:
    (folder / "config.json").write_text('{\n  "time": 3\n}')
    with pytest.raises(LossConfigError) as refusal:
        load_config("config.json")
    assert refusal.value.problems == (
        ConfigProblem(
            source="config.json",
            line=2,
            column=11,
            pointer="/time",
            message="expected an object or null, not 3",
        ),
    )


def test_the_error_is_a_value_error_that_can_be_pickled() -> None:
    with pytest.raises(ValueError, match="did you mean 'kl'") as refusal:
        plan_losses("vae", weights(KL=1))
    error = refusal.value
    assert isinstance(error, LossConfigError)
    copy = pickle.loads(pickle.dumps(error))
    assert type(copy) is LossConfigError
    assert copy.problems == error.problems
    assert str(copy) == str(error)
