"""A `loss_configs` object in an editor: losses.schema.json, and its form for editors."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from real.editors.language_server import Diagnostic, Document, LanguageServer, Proposal
from real.editors.schemas import ARGUMENTS, CONFIGS, LOSSES, TYPES, WAYS, WEIGHTS, document
from support.command_line import Done, typed

INSERTED = {
    "kl": "$1",  # nothing yet: the default and the examples are proposed then
    "mmd": "$1",
    "quantizer": "${1:1}",
    "codebook": "${1:1}",
    "commitment": "${1:0.25}",
    "softnorm": "$1",
}


def opened(server: LanguageServer, text: str) -> Document:
    """A loss config that the settings associate with the schema."""
    return document(server, "settings", LOSSES, text)


# The ways to the schema


@pytest.mark.parametrize("way", WAYS)
def test_all_weights_are_proposed(way: str, server: LanguageServer) -> None:
    text = '{\n  "bottleneck": {"weights": {‸}}\n}'
    proposals = server.proposals(document(server, way, LOSSES, text))
    assert [(each.label, each.description) for each in proposals] == [
        (name, weight["description"]) for name, weight in WEIGHTS.items()
    ]
    inserted = {each.label: each.inserted for each in proposals}
    assert {name: inserted[name] for name in INSERTED} == {
        name: f'"{name}": {value}' for name, value in INSERTED.items()
    }


@pytest.mark.parametrize("way", WAYS)
def test_a_mistyped_weight_is_underlined(way: str, server: LanguageServer) -> None:
    text = '{\n  "bottleneck": {"weights": {"kl": 1e-4, "mdm": 10}}\n}'
    diagnostics = server.diagnostics(document(server, way, LOSSES, text))
    assert diagnostics == [Diagnostic('"mdm"', "Property mdm is not allowed.")]


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("name", CONFIGS)
def test_nothing_is_underlined_in_a_good_config(
    name: str, way: str, server: LanguageServer
) -> None:
    losses = json.loads(CONFIGS[name])["training"]["loss_configs"]
    assert server.diagnostics(document(server, way, LOSSES, json.dumps(losses, indent=2))) == []


# Proposals


def test_the_weights_that_are_there_are_not_proposed(server: LanguageServer) -> None:
    proposals = server.proposals(opened(server, '{"bottleneck": {"weights": {"mmd": 10, "‸"}}}'))
    assert [each.label for each in proposals] == [name for name in WEIGHTS if name != "mmd"]


def test_the_default_and_the_examples_of_a_weight_are_proposed(server: LanguageServer) -> None:
    proposals = server.proposals(opened(server, '{"bottleneck": {"weights": {"kl": ‸}}}'))
    assert proposals == [
        Proposal("0.000001", "0.000001", "", "Default value"),
        Proposal("0.0001", "0.0001", "", ""),
        Proposal("null", "null", "", ""),
    ]


def test_the_types_of_discriminators_are_proposed(server: LanguageServer) -> None:
    proposals = server.proposals(opened(server, '{"discriminator": {"type": ‸}}'))
    assert [json.loads(each.label) for each in proposals] == TYPES
    assert all(each.description for each in proposals)


@pytest.mark.parametrize("name", ARGUMENTS)
def test_the_arguments_of_that_type_are_proposed(name: str, server: LanguageServer) -> None:
    text = f'{{"discriminator": {{"type": "{name}", "config": {{‸}}}}}}'
    proposals = server.proposals(opened(server, text))
    assert [each.label for each in proposals] == ARGUMENTS[name]
    assert all(each.description for each in proposals)


SCHEDULES = {
    "linear": ["start_weight", "end_weight", "start_step", "end_step"],
    "cosine": ["start_weight", "end_weight", "start_step", "end_step"],
    "log": ["start_weight", "end_weight", "start_step", "end_step"],
    "exponential": ["start_weight", "rate", "start_step", "floor"],
    "cyclic": ["start_weight", "end_weight", "period", "ramp"],
}


def test_the_kinds_of_schedules_are_proposed(server: LanguageServer) -> None:
    text = '{"bottleneck": {"weights": {"kl": {"schedule": ‸}}}}'
    proposals = server.proposals(opened(server, text))
    assert [json.loads(each.label) for each in proposals] == list(SCHEDULES)
    assert len({each.description for each in proposals}) == len(SCHEDULES)


@pytest.mark.parametrize("kind", SCHEDULES)
def test_the_keys_of_a_schedule_are_proposed(kind: str, server: LanguageServer) -> None:
    text = f'{{"spectral": {{"weights": {{"mrstft": {{"schedule": "{kind}", ‸}}}}}}}}'
    proposals = server.proposals(opened(server, text))
    assert [each.label for each in proposals] == SCHEDULES[kind]
    assert all(each.description for each in proposals)


# Explanations


@pytest.mark.parametrize("name", WEIGHTS)
@pytest.mark.parametrize("text", ['"‸NAME": 1', '"NAME": ‸1'], ids=["key", "value"])
def test_the_mouse_over_a_weight(text: str, name: str, server: LanguageServer) -> None:
    """Editors show the description, in Markdown, and no more: no default."""
    weight = text.replace("NAME", name)
    shown = server.hover(opened(server, f'{{"bottleneck": {{"weights": {{{weight}}}}}}}'))
    assert shown.replace("\\", "") == WEIGHTS[name]["description"]


# Mistakes

LINEAR = '{"schedule": "linear", "start_weight": 0, "end_weight": 1}'


@pytest.mark.parametrize(
    ("text", "marked", "message"),
    [
        ('{"botleneck": {}}', '"botleneck"', "Property botleneck is not allowed."),
        ('{"bottleneck": {"kl": 1}}', '"kl"', "Property kl is not allowed."),
        ('{"time": {"weigths": {"l1": 1}}}', '"weigths"', "Property weigths is not allowed."),
        (
            '{"bottleneck": {"weights": {"kl": "1e-4"}}}',
            '"1e-4"',
            'Incorrect type. Expected "number".',
        ),
        ('{"bottleneck": {"weights": {"kl": -1}}}', "-1", "Value is below the minimum of 0."),
        (
            '{"discriminator": {"type": "dac", "config": {"filters": 32}}}',
            '"filters"',
            "Property filters is not allowed.",
        ),
        (f'{{"time": {{"weights": {{"l1": {LINEAR}}}}}}}', '"l1"', 'Missing property "end_step".'),
        (
            f'{{"time": {{"weights": {{"l1": {LINEAR[:-1]}, "end_step": 9, "rate": 1}}}}}}}}',
            '"rate"',
            "Property rate is not allowed.",
        ),
        ('{"bottleneck": null}', "null", 'Incorrect type. Expected "object".'),
        ('{"$schema": 1}', "1", "Incorrect type. Expected one of string, null."),
    ],
)
def test_a_mistake_is_underlined(
    text: str, marked: str, message: str, server: LanguageServer
) -> None:
    assert server.diagnostics(opened(server, text)) == [Diagnostic(marked, message)]


# The form for editors


@pytest.fixture(scope="module")
def loss_config(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What `schema --loss-config` writes."""
    file = tmp_path_factory.mktemp("schemas") / "loss_config.schema.json"
    assert typed("schema", "--loss-config", "--out", str(file)) == Done(0, "")
    return file


def test_a_weight_says_which_bottlenecks_use_it(loss_config: Path, server: LanguageServer) -> None:
    text = '{"bottleneck": {"weights": {"‸kl": 1}}}'
    shown = server.hover(document(server, "settings", loss_config, text))
    assert "Used by: vae, rvq_vae, dac_rvq_vae" in shown.replace("\\", "")


@pytest.mark.parametrize("name", CONFIGS)
def test_a_good_config_is_good_in_both_forms(
    name: str, loss_config: Path, server: LanguageServer
) -> None:
    losses = json.dumps(json.loads(CONFIGS[name])["training"]["loss_configs"], indent=2)
    assert server.diagnostics(document(server, "settings", loss_config, losses)) == []


@pytest.mark.parametrize(
    ("text", "marked", "message"),
    [
        ('{"botleneck": {}}', '"botleneck"', "Property botleneck is not allowed."),
        ('{"time": {"weigths": {"l1": 1}}}', '"weigths"', "Property weigths is not allowed."),
        ('{"time": 3}', "3", "Incorrect type. Expected one of object, null."),
        ('{"bottleneck": {"weights": {"kl": -1}}}', "-1", "Value is below the minimum of 0."),
        (f'{{"time": {{"weights": {{"l1": {LINEAR}}}}}}}', '"l1"', 'Missing property "end_step".'),
    ],
)
def test_a_mistake_is_underlined_where_it_is(
    text: str, marked: str, message: str, loss_config: Path, server: LanguageServer
) -> None:
    opened_there = document(server, "settings", loss_config, text)
    assert server.diagnostics(opened_there) == [Diagnostic(marked, message)]
