"""The example as people run it: processes of its own, a few steps each."""

from __future__ import annotations

import functools
import json
import os
import re
import shutil
import signal
import struct
import subprocess
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import soundfile
import torch
from PIL import Image

from loss_factory import SCHEMA_SHA256, SCHEMA_VERSION, plan_losses
from real.trainer import forked

EXAMPLE = Path(__file__).parents[2] / "examples"
SCRIPT = EXAMPLE / "train_autoencoder.py"
TAGS = ("vae", "wasserstein", "rvq", "dac_rvq", "rvq_vae", "dac_rvq_vae")
SMALL = ("--batch-size", "2", "--warmup-steps", "1")
WARMED_UP_AFTER_ONE = ["generator", "discriminator", "generator", "discriminator"]
ONE_THREAD = {**os.environ, "OMP_NUM_THREADS": "1"}  # threads only wait for each other here


def config(name: str, **changes: Any) -> dict[str, Any]:
    """A config of the example, made smaller; `changes` are sections of its losses."""
    document: dict[str, Any] = json.loads((EXAMPLE / "configs" / f"{name}.json").read_text("utf-8"))
    document["sample_size"] = 4096
    # A codebook as large as the batch would fit it without any loss.
    if options := document["model"]["bottleneck"].get("config"):
        options["codebook_size"] = 16
    if name == "dac_rvq":
        options["quantizer_dropout"] = 1.0  # draws in each step
    document["training"]["loss_configs"] |= changes
    return document


def written(folder: Path, document: Mapping[str, Any] | str) -> Path:
    """A config file in `folder`."""
    file = folder / "config.json"
    text = document if isinstance(document, str) else json.dumps(document)
    file.write_text(text, encoding="utf-8")
    return file


def options(config: Path, out: Path, *arguments: str | Path) -> list[str | Path]:
    return ["--config", config, "--out", out, *SMALL, *arguments]


def command(config: Path, out: Path, *arguments: str | Path) -> list[str | Path]:
    return [sys.executable, SCRIPT, *options(config, out, *arguments)]


def train(
    config: Path, out: Path, *arguments: str | Path, limit: int | None = None
) -> subprocess.CompletedProcess[str]:
    """Train; files can't grow past `limit` bytes, as if the disk were full."""
    return forked.run(options(config, out, *arguments), EXAMPLE, ONE_THREAD, limit)


def trained(config: Path, out: Path, *arguments: str | Path) -> str:
    """What a run prints that has to succeed."""
    done = train(config, out, *arguments)
    assert (done.returncode, done.stderr) == (0, "")
    return done.stdout


def log_lines(out: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in (out / "log.jsonl").read_text("utf-8").splitlines()]


def checkpoint(out: Path) -> dict[str, Any]:
    loaded: dict[str, Any] = torch.load(out / "checkpoint.pt")
    return loaded


def tensors(value: Any, path: str = "") -> dict[str, torch.Tensor]:
    """Every tensor in a checkpoint, by its path."""
    match value:
        case torch.Tensor():
            return {path: value}
        case dict():
            members = value.items()
        case list() | tuple():
            members = enumerate(value)
        case _:
            return {}
    return {k: v for key, each in members for k, v in tensors(each, f"{path}/{key}").items()}


def differences(left: Path, right: Path) -> list[str]:
    """What is not the same in two runs, bit for bit: parameters, optimizer, step, log.

    Names, not contents: pytest would compare those letter by letter, for minutes.
    """
    one, other = checkpoint(left), checkpoint(right)
    ones, others = tensors(one), tensors(other)
    assert len(ones) > 50
    if ones.keys() != others.keys():
        return ["the tensors' names"]
    found = [path for path, tensor in ones.items() if not same_bits(tensor, others[path])]
    if one["step"] != other["step"]:
        found.append("step")
    if (left / "log.jsonl").read_bytes() != (right / "log.jsonl").read_bytes():
        found.append("log.jsonl")
    return found


def same_bits(left: torch.Tensor, right: torch.Tensor) -> bool:
    return left.dtype == right.dtype and left.numpy().tobytes() == right.numpy().tobytes()


# Each bottleneck


@pytest.fixture(scope="module")
def four_steps(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Path]:
    """What four steps with a config leave. Copy it before it is changed."""

    @functools.cache
    def run(name: str) -> Path:
        folder = tmp_path_factory.mktemp(name)
        document = config(name)
        printed = trained(written(folder, document), folder / "out", "--steps", "4")
        tag = document["model"]["bottleneck"]["type"]
        assert plan_losses(tag).bottleneck_type.value in printed
        return folder / "out"

    return run


@pytest.mark.long
@pytest.mark.parametrize("tag", TAGS)
def test_it_trains_with_the_losses_of_its_bottleneck(
    tag: str, four_steps: Callable[[str], Path]
) -> None:
    bottleneck = plan_losses(tag, config(tag)["training"]["loss_configs"])
    lines = log_lines(four_steps(tag))
    assert [(line["step"], line["turn"]) for line in lines] == [
        (step, "generator") for step in (1, 2, 3, 4)
    ]
    for line in lines:
        losses = line["losses"]
        own = [each.name for each in bottleneck.losses]
        assert list(losses) == ["mrstft_loss", "l1_time_loss", *own]
        for each in bottleneck.losses:
            logged = losses[each.name]
            assert (logged["reads"], logged["weight"]) == ([each.key], each.weight)
            assert np.float32(logged["value"]) * np.float32(each.weight) == np.float32(
                logged["weighted"]
            )
            assert logged["value"] > 0
        assert_it_adds_up(line)
    assert lines[0]["total"] != lines[3]["total"]


def assert_it_adds_up(line: dict[str, Any]) -> None:
    for loss in line["losses"].values():
        assert loss["weighted"] == pytest.approx(loss["value"] * loss["weight"], rel=1e-6)
    total = sum(loss["weighted"] for loss in line["losses"].values())
    assert line["total"] == pytest.approx(total, rel=1e-5)


# With a discriminator

COMPLETE = ("reconstruction_loss", "adversarial_loss", "kl_loss")


@pytest.mark.long
def test_the_turns_alternate_after_the_warm_up(four_steps: Callable[[str], Path]) -> None:
    """Every loss of the complete config is in the log, those of the discriminator's turns too."""
    lines = log_lines(four_steps("complete"))
    assert [line["turn"] for line in lines] == WARMED_UP_AFTER_ONE
    for line in lines:
        names = COMPLETE if line["turn"] == "generator" else ("discriminator_loss",)
        assert tuple(line["losses"]) == names
        assert_it_adds_up(line)
    first, third = lines[0]["losses"], lines[2]["losses"]
    assert first["adversarial_loss"]["weighted"] == 0
    assert third["adversarial_loss"]["weighted"] != 0
    assert [first[name]["weight"] for name in COMPLETE] == [1.0, 0.1, 0.0]
    after_one_of_300 = np.float32(1e-5 / 300)
    assert [third[name]["weight"] for name in COMPLETE] == [1.0, 0.1, after_one_of_300]
    assert checkpoint(four_steps("complete"))["losses"]["kl_loss"] == np.float32(2e-5 / 300)
    assert [third[name]["reads"] for name in COMPLETE] == [
        ["decoded", "reals"],
        ["loss_adv"],
        ["kl"],
    ]


@pytest.mark.long
def test_each_turn_trains_one_of_the_two(tmp_path: Path) -> None:
    file, out = written(tmp_path, config("complete")), tmp_path / "out"
    trained(file, out, "--steps", "1")
    saved = [checkpoint(out)]
    for steps in ("2", "3"):
        trained(file, out, "--steps", steps, "--resume")
        saved.append(checkpoint(out))
    assert changed(*saved[:2]) == {"discriminator"}
    assert changed(*saved[1:]) == {"autoencoder"}


def changed(before: dict[str, Any], after: dict[str, Any]) -> set[str]:
    """The networks that some parameter is another of."""
    return {
        network
        for network in ("autoencoder", "discriminator")
        if not all(
            same_bits(tensor, after[network][name]) for name, tensor in before[network].items()
        )
    }


BOTH = {"adversarial": 1.0, "feature_matching": 2.0}
DISCRIMINATORS: dict[str, tuple[dict[str, Any], str, tuple[str, ...]]] = {
    "scores and features": (
        {"adversarial": {"weight": 0.1, "feature_matching": 2.0, "type": "lsgan"}},
        "loss-factory",
        ("adversarial_loss", "feature_matching_loss", "mrstft_loss", "l1_time_loss"),
    ),
    "a module with its loss": (
        {
            "discriminator": {
                "type": "encodec",
                "config": {"filters": 64},
                "weights": {"adversarial": 1, "feature_matching": 2},
            }
        },
        "loss-factory",
        ("loss_adv", "feature_matching_loss", "mrstft_loss", "l1_time_loss"),
    ),
    "that of another version": (
        {
            "discriminator": {
                "type": "dac",
                "config": {},
                "weights": {"adversarial": 1, "feature_matching": 2},
            }
        },
        "stable-audio-tools 0.0.20",
        ("loss_adv", "feature_matching_loss", "mrstft_loss", "l1_time_loss"),
    ),
    "that of stable-audio-tools": (
        {
            "discriminator": {
                "type": "oobleck",
                "config": {},
                "weights": {"adversarial": 1, "feature_matching": 2},
            }
        },
        "stable-audio-tools 0.0.19",
        ("loss_adv", "feature_matching_loss", "mrstft_loss", "l1_time_loss"),
    ),
}


@pytest.mark.long
@pytest.mark.parametrize("case", DISCRIMINATORS)
def test_the_discriminator_serves_each_section(case: str, tmp_path: Path) -> None:
    sections, trainer, names = DISCRIMINATORS[case]
    file, out = written(tmp_path, config("vae", **sections)), tmp_path / "out"
    printed = trained(file, out, "--steps", "3", "--trainer", trainer)
    told = [line for line in printed.splitlines() if line.startswith("note: ")]
    section = sections.get("discriminator")
    assert told == (
        [f"note: the discriminator is this example's own, not {section['type']!r}"]
        if section
        else []
    )
    _, own, generators = log_lines(out)
    assert tuple(own["losses"]) == ("discriminator_loss",)
    assert tuple(generators["losses"]) == (*names, "kl_loss")
    assert generators["losses"]["feature_matching_loss"]["value"] > 0
    assert_it_adds_up(generators)
    assert checkpoint(out)["run"]["trainer"] == trainer


@pytest.mark.parametrize("name", ["vae", "complete"])
def test_the_picture_is_a_png(name: str, four_steps: Callable[[str], Path]) -> None:
    out = four_steps(name)
    data = (out / "training.png").read_bytes()
    assert data[:8] == b"\x89PNG\r\n\x1a\n"
    assert struct.unpack(">II", data[16:24]) == (1440, 936)
    assert sorted(os.listdir(out)) == ["checkpoint.pt", "log.jsonl", "training.png"]


def test_the_picture_shows_weights_that_change(four_steps: Callable[[str], Path]) -> None:
    """From 0 in the first step along a straight line to the third: at the left, below the losses.

    What other curve is there is none: before the third step, the loss itself was 0.
    """
    colour = (0x2B, 0x8A, 0x3E)
    with Image.open(four_steps("complete") / "training.png") as picture:
        pixels = np.asarray(picture.convert("RGB"), np.int64)[380:490, 85:640]
    rows, columns = np.nonzero(np.abs(pixels - colour).sum(axis=2) < 24)
    drawn = np.unique(columns)
    heights = np.array([-rows[columns == column].mean() for column in drawn])
    assert drawn[-1] - drawn[0] == len(drawn) - 1 > 300
    slope, start = np.polyfit(drawn, heights, 1)
    assert slope * len(drawn) > 60
    assert np.abs(heights - (slope * drawn + start)).max() < 3


def test_weights_that_change_are_told_and_logged(tmp_path: Path) -> None:
    document, out = config("vae", time={"weights": {"l1": 8.0}, "decay": 0.5}), tmp_path / "out"
    ramp = {"schedule": "linear", "start_weight": 0.0, "end_weight": 2.0, "end_step": 2}
    document["training"]["loss_configs"]["bottleneck"] = {"weights": {"kl": ramp}}
    printed = trained(written(tmp_path, document), out, "--steps", "4")
    total = "generator: total = 1 · mrstft_loss + (4 → 0.5) · l1_time_loss + (0 → 2) · kl_loss"
    assert total in printed.splitlines()
    weights = [
        [line["losses"][name]["weight"] for name in ("l1_time_loss", "kl_loss")]
        for line in log_lines(out)
    ]
    assert weights == [[4.0, 0.0], [2.0, 1.0], [1.0, 2.0], [0.5, 2.0]]
    for line in log_lines(out):
        assert_it_adds_up(line)
    assert checkpoint(out)["losses"] == {"mrstft_loss": 1.0, "l1_time_loss": 0.5, "kl_loss": 2.0}


def test_a_weight_that_will_grow_too_large_is_named(tmp_path: Path) -> None:
    document, out = config("vae", time={"weights": {"l1": 1.0}, "decay": 1e20}), tmp_path / "out"
    file = written(tmp_path, document)
    trained(file, out, "--steps", "1")
    done = train(file, out, "--steps", "2", "--overwrite")
    assert (done.returncode, done.stderr) == (
        2,
        f"{file}: a weight grows too large for float32 in 2 steps; expected a decay of at most 1\n",
    )


def test_the_checkpoint_says_what_was_trained(tmp_path: Path) -> None:
    out = tmp_path / "out"
    document = config("dac_rvq_vae", bottleneck={"weights": {"kl": 0.5, "codebook": None}})
    trained(written(tmp_path, document), out, "--steps", "1")
    saved = checkpoint(out)
    assert saved["step"] == 1
    assert saved["model_config"] == document
    assert (saved["schema_version"], saved["schema_sha256"]) == (SCHEMA_VERSION, SCHEMA_SHA256)
    weights = saved["loss_config"]["bottleneck"]["weights"]
    assert (weights["kl"], weights["commitment"]) == (0.5, 0.25)
    assert "discriminator" not in saved["loss_config"]
    assert saved["losses"] == {
        "mrstft_loss": 1.0,
        "l1_time_loss": 10.0,
        "kl_loss": 0.5,
        "codebook_loss": 1.0,
        "commitment_loss": 0.25,
    }
    assert saved["discriminator"] is None


# Resuming


@pytest.mark.parametrize("name", ["rvq_vae", pytest.param("dac_rvq", marks=pytest.mark.long)])
def test_a_resumed_run_is_the_run_that_was_not_interrupted(
    name: str, four_steps: Callable[[str], Path], tmp_path: Path
) -> None:
    file = written(tmp_path, config(name))
    whole, parts = four_steps(name), tmp_path / "parts"
    trained(file, parts, "--steps", "2")
    # As if it had been killed during step 4, after the checkpoint of step 2.
    with (parts / "log.jsonl").open("a", encoding="utf-8") as log:
        log.write((whole / "log.jsonl").read_text("utf-8").splitlines(keepends=True)[2])
        log.write('{"step": 4, "tot')
    trained(file, parts, "--steps", "4", "--resume")
    assert differences(whole, parts) == []


@pytest.mark.long
def test_a_run_that_is_stopped_in_either_turn_resumes_bit_for_bit(
    four_steps: Callable[[str], Path], tmp_path: Path
) -> None:
    """Both networks and both optimizers: it stops in the warm-up and after a turn of each."""
    file, parts = written(tmp_path, config("complete")), tmp_path / "parts"
    trained(file, parts, "--steps", "1")
    for steps in ("2", "3", "4"):
        trained(file, parts, "--steps", steps, "--resume")
    whole = four_steps("complete")
    assert differences(whole, parts) == []
    paths = tensors(checkpoint(whole))
    for part in ("discriminator/", "optimizers/discriminator/", "optimizers/generator/"):
        assert any(path.startswith(f"/{part}") for path in paths)


@pytest.mark.long
def test_a_discriminator_may_come_and_go(four_steps: Callable[[str], Path], tmp_path: Path) -> None:
    out = shutil.copytree(four_steps("vae"), tmp_path / "out")
    with_one = written(tmp_path, config("vae", adversarial={"weight": 0.5}))
    printed = trained(with_one, out, "--steps", "6", "--resume")
    assert "changed: loss_configs.adversarial.weight: absent → 0.5" in printed
    assert [line["turn"] for line in log_lines(out)[4:]] == ["generator", "discriminator"]
    trained(written(tmp_path, config("vae")), out, "--steps", "7", "--resume")
    saved = checkpoint(out)
    assert (saved["discriminator"], list(saved["optimizers"])) == (None, ["generator"])


@pytest.mark.long
def test_ctrl_c_leaves_a_checkpoint_to_resume(tmp_path: Path) -> None:
    file, out, whole = written(tmp_path, config("vae")), tmp_path / "out", tmp_path / "whole"
    with subprocess.Popen(
        command(file, out, "--steps", "100000", "--report-every", "1"),
        env=ONE_THREAD,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        encoding="utf-8",
    ) as process:
        assert process.stdout is not None
        while not process.stdout.readline().startswith("step 2/"):
            assert process.poll() is None
        process.send_signal(signal.SIGINT)
        printed, errors = process.communicate()
    assert (process.returncode, errors) == (130, "")
    saved = checkpoint(out)
    steps = saved["step"]
    assert 2 <= steps < 100000
    assert printed.splitlines()[-1] == (
        f"Stopped after step {steps}. {out} has checkpoint.pt, log.jsonl and training.png; the "
        "same command with --resume goes on."
    )
    assert [line["step"] for line in log_lines(out)] == list(range(1, steps + 1))
    assert sorted(os.listdir(out)) == ["checkpoint.pt", "log.jsonl", "training.png"]
    trained(file, out, "--steps", str(steps + 1), "--resume")
    trained(file, whole, "--steps", str(steps + 1))
    assert differences(whole, out) == []
    trained(file, whole, "--steps", str(steps + 1), "--overwrite", "--seed", "1")
    assert "log.jsonl" in differences(whole, out)
    assert "/autoencoder/encoder.0.weight" in differences(whole, out)


def test_resuming_says_what_is_different(four_steps: Callable[[str], Path], tmp_path: Path) -> None:
    out = shutil.copytree(four_steps("vae"), tmp_path / "out")
    saved = checkpoint(out)
    saved |= {"schema_version": "0.0.9", "schema_sha256": "ab" * 32}
    torch.save(saved, out / "checkpoint.pt")
    file = written(tmp_path, config("vae", bottleneck={"weights": {"kl": 0.25}}, time={}))
    printed = trained(file, out, "--steps", "5", "--resume", "--seed", "3")
    told = printed[: printed.index("VAEBottleneck")]
    assert told.splitlines() == [
        "warning: the checkpoint was trained under another schema: 0.0.9 "
        f"(SHA-256 {'ab' * 32}); this is {SCHEMA_VERSION} (SHA-256 {SCHEMA_SHA256})",
        'changed: loss_configs.bottleneck.type: "kl" → absent',
        "changed: loss_configs.bottleneck.weights.kl: 1e-05 → 0.25",
        'changed: loss_configs.time.type: "l1" → absent',
        "changed: loss_configs.time.weights.l1: 10.0 → absent",
        "changed: seed: 0 → 3",
        'changed: sounds: "synthesised from seed 0" → "synthesised from seed 3"',
    ]
    assert log_lines(out)[4]["losses"]["kl_loss"]["weight"] == 0.25
    assert checkpoint(out)["schema_version"] == SCHEMA_VERSION


# Numbers that aren't finite


def test_a_run_stops_at_a_loss_that_is_nan(tmp_path: Path) -> None:
    """With what the step before left, although a forward pass changes the codebooks."""
    document, before, out = config("rvq_vae"), tmp_path / "before", tmp_path / "out"
    document["training"]["learning_rate"] = 1e30
    document["model"]["bottleneck"]["config"]["num_quantizers"] = 2
    file = written(tmp_path, document)
    trained(file, before, "--steps", "1")
    done = train(file, out, "--steps", "4")
    assert done.returncode == 2
    [good, bad] = log_lines(out)
    assert good == log_lines(before)[0]
    names = ["mrstft_loss", "l1_time_loss", "kl_loss", "quantizer_loss"]
    numbers = {name: good["losses"][name]["value"] for name in names}
    reads = {name: ", ".join(map(repr, good["losses"][name]["reads"])) for name in names}
    assert done.stderr.splitlines() == [
        *(
            f"step 2, generator's turn: {name} is {bad['losses'][name]['value']}; it reads "
            f"{reads[name]}; its last good values: {numbers[name]:g} in step 1"
            for name in names
        ),
        f"{out}/checkpoint.pt is from before it, after step 1: --resume makes that step again; a "
        "smaller learning_rate may help",
    ]
    assert (bad["step"], bad["total"], bad["not_finite"]) == (2, "nan", names)
    (out / "log.jsonl").write_text(json.dumps(good) + "\n", encoding="utf-8")
    assert differences(before, out) == []
    assert train(file, out, "--steps", "4", "--resume").stderr == done.stderr
    assert log_lines(out) == [good, bad]


@pytest.mark.parametrize(
    ("weight", "told", "bad"),
    [
        (
            3e38,
            "mrstft_loss is VALUE, and times its weight 3e+38 it is inf; it reads 'decoded', "
            "'reals'; its last good values: none",
            "mrstft_loss",
        ),
        (1e35, "the norm of the gradient is inf, and each loss is finite", "gradient_norm"),
    ],
    ids=["product", "gradient"],
)
def test_a_run_stops_at_numbers_that_overflow(
    weight: float, told: str, bad: str, tmp_path: Path
) -> None:
    """Before the optimizer's step: else the next checkpoint would hold what can't be mended."""
    document, out = config("vae"), tmp_path / "out"
    document["training"]["loss_configs"]["spectral"]["weights"]["mrstft"] = weight
    done = train(written(tmp_path, document), out, "--steps", "4")
    [line] = log_lines(out)
    told = told.replace("VALUE", f"{line['losses']['mrstft_loss']['value']:g}")
    assert (done.returncode, done.stderr.splitlines()[0]) == (
        2,
        f"step 1, generator's turn: {told}",
    )
    assert line["not_finite"] == [bad]
    assert checkpoint(out)["step"] == 0
    assert all(each.isfinite().all() for each in tensors(checkpoint(out)).values())
    assert sorted(os.listdir(out)) == ["checkpoint.pt", "log.jsonl"]


# What can't be written


# In bytes of the log of four steps: the log of five fits and that of six doesn't, or both do.
@pytest.mark.long
@pytest.mark.parametrize(("name", "logs"), [("log.jsonl", 1.4), ("checkpoint.pt", 3.0)])
def test_a_full_disk_leaves_what_was_saved(
    name: str, logs: float, four_steps: Callable[[str], Path], tmp_path: Path
) -> None:
    out = shutil.copytree(four_steps("vae"), tmp_path / "out")
    for stale in ("checkpoint.pt.unfinished", "log.jsonl.unfinished", "training.png.unfinished"):
        (out / stale).write_text("left by a kill", encoding="utf-8")
    before, file = (out / "checkpoint.pt").read_bytes(), written(tmp_path, config("vae"))
    size = int(logs * len((out / "log.jsonl").read_bytes()))
    done = train(file, out, "--steps", "6", "--resume", limit=size)
    assert (done.returncode, done.stderr) == (
        2,
        f"{out / name}: can't be written: File too large; the last checkpoint, if there is one, is "
        "still whole; --out FOLDER writes elsewhere\n",
    )
    assert (out / "checkpoint.pt").read_bytes() == before
    assert sorted(os.listdir(out)) == ["checkpoint.pt", "log.jsonl", "training.png"]
    trained(file, out, "--steps", "6", "--resume")
    assert [line["step"] for line in log_lines(out)] == [1, 2, 3, 4, 5, 6]


@pytest.mark.parametrize("name", ["training.png", "checkpoint.pt.unfinished"])
def test_a_folder_in_the_way_is_named(
    name: str, four_steps: Callable[[str], Path], tmp_path: Path
) -> None:
    out = shutil.copytree(four_steps("vae"), tmp_path / "out")
    (out / name).unlink(missing_ok=True)
    (out / name).mkdir()
    done = train(written(tmp_path, config("vae")), out, "--steps", "5", "--resume")
    assert done.returncode == 2
    path = out / name.removesuffix(".unfinished")
    assert done.stderr.startswith(f"{path}: can't be written: ")
    assert done.stderr.count("\n") == 1
    assert not (out / "training.png.unfinished").exists()


@pytest.mark.long
def test_a_new_run_takes_the_place_of_the_old_one_at_once(
    four_steps: Callable[[str], Path], tmp_path: Path
) -> None:
    out = shutil.copytree(four_steps("vae"), tmp_path / "out")
    steps = ("--steps", "100000", "--report-every", "1", "--checkpoint-every", "100000")
    with subprocess.Popen(
        command(written(tmp_path, config("vae")), out, *steps, "--overwrite"),
        env=ONE_THREAD,
        stdout=subprocess.PIPE,
        text=True,
        encoding="utf-8",
    ) as process:
        assert process.stdout is not None
        while not (line := process.stdout.readline()).startswith("step 1/"):
            assert line
        process.kill()
    assert os.listdir(out) == ["log.jsonl"]


# Sounds


def test_a_sample_that_is_no_number_is_named(
    four_steps: Callable[[str], Path], tmp_path: Path
) -> None:
    """It stops the first step: what the run was to take the place of is still there."""
    out, sounds = shutil.copytree(four_steps("vae"), tmp_path / "out"), tmp_path / "sounds"
    sounds.mkdir()
    wave = np.zeros(4096)
    wave[1600:] = np.nan
    soundfile.write(sounds / "a.wav", wave, 16000, "FLOAT")
    before = {path.name: path.read_bytes() for path in out.iterdir()}
    done = train(written(tmp_path, config("vae")), out, "--overwrite", "--audio", sounds)
    assert (done.returncode, done.stderr) == (
        2,
        f"{sounds}/a.wav: expected finite samples, not nan at 0.100 s\n",
    )
    assert {path.name: path.read_bytes() for path in out.iterdir()} == before


def test_it_trains_on_wav_files(tmp_path: Path) -> None:
    sounds, out = tmp_path / "sounds", tmp_path / "out"
    (sounds / "below").mkdir(parents=True)
    times = np.arange(44100) / 44100
    stereo = 0.4 * np.sin(2 * np.pi * 440 * np.stack([times, 2 * times], axis=1))
    soundfile.write(sounds / "stereo.wav", stereo, 44100)
    soundfile.write(sounds / "below" / "short.WAV", stereo[:500, 0], 16000)
    (sounds / "notes.txt").write_text("no sound", encoding="utf-8")
    printed = trained(written(tmp_path, config("vae")), out, "--steps", "2", "--audio", sounds)
    assert "sounds: 2 WAV files, 1.0 s; segments of 0.26 s" in printed


def test_sounds_are_resampled_and_mixed(tmp_path: Path) -> None:
    """In a process of its own: the example's modules are no package."""
    rate, hertz = 44100, 1000.0
    times = np.arange(2 * rate) / rate
    wave = np.sin(2 * np.pi * hertz * times)
    soundfile.write(tmp_path / "a.wav", np.stack([0.5 * wave, 0.1 * wave], axis=1), rate, "FLOAT")
    code = (
        "import sys, numpy as np\n"
        "from pathlib import Path\n"
        "from sounds import WavFolder\n"
        "mono = WavFolder(Path(sys.argv[1]), 16000, 1)\n"
        "assert mono.lengths == [32000], mono.lengths\n"
        "[part] = mono.read(0, 16000, 8000).numpy()\n"
        "assert part.shape == (8000,)\n"
        "[end] = mono.read(0, 31000, 8000).numpy()\n"
        "assert end.shape == (8000,) and not end[1100:].any() and end[:900].any()\n"
        "expected = 0.3 * np.sin(2 * np.pi * 1000 * np.arange(16000, 24000) / 16000)\n"
        "assert np.abs(part - expected)[200:-200].max() < 1e-3\n"
        "stereo = WavFolder(Path(sys.argv[1]), 16000, 2).read(0, 16000, 8000).numpy()\n"
        "assert np.abs(stereo[0] - 5 * stereo[1])[200:-200].max() < 1e-3\n"
    )
    subprocess.run(
        [sys.executable, "-c", code, tmp_path],
        env={**os.environ, "PYTHONPATH": os.pathsep.join([*sys.path, str(EXAMPLE)])},
        check=True,
    )


@pytest.mark.long
def test_the_sound_of_the_picture_is_not_trained_on() -> None:
    code = (
        "from synthesis import SynthesisedSounds\n"
        "import torch\n"
        "sounds = SynthesisedSounds(0, 16000, 1)\n"
        "held_out = sounds.held_out(sounds.lengths[0])\n"
        "for index, length in enumerate(sounds.lengths):\n"
        "    assert not torch.allclose(sounds.read(index, 0, length), held_out, atol=0.1), index\n"
    )
    subprocess.run(
        [sys.executable, "-c", code],
        env={**os.environ, "PYTHONPATH": os.pathsep.join([*sys.path, str(EXAMPLE)])},
        check=True,
    )


# Mistakes, before a model is built


def losses(**sections: Any) -> dict[str, Any]:
    """The VAE's config with these sections of `loss_configs`."""
    return config("vae", **sections)


def bottleneck(**members: Any) -> dict[str, Any]:
    """The VAE's config with another bottleneck."""
    document = config("vae")
    document["model"]["bottleneck"] = members
    return document


MISTAKES: dict[str, tuple[Mapping[str, Any] | str, str]] = {
    "not JSON": (
        "{'model': 1}",
        "FILE:1:2: expected a key in double quotes; JSON strings stand in double quotes",
    ),
    "only losses": (
        {"bottleneck": {"weights": {"kl": 1e-5}}},
        "FILE: expected a whole model config with a string at /model/bottleneck/type",
    ),
    "mistyped weight": (
        losses(bottleneck={"weights": {"k1": 1e-5}}),
        "FILE:1:PLACE: /training/loss_configs/bottleneck/weights/k1: unknown key 'k1'; did you "
        "mean 'kl'?",
    ),
    "two mistakes": (
        losses(bottleneck={"weights": {"KL": 1e-5}}, time={"weights": {"l1": -1}}),
        "FILE:1:PLACE: /training/loss_configs/time/weights/l1: expected a number of at least 0 or "
        "null, not -1\n"
        "FILE:1:PLACE: /training/loss_configs/bottleneck/weights/KL: unknown key 'KL'; did you "
        "mean 'kl'?",
    ),
    "section of another trainer": (
        losses(sisdr={"weight": 1.0}),
        "FILE:1:PLACE: /training/loss_configs/sisdr: unknown section 'sisdr'; expected "
        "'adversarial', 'bottleneck', 'clap', 'contrastive', 'discriminator', 'generative', "
        "'hubert', 'jepa', 'latent_distillation', 'mrmel', 'reconstruction', "
        "'semantic_regressors', 'spectral', 'time'; or pass --foreign-section sisdr if the "
        "trainer reads it itself",
    ),
    "mistyped tag": (
        bottleneck(type="vea"),
        "FILE: /model/bottleneck/type: 'vea' is no bottleneck's class name or config tag; did you "
        "mean 'vae'?",
    ),
    "bottleneck that the example has not": (
        bottleneck(type="tanh"),
        "FILE: /model/bottleneck/type: this example has no 'tanh' bottleneck, only 'vae', "
        "'wasserstein', 'rvq', 'dac_rvq', 'rvq_vae', 'dac_rvq_vae', 'grouped_vae'",
    ),
    "number in quotes": (
        config("vae") | {"training": {"learning_rate": "2e-3"}},
        'FILE: /training/learning_rate: expected a valid number, not "2e-3"',
    ),
    "negative number": (
        config("vae") | {"sample_rate": -16000},
        "FILE: /sample_rate: expected a number greater than 0, not -16000",
    ),
    "fraction": (
        config("vae") | {"sample_size": 4096.5},
        "FILE: /sample_size: expected a valid integer, not 4096.5",
    ),
    "missing number": (
        {key: value for key, value in config("vae").items() if key != "sample_rate"},
        "FILE: /sample_rate: expected a value; there is none",
    ),
    "mistyped option": (
        bottleneck(type="rvq", config={"codebook_sise": 16}),
        "FILE: /model/bottleneck/config/codebook_sise: unknown key",
    ),
    "codebook of another size": (
        bottleneck(type="dac_rvq", config={"input_dim": 128}),
        "FILE: /model/bottleneck/config/input_dim: expected model.latent_dim, which is 64, not 128",
    ),
    "two kinds of discriminator": (
        losses(
            adversarial={},
            discriminator={"type": "dac", "weights": {"adversarial": 1, "feature_matching": 1}},
        ),
        "FILE: /training/loss_configs/adversarial: 'adversarial' stands beside 'discriminator', "
        "and loss-factory takes one of them",
    ),
    "unknown argument": (
        losses(spectral={"config": {"fft_size": [512]}}),
        "FILE:1:PLACE: /training/loss_configs/spectral/config/fft_size: unknown key 'fft_size'; "
        "did you mean 'fft_sizes'?",
    ),
    "nothing to reconstruct by": (
        losses(spectral={"weights": {"mrstft": 0}}, time=None, adversarial={}),
        "FILE: /training/loss_configs: no reconstruction loss has a weight; write 'spectral', "
        "'time' or 'reconstruction', or the decoder learns nothing",
    ),
    "unknown reconstruction": (
        losses(reconstruction={"type": "huber"}),
        "FILE:1:PLACE: /training/loss_configs/reconstruction/type: expected 'l1' or 'l2' or null, "
        'not the string "huber"',
    ),
}

WITHOUT_MODELS = """
import contextlib, io, json, sys
import train_autoencoder
from torch import nn


def refuse(*_):
    raise AssertionError("a model is built")


nn.Module.__init__ = refuse
said = []
for arguments in json.load(sys.stdin):
    output = io.StringIO()
    with contextlib.redirect_stdout(output), contextlib.redirect_stderr(output):
        try:
            train_autoencoder.main(arguments)
        except SystemExit as end:
            said.append([end.code, output.getvalue()])
        except AssertionError as error:
            said.append([0, str(error)])
json.dump(said, sys.stdout)
"""


def said_without_models(calls: list[list[str | Path]]) -> list[tuple[int, str]]:
    """The exit code and the output of each call of the command, in a process without models."""
    done = subprocess.run(
        [sys.executable, "-c", WITHOUT_MODELS],
        input=json.dumps([[str(argument) for argument in call] for call in calls]),
        env={**os.environ, "PYTHONPATH": os.pathsep.join([*sys.path, str(EXAMPLE)])},
        stdout=subprocess.PIPE,
        text=True,
        encoding="utf-8",
        check=True,
    )
    return [(code, output) for code, output in json.loads(done.stdout)]


def test_mistakes_in_the_config_come_before_the_model(tmp_path: Path) -> None:
    calls: list[list[str | Path]] = []
    files = []
    for number, (document, _) in enumerate([*MISTAKES.values(), (config("vae"), "")]):
        folder = tmp_path / str(number)
        folder.mkdir()
        files.append(written(folder, document))
        calls.append(["--config", files[-1], "--out", folder / "out"])
    *said, without_mistake = said_without_models(calls)
    # Places in the one line that a document is, except in the one that is no JSON.
    said = [(code, re.sub(r":1:\d\d+: ", ":1:PLACE: ", text)) for code, text in said]
    assert dict(zip(MISTAKES, said, strict=True)) == {
        name: (2, message.replace("FILE", str(file)) + "\n")
        for (name, (_, message)), file in zip(MISTAKES.items(), files, strict=False)
    }
    assert without_mistake == (0, "a model is built")
    assert not list(tmp_path.glob("*/out"))


def test_other_mistakes_come_before_the_model_too(
    four_steps: Callable[[str], Path], tmp_path: Path
) -> None:
    run = four_steps("vae")
    file, out, empty = written(tmp_path, config("vae")), tmp_path / "out", tmp_path / "empty"
    for folder in ("empty", "broken", "other"):
        (tmp_path / folder).mkdir()
    broken = tmp_path / "broken" / "a.wav"
    broken.write_bytes(b"RIFF, or not")
    other = written(tmp_path / "other", config("wasserstein"))
    kept = run / "checkpoint.pt"
    calls: list[tuple[list[str | Path], str]] = [
        (
            ["--config", tmp_path / "no.json", "--out", out],
            f"{tmp_path}/no.json: there is no such file",
        ),
        (
            ["--config", file, "--out", out, "--audio", tmp_path / "none"],
            f"{tmp_path}/none: there is no such folder; --audio takes a folder of WAV files",
        ),
        (
            ["--config", file, "--out", out, "--audio", broken],
            f"{broken}: this is a file; --audio takes a folder of WAV files\n",
        ),
        (
            ["--config", file, "--out", out, "--audio", empty],
            f"{empty}: no WAV files here or below; --audio takes such a folder",
        ),
        (
            ["--config", file, "--out", out, "--audio", broken.parent],
            f"{broken}: expected a WAV file: Format not recognised.\n",
        ),
        (
            ["--config", file, "--out", out, "--foreign-section", "bottleneck"],
            "foreign_sections: 'bottleneck' holds the weights of bottleneck losses and can't be "
            "skipped",
        ),
        (
            ["--config", file, "--out", out, "--trainer", "loss-factry"],
            "--trainer: 'loss-factry' is no known trainer; did you mean 'loss-factory'?\n",
        ),
        (
            ["--config", file, "--out", out, "--resume"],
            f"{out}/checkpoint.pt: there is no checkpoint to resume; leave out --resume",
        ),
        (
            ["--config", file, "--out", run],
            f"{kept}: there is a run already; --resume goes on with it, --overwrite starts again, "
            "--out FOLDER leaves it alone",
        ),
        (
            ["--config", file, "--out", run, "--resume", "--steps", "4"],
            f"{kept}: all 4 steps are done; --steps takes a larger number",
        ),
        (
            ["--config", other, "--out", run, "--resume"],
            f"{kept}: can't be resumed, the model is another one: "
            'model.bottleneck.type: "vae" → "wasserstein"\n',
        ),
    ]
    junk = {"empty": b"", "text": b"no checkpoint", "archive": b"PK\x03\x04 no archive"}
    for name, data in junk.items():
        folder = tmp_path / f"junk {name}"
        folder.mkdir()
        (folder / "checkpoint.pt").write_bytes(data)
        message = f"{folder}/checkpoint.pt: expected a checkpoint of this example, not other "
        calls.append((["--config", file, "--out", folder, "--resume"], message))
    folder = tmp_path / "another trainer's"
    folder.mkdir()
    torch.save({"step": 1}, folder / "checkpoint.pt")
    message = f"{folder}/checkpoint.pt: expected a checkpoint of this example, not other contents"
    calls.append((["--config", file, "--out", folder, "--resume"], message))
    before = {path: path.read_bytes() for path in run.iterdir()}
    said = said_without_models([call for call, _ in calls])
    for (code, text), (_, message) in zip(said, calls, strict=True):
        assert code == 2
        assert text.startswith(message)
        assert text.count("\n") == 1
    assert not out.exists()
    assert {path: path.read_bytes() for path in run.iterdir()} == before


def test_what_the_config_leaves_out_or_means_for_others_is_named(tmp_path: Path) -> None:
    document = config("vae") | {"model_type": "diffusion_autoencoder"}
    del document["training"]["learning_rate"]
    printed = trained(written(tmp_path, document), tmp_path / "out", "--steps", "1")
    assert [line for line in printed.splitlines() if line.startswith("note: ")] == [
        'note: this example trains an autoencoder; model_type is "diffusion_autoencoder"',
        "note: the config has no training.learning_rate; 0.001 is taken",
    ]


def test_what_is_not_trained_is_named(tmp_path: Path) -> None:
    """A config as stable-audio-tools has them, with sections of other trainers."""
    document = config(
        "vae",
        discriminator={
            "type": "oobleck",
            "config": {},
            "weights": {"adversarial": 0.1, "feature_matching": 5.0},
        },
        spectral={
            "config": {
                "fft_sizes": [256],
                "hop_sizes": [64],
                "win_lengths": [256],
                "perceptual_weighting": True,
            },
            "weights": {"mrstft": 0.0},
        },
        time={"weights": {"l1": 0.0, "l2": 1.0, "mmd": 1.0}},
        bottleneck={"weights": {"kl": 0, "mmd": 5}},
        semantic_regressors={"weights": {"semantic_regressors_l1": 1.0}},
        sisdr={"weight": 1.0},
    )
    document["model"] |= {"encoder": {"type": "oobleck"}, "io_channels": 2}
    document["audio_channels"] = 2
    document["training"]["optimizer_configs"] = {
        "autoencoder": {"optimizer": {"type": "AdamW", "config": {"lr": 1.5e-4}}}
    }
    document["training"]["teacher_model"] = {"model_type": "autoencoder"}
    del document["training"]["learning_rate"]
    file, out = written(tmp_path, document), tmp_path / "out"
    printed = trained(file, out, "--steps", "1", "--foreign-section", "sisdr")
    notes = [line for line in printed.splitlines() if line.startswith("note: ")]
    assert notes == [
        "note: bottleneck.weights.mmd is 5.0, but VAEBottleneck has no use for this weight; it "
        "uses 'bottleneck.weights.kl'",
        "note: this example does not train these parts of loss_configs: semantic_regressors, sisdr",
        "note: the discriminator is this example's own, not 'oobleck'",
        "note: this example has its own encoder and decoder and does not read model: encoder",
        "note: this example has no teacher and does not read training.teacher_model",
    ]
    assert "learning rate 0.00015," in printed
    [line] = log_lines(out)
    assert list(line["losses"]) == [
        "loss_adv",
        "feature_matching_loss",
        "mrstft_loss",
        "lr_stft_loss",
        "l2_time_loss",
        "mmd_time_loss",
        "kl_loss",
    ]
    assert line["losses"]["kl_loss"]["weighted"] == 0
    assert line["losses"]["kl_loss"]["value"] > 0
    assert line["losses"]["mrstft_loss"]["weighted"] == 0
    assert line["losses"]["mrstft_loss"]["value"] > 0
