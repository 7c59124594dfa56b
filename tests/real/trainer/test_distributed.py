"""The example, and Loss Factory's modules, in two processes with DistributedDataParallel."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import soundfile
import torch

EXAMPLE = Path(__file__).parents[2] / "examples"
SCRIPT = EXAMPLE / "train_autoencoder.py"
TORCHRUN = (sys.executable, "-m", "torch.distributed.run", "--standalone", "--nproc-per-node=2")
ENVIRONMENT = {**os.environ, "OMP_NUM_THREADS": "1"}


def config(folder: Path, tag: str, **changes: Any) -> Path:
    """The example's config for a bottleneck, with short segments and these sections of losses."""
    document = json.loads((EXAMPLE / "configs" / f"{tag}.json").read_text("utf-8"))
    document["training"]["loss_configs"] |= changes
    file = folder / f"{tag}.json"
    file.write_text(json.dumps({**document, "sample_size": 4096}), encoding="utf-8")
    return file


def arguments(file: Path, out: Path, steps: int, script: Path = SCRIPT) -> list[str | Path]:
    """What to call the example with."""
    small = ["--batch-size", "4", "--report-every", "1", "--warmup-steps", "1"]
    return [script, "--config", file, "--out", out, *small, "--steps", str(steps)]


def run(*command: str | Path) -> str:
    """The output of a command that has to succeed."""
    done = subprocess.run(
        command, env=ENVIRONMENT, capture_output=True, text=True, encoding="utf-8"
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def log_lines(out: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in (out / "log.jsonl").read_text("utf-8").splitlines()]


def numbers(line: dict[str, Any]) -> dict[str, float]:
    """The total of a line of the log, and the values of its losses, raw and weighted."""
    return {"total": line["total"]} | {
        f"{name}.{number}": loss[number]
        for name, loss in line["losses"].items()
        for number in ("value", "weighted")
    }


def gradient_averages(out: Path) -> dict[int, torch.Tensor]:
    """AdamW's running averages of the gradients, by the number of the parameter."""
    states = torch.load(out / "checkpoint.pt")["optimizers"]["generator"]["state"]
    return {number: state["exp_avg"] for number, state in states.items()}


@pytest.mark.long
def test_the_first_step_of_two_processes_is_that_of_one(tmp_path: Path) -> None:
    """But for rounding: what is summed over the batch is summed in another order."""
    file, one, two = config(tmp_path, "vae"), tmp_path / "one", tmp_path / "two"
    run(sys.executable, *arguments(file, one, steps=1))
    printed = run(*TORCHRUN, *arguments(file, two, steps=1))
    assert "processes: 2" in printed
    assert printed.count("step 1/1") == 1
    ((alone,), (together,)) = log_lines(one), log_lines(two)
    assert numbers(together) == pytest.approx(numbers(alone), rel=1e-5)
    averages = gradient_averages(one)
    assert any(average.count_nonzero() for average in averages.values())
    for number, average in gradient_averages(two).items():
        torch.testing.assert_close(average, averages[number], rtol=1e-3, atol=1e-7)
    # What one process left, two go on with.
    run(*TORCHRUN, *arguments(file, one, steps=2), "--resume")
    assert [line["step"] for line in log_lines(one)] == [1, 2]


IN_DOUBLE = f"""
import sys

import torch

sys.path.insert(0, {str(EXAMPLE)!r})
from train_autoencoder import main

torch.set_default_dtype(torch.float64)
main()
"""


@pytest.mark.long
def test_two_processes_train_as_one_does(tmp_path: Path) -> None:
    """In the turns of both networks, and in float64: each step enlarges what rounding changed.

    The logarithm of a quiet frequency has a steep gradient, and AdamW makes a full step of a
    parameter's first gradient, however small that is: float32 has no room for that.
    """
    script = tmp_path / "in_double.py"
    script.write_text(IN_DOUBLE, encoding="utf-8")
    file = config(tmp_path, "vae", adversarial={"weight": 0.1, "feature_matching": 1.0})
    one, two = tmp_path / "one", tmp_path / "two"
    run(sys.executable, *arguments(file, one, 4, script))
    run(*TORCHRUN, *arguments(file, two, 4, script))
    alone, together = log_lines(one), log_lines(two)
    turns = ["generator", "discriminator", "generator", "discriminator"]
    assert [line["turn"] for line in alone] == [line["turn"] for line in together] == turns
    for left, right in zip(alone, together, strict=True):
        assert numbers(right) == pytest.approx(numbers(left), rel=1e-9)
    assert together[0]["losses"]["mrstft_loss"]["value"] != pytest.approx(
        together[2]["losses"]["mrstft_loss"]["value"], rel=1e-2
    )


@pytest.mark.long
def test_two_processes_train_the_quantizer_of_a_library(tmp_path: Path) -> None:
    """Its codebooks change in the forward pass, by collectives of its own."""
    out = tmp_path / "out"
    run(*TORCHRUN, *arguments(config(tmp_path, "rvq"), out, steps=2))
    assert len(log_lines(out)) == 2
    assert torch.load(out / "checkpoint.pt")["step"] == 2


def test_two_processes_stop_at_a_loss_that_is_nan(tmp_path: Path) -> None:
    """Both know of it, and the second one doesn't end before the first one has saved."""
    file, out = config(tmp_path, "vae"), tmp_path / "out"
    document = json.loads(file.read_text("utf-8"))
    document["training"]["learning_rate"] = 1e30
    file.write_text(json.dumps(document), encoding="utf-8")
    done = subprocess.run(
        [*TORCHRUN, *arguments(file, out, steps=4)],
        env=ENVIRONMENT,
        capture_output=True,
        text=True,
        encoding="utf-8",
    )
    assert done.returncode != 0
    assert done.stderr.count("generator's turn: mrstft_loss is ") == 1
    assert [line.get("not_finite", [])[:1] for line in log_lines(out)] == [[], ["mrstft_loss"]]
    assert torch.load(out / "checkpoint.pt")["step"] == 1


@pytest.mark.long
def test_ctrl_c_stops_two_processes_at_the_same_step(tmp_path: Path) -> None:
    out = tmp_path / "out"
    with subprocess.Popen(
        [*TORCHRUN, *arguments(config(tmp_path, "vae"), out, steps=100000)],
        env=ENVIRONMENT,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
        encoding="utf-8",
    ) as process:
        assert process.stdout is not None
        while not process.stdout.readline().startswith("step 2/"):
            assert process.poll() is None
        process.send_signal(signal.SIGINT)
        printed, _ = process.communicate()
    assert process.returncode != 0
    steps = torch.load(out / "checkpoint.pt")["step"]
    assert printed.splitlines()[-1].startswith(f"Stopped after step {steps}.")
    assert [line["step"] for line in log_lines(out)] == list(range(1, steps + 1))
    assert sorted(os.listdir(out)) == ["checkpoint.pt", "log.jsonl", "training.png"]


@pytest.mark.long
def test_the_second_process_names_a_file_that_only_it_reads(tmp_path: Path) -> None:
    sounds = tmp_path / "sounds"
    sounds.mkdir()
    soundfile.write(sounds / "a.wav", np.zeros(64000), 16000, "FLOAT")
    soundfile.write(sounds / "b.wav", np.full(32000, np.inf), 16000, "FLOAT")
    # With seed 0, the first step takes one segment of each, in this order.
    small = arguments(config(tmp_path, "vae"), tmp_path / "out", steps=1)
    done = subprocess.run(
        [*TORCHRUN, *small, "--batch-size", "2", "--audio", sounds],
        env=ENVIRONMENT,
        capture_output=True,
        text=True,
        encoding="utf-8",
    )
    assert done.returncode != 0
    assert done.stderr.count(f"{sounds}/b.wav: expected finite samples, not inf at ") == 1


WEIGHTS = '''
import gc
import sys
from pathlib import Path

import torch
import torch.distributed as dist
import torch.distributed.nn.functional  # before there is a group that it could hold on to
from torch import nn
from torch.nn.parallel import DistributedDataParallel

from loss_factory import MultiLoss, create_bottleneck_loss, create_loss_modules_from_bottleneck


class BufferedLoss(nn.Module):
    """A loss as it was written by hand: its weight is a buffer."""

    def __init__(self, weight):
        super().__init__()
        self.name = "buffered_loss"
        self.register_buffer("weight", torch.tensor(weight))

    def forward(self, info):
        return self.weight * info["kl"]


class Losses(nn.Module):
    def __init__(self, weight):
        super().__init__()
        config = {"bottleneck": {"weights": {"kl": weight}}}
        self.scale = nn.Parameter(torch.ones(()))
        self.drop_in = MultiLoss(create_loss_modules_from_bottleneck("vae", config))
        self.generated = create_bottleneck_loss("vae", config)
        self.buffered = MultiLoss([BufferedLoss(weight)])

    def forward(self, value):
        info = {"kl": self.scale * value}
        return [each(info)[0] for each in (self.drop_in, self.generated, self.buffered)]


def totals(rank):
    losses = DistributedDataParallel(Losses([0.25, 0.5][rank]))
    for _ in range(2):
        values = losses(torch.tensor(8.0))
        sum(values).backward()
    return [value.item() for value in values]


dist.init_process_group("gloo")
rank = dist.get_rank()
Path(sys.argv[1], str(rank)).write_text(repr(totals(rank)), "utf-8")
gc.collect()
dist.destroy_process_group()
'''


@pytest.mark.long
def test_ddp_does_not_touch_the_weights(tmp_path: Path) -> None:
    """Each process keeps the weight it was given; the one that is a buffer becomes the first's."""
    script = tmp_path / "weights.py"
    script.write_text(WEIGHTS, encoding="utf-8")
    run(*TORCHRUN, script, tmp_path)
    assert (tmp_path / "0").read_text("utf-8") == "[2.0, 2.0, 2.0]"
    assert (tmp_path / "1").read_text("utf-8") == "[4.0, 4.0, 2.0]"
