"""Random loss configs for the tests beside this file, and what is done to them."""

from __future__ import annotations

import importlib.resources
import json
import random
from collections.abc import Iterator, Mapping
from typing import Any

from jsonschema import Draft202012Validator

from under_test import PACKAGE

Json = object
"""What JSON can say."""

SCHEMA: dict[str, Any] = json.loads(
    importlib.resources.files(PACKAGE).joinpath("losses.schema.json").read_bytes()
)
CONFIG = Draft202012Validator(SCHEMA)
"""Says whether a document is a valid loss config."""

LOSS_MAPPING = CONFIG.evolve(schema=SCHEMA["$defs"]["LossMapping"])
"""Says whether an object with a bottleneck's losses at its class name is a valid result."""

SECTIONS = ("bottleneck", "spectral", "time", "discriminator", "reconstruction", "adversarial")
BOTTLENECK_WEIGHTS = ("kl", "mmd", "quantizer", "codebook", "commitment", "softnorm")
ALL_SECTIONS = tuple(name for name in SCHEMA["properties"] if name != "$schema")
ALL_BOTTLENECK_WEIGHTS = tuple(SCHEMA["$defs"]["BottleneckWeights"]["properties"])
"""Those of loss_factory; and all, with what another package under test may have more."""

DISCRIMINATORS = ("encodec", "dac", "oobleck", "big_vgan", "transformer", "hil")
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
    return " or ".join(place for place in _places(SCHEMA, "") if place.endswith(f"/{key}"))


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
            "discriminator": {
                **_section(rng, ("adversarial", "feature_matching"), {}),
                "type": rng.choice(DISCRIMINATORS),
            },
            "reconstruction": rng.choice((None, _single(rng))),
            "adversarial": rng.choice((None, _single(rng))),
        },
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
    match rng.randrange(4):
        case 0:
            owner[rng.choice(_KEYS)] = owner.pop(key)
        case 1:
            owner[key] = [owner[key]]
        case 2:
            owner[key] = {rng.choice(_KEYS): owner[key]}
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


def _some(rng: random.Random, members: dict[str, Json]) -> dict[str, Json]:
    chosen = [key for key in members if rng.random() < 0.7]
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


def _single(rng: random.Random) -> dict[str, Json]:
    return _some(rng, {"weight": _number(rng), "type": _text(rng), "config": _open(rng)})


def _weights(rng: random.Random, names: tuple[str, ...]) -> dict[str, Json]:
    return _some(rng, {name: rng.choice((None, _number(rng), _number(rng))) for name in names})


def _number(rng: random.Random) -> Json:
    return rng.choice((*_NUMBERS, rng.random(), 10 ** rng.uniform(-12, 12)))


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
