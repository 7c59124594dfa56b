"""The JSON Schema of whole model configs, for editors: what the IR knows of them."""

from __future__ import annotations

from ..meaning.ir import Bottleneck, Schema
from ..shared.jsontext import Json
from ..source.syntax import DRAFT, ROOT, SCHEMA_KEY, WEIGHT, WEIGHTS
from .editors import BRACES, object_for_editors, object_or_null, one_of, weight_for_editors


def model_config_schema(schema: Schema, comment: str) -> dict[str, Json]:
    """Constrains training.loss_configs and model.bottleneck.type, and leaves all else open."""
    root, *_ = schema.models
    loss_configs: dict[str, Json] = {
        **object_or_null(ROOT),
        **BRACES,
        "description": root.description,
    }
    return {
        "$comment": comment,
        "$schema": DRAFT,
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
        "$defs": _definitions(schema),
    }


def _bottleneck_types(schema: Schema) -> dict[str, Json]:
    """Every tag with what the bottleneck does and which weights it has a use for; or null."""
    descriptions: dict[str | None, str] = {
        each.config_type: f"{each.description}\n{_weights(each)}" for each in schema.bottlenecks
    }
    description = "The bottleneck's class, which decides which losses apply."
    return {**one_of(descriptions | {None: "Left to the trainer."}), "description": description}


def _weights(bottleneck: Bottleneck) -> str:
    paths = dict.fromkeys(loss.weight.path for loss in bottleneck.losses)
    return f"Weights: {', '.join(paths)}" if paths else "No losses"


def _users(schema: Schema) -> dict[str, list[str]]:
    """The tags of the bottlenecks that use each of their weights, by its key."""
    [model] = (each for each in schema.models if each.name == WEIGHTS)
    return {
        field.key: [
            bottleneck.config_type
            for bottleneck in schema.bottlenecks
            if f"{model.place}.{field.key}" in {loss.weight.path for loss in bottleneck.losses}
        ]
        for field in model.fields
    }


def _definitions(schema: Schema) -> dict[str, Json]:
    """The loss config, in which `$schema` is legal and of no use, and every object in it."""
    models = {model.name: model for model in (*schema.models, *schema.schedules)}
    definitions: dict[str, Json] = {}
    if schema.schedules:
        definitions[WEIGHT] = weight_for_editors(schema.schedules)
    for name, model in models.items():
        users = _users(schema) if name == WEIGHTS else {}
        definitions[name] = each = object_for_editors(model, models, users)
        match each["properties"]:
            case {"$schema": dict(unused)} if name == ROOT:
                unused["doNotSuggest"] = True
    return definitions
