"""`schema` and `bottlenecks`: what the package knows, for editors and for people."""

from __future__ import annotations

import importlib.resources
import json
import os
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator

from support.command_line import Done, typed
from support.schemas import ROOT

COMPLETE = ROOT / "tests" / "examples" / "configs" / "complete.json"
USAGE = "Usage: loss-factory schema [OPTIONS]\nTry 'loss-factory schema --help' for help.\n\n"
FILES = {(): "losses.schema.json", ("--model-config",): "model_config.schema.json"}
BOTTLENECKS = """\
tag           bottleneck             info key            loss name        weight
vae           VAEBottleneck          kl                  kl_loss          \
bottleneck.weights.kl, default 1e-06
rvq           RVQBottleneck          quantizer_loss      quantizer_loss   \
bottleneck.weights.quantizer, default 1.0
rvq_vae       RVQVAEBottleneck       kl                  kl_loss          \
bottleneck.weights.kl, default 1e-06
                                     quantizer_loss      quantizer_loss   \
bottleneck.weights.quantizer, default 1.0
dac_rvq       DACRVQBottleneck       vq/codebook_loss    codebook_loss    \
bottleneck.weights.codebook, default 1.0
                                     vq/commitment_loss  commitment_loss  \
bottleneck.weights.commitment, default 0.25
dac_rvq_vae   DACRVQVAEBottleneck    kl                  kl_loss          \
bottleneck.weights.kl, default 1e-06
                                     vq/codebook_loss    codebook_loss    \
bottleneck.weights.codebook, default 1.0
                                     vq/commitment_loss  commitment_loss  \
bottleneck.weights.commitment, default 0.25
wasserstein   WassersteinBottleneck  mmd                 mmd_loss         \
bottleneck.weights.mmd, default 100.0
softnorm      SoftNormBottleneck     softnorm_loss       softnorm_loss    \
bottleneck.weights.softnorm, default 1e-05
tanh          TanhBottleneck         no losses
l2_norm       L2Bottleneck           no losses
fsq           FSQBottleneck          no losses
dithered_fsq  DitheredFSQBottleneck  no losses
"""


def shipped(name: str) -> bytes:
    return importlib.resources.files("loss_factory").joinpath(name).read_bytes()


@pytest.mark.parametrize(("options", "name"), FILES.items())
def test_the_schema_is_the_packages_byte_for_byte(
    folder: Path, options: tuple[str, ...], name: str
) -> None:
    done = typed("schema", *options)
    assert (done.code, done.out.encode(), done.err) == (0, shipped(name), "")
    assert typed("schema", *options, "--out", "s.json") == Done(0, "")
    assert (folder / "s.json").read_bytes() == shipped(name)


def test_the_schema_of_a_loss_config_is_that_of_the_whole_model_config(folder: Path) -> None:
    """It has the same definitions, and takes what the schema of the package takes."""
    done = typed("schema", "--loss-config")
    schema, whole = json.loads(done.out), json.loads(shipped("model_config.schema.json"))
    assert (done.code, schema["$defs"]) == (0, whole["$defs"])
    Draft202012Validator.check_schema(schema)
    good = json.loads(COMPLETE.read_bytes())["training"]["loss_configs"]
    assert Draft202012Validator(schema).is_valid(good)
    assert typed("schema", "--loss-config", "--out", "s.json") == Done(0, "")
    assert (folder / "s.json").read_text(encoding="utf-8") == done.out


@pytest.mark.parametrize(
    ("section", "place", "message"),
    [
        ({"spectral": {"weights": {"mrstft": "1"}}}, "spectral.weights.mrstft", "'1' is not of"),
        ({"spectral": 3}, "spectral", "3 is not of type 'object', 'null'"),
        ({"clap": {"weights": {"klap": 1}}}, "clap.weights", "'klap' does not match"),
        ({"discriminator": {"type": "dacc"}}, "discriminator.type", "'dacc' is not one of"),
    ],
)
def test_a_validator_says_where_a_mistake_is(
    section: dict[str, object], place: str, message: str
) -> None:
    """And nothing of null, or of other choices."""
    schema = json.loads(typed("schema", "--loss-config").out)
    error, *_ = Draft202012Validator(schema).iter_errors(section)
    assert (error.json_path, error.message[: len(message)]) == (f"$.{place}", message)


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (("--model-config", "--vscode"), "--vscode takes both schemas; leave --model-config out"),
        (("--loss-config", "--vscode"), "--vscode takes both schemas; leave --loss-config out"),
        (("--model-config", "--loss-config"), "give --loss-config or --model-config, not both"),
    ],
)
def test_one_form_at_a_time(options: tuple[str, ...], said: str) -> None:
    assert typed("schema", *options) == Done(2, "", f"{USAGE}Error: {said}\n")


SETTINGS = ".vscode/settings.json"
VSCODE = ("schema", "--vscode", "--out", SETTINGS)
ASSOCIATIONS = [
    {"fileMatch": ["*loss_config*.json"], "url": "./.vscode/loss_config.schema.json"},
    {"fileMatch": ["*model_config*.json"], "url": "./.vscode/model_config.schema.json"},
]


def test_settings_for_vs_code(folder: Path) -> None:
    """They name nothing but what lies in the project."""
    assert typed(*VSCODE) == Done(0, "")
    assert json.loads((folder / SETTINGS).read_text()) == {"json.schemas": ASSOCIATIONS}
    for each, option in zip(ASSOCIATIONS, ("--loss-config", "--model-config"), strict=True):
        printed = typed("schema", option).out
        assert (folder / str(each["url"])).read_text(encoding="utf-8") == printed


@pytest.mark.parametrize(
    ("old", "kept"),
    [
        ("{}", []),
        ('{\n    "a": 1 // of mine\n}\n', ['\n    "a": 1, // of mine\n    "json.schemas": [']),
        ("// top\n{ // inside\n}\n", ["// top\n{ // inside\n"]),
        ("// of mine", ["// of mine\n{"]),
        ("// of mine\r\n", ["// of mine\r\n{"]),
        ("\n/* of mine */ ", ["/* of mine */ \n{"]),
        ('{\r\n\t"a": [1, 2,], // "b": {\r\n}\r\n', ['\t"a": [1, 2,], // "b": {\r\n\t"json']),
        (
            '{"json.schemas": [\n'
            '  {"url": "x", /* , */ "fileMatch": ["y"],}, // mine\n ], "z": "//"}',
            ['{"url": "x", /* , */ "fileMatch": ["y"],}, // mine\n', '], "z": "//"}'],
        ),
        ('\ufeff{ "a": "\u00fc\U0001f3b6" }', ['\ufeff{ "a": "\u00fc\U0001f3b6",']),
    ],
)
def test_settings_that_are_there_stay(folder: Path, old: str, kept: list[str]) -> None:
    file = folder / SETTINGS
    file.parent.mkdir()
    file.write_bytes(old.encode())
    assert typed(*VSCODE) == Done(0, "")
    new = file.read_bytes().decode()
    assert all(part in new for part in kept)
    assert "\r\n" not in old or "\n" not in new.replace("\r\n", "")
    assert [new.count(str(each["url"])) for each in ASSOCIATIONS] == [1, 1]
    rest = iter(new)
    assert all(letter in rest for letter in old)  # nothing of it is lost
    assert typed(*VSCODE) == Done(0, "")
    assert file.read_bytes().decode() == new


@pytest.mark.parametrize(
    ("old", "reason"),
    [
        (b"[1]", "expected an object"),
        (
            b'{"a": 1',
            "it is no JSON with comments: Expecting ',' delimiter: line 1 column 8 (char 7)",
        ),
        (b'{"json.schemas": {}}', "'json.schemas' is no array"),
        (b'{"json.schemas": [], "json.schemas": []}', "'json.schemas' is there twice"),
        (b"[" * 100_000, "it is nested too deeply"),
    ],
)
def test_settings_that_are_none_stay(folder: Path, old: bytes, reason: str) -> None:
    file = folder / SETTINGS
    file.parent.mkdir()
    file.write_bytes(old)
    message = f"Error: --out: {SETTINGS}: {reason}; nothing was written\n"
    assert typed(*VSCODE) == Done(2, "", f"{USAGE}{message}")
    assert file.read_bytes() == old
    assert os.listdir(file.parent) == ["settings.json"]


@pytest.mark.parametrize("out", [(), ("--out", "settings.json")])
def test_settings_belong_into_a_project(folder: Path, out: tuple[str, ...]) -> None:
    message = "Error: --vscode: say where: --out .vscode/settings.json, in your project\n"
    assert typed("schema", "--vscode", *out) == Done(2, "", f"{USAGE}{message}")
    assert os.listdir(folder) == []


def test_a_file_that_is_replaced_keeps_its_mode_and_a_link_stays_one(folder: Path) -> None:
    (folder / "s.json").write_text("old")
    (folder / "s.json").chmod(0o640)
    (folder / "link.json").symlink_to("s.json")
    assert typed("schema", "--out", "link.json") == Done(0, "")
    assert (folder / "link.json").is_symlink()
    assert (folder / "s.json").read_bytes() == shipped("losses.schema.json")
    assert (folder / "s.json").stat().st_mode & 0o777 == 0o640
    assert sorted(os.listdir(folder)) == ["link.json", "s.json"]


@pytest.mark.parametrize(
    ("place", "reason"),
    [
        ("nowhere/s.json", "nowhere/s.json: No such file or directory"),
        ("file/s.json", "file/s.json: Not a directory"),
        ("/dev/full", "/dev/full: No space left on device"),
    ],
)
def test_a_place_that_can_not_be_written(folder: Path, place: str, reason: str) -> None:
    (folder / "file").touch()
    assert typed("schema", "--out", place) == Done(2, "", f"{USAGE}Error: --out: {reason}\n")


def test_a_folder_is_no_place() -> None:
    message = "Invalid value for '--out': File '.' is a directory."
    assert typed("schema", "--out", ".") == Done(2, "", f"{USAGE}Error: {message}\n")


def test_the_bottlenecks() -> None:
    assert typed("bottlenecks") == Done(0, BOTTLENECKS)
