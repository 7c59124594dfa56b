"""The sections of the schema against what the real trainers read and their constructors take."""

from __future__ import annotations

import ast
import inspect
import re
from collections.abc import Iterator, Mapping
from typing import Any

import pytest

from real.stable_audio.constructors import SPEECH_MODELS, Constructors, constructors
from real.stable_audio.trainer import KeyPath, leaves, reads
from support.documents import SCHEMA
from support.stable_audio.real import VERSIONS, folder_of
from support.under_test import AutoencoderLossConfig

pytestmark = pytest.mark.usefixtures("_loss_factory_only")

every_version = pytest.mark.parametrize("version", VERSIONS)

SINGLE_LOSS = ("weight", "type", "config")
LABELED = (
    "bottleneck",
    "spectral",
    "time",
    "mrmel",
    "hubert",
    "clap",
    "contrastive",
    "jepa",
    "latent_distillation",
    "semantic_regressors",
)
"""Sections whose `type` is a label for people."""

UNREAD: set[KeyPath] = {
    ("$schema",),
    *((section, "type") for section in LABELED),
    ("time", "config"),
    *(("bottleneck", "weights", fixed) for fixed in ("quantizer", "codebook", "commitment")),
    *((section, key) for section in ("reconstruction", "adversarial") for key in SINGLE_LOSS),
    ("adversarial", "feature_matching"),
}
"""What the schema has besides: for other trainers, and weights that are fixed in this one."""

NEW_IN_0_0_20 = {
    "bottleneck.weights.softnorm",
    "clap",
    "contrastive",
    "discriminator.decay",
    "generative",
    "jepa",
    "latent_distillation",
    "semantic_regressors",
    "time.weights.mmd",
}
"""What 0.0.19 does not read, and the schema says so: whole sections, and single keys."""

CLASSES = {
    "encodec": ("EncodecDiscriminator", "MultiScaleSTFTDiscriminator", "DiscriminatorSTFT"),
    "dac": ("DACGANLoss", "DACDiscriminator"),
    "oobleck": ("OobleckDiscriminator",),
    "hubert": ("HubertLoss",),
    "clap": ("CLAPLoss",),
}
"""Each constructor that gets the arguments in a `config`, and those that it passes them on to."""

SET_INSIDE = {"n_fft", "hop_length", "win_length"}
"""Arguments that EnCodec's discriminator gives to each of its parts."""


def properties(subschema: Mapping[str, Any]) -> Iterator[tuple[str, Any, list[Any]]]:
    """Each property of an object: its name, itself, and the objects that it can hold."""
    for name, each in subschema["properties"].items():
        parts = [part for part in (each, *each.get("anyOf", ())) if "$ref" in part]
        referred = [part["$ref"].removeprefix("#/$defs/") for part in parts]
        yield name, each, [SCHEMA["$defs"][other] for other in referred if other != "Weight"]


def every_property(
    subschema: Mapping[str, Any] = SCHEMA, above: KeyPath = ()
) -> Iterator[tuple[KeyPath, Any]]:
    """Every property that a config can have, by its path."""
    for name, each, objects in properties(subschema):
        yield (*above, name), each
        for inner in objects:
            yield from every_property(inner, (*above, name))


def discriminators() -> dict[str, dict[str, Any]]:
    """The discriminators by type."""
    [objects] = [each for name, _, each in properties(SCHEMA) if name == "discriminator"]
    return {each["properties"]["type"]["enum"][0]: each for each in objects}


def section(name: str) -> dict[str, Any]:
    """A section, or the discriminator of a type."""
    single = {key: objects[0] for key, _, objects in properties(SCHEMA) if len(objects) == 1}
    found: dict[str, Any] = (single | discriminators())[name]
    return found


def arguments(name: str) -> dict[str, Any]:
    """What the `config` of a section or discriminator can hold."""
    [[config]] = [each for key, _, each in properties(section(name)) if key == "config"]
    found: dict[str, Any] = config["properties"]
    return found


def test_the_schema_has_what_the_trainers_read() -> None:
    found = [reads(version) for version in VERSIONS]
    passed_on = {path for each in found for path in each.passed_on}
    ours = {
        path
        for path, _ in every_property()
        if not any(path[: len(other)] == other != path for other in passed_on)
    }
    assert leaves(ours) - UNREAD == found[0].leaves | found[1].leaves
    assert ours > UNREAD
    assert found[0].leaves < found[1].leaves


def test_what_is_new_in_0_0_20() -> None:
    old, new = (reads(version).leaves for version in VERSIONS)
    sections = {path[0] for path in old}
    assert {
        ".".join(path) if path[0] in sections else path[0] for path in new - old
    } == NEW_IN_0_0_20
    by_path = {".".join(path): each["description"] for path, each in every_property()}
    silent = {name for name in NEW_IN_0_0_20 if "from 0.0.20 on" not in by_path[name]}
    assert silent == {"bottleneck.weights.softnorm"}  # which is ours for every trainer


def test_the_types_are_those_that_trainers_tell_apart() -> None:
    old, new = (reads(version).compared for version in VERSIONS)
    assert new[("discriminator", "type")] == {*discriminators()}
    assert {*discriminators()} - old[("discriminator", "type")] == {"transformer", "hil"}
    assert new[("generative", "type")] == {*section("generative")["properties"]["type"]["enum"]}


@every_version
def test_what_is_not_written_means_what_it_means_to_the_trainer(version: str) -> None:
    ours = {path: each.get("default") for path, each in every_property()}
    theirs = reads(version).defaults
    assert theirs
    assert {path: ours[path] for path in theirs} == theirs


def expected(found: Constructors, version: str, name: str) -> dict[str, object]:
    """The arguments that the constructor takes from a `config`, with its defaults."""
    path = (name if name in SCHEMA["properties"] else "discriminator", "config")
    beside = reads(version).passed_on[path][CLASSES[name][0]]
    every = {key: each for cls in CLASSES[name] for key, each in found.parameters(cls).items()}
    return {key: each for key, each in every.items() if key not in beside | SET_INSIDE}


VERSIONS_AND_CLASSES = [
    (version, name)
    for version in VERSIONS
    for name in CLASSES
    if (version, name) != ("0.0.19", "clap")
]


@pytest.mark.parametrize(("version", "name"), VERSIONS_AND_CLASSES)
def test_a_config_holds_what_the_constructor_takes(version: str, name: str) -> None:
    assert_same_defaults(arguments(name), expected(constructors(version), version, name))


def test_a_config_holds_what_big_vgan_takes() -> None:
    """It looks most of its arguments up in a dictionary."""
    found = constructors("0.0.20")

    class Recording(dict[str, object]):
        def get(self, key: str, default: object = None) -> object:
            theirs.setdefault(key, default)
            return super().get(key, default)

    theirs: dict[str, object] = {}
    start = Recording(cqtd_in_channels=1, sampling_rate=44100, cqtd_hop_lengths=[512])
    found.make("MultiScaleSubbandCQTDiscriminator", cfg=start)
    del theirs["cqtd_in_channels"]  # which BigVGANDiscriminator writes into it
    beside = reads("0.0.20").passed_on[("discriminator", "config")]["BigVGANDiscriminator"]
    for key, default in found.parameters("BigVGANDiscriminator").items():
        if key not in beside:
            theirs[key] = default
    assert_same_defaults(arguments("big_vgan"), theirs)


def assert_same_defaults(ours: dict[str, Any], theirs: dict[str, object]) -> None:
    """The same arguments; where ours is null, its description says what null means."""
    assert ours.keys() == theirs.keys()
    for key, each in ours.items():
        match each:
            case {"default": None, "description": description}:
                said = re.findall(r"\d+(?:\.\d+)?", description.partition("Null: ")[2])
                assert [float(number) for number in said] == numbers(theirs[key]), key
            case {"default": default}:
                assert (default, type(default)) == (theirs[key], type(theirs[key])), key
            case _:
                assert theirs[key] is inspect.Parameter.empty, key


def numbers(value: object) -> list[float]:
    """The numbers in a default; of bands, where one becomes the next."""
    match value:
        case [(_, float()), *_] as bands:
            return [end for _, end in bands[:-1]]
        case {**members}:
            return [number for each in members.values() for number in numbers(each)]
        case list() | tuple():
            return [number for each in value for number in numbers(each)]
        case int() | float():
            return [float(value)]
        case _:
            return []


SMALL: dict[str, dict[str, object]] = {
    "encodec": {"filters": 2, "n_ffts": [64], "hop_lengths": [16], "win_lengths": [64]},
    "dac": {"periods": [2], "fft_sizes": [64]},
    "oobleck": {},
    "big_vgan": {"periods": [2]},
}
EVERYTHING: dict[str, dict[str, object]] = {
    "encodec": {
        **SMALL["encodec"],
        "loss_type": "rpgan",
        "normalize_losses": True,
        "out_channels": 2,
        "max_filters": 4,
        "filters_scale": 2,
        "kernel_size": [3, 5],
        "dilations": [1, 2],
        "stride": [1, 2],
        "normalized": False,
        "activation": "SiLU",
        "activation_params": {},
        "spec_scale_pow": -0.5,
    },
    "dac": {**SMALL["dac"], "use_hinge": True, "bands": [[0.0, 0.5], [0.5, 1.0]], "rates": []},
    "oobleck": {"in_channels": 2},
    "big_vgan": {
        **SMALL["big_vgan"],
        "use_hinge": True,
        "cqtd_filters": 2,
        "cqtd_max_filters": 4,
        "cqtd_filters_scale": 2,
        "cqtd_dilations": [1],
        "cqtd_out_channels": 2,
        "cqtd_hop_lengths": [512],
        "cqtd_n_octaves": [9],
        "cqtd_bins_per_octaves": [24],
        "fmin": 50.0,
        "cqtd_normalize_volume": True,
    },
}
SET_BY_TRAINER = {
    "encodec": {"in_channels": 2},
    "dac": {"channels": 2, "sample_rate": 44100},
    "oobleck": {},
    "big_vgan": {"channels": 2, "sample_rate": 44100},
}
CONSTRUCTORS = {name: CLASSES[name][0] for name in ("encodec", "dac", "oobleck")} | {
    "big_vgan": "BigVGANDiscriminator"
}


def made(version: str, name: str, config: dict[str, object]) -> Any:
    """The discriminator that a trainer makes of the dump of a config."""
    document = {"discriminator": {"type": name, "config": config}}
    dump = AutoencoderLossConfig.model_validate(document).model_dump()["discriminator"]["config"]
    return constructors(version).make(CONSTRUCTORS[name], **SET_BY_TRAINER[name], **dump)


@pytest.mark.parametrize("configs", [SMALL, EVERYTHING], ids=["small", "everything"])
@pytest.mark.parametrize(
    ("version", "name"),
    [(v, name) for v in VERSIONS for name in SMALL if (v, name) != ("0.0.19", "big_vgan")],
)
def test_what_a_dump_says_can_be_built(
    version: str, name: str, configs: dict[str, dict[str, object]]
) -> None:
    assert EVERYTHING[name].keys() == arguments(name).keys()
    assert type(made(version, name, configs[name])).__name__ == CONSTRUCTORS[name]


def test_arguments_arrive() -> None:
    encodec = made("0.0.20", "encodec", EVERYTHING["encodec"])
    [part] = encodec.discriminators.discriminators
    assert (encodec.loss_type, part.n_fft, part.spec_scale_pow) == ("rpgan", 64, -0.5)
    assert type(part.activation).__name__ == "SiLU"
    [band] = made("0.0.20", "big_vgan", EVERYTHING["big_vgan"]).cqt.discriminators
    assert (band.fmin, band.n_octaves, band.cqtd_normalize_volume) == (50.0, 9, True)


def test_0_0_19_cannot_build_big_vgan() -> None:
    with pytest.raises(NameError, match="DiscriminatorCQT"):
        made("0.0.19", "big_vgan", SMALL["big_vgan"])


@pytest.mark.parametrize(
    ("version", "name"),
    [
        ("0.0.19", "EncodecDiscriminator"),
        ("0.0.20", "EncodecDiscriminator"),
        ("0.0.20", "HILDiscriminator"),
    ],
)
def test_a_discriminator_that_needs_a_config(version: str, name: str) -> None:
    with pytest.raises(TypeError, match="missing 1 required positional argument: 'filters'"):
        constructors(version).make(name, in_channels=2)


@every_version
def test_the_speech_models(version: str) -> None:
    choices = arguments("hubert")["model_name"]["enum"]
    assert choices == list(SPEECH_MODELS)
    for name in choices:
        hubert = constructors(version).make(
            "HubertLoss", weight=1.0, model_name=name, feature_ids=[-1]
        )
        assert (hubert.model_name, hubert.feature_ids) == (name, [-1])
    with pytest.raises(ValueError, match="Unsupported model_name"):
        constructors(version).make("HubertLoss", weight=1.0, model_name="HUBERT_BASE")


def test_the_clap_models() -> None:
    """Those without fusion, as CLAPLoss asserts."""
    file = folder_of("0.0.20") / "stable_audio_tools" / "training" / "metrics" / "fad_metrics.py"
    [models] = [
        ast.literal_eval(node.value)
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8")))
        if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "clap_configs"
    ]
    without = {name for name, each in models.items() if not each["enable_fusion"]}
    assert {*arguments("clap")["clap_model"]["enum"]} == without


@every_version
def test_the_mel_loss_takes_what_the_trainer_picks_from_its_config(version: str) -> None:
    found = constructors(version)
    assert arguments("mrmel").keys() < found.parameters("MelSpectrogramLoss").keys()
    assert section("mrmel")["required"] == ["config", "weights"]
