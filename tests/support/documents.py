"""The schema of the package under test, and what the tests beside this file know of it."""

from __future__ import annotations

import importlib.resources
import json
from typing import Any

from jsonschema import Draft202012Validator, validators

from support.under_test import PACKAGE

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
