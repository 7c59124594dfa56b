"""The schemas that the package under test ships, and the ways in which an editor finds them."""

from __future__ import annotations

import importlib.resources
import json
from pathlib import Path
from typing import Any

from real.editors.language_server import Document, LanguageServer
from support.schemas import ROOT
from support.under_test import PACKAGE

FOLDER = Path(str(importlib.resources.files(PACKAGE)))
LOSSES = FOLDER / "losses.schema.json"
MODEL_CONFIG = FOLDER / "model_config.schema.json"

_SCHEMA: dict[str, Any] = json.loads(LOSSES.read_bytes())


def _properties(reference: str) -> dict[str, Any]:
    """The properties of the object that `reference` refers to."""
    properties: dict[str, Any] = _SCHEMA["$defs"][reference.rpartition("/")[2]]["properties"]
    return properties


WEIGHTS = _properties("BottleneckWeights")
"""The weights of bottlenecks, and what the schema says of them."""

_DISCRIMINATORS = [
    _properties(each["$ref"])
    for each in _SCHEMA["properties"]["discriminator"]["anyOf"]
    if "$ref" in each
]
TYPES = [each["type"]["enum"][0] for each in _DISCRIMINATORS]
"""The types of discriminators."""

ARGUMENTS = {
    type_: list(_properties(each["config"]["$ref"]))
    for type_, each in zip(TYPES, _DISCRIMINATORS, strict=True)
    if "$ref" in each["config"]
}
"""The arguments of those of which they are known."""

CONFIGS = {
    file.stem: file.read_text(encoding="utf-8")
    for file in sorted((ROOT / "tests" / "examples" / "configs").glob("*.json"))
}
"""Whole model configs."""

CONFIGS["all_sections"] = """{
  "model": {"bottleneck": {"type": "wasserstein", "config": {"noise_augment_dim": 4}}},
  "training": {
    "loss_configs": {
      "bottleneck": {"type": "mmd", "weights": {"mmd": 75}},
      "spectral": {"type": "mrstft", "config": {"fft_sizes": [512]}, "weights": {"mrstft": 1}},
      "time": {"weights": {"l1": 0.1, "l2": null}, "decay": 0.999},
      "discriminator": {
        "type": "encodec",
        "config": {"filters": 32, "n_ffts": [512, 256]},
        "weights": {"adversarial": 0.1, "feature_matching": 5.0}
      },
      "mrmel": {
        "config": {
          "n_mels": [80], "window_lengths": [1024], "pow": 1.0, "log_weight": 1, "mag_weight": 0
        },
        "weights": {"mrmel": 1.0}
      },
      "hubert": {"weights": {"hubert": 0.5}},
      "clap": {"weights": {"clap": 0.5}},
      "contrastive": {
        "config": {"transformer_dim": 64, "depth": 2}, "weights": {"contrastive": 1.0}
      },
      "jepa": {"config": {"transformer_dim": 64, "depth": 2}, "weights": {"jepa": 1.0}},
      "generative": {
        "type": "diffusion", "config": {"embed_dim": 64, "depth": 2}, "weights": {"diffusion": 1.0}
      },
      "latent_distillation": {"weights": {"l1": 1.0}},
      "semantic_regressors": {"weights": {"semantic_regressors_l1": 1.0}},
      "reconstruction": {"weight": 1.0, "type": "l2"},
      "adversarial": null
    }
  }
}"""

GROUPED_VAE = CONFIGS.pop("grouped_vae")
"""One for the package of the overlay with that name."""

WAYS = ("relative path", "file URI", "settings", "extension")


def document(server: LanguageServer, way: str, schema: Path, text: str) -> Document:
    """The object `text`, which `schema` describes: it says so itself, or the editor knows it."""
    elsewhere = Path("/configs/mine.json")
    server.configure({"*.json": schema} if way == "settings" else {})
    server.associate({"*.json": schema} if way == "extension" else {})
    match way:
        case "relative path":
            beside = schema.parent / "configs" / "mine.json"
            return Document(beside, _with_schema_key(f"../{schema.name}", text))
        case "file URI":
            return Document(elsewhere, _with_schema_key(schema.as_uri(), text))
        case _:
            return Document(elsewhere, text)


def _with_schema_key(uri: str, text: str) -> str:
    return text.replace("{", f'{{\n  "$schema": {json.dumps(uri)},', 1)
