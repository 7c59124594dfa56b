"""The JSON Schemas of a package, for editors and other programs, and what they say in words."""

from __future__ import annotations

import json
from pathlib import Path

from ..text.jsontext import Json, at, object_at

LOSSES_SCHEMA = "losses.schema.json"
"""The file of a package that it was compiled from: the losses, and what a config may say."""

MODEL_CONFIG_SCHEMA = "model_config.schema.json"
"""The file that describes a whole model config, as far as its losses go."""

LOSS_CONFIG_SCHEMA = "loss_config.schema.json"
"""What the schema of a `loss_configs` object is called, which no package has as a file."""

_FILES = {LOSS_CONFIG_SCHEMA: ["*loss_config*.json"], MODEL_CONFIG_SCHEMA: ["*model_config*.json"]}
"""The files that each is meant for, by their usual names."""


SETTINGS = (".vscode", "settings.json")
"""Where VS Code looks for the settings of a folder that it opens, and what they can name."""


def schemas_for_editors(package: Path) -> dict[str, bytes]:
    """By name, the schemas in the form that gives editors and validators the best messages."""
    text = (package / MODEL_CONFIG_SCHEMA).read_bytes()
    whole = json.loads(text)
    loss_configs = whole["properties"]["training"]["properties"]["loss_configs"]
    loss_config = {
        "$comment": whole["$comment"],
        "$schema": whole["$schema"],
        "title": "Loss config",
        "description": loss_configs["description"],
        **loss_configs["then"],
        "$defs": whole["$defs"],
    }
    return {
        LOSS_CONFIG_SCHEMA: json.dumps(loss_config, indent=2).encode() + b"\n",
        MODEL_CONFIG_SCHEMA: text,
    }


def vscode_associations() -> list[dict[str, Json]]:
    """What VS Code needs to complete, explain and check the usual files: copies of both schemas.

    They lie beside the settings, in the folder of the project: whoever has that has them.
    """
    folder, _ = SETTINGS
    return [
        {"fileMatch": [*patterns], "url": f"./{folder}/{schema}"}
        for schema, patterns in _FILES.items()
    ]


def schema_of(package: Path) -> Json:
    """The JSON Schema of the package that lies in a folder."""
    schema: Json = json.loads((package / LOSSES_SCHEMA).read_text(encoding="utf-8"))
    return schema


def loss_descriptions(package: Path) -> dict[str, str]:
    """What each loss does, by its entry in the schema's `$defs`."""
    found: dict[str, str] = {}
    for name, each in object_at(schema_of(package), ("$defs",)).items():
        description = at(each, ("description",))
        if isinstance(description, str):
            found[name] = description
    return found
