"""The schema of whole model configs: its exact text, and what it holds."""

from __future__ import annotations

import json
import re
from pathlib import Path

from jsonschema import Draft202012Validator

from loss_compiler.compile import compile_schema
from loss_compiler.emit.editors import object_for_editors
from loss_compiler.emit.model_config import model_config_schema
from loss_compiler.meaning.analyse import analyse
from loss_compiler.source.syntax import syntax_of
from loss_compiler.target.package import package_of_overlays
from support.schemas import CANONICAL, GROUPED_VAE, TINY, VARIED, compiled, document

NAME = "model_config.schema.json"


def test_the_text_for_the_smallest_schema() -> None:
    expected = Path(__file__).with_name("tiny.model_config.schema.json").read_text(encoding="utf-8")
    assert compiled(TINY).files[NAME] == expected


def test_the_tag_decides_which_object_is_checked() -> None:
    assert """
        "discriminator": {
          "type": ["object", "null"],
          "required": ["type"],
          "properties": {
            "type": {
              "enum": ["encodec", "oobleck"],
              "enumDescriptions": ["The first of two.", "The second of two."],
              "description": "One of two sections."
            }
          },
          "allOf": [
            {
              "if": {
                "type": "object",
                "required": ["type"],
                "properties": { "type": { "const": "encodec", "doNotSuggest": true } }
              },
              "then": { "$ref": "#/$defs/EncodecConfig" }
            },
            {
              "if": {
                "type": "object",
                "required": ["type"],
                "properties": { "type": { "const": "oobleck", "doNotSuggest": true } }
              },
              "then": { "$ref": "#/$defs/OobleckConfig" }
            }
          ],
          "defaultSnippets": [{ "label": "{}", "body": "^{$1}" }],
          "description": "One of two sections."
        }
""" in compiled(VARIED).files[NAME]


def test_an_object_that_has_to_be_there_is_never_null() -> None:
    varied = document(VARIED)
    choice = varied["properties"]["discriminator"]
    choice["anyOf"].remove({"type": "null"})
    schema = analyse(syntax_of(varied))
    models = {model.name: model for model in schema.models}
    shown = object_for_editors(schema.models[0], models, {})["properties"]["discriminator"]
    assert shown["type"] == "object"


def test_it_holds_what_a_config_needs_and_no_more() -> None:
    """No results, losses, mapping or class names, and nothing that is of the losses schema."""
    text = compiled(VARIED).files[NAME]
    schema = json.loads(text)
    Draft202012Validator.check_schema(schema)
    assert list(schema["$defs"]) == [
        *("AutoencoderLossConfig", "InPlace", "BottleneckLossConfig", "BottleneckWeights"),
        *("SpectralLossConfig", "SpectralDetails"),
        *("EncodecConfig", "OobleckConfig", "LayerConfig", "CriticWeights", "AudioLossConfig"),
        *("AudioWindow", "AudioWindowShape", "STFTArguments", "MelArguments", "RuledArguments"),
        "AudioWeights",
    ]
    references = set(re.findall(r'"\$ref": "#/\$defs/(\w+)"', text))
    assert references == set(schema["$defs"])
    config = schema["$defs"]["AutoencoderLossConfig"]
    assert list(config) == [
        *("type", "additionalProperties", "patternProperties", "description", "properties")
    ]
    assert '"x-' not in text


def test_hover_texts_say_what_is_deprecated_and_what_a_key_needs_is_checked() -> None:
    ruled = json.loads(compiled(VARIED).files[NAME])["$defs"]["RuledArguments"]
    assert ruled["dependentRequired"]["hop"] == ["fft_size", "order"]
    old = ruled["properties"]["old_hop"]
    assert (old["description"], old["deprecated"], old["deprecationMessage"]) == (
        "Deprecated: What `hop` was called; write that.",
        True,
        "What `hop` was called; write that.",
    )


def test_descriptions_say_the_default_and_the_unit() -> None:
    definitions = json.loads(compiled(VARIED).files[NAME])["$defs"]
    arrays = definitions["OobleckConfig"]["properties"]
    assert arrays["rates"]["description"] == "Numbers."
    assert arrays["sizes"]["description"] == "Integers.\nUnit: samples"
    assert definitions["LayerConfig"]["properties"]["pow"]["description"] == (
        "A number with the name of a builtin.\nDefault: 2.0\nUnit: dB"
    )


def test_the_place_of_the_json_schema_is_not_suggested_inside() -> None:
    definitions = model_config_schema(analyse(syntax_of(document(CANONICAL))), "Generated.")[
        "$defs"
    ]
    assert definitions["AutoencoderLossConfig"]["properties"]["$schema"] == {
        **document(CANONICAL)["properties"]["$schema"],
        "doNotSuggest": True,
    }


def test_each_tag_says_what_it_does_and_which_weights_have_a_use() -> None:
    schema = model_config_schema(analyse(syntax_of(document(VARIED))), "Generated.")
    assert schema["properties"]["model"]["properties"]["bottleneck"]["properties"]["type"] == {
        "enum": ["vae", "rvq_vae", "tanh", None],
        "enumDescriptions": [
            "Samples the latents.\n"
            "Weights: bottleneck.weights.kl, spectral.weight, spectral.details.weight",
            "Quantizes them, too.\nWeights: bottleneck.weights.quantizer, bottleneck.weights.kl",
            "Squashes the latents.\nNo losses",
            "Left to the trainer.",
        ],
        "description": "The bottleneck's class, which decides which losses apply.",
    }


def test_that_of_an_overlay_names_the_overlay_and_knows_its_bottleneck() -> None:
    package = package_of_overlays("lab_losses", [GROUPED_VAE])
    schema = json.loads(compile_schema(CANONICAL, [GROUPED_VAE], package).files[NAME])
    assert schema["$comment"] == (
        "Generated from grouped_vae.overlay.json. Do not edit; change it and run: "
        "loss-factory compile grouped_vae.overlay.json --package lab_losses --out DIR"
    )
    types = schema["properties"]["model"]["properties"]["bottleneck"]["properties"]["type"]
    descriptions = dict(zip(types["enum"], types["enumDescriptions"], strict=True))
    assert descriptions["grouped_vae"] == (
        "Samples as the VAE does, with a distribution for each channel group.\n"
        "Weights: bottleneck.weights.kl_w, bottleneck.weights.kl_spatial"
    )
