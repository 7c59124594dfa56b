"""The JSON Schemas of a package, for editors and other programs."""

from __future__ import annotations

import json
from pathlib import Path

LOSS_CONFIG_SCHEMA = "losses.schema.json"
"""The file of a package that describes a `loss_configs` object."""

MODEL_CONFIG_SCHEMA = "model_config.schema.json"
"""The file that describes a whole model config, as far as its losses go."""

_FILES = {LOSS_CONFIG_SCHEMA: ["*loss_config*.json"], MODEL_CONFIG_SCHEMA: ["*model_config*.json"]}
"""The files that each is meant for, by their usual names."""


def vscode_settings(package: Path) -> str:
    """Settings for VS Code, which then completes, explains and checks the usual files.

    `package` is the folder of the package whose schemas they name.
    """
    schemas = [
        {"fileMatch": patterns, "url": (package / schema).as_uri()}
        for schema, patterns in _FILES.items()
    ]
    return json.dumps({"json.schemas": schemas}, indent=2)


def loss_descriptions(package: Path) -> dict[str, str]:
    """What each loss does, by its entry in the schema's `$defs`."""
    text = (package / LOSS_CONFIG_SCHEMA).read_text(encoding="utf-8")
    definitions = json.loads(text)["$defs"]
    return {
        name: each["description"] for name, each in definitions.items() if "description" in each
    }
