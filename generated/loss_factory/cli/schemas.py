# Generated from templates/support/cli/schemas.py.
# Do not edit; change it and run: python -m nox -s generate

"""The JSON Schemas of this package, for editors and other programs."""

from __future__ import annotations

import json
from pathlib import Path

_PACKAGE = Path(__file__).parent.parent

LOSS_CONFIG_SCHEMA = _PACKAGE / "losses.schema.json"
"""Describes a `loss_configs` object."""

MODEL_CONFIG_SCHEMA = _PACKAGE / "model_config.schema.json"
"""Describes a whole model config, as far as its losses go."""

_FILES = {LOSS_CONFIG_SCHEMA: ["*loss_config*.json"], MODEL_CONFIG_SCHEMA: ["*model_config*.json"]}
"""The files that each is meant for, by their usual names."""


def vscode_settings() -> str:
    """Settings for VS Code, which then completes, explains and checks the usual files."""
    schemas = [
        {"fileMatch": patterns, "url": schema.as_uri()} for schema, patterns in _FILES.items()
    ]
    return json.dumps({"json.schemas": schemas}, indent=2)


def loss_descriptions() -> dict[str, str]:
    """What each loss does, by its name."""
    definitions = json.loads(LOSS_CONFIG_SCHEMA.read_text(encoding="utf-8"))["$defs"]
    return {
        definition["properties"]["name"]["const"]: definition["description"]
        for definition in definitions.values()
        if "const" in definition.get("properties", {}).get("name", {})
    }
