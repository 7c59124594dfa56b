"""The JSON Schema of whole model configs, for editors: what a losses schema knows of them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from ..check.classes import SCHEMA_KEY
from ..meaning.ir import Bottleneck, Schema
from ..source.document import ROOT, owners, references
from .editors import BRACES, for_editors, one_of

_OF_A_CONFIG = ("description", "type", "additionalProperties", "required", "properties")
"""What a losses schema says at its root of the config, and not of itself."""


def model_config_schema(schema: Schema, comment: str) -> dict[str, Any]:
    """Constrains training.loss_configs and model.bottleneck.type, and leaves all else open."""
    document: Any = schema.document
    loss_configs = {
        "anyOf": [{"$ref": f"#/$defs/{ROOT}"}, {"type": "null"}],
        **BRACES,
        "description": document["description"],
    }
    return {
        "$comment": comment,
        "$schema": document["$schema"],
        "title": "Model config",
        "description": "A whole model config. Its `training.loss_configs` and "
        "`model.bottleneck.type` are checked; everything else is the trainer's.",
        "type": "object",
        "properties": {
            SCHEMA_KEY: {
                "type": ["string", "null"],
                "description": "Where editors find this JSON Schema. Trainers don't read it.",
            },
            "model": {
                "description": "The model.",
                "type": ["object", "null"],
                "properties": {
                    "bottleneck": {
                        "description": "The bottleneck.",
                        "type": ["object", "null"],
                        "properties": {"type": _bottleneck_types(schema)},
                    }
                },
            },
            "training": {
                "description": "How the model is trained.",
                "type": ["object", "null"],
                "properties": {"loss_configs": loss_configs},
            },
        },
        "$defs": dict(_definitions(document)),
    }


def _bottleneck_types(schema: Schema) -> dict[str, Any]:
    """Every tag with what the bottleneck does and which weights it has a use for; or null."""
    descriptions: dict[str | None, str] = {
        each.config_type: f"{each.description}\n{_weights(each)}" for each in schema.bottlenecks
    }
    description = "The bottleneck's class, which decides which losses apply."
    return {**one_of(descriptions | {None: "Left to the trainer."}), "description": description}


def _weights(bottleneck: Bottleneck) -> str:
    paths = dict.fromkeys(loss.weight.path for loss in bottleneck.losses)
    return f"Weights: {', '.join(paths)}" if paths else "No losses"


def _definitions(document: Any) -> Iterator[tuple[str, dict[str, Any]]]:
    """The loss config, and every object that can stand in it."""
    objects = {owner.name: owner.subschema for owner in owners(document)}
    needed = [ROOT]
    for name in needed:  # grows while it is read
        for subschema in objects[name]["properties"].values():
            needed += [each for _, each in references(subschema) if each not in needed]
    objects[ROOT] = _loss_config(document)
    for name, each in objects.items():
        if name in needed:
            yield name, for_editors(each, objects)


def _loss_config(document: Any) -> dict[str, Any]:
    """The root's object; in a model config, its `$schema` is legal and of no use."""
    loss_config = {key: document[key] for key in _OF_A_CONFIG if key in document}
    if SCHEMA_KEY in document["properties"]:
        unused = {SCHEMA_KEY: document["properties"][SCHEMA_KEY] | {"doNotSuggest": True}}
        loss_config["properties"] = document["properties"] | unused
    return loss_config
