"""RECIPES.md: each recipe runs as it stands there, and the table has all that there is."""

from __future__ import annotations

import inspect
import io
import json
import re
import subprocess
import sys
from contextlib import redirect_stdout
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pydantic
import pytest
import torch

import loss_factory
from loss_factory import (
    SCHEMA_SHA256,
    SCHEMA_VERSION,
    LossFactoryResult,
    MultiLoss,
    create_bottleneck_loss,
)
from support.readme import blocks, page, section

PAGE = page("RECIPES.md")
WEIGHT = torch.tensor(1e-4).item()

A_TRAINERS_OWN = """
import json
import torch
from torch import nn

seen = []


class VAEBottleneck(nn.Module):
    def forward(self, latents):
        mean, scale = latents.chunk(2, dim=1)
        std = nn.functional.softplus(scale) + 1e-4
        kl = (mean.square() + std.square() - 2 * std.log() - 1).sum(1).mean()
        seen.append(kl.item())
        return mean + std * torch.randn_like(mean), {"kl": kl}


class Autoencoder(nn.Module):
    def __init__(self):
        super().__init__()
        self.encoder = nn.Conv1d(1, 8, 4, 4)
        self.bottleneck = VAEBottleneck()
        self.decoder = nn.ConvTranspose1d(4, 1, 4, 4)

    def forward(self, audio):
        latents, info = self.bottleneck(self.encoder(audio))
        return self.decoder(latents), info


autoencoder = Autoencoder()
before = [parameter.detach().clone() for parameter in autoencoder.parameters()]
loss_config = {"bottleneck": {"weights": {"kl": 1e-4}}}
loader = torch.utils.data.DataLoader(torch.randn(8, 1, 64), batch_size=2)
"""
CHANGED = """
after = trained.parameters()
assert all(not torch.equal(old, new) for old, new in zip(before, after, strict=True))
"""


def recipe(text: str) -> str:
    [found] = [block for block in blocks("python", PAGE) if text in block]
    return found


def last_line(code: str, folder: Path) -> str:
    """What the code prints last; it runs in a process and a folder of its own."""
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=folder, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.strip().rpartition("\n")[2]


def test_a_whole_training(tmp_path: Path) -> None:
    [training] = blocks("python", section("A whole training", PAGE))
    assert len(training.splitlines()) <= 60
    last_line(training, tmp_path)
    log = [json.loads(line) for line in (tmp_path / "log.jsonl").read_text("utf-8").splitlines()]
    assert [line["step"] for line in log] == list(range(1, len(log) + 1))
    assert list(log[0]) == ["step", "total", "l1_time_loss", "kl_loss"]
    for line in log:
        assert line["total"] == pytest.approx(line["l1_time_loss"] + line["kl_loss"])
    assert log[-1]["total"] < log[0]["total"] / 4
    checkpoint = torch.load(tmp_path / "checkpoint.pt")
    assert checkpoint["schema"] == [SCHEMA_VERSION, SCHEMA_SHA256]
    plan = LossFactoryResult.model_validate(checkpoint["plan"])
    assert [(loss.name, loss.weight) for loss in plan.losses] == [("kl_loss", 1e-4)]
    assert not [key for key in checkpoint["model"] if "loss" in key]


def test_one_module_prints_what_its_comment_says() -> None:
    example = recipe("print(round(")
    printed = io.StringIO()
    with redirect_stdout(printed):
        exec(compile(example, "RECIPES.md", "exec"), {})
    assert printed.getvalue().strip() == example.strip().rpartition("# ")[2]


def test_in_place_of_the_factory() -> None:
    trainer = SimpleNamespace(
        gen_loss_modules=[],
        autoencoder=SimpleNamespace(bottleneck="vae"),
        loss_config={"sisdr": {"weight": 1.0}, "bottleneck": {"weights": {"kl": 0.5}}},
    )
    after = recipe('foreign_sections=["sisdr"]')
    exec(compile(after, "RECIPES.md", "exec"), {"self": trainer, "MultiLoss": MultiLoss})
    _, losses = trainer.losses_gen({"kl": torch.tensor(2.0)})
    assert losses == {"kl_loss": torch.tensor(1.0)}


def test_lightning(tmp_path: Path) -> None:
    training = """
module = AutoencoderTraining(autoencoder, loss_config)
trainer = lightning.Trainer(
    max_epochs=1, accelerator="cpu", logger=False, enable_progress_bar=False
)
trainer.fit(module, loader)
trainer.save_checkpoint("trained.ckpt")
trained = module.autoencoder
logged = {name: value.item() for name, value in trainer.callback_metrics.items()}
AutoencoderTraining.load_from_checkpoint(
    "trained.ckpt", autoencoder=Autoencoder(), loss_config=loss_config
)
"""
    show = "print(json.dumps([seen, logged]))"
    code = "\n".join([A_TRAINERS_OWN, recipe("import lightning"), training, CHANGED, show])
    seen, logged = json.loads(last_line(code, tmp_path))
    assert (len(seen), set(logged)) == (4, {"l1_time_loss", "kl_loss"})
    assert logged["kl_loss"] == pytest.approx(WEIGHT * seen[-1])
    checkpoint = torch.load(tmp_path / "trained.ckpt")
    stored = checkpoint["losses"]
    assert (stored["schema_version"], stored["schema_sha256"]) == (SCHEMA_VERSION, SCHEMA_SHA256)
    plan = LossFactoryResult.model_validate(stored["plan"])
    assert [(loss.name, loss.weight) for loss in plan.losses] == [("kl_loss", 1e-4)]
    assert not [key for key in checkpoint["state_dict"] if "loss" in key]


def test_accelerate(tmp_path: Path) -> None:
    optimizer = "optimizer = torch.optim.AdamW(autoencoder.parameters(), lr=1e-4)"
    collecting = "printed = []\nAccelerator.print = lambda self, each: printed.append(each)"
    loop = recipe("Accelerator(").replace("\naccelerator = ", f"\n{collecting}\naccelerator = ", 1)
    show = "trained = autoencoder\nprint(json.dumps([seen, printed]))"
    code = "\n".join([A_TRAINERS_OWN, optimizer, loop, show, CHANGED])
    seen, printed = json.loads(last_line(code, tmp_path))
    assert len(seen) == 4
    assert [list(losses) for losses in printed] == [["kl_loss"]] * 4
    weighted = [losses["kl_loss"] for losses in printed]
    assert weighted == pytest.approx([WEIGHT * value for value in seen])


def test_a_trainers_own_loss_mixes_in() -> None:
    names: dict[str, Any] = {}
    exec(compile(recipe("class SpreadLoss"), "RECIPES.md", "exec"), names)
    info = {"latents": torch.tensor([1.0, 3.0]), "kl": torch.tensor(2.0)}
    total, losses = names["losses_gen"](info)
    assert list(losses) == ["spread_loss", "kl_loss"]
    assert losses["spread_loss"].item() == pytest.approx(0.2)
    assert total.item() == pytest.approx(0.2 + 2e-6)


def test_a_moved_trainer_loads_an_old_checkpoint() -> None:
    class Trainer(torch.nn.Module):
        def __init__(self, own_losses: list[torch.nn.Module]) -> None:
            super().__init__()
            self.losses_gen = MultiLoss(own_losses)
            self.bottleneck_loss = create_bottleneck_loss("vae")

    class Old(torch.nn.Module):
        def __init__(self, name: str) -> None:
            super().__init__()
            self.name = name
            self.weight = torch.nn.Buffer(torch.tensor(0.0))

    trainer = Trainer([Old(name) for name in "abcde"])
    state = {f"losses_gen.losses.{index}.weight": torch.tensor(float(index)) for index in range(6)}
    names = {"trainer": trainer, "old_checkpoint": {"state_dict": state}}
    exec(compile(recipe("old_list_hook("), "RECIPES.md", "exec"), names)
    assert [loss.weight.item() for loss in trainer.losses_gen.losses] == [0, 1, 2, 3, 5]


def rows_of_names() -> list[str]:
    """The first cells of the table of all that there is."""
    table = section("Everything there is", PAGE)
    return re.findall(r"^\| (`.*?`) \| ", table, re.MULTILINE)


def test_the_table_has_every_public_name() -> None:
    table = section("Everything there is", PAGE)
    named = {*re.findall(r"\w+", " ".join(re.findall(r"`([^`]*)`", table)))}
    for name in {*loss_factory.__all__} - named:
        public = getattr(loss_factory, name)
        part_of_a_config = isinstance(public, type) and issubclass(public, pydantic.BaseModel)
        assert part_of_a_config, name


def test_the_table_has_no_other_names() -> None:
    for cell in rows_of_names():
        for name in re.findall(r"`(\w+)", cell):
            assert name in loss_factory.__all__, name


def test_the_table_has_the_arguments() -> None:
    seen = 0
    for cell in rows_of_names():
        for name, arguments in re.findall(r"`(\w+)\((.*)\)`", cell):
            signature = inspect.signature(getattr(loss_factory, name))
            bare = [
                parameter.replace(annotation=inspect.Parameter.empty)
                for parameter in signature.parameters.values()
            ]
            assert str(inspect.Signature(bare)) == f"({arguments})", name
            seen += 1
    assert seen == 9


@pytest.mark.parametrize(
    ("bottleneck", "config", "kind"),
    [
        ("vae", {"botleneck": {}}, loss_factory.LossConfigError),
        ("vae", {"bottleneck": {"weights": {"mmd": 1.0}}}, loss_factory.UnusedWeightWarning),
        (torch.nn.Identity(), {}, loss_factory.UnknownBottleneckError),
    ],
)
def test_what_can_go_wrong(bottleneck: object, config: dict[str, Any], kind: type) -> None:
    assert f"`{kind.__name__}`" in section("What can go wrong", PAGE)
    with pytest.raises(kind):  # a warning is an error here
        create_bottleneck_loss(bottleneck, config)


def test_a_missing_value_goes_wrong() -> None:
    assert "`MissingLossValueError`" in section("What can go wrong", PAGE)
    with pytest.raises(loss_factory.MissingLossValueError):
        create_bottleneck_loss("wasserstein")({})
    assert create_bottleneck_loss("wasserstein", missing="skip")({})[1] == {}
