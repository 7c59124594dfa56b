"""model_config.schema.json in an editor: whole model configs."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from real.editors.language_server import Diagnostic, Document, LanguageServer, Proposal
from real.editors.schemas import (
    ARGUMENTS,
    CONFIGS,
    GROUPED_VAE,
    MODEL_CONFIG,
    TYPES,
    WAYS,
    WEIGHTS,
    document,
)
from support.overlays import published

VAE = "Samples the latents from a diagonal normal distribution."
CLASS = "The bottleneck's class, which decides which losses apply."


def opened(server: LanguageServer, text: str) -> Document:
    """A model config that the settings associate with the schema."""
    return document(server, "settings", MODEL_CONFIG, text)


def labels(server: LanguageServer, text: str) -> list[str]:
    """What is proposed at the cursor in a model config."""
    return [each.label for each in server.proposals(opened(server, text))]


def inserted(server: LanguageServer, text: str) -> dict[str, str]:
    """What is inserted for each proposal at the cursor in a model config."""
    return {each.label: each.inserted for each in server.proposals(opened(server, text))}


# The ways to the schema


@pytest.mark.parametrize("way", WAYS)
def test_the_types_of_bottlenecks_are_proposed(way: str, server: LanguageServer) -> None:
    text = '{\n  "model": {"bottleneck": {"type": ‸}}\n}'
    proposals = {
        each.label: each for each in server.proposals(document(server, way, MODEL_CONFIG, text))
    }
    vae = f"{VAE}\nWeights: bottleneck.weights.kl"
    assert proposals['"vae"'] == Proposal('"vae"', '"vae"', vae, "")
    assert proposals['"dac_rvq"'].description == (
        "Residual vector quantization of the Descript Audio Codec.\n"
        "Weights: bottleneck.weights.codebook, bottleneck.weights.commitment"
    )
    assert proposals['"tanh"'].description == "Squashes the latents with tanh.\nNo losses"
    assert "null" in proposals


@pytest.mark.parametrize("way", WAYS)
def test_a_mistake_is_underlined_and_nothing_that_is_the_trainers(
    way: str, server: LanguageServer
) -> None:
    text = """{
      "model_type": "autoencoder", "sample_rate": 44100, "more": {"losses": []},
      "model": {"bottleneck": {"type": "vae", "config": {"x": 1}, "y": 2}, "latent": 64},
      "training": {
        "learning_rate": 1e-4,
        "loss_configs": {"bottleneck": {"weights": {"kl": 1e-4, "mdm": 10}}}
      }
    }"""
    diagnostics = server.diagnostics(document(server, way, MODEL_CONFIG, text))
    assert diagnostics == [Diagnostic('"mdm"', "Property mdm is not allowed.")]


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("name", CONFIGS)
def test_nothing_is_underlined_in_a_good_config(
    name: str, way: str, server: LanguageServer
) -> None:
    assert server.diagnostics(document(server, way, MODEL_CONFIG, CONFIGS[name])) == []


@pytest.mark.parametrize(
    "text",
    [
        "{}",
        '{"$schema": null}',
        '{"model": null, "training": null}',
        '{"model": {"bottleneck": null}, "training": {}}',
        '{"model": {"bottleneck": {"type": null}}, "training": {"loss_configs": null}}',
        '{"training": {"loss_configs": {"spectral": null, "discriminator": null}}}',
    ],
)
def test_what_is_not_there_is_no_mistake(text: str, server: LanguageServer) -> None:
    assert server.diagnostics(opened(server, text)) == []


# Proposals


def test_the_way_to_a_weight_is_proposed_key_by_key(server: LanguageServer) -> None:
    def at(*keys: str) -> str:
        return "".join(f'{{"{key}": ' for key in keys) + "{‸}" + "}" * len(keys)

    way = ("training", "loss_configs", "bottleneck", "weights")
    for index, key in enumerate(way):
        assert inserted(server, at(*way[:index]))[key] == f'"{key}": {{$1}}'
    assert labels(server, at(*way)) == list(WEIGHTS)


def test_a_section_that_may_be_off_is_proposed_as_an_object(server: LanguageServer) -> None:
    sections = '{"training": {"loss_configs": {‸}}}'
    assert inserted(server, sections)["time"] == '"time": {$1}'
    assert "$schema" not in inserted(server, sections)
    value = '{"training": {"loss_configs": {"time": ‸}}}'
    assert inserted(server, value) == {"{}": "{$1}", "null": "null"}


@pytest.mark.parametrize("value", ["‸", '"‸"', '"da‸c"'])
def test_the_types_of_discriminators_are_proposed(value: str, server: LanguageServer) -> None:
    text = f'{{"training": {{"loss_configs": {{"discriminator": {{"type": {value}}}}}}}}}'
    proposals = server.proposals(opened(server, text))
    assert sorted(json.loads(each.label) for each in proposals) == sorted(TYPES)
    assert all(each.description for each in proposals)


def test_the_type_of_a_discriminator_comes_first(server: LanguageServer) -> None:
    text = '{"training": {"loss_configs": {"discriminator": {‸}}}}'
    assert inserted(server, text) == {"type": '"type": $1'}


@pytest.mark.parametrize("name", ARGUMENTS)
def test_the_arguments_of_that_type_are_proposed(name: str, server: LanguageServer) -> None:
    discriminator = f'{{"type": "{name}", "config": {{‸}}}}'
    text = f'{{"training": {{"loss_configs": {{"discriminator": {discriminator}}}}}}}'
    assert labels(server, text) == ARGUMENTS[name]


# Explanations


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        (
            '{"model": {"bottleneck": {"type": "va‸e"}}}',
            f"{CLASS}\n\n`vae`: {VAE}\nWeights: bottleneck.weights.kl",
        ),
        (
            '{"training": {"loss_configs": {"bottleneck": {"weights": {"k‸l": 1}}}}}',
            f"{WEIGHTS['kl']['description']}\nUsed by: vae, rvq_vae, dac_rvq_vae\nDefault: 1e-6",
        ),
    ],
)
def test_the_mouse_over_a_key_or_value(text: str, shown: str, server: LanguageServer) -> None:
    assert server.hover(opened(server, text)).replace("\\", "") == shown


# Mistakes


@pytest.mark.parametrize(
    ("text", "marked", "message"),
    [
        (
            '{"training": {"loss_configs": {"botleneck": {}}}}',
            '"botleneck"',
            "Property botleneck is not allowed.",
        ),
        (
            '{"training": {"loss_configs": {"time": {"weights": {"L1": 1}}}}}',
            '"L1"',
            "Property L1 is not allowed.",
        ),
        (
            '{"training": {"loss_configs": {"discriminator": {"weights": {"x": 1}}}}}',
            '"discriminator"',
            'Missing property "type".',
        ),
        (
            '{"training": {"loss_configs": {"discriminator": {"type": "dac", "wieghts": {}}}}}',
            '"wieghts"',
            "Property wieghts is not allowed.",
        ),
        (
            '{"training": {"loss_configs": []}}',
            "[]",
            "Incorrect type. Expected one of object, null.",
        ),
        ('{"training": []}', "[]", "Incorrect type. Expected one of object, null."),
        ("[]", "[]", 'Incorrect type. Expected "object".'),
    ],
)
def test_a_mistake_is_underlined(
    text: str, marked: str, message: str, server: LanguageServer
) -> None:
    assert server.diagnostics(opened(server, text)) == [Diagnostic(marked, message)]


@pytest.mark.parametrize(
    ("text", "valid"),
    [
        ('{"model": {"bottleneck": {"type": "vea"}}}', '"vae", "rvq", '),
        (
            '{"training": {"loss_configs": {"discriminator": {"type": "vea", "x": 1}}}}',
            '"encodec", "dac", ',
        ),
    ],
)
def test_an_unknown_type_is_underlined_and_nothing_below_it(
    text: str, valid: str, server: LanguageServer
) -> None:
    [found] = server.diagnostics(opened(server, text))
    assert found.marked == '"vea"'
    assert found.message.startswith(f"Value is not accepted. Valid values: {valid}")


# A package of somebody's own


def test_the_schema_of_a_compiled_overlay(tmp_path: Path, server: LanguageServer) -> None:
    schema = tmp_path / published("grouped_vae", tmp_path) / MODEL_CONFIG.name
    text = (
        '{"model": {"bottleneck": {"type": "grouped_vae"}}, "training": {"loss_configs": LOSSES}}'
    )

    def grouped(losses: str) -> Document:
        return document(server, "relative path", schema, text.replace("LOSSES", losses))

    proposals = server.proposals(grouped('{"bottleneck": {"weights": {‸}}}'))
    assert [each for each in proposals if each.label == "kl_spatial"] == [
        Proposal(
            "kl_spatial",
            '"kl_spatial": ${1:0.0001}',
            "Weight of the KL divergence along time.\nUsed by: grouped_vae\nDefault: 1e-4",
            "",
        )
    ]
    assert server.diagnostics(document(server, "settings", schema, GROUPED_VAE)) == []
    assert server.diagnostics(grouped('{"bottleneck": {"weights": {"kl_v": 1}}}')) == [
        Diagnostic('"kl_v"', "Property kl_v is not allowed.")
    ]
