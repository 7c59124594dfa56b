"""`schema` and `bottlenecks`: what the package knows, for editors and for people."""

from __future__ import annotations

import importlib.resources
import json
import os
from pathlib import Path
from urllib.parse import urlsplit
from urllib.request import url2pathname

import pytest

from support.command_line import Done, typed

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


def test_settings_for_vs_code() -> None:
    done = typed("schema", "--vscode")
    schemas = json.loads(done.out)["json.schemas"]
    assert (done.code, done.err) == (0, "")
    found = {each["fileMatch"][0]: each["url"] for each in schemas}
    assert [*found] == ["*loss_config*.json", "*model_config*.json"]
    for url, name in zip(found.values(), FILES.values(), strict=True):
        parts = urlsplit(url)
        assert parts.scheme == "file"
        assert Path(url2pathname(parts.path)).read_bytes() == shipped(name)


def test_settings_in_a_file(folder: Path) -> None:
    assert typed("schema", "--vscode", "--out", "settings.json") == Done(0, "")
    assert (folder / "settings.json").read_text() == typed("schema", "--vscode").out


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


def test_both_is_too_much() -> None:
    message = "--vscode names both schemas; leave --model-config out"
    done = typed("schema", "--vscode", "--model-config")
    assert done == Done(2, "", f"{USAGE}Error: {message}\n")


def test_the_bottlenecks() -> None:
    assert typed("bottlenecks") == Done(0, BOTTLENECKS)
