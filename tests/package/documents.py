"""Random loss configs for the tests beside this file, and what is done to them."""

from __future__ import annotations

import importlib.resources
import json
import random
from collections.abc import Iterator, Mapping
from typing import Any

from jsonschema import Draft202012Validator, validators

from under_test import PACKAGE

Json = object
"""What JSON can say."""

SCHEMA: dict[str, Any] = json.loads(
    importlib.resources.files(PACKAGE).joinpath("losses.schema.json").read_bytes()
)
_WITHOUT_FLOATS = Draft202012Validator.TYPE_CHECKER.redefine(
    "integer", lambda _, value: type(value) is int
)
CONFIG = validators.extend(Draft202012Validator, type_checker=_WITHOUT_FLOATS)(SCHEMA)
"""Says whether a document is a valid loss config; JSON Schema itself counts 2.0 as an integer."""

LOSS_MAPPING = CONFIG.evolve(schema=SCHEMA["$defs"]["LossMapping"])
"""Says whether an object with a bottleneck's losses at its class name is a valid result."""

SECTIONS = (
    "bottleneck",
    "spectral",
    "time",
    "discriminator",
    "mrmel",
    "hubert",
    "clap",
    "contrastive",
    "jepa",
    "generative",
    "latent_distillation",
    "semantic_regressors",
    "reconstruction",
    "adversarial",
)
BOTTLENECK_WEIGHTS = ("kl", "mmd", "quantizer", "codebook", "commitment", "softnorm")
ALL_SECTIONS = tuple(name for name in SCHEMA["properties"] if name != "$schema")
ALL_BOTTLENECK_WEIGHTS = tuple(SCHEMA["$defs"]["BottleneckWeights"]["properties"])
"""Those of loss_factory; and all, with what another package under test may have more."""

DISCRIMINATORS = ("encodec", "dac", "oobleck", "big_vgan", "transformer", "hil")
SPEECH_MODELS = ("HUBERT_LARGE", "WAVLM_LARGE", "WAV2VEC2_LARGE_LV60K")
CLAP_MODELS = (
    "music_audioset_epoch_15_esc_90.14.pt",
    "music_speech_audioset_epoch_15_esc_89.98.pt",
    "music_speech_epoch_15_esc_89.25.pt",
)
_NUMBERS = (0, 1, 10, 0.0, 0.25, 1e-6, 3.4028234663852886e38, 5e-324, 12345678901234567)
_ODD: tuple[Json, ...] = (
    None,
    True,
    False,
    -1,
    -1e-9,
    1e39,
    10**400,
    2.0,
    "",
    "kl",
    "l1",
    "1.0",
    [],
    [1],
    {},
    {"kl": 1},
    {"type": "dac"},
    {"weights": None},
)
_KEYS = ("", "kl", "KL", "type", "weight", "weights", "config", "decay", "time", "$schema", "x")


def places_of(key: str) -> str:
    """Where a config can have `key`, as messages say it."""
    places = dict.fromkeys(_places(SCHEMA, ""))  # each once, however many objects lead there
    return " or ".join(place for place in places if place.endswith(f"/{key}"))


def valid_config(rng: random.Random) -> dict[str, Json]:
    """A loss config that uses what the schema of loss_factory allows."""
    return _some(
        rng,
        {
            "$schema": _text(rng),
            "bottleneck": _some(
                rng, {"type": _text(rng), "weights": _weights(rng, BOTTLENECK_WEIGHTS)}
            ),
            "spectral": _section(rng, ("mrstft",), {"type": rng.choice(("mrstft", None))}),
            "time": _section(
                rng, ("l1", "l2", "mmd"), {"type": rng.choice(("l1", "l2", "mmd", None))}
            ),
            "discriminator": rng.choice((None, _discriminator(rng))),
            "mrmel": rng.choice((None, _mrmel(rng))),
            "hubert": _feature_loss(rng, "hubert", {"model_name": rng.choice(SPEECH_MODELS)}),
            "clap": _feature_loss(rng, "clap", {"clap_model": rng.choice(CLAP_MODELS)}),
            "contrastive": {
                **_required_weight(
                    rng,
                    "contrastive",
                    {"warmup": rng.choice((0, 10000)), "decay_contrastive": _number(rng)},
                ),
                "config": _transformer(rng, {"use_text": rng.random() < 0.5}),
            },
            "jepa": {
                **_latent_loss(rng, "jepa"),
                "config": _transformer(
                    rng, {"mask_rate": rng.random(), "mask_block_size": _count(rng)}
                ),
            },
            "generative": {
                **_latent_loss(rng, "diffusion"),
                "type": "diffusion",
                "config": {"embed_dim": 8 * _count(rng), "depth": _count(rng)},
            },
            "latent_distillation": _some(
                rng,
                {
                    "type": _text(rng),
                    "weights": _some(rng, {"l1": _number(rng), "l2": _number(rng)}),
                    "decay": _number(rng),
                },
            ),
            "semantic_regressors": _latent_loss(rng, "semantic_regressors_l1"),
            "reconstruction": rng.choice((None, _single(rng))),
            "adversarial": rng.choice((None, _single(rng))),
        },
        share=0.3,
    )


def mutated(rng: random.Random, document: Json) -> Json:
    """A copy of `document` in which one thing is different."""
    copy: Json = json.loads(json.dumps(document))
    match rng.choice([None, *_containers(copy)]):
        case dict() as container if container and rng.random() < 0.7:
            _change(rng, container, rng.choice(list(container)))
        case dict() as container:
            container[rng.choice(_KEYS)] = rng.choice(_ODD)
        case list() as container if container:
            container[rng.randrange(len(container))] = rng.choice(_ODD)
        case _:
            return rng.choice(_ODD)
    return copy


def _places(subschema: Mapping[str, Any], above: str) -> Iterator[str]:
    for key, value in subschema["properties"].items():
        yield f"{above}/{key}"
        for part in (value, *value.get("anyOf", ()), *value.get("oneOf", ())):
            if "$ref" in part:
                definition = part["$ref"].removeprefix("#/$defs/")
                yield from _places(SCHEMA["$defs"][definition], f"{above}/{key}")


def _change(rng: random.Random, owner: dict[str, Json], key: str) -> None:
    match rng.randrange(8):
        case 0:
            owner[rng.choice(_KEYS)] = owner.pop(key)
        case 1:
            owner[key] = [owner[key]]
        case 2:
            owner[key] = {rng.choice(_KEYS): owner[key]}
        case 3 | 4:
            del owner[key]
        case 5:
            owner[key] = _number(rng)
        case _:
            owner[key] = rng.choice(_ODD)


def _containers(value: Json) -> Iterator[Json]:
    match value:
        case dict():
            yield value
            for each in value.values():
                yield from _containers(each)
        case list():
            yield value
            for each in value:
                yield from _containers(each)
        case _:
            pass


def _some(rng: random.Random, members: dict[str, Json], share: float = 0.7) -> dict[str, Json]:
    chosen = [key for key in members if rng.random() < share]
    rng.shuffle(chosen)
    return {key: members[key] for key in chosen}


def _section(
    rng: random.Random, weights: tuple[str, ...], others: dict[str, Json]
) -> dict[str, Json]:
    members = {
        "weights": _weights(rng, weights),
        "config": _open(rng),
        "decay": _number(rng),
        **others,
    }
    return _some(rng, members)


def _discriminator(rng: random.Random) -> dict[str, Json]:
    kind = rng.choice(DISCRIMINATORS)
    section = _section(rng, ("adversarial", "feature_matching"), {"type": _text(rng)})
    match kind:
        case "encodec":
            section["config"] = {"filters": _count(rng), **_some(rng, _encodec(rng))}
        case "hil":
            section["config"] = _open(rng)
        case "dac":
            section["config"] = _some(rng, _dac(rng))
        case "oobleck":
            section["config"] = _some(rng, {"in_channels": _count(rng)})
        case "big_vgan":
            section["config"] = _some(rng, _big_vgan(rng))
        case _:
            pass
    return {**section, "type": kind}


def _encodec(rng: random.Random) -> dict[str, Json]:
    sizes = ("n_ffts", "hop_lengths", "win_lengths", "kernel_size", "dilations", "stride")
    return {
        **{name: _sizes(rng) for name in sizes},
        **{name: _count(rng) for name in ("out_channels", "max_filters", "filters_scale")},
        **{name: rng.random() < 0.5 for name in ("normalize_losses", "normalized")},
        "loss_type": rng.choice(("hinge", "rpgan")),
        "activation": rng.choice(("LeakyReLU", "SiLU")),
        "activation_params": rng.choice((None, _open(rng))),
        "spec_scale_pow": rng.uniform(-1, 1),
    }


def _dac(rng: random.Random) -> dict[str, Json]:
    return {
        "use_hinge": rng.random() < 0.5,
        **{name: _sizes(rng) for name in ("periods", "fft_sizes", "rates")},
        "bands": rng.choice((None, [], [[0.0, 0.5], [0.5, 1.0]], [[0, 1]])),
    }


def _big_vgan(rng: random.Random) -> dict[str, Json]:
    sizes = ("dilations", "hop_lengths", "n_octaves", "bins_per_octaves")
    counts = ("filters", "max_filters", "filters_scale", "out_channels")
    return {
        "use_hinge": rng.random() < 0.5,
        "periods": _sizes(rng),
        **{f"cqtd_{name}": _sizes(rng) for name in sizes},
        **{f"cqtd_{name}": _count(rng) for name in counts},
        "cqtd_normalize_volume": rng.random() < 0.5,
        "fmin": rng.choice((32.7, 50, 1e-3)),
    }


def _mrmel(rng: random.Random) -> dict[str, Json]:
    config: dict[str, Json] = {
        "n_mels": [80, 20],
        "window_lengths": [_count(rng), 512],
        "pow": rng.choice((1, 2.0)),
        "log_weight": _number(rng),
        "mag_weight": _number(rng),
    }
    return {**_required_weight(rng, "mrmel", {}), "config": config}


def _feature_loss(rng: random.Random, weight: str, model: dict[str, Json]) -> dict[str, Json]:
    config = _some(rng, {**model, "feature_ids": rng.choice((None, [-1], [2, 3]))})
    return _required_weight(rng, weight, {"config": config, "decay": _number(rng)})


def _latent_loss(rng: random.Random, weight: str) -> dict[str, Json]:
    return _required_weight(
        rng, weight, {"warmup": rng.choice((0, 1, 10000)), "decay": _number(rng)}
    )


def _transformer(rng: random.Random, others: dict[str, Json]) -> dict[str, Json]:
    options = {"dyt": rng.random() < 0.5, "requires_grad": rng.random() < 0.5, **others}
    return {"transformer_dim": 64 * _count(rng), "depth": _count(rng), **_some(rng, options)}


def _required_weight(rng: random.Random, weight: str, others: dict[str, Json]) -> dict[str, Json]:
    return {**_some(rng, {"type": _text(rng), **others}), "weights": {weight: _number(rng)}}


def _single(rng: random.Random) -> dict[str, Json]:
    return _some(rng, {"weight": _number(rng), "type": _text(rng), "config": _open(rng)})


def _weights(rng: random.Random, names: tuple[str, ...]) -> dict[str, Json]:
    return _some(rng, {name: rng.choice((None, _number(rng), _number(rng))) for name in names})


def _number(rng: random.Random) -> Json:
    return rng.choice((*_NUMBERS, rng.random(), 10 ** rng.uniform(-12, 12)))


def _count(rng: random.Random) -> int:
    return rng.choice((1, 2, 32, 1024, 2**40))


def _sizes(rng: random.Random) -> Json:
    return rng.choice((None, [], [1], [2048, 1024, 512]))


def _text(rng: random.Random) -> Json:
    return rng.choice((None, "", "kl", 'ü\u2028"\\/\x7f', "\U0001f3b6"))


def _open(rng: random.Random) -> dict[str, Json]:
    return {rng.choice(("a", "b", "", "ü/~")): _any(rng, 3) for _ in range(rng.randrange(4))}


def _any(rng: random.Random, depth: int) -> Json:
    leaves: tuple[Json, ...] = (None, True, False, -3, 2**70, -0.5, 1e300, "", "x", [], {})
    kind = rng.randrange(4 if depth else 2)
    match kind:
        case 2:
            return [_any(rng, depth - 1) for _ in range(rng.randrange(4))]
        case 3:
            return {f"k{index}": _any(rng, depth - 1) for index in range(rng.randrange(4))}
        case _:
            return rng.choice(leaves)
