"""RECIPES.md: each recipe runs as it stands there, and the table has all that there is."""

from __future__ import annotations

import importlib
import inspect
import io
import json
import math
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
    MultiLoss,
    ObjectivePlan,
    create_bottleneck_loss,
    create_objective,
    plan_objective,
)
from support.readme import ROOT, blocks, page, section
from support.stable_audio.real import VERSIONS
from support.stable_audio.setups import QUIET, loss_config, model_config
from support.stable_audio.trainer import whole_trainer

PAGE = page("RECIPES.md")
TRAINER = "stable-audio-tools 0.0.19"
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


def printed_by(example: str) -> str:
    """What it prints; it runs here."""
    printed = io.StringIO()
    with redirect_stdout(printed):
        exec(compile(example, "RECIPES.md", "exec"), {})
    return printed.getvalue()


def last_line(code: str, folder: Path) -> str:
    """What the code prints last; it runs in a process and a folder of its own."""
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=folder, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.strip().rpartition("\n")[2]


@pytest.mark.long
def test_a_whole_training(tmp_path: Path) -> None:
    [training] = blocks("python", section("A whole training", PAGE))
    assert len(training.splitlines()) <= 75
    last_line(training, tmp_path)
    log = [json.loads(line) for line in (tmp_path / "log.jsonl").read_text("utf-8").splitlines()]
    assert [line["step"] for line in log] == list(range(400))
    for line in log:
        step, total, *values = line.values()
        assert total == pytest.approx(sum(values))
        assert ("discriminator_loss" in line) == (step >= 100 and step % 2 == 1)
    assert list(log[0]) == [
        *("step", "total", "reconstruction_loss", "adversarial_loss"),
        *("feature_matching_loss", "mrstft_loss", "kl_loss"),
    ]
    assert {line["adversarial_loss"] for line in log[:100]} == {0}
    assert all(line["adversarial_loss"] for line in log[100::2])
    assert log[-2]["total"] < log[0]["total"] / 2
    assert log[-2]["reconstruction_loss"] < log[0]["reconstruction_loss"] / 4
    assert log[-1]["discriminator_loss"] < log[101]["discriminator_loss"]
    checkpoint = torch.load(tmp_path / "checkpoint.pt")
    assert not [key for key in checkpoint["generator"] if "loss" in key]
    assert not [key for key in checkpoint["discriminator"] if "loss" in key]
    config = checkpoint["losses"].pop("loss_configs")
    made = create_objective("vae", config, **checkpoint["losses"])
    assert [loss.name for loss in made.plan.generator] == list(log[0])[2:]


@pytest.mark.parametrize("title", ["What is in `info`", "Weights that change", "What a step shows"])
def test_a_recipe_prints_what_stands_below(title: str) -> None:
    text = section(title, PAGE)
    example, [expected] = blocks("python", text)[0], blocks("text", text)
    assert printed_by(example) == expected


def test_where_the_values_come_from() -> None:
    """What the table names is what losses read."""
    table = section("What is in `info`", PAGE)
    named = {
        key
        for cell in re.findall(r"^\| (`.*?) \| ", table, re.MULTILINE)
        for key in re.findall(r"`([\w/]+)`", cell)
    }
    read = {key for each in (False, True) for key in plan(teacher=each).reads}
    read |= {"vq/codebook_loss"}
    assert {*named} <= read


def plan(*, teacher: bool) -> ObjectivePlan:
    """Every section that the objective reads."""
    said = {"adversarial": 0.1, "feature_matching": 1.0}
    config = {
        "discriminator": {"type": "oobleck", "config": {"in_channels": 2}, "weights": said},
        "spectral": SPECTRAL,
        "hubert": {"weights": {"hubert": 1.0}},
        "time": {"weights": {"l1": 1.0}},
    }
    return plan_objective("vae", config, trainer=TRAINER, channels=2, teacher=teacher)


def test_one_module_prints_what_its_comment_says() -> None:
    example = recipe("print(round(")
    assert printed_by(example).strip() == example.strip().rpartition("# ")[2]


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


@pytest.mark.long
def test_lightning(tmp_path: Path) -> None:
    training = """
class Discriminator(nn.Module):
    def __init__(self):
        super().__init__()
        self.layer = nn.Conv1d(1, 4, 3)

    def loss(self, reals, fakes):
        real, fake = self.layer(reals), self.layer(fakes)
        return fake.mean() - real.mean(), -fake.mean(), (fake - real).abs().mean()


discriminator = Discriminator()
stft = {"fft_sizes": [32], "hop_sizes": [8], "win_lengths": [32]}
loss_config |= {
    "discriminator": {
        "type": "oobleck", "config": {}, "weights": {"adversarial": 1, "feature_matching": 1}
    },
    "spectral": {"config": stft, "weights": {"mrstft": 1.0}},
    "time": {"weights": {"l1": 1.0}},
}
parts = {"discriminator": discriminator, "loss_config": loss_config}
parts |= {"channels": 1, "sample_rate": 16000}
rising = {"schedule": "linear", "start_weight": 0.0, "end_weight": 2e-4, "end_step": 2}
loss_config["bottleneck"] = {"weights": {"kl": rising}}
module = AutoencoderTraining(autoencoder, **parts)
before += [parameter.detach().clone() for parameter in discriminator.parameters()]
trainer = lightning.Trainer(
    callbacks=[Steps()], max_epochs=1, accelerator="cpu", logger=False, enable_progress_bar=False
)
trainer.fit(module, loader)
trainer.save_checkpoint("trained.ckpt")
trained = nn.ModuleList([module.autoencoder, module.discriminator])
logged = {name: value.item() for name, value in trainer.callback_metrics.items()}
AutoencoderTraining.load_from_checkpoint("trained.ckpt", autoencoder=Autoencoder(), **parts)
"""
    show = "print(json.dumps([seen, logged]))"
    module, steps = recipe("class AutoencoderTraining("), recipe("Steps(lightning.Callback)")
    code = "\n".join([A_TRAINERS_OWN, module, steps, training, CHANGED, show])
    seen, logged = json.loads(last_line(code, tmp_path))
    assert len(seen) == 4  # two of each turn
    assert {"generator_total", "discriminator_total", "discriminator_loss"} < {*logged}
    assert {"loss_adv", "mrstft_loss", "l1_time_loss"} < {*logged}
    assert logged["kl_loss"] == pytest.approx(WEIGHT * seen[2])  # at step 1 of 2
    checkpoint = torch.load(tmp_path / "trained.ckpt")
    assert checkpoint["loss_configs"]["bottleneck"]["weights"]["kl"]["end_step"] == 2
    assert not [key for key in checkpoint["state_dict"] if "loss" in key]


def test_the_wrapper_is_the_one_that_is_tested() -> None:
    """tests/real/objective trains it; here it imports the package under its own name."""
    source = (ROOT / "tests" / "support" / "stable_audio" / "own_wrapper.py").read_text("utf-8")
    code = re.sub(r"  # type: ignore\[[\w-]+\]", "", source.partition("annotations\n\n")[2])
    assert recipe("class Wrapper(") == code.replace("from support.under_test", "from loss_factory")


@pytest.mark.parametrize("version", VERSIONS)
def test_the_factory_of_the_trainer_makes_the_wrapper(
    version: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    names: dict[str, Any] = {}
    with whole_trainer(version).importable():
        replaced = importlib.import_module("stable_audio_tools.training.autoencoders")
        name = "AutoencoderTrainingWrapper"
        monkeypatch.setattr(replaced, name, getattr(replaced, name))  # and back afterwards
        for text in ("class Wrapper(", "AutoencoderTrainingWrapper = Wrapper"):
            exec(compile(recipe(text), "RECIPES.md", "exec"), names)
        factory = importlib.import_module("stable_audio_tools.training.factory")
        models = importlib.import_module("stable_audio_tools.models.factory")
        config = model_config(QUIET)
        losses = loss_config(QUIET)
        config |= {"training": {"learning_rate": 1e-4, "loss_configs": losses}}
        model = models.create_model_from_config(config)
        wrapper = factory.create_training_wrapper_from_config(config, model)
        assert type(wrapper) is names["Wrapper"]
        assert list(wrapper.losses_gen.state_dict()) == []


@pytest.mark.long
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


def test_a_trainer_with_an_objective_loads_an_old_checkpoint() -> None:
    class Trainer(torch.nn.Module):
        def __init__(self) -> None:
            super().__init__()
            config = {
                "spectral": {"config": {"window": "hann_window"}, "weights": {"mrstft": 1.0}},
                "time": {"weights": {}},
            }
            self.objective = create_objective(
                "vae", config, trainer=TRAINER, channels=1, sample_rate=16000
            )
            self.losses_gen = self.objective.generator
            self.encoder = torch.nn.Linear(1, 1)

    trainer = Trainer()
    state = {**trainer.state_dict(), "encoder.bias": torch.tensor([2.0])}
    kept = ("losses_gen.losses.0.weight", "losses_disc.losses.0.weight", "mrmel.filter")
    kept += tuple(f"{name}.stft.prefilter.fir.weight" for name in ("sdstft", "lrstft", "hubert"))
    old = {"state_dict": state | dict.fromkeys(kept, torch.zeros(()))}
    names = {"trainer": trainer, "old_checkpoint": old}
    exec(compile(recipe("old_checkpoint_hook("), "RECIPES.md", "exec"), names)
    assert trainer.encoder.bias.item() == 2


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
    assert seen == 10


STFT = {"fft_sizes": [512], "hop_sizes": [128], "win_lengths": [512]}
SPECTRAL = {"config": STFT, "weights": {"mrstft": 1.0}}
WHOLE = {"spectral": SPECTRAL, "time": {"weights": {}}}
SAID = {"adversarial": 1.0, "feature_matching": 1.0}
JUDGED = {"discriminator": {"type": "dac", "config": {}, "weights": SAID}}


# --- schedules of other trainers

RUN = 6000


def turns(discriminator: bool, warmup_steps: int, warmup_mode: str) -> list[int]:
    """The global steps of a run at which the generator is trained, in order."""
    return [
        step
        for step in range(RUN)
        if not discriminator or step % 2 == 0 or (warmup_mode == "full" and step < warmup_steps)
    ]


def float32(number: float) -> float:
    return torch.tensor(number, dtype=torch.float32).item()


def rewritten(theirs: dict[str, Any], **warmup: Any) -> dict[str, Any]:
    names: dict[str, Any] = {}
    exec(compile(recipe("def our_loss_configs("), "RECIPES.md", "exec"), names)
    ours: dict[str, Any] = names["our_loss_configs"](theirs, **warmup)
    return ours


def ambits(schedule: dict[str, Any], step: int) -> float:
    """What AMBIT's schedule is at a global step."""
    start, end = schedule["start_weight"], schedule["end_weight"]
    if step <= schedule["start_step"]:
        return float(start)
    if step >= schedule["end_step"]:
        return float(end)
    share = (step - schedule["start_step"]) / (schedule["end_step"] - schedule["start_step"])
    return float(start + 0.5 * (1.0 - math.cos(math.pi * share)) * (end - start))


@pytest.mark.parametrize("discriminator", [JUDGED, {}], ids=["turns", "alone"])
@pytest.mark.parametrize(
    "warmup", [(0, "full"), (1000, "full"), (999, "full"), (5000, "full"), (999, "adv")]
)
@pytest.mark.parametrize("start", [0.0, 0.01, 0.7])
def test_ambits_schedule(
    discriminator: dict[str, Any], warmup: tuple[int, str], start: float
) -> None:
    """Of two weights of one section; the second one keeps its ratio to the first."""
    course = {"start_weight": start, "end_weight": 0.2, "start_step": 1000, "end_step": 5000}
    weights = {"kl": 0.2, "codebook": 0.03}
    section_of_theirs = {"weights": weights, "schedule": {"type": "cosine", **course}}
    theirs = {**WHOLE, **discriminator, "bottleneck": section_of_theirs}
    steps, mode = warmup
    ours = rewritten(theirs, warmup_steps=steps, warmup_mode=mode)
    made = plan_objective("dac_rvq_vae", ours, trainer=TRAINER, channels=1)
    for step, global_step in enumerate(turns(bool(discriminator), *warmup)):
        found = made.weights_at(step)
        for name, weight in weights.items():
            value = ambits(course, global_step) * (weight / course["end_weight"])
            assert found[f"{name}_loss"] == float32(value), (step, name)


@pytest.mark.parametrize(
    ("discriminator", "warmup"),
    [({}, (0, "full")), (JUDGED, (0, "full")), (JUDGED, (RUN, "full")), (JUDGED, (700, "adv"))],
    ids=["alone", "turns", "in the warm-up", "turns in the warm-up"],
)
def test_ettas_decay(discriminator: dict[str, Any], warmup: tuple[int, str]) -> None:
    last = 4000
    scalars = {"recon_loss_decays_to_zero_after": last, "recon_loss_decay_mode": "linear"}
    spectral = {**SPECTRAL, "weights": {"mrstft": 0.7}}
    theirs = {**discriminator, "spectral": spectral, "time": {"weights": {"l1": 0.3}}, **scalars}
    steps, mode = warmup
    ours = rewritten(theirs, warmup_steps=steps, warmup_mode=mode)
    made = plan_objective("vae", ours, trainer=TRAINER, channels=2)
    for step, global_step in enumerate(turns(bool(discriminator), *warmup)):
        left = max(1 - global_step / last, 0)
        found = made.weights_at(step)
        assert found["mrstft_loss"] == float32(0.7 * left), step
        assert found["stft_loss_left"] == found["stft_loss_right"] == float32(0.7 / 2 * left), step
        assert found["l1_time_loss"] == float32(0.3 * left), step


def test_what_ettas_config_says_besides_stays() -> None:
    with pytest.raises(ValueError, match="recon_loss_decay_mode"):
        rewritten({**WHOLE, "recon_loss_decay_mode": "exponential"})
    scalars = {"recon_loss_decays_to_zero_after": 10}
    assert rewritten({**WHOLE, **scalars})["time"] == {"weights": {}}
    assert rewritten(WHOLE) == WHOLE


def test_raves_warm_ups() -> None:
    """The older one and the newer one, which counts a step before it asks."""
    table = section("Schedules of other trainers", PAGE)
    said = {"warmup": 4000, "min_beta": 1e-6, "max_beta": 0.1}
    [older] = re.findall(r"`(\{[^`]*end_step\": warmup\})`", table)
    [later] = re.findall(r"`(\{[^`]*end_step\": warmup_len - 1\})`", table)
    newer = {"initial_value": 1e-6, "target_value": 0.1, "warmup_len": 4000}
    first = eval(older, said)
    second = eval(later, newer)
    low, high = math.log(1e-6), math.log(0.1)
    one, two = (
        plan_objective(
            "vae", {**WHOLE, "bottleneck": {"weights": {"kl": each}}}, trainer=TRAINER, channels=1
        )
        for each in (first, second)
    )
    for step in range(RUN):
        beta = 0.1 if step > 4000 else math.exp(step / 4000 * (high - low) + low)
        assert one.weights_at(step)["kl_loss"] == float32(beta), step
        share = (step + 1) / 4000
        beta = 0.1 if step + 1 >= 4000 else math.exp(low * (1 - share) + high * share)
        assert two.weights_at(step)["kl_loss"] == float32(beta), step


@pytest.mark.parametrize(
    ("config", "more", "kind"),
    [
        ({"spectral": SPECTRAL}, {}, loss_factory.LossConfigError),
        (
            WHOLE | {"spectral": SPECTRAL | {"config": {"w_phs": 1.0}}},
            {},
            loss_factory.LossConfigError,
        ),
        (
            WHOLE | {"time": {"weights": {"l1": 1.0}, "decay": -0.5}},
            {},
            loss_factory.LossConfigError,
        ),
        (None, {}, loss_factory.LossConfigError),
        (WHOLE | {"clap": {"weights": {"clap": 1.0}}}, {}, loss_factory.UnusedWeightWarning),
        (WHOLE, {"trainer": "stable-audio-tools 0.0.18"}, ValueError),
        (WHOLE, {"keys": {"kll": "kl"}}, ValueError),
        (WHOLE | JUDGED, {"discriminator": torch.nn.Identity()}, TypeError),
        (
            {"adversarial": {}, "discriminator": JUDGED["discriminator"]},
            {"trainer": "loss-factory"},
            loss_factory.LossConfigError,
        ),
    ],
)
def test_what_can_go_wrong_with_an_objective(
    config: dict[str, Any] | None, more: dict[str, Any], kind: type
) -> None:
    assert f"`{kind.__name__}`" in section("What can go wrong", PAGE)
    known = {"trainer": TRAINER, "channels": 1, "sample_rate": 16000}
    with pytest.raises(kind):
        create_objective("vae", config, **known | more)


def test_an_untold_step_goes_wrong() -> None:
    assert "nobody called `set_step` | `RuntimeError`" in section("What can go wrong", PAGE)
    decaying = WHOLE | {"time": {"weights": {"l1": 1.0}, "decay": 0.5}}
    known: dict[str, Any] = {"trainer": TRAINER, "channels": 1, "sample_rate": 16000}
    objective = create_objective("vae", decaying, **known)
    audio = torch.zeros(1, 1, 2048)
    info = {**objective.signals(audio, audio), "kl": torch.tensor(1.0)}
    with pytest.raises(RuntimeError, match="set_step"):
        objective.generator(info)


def test_what_can_go_wrong_with_a_discriminator() -> None:
    known: dict[str, Any] = {"trainer": TRAINER, "channels": 1, "sample_rate": 16000}
    judge = torch.nn.Identity()
    judge.loss = lambda reals, fakes: None
    with pytest.raises(ValueError, match="no section 'discriminator'"):
        create_objective("vae", WHOLE, **known, discriminator=judge)
    objective = create_objective("vae", WHOLE | JUDGED, **known)
    audio = torch.zeros(1, 1, 256)
    with pytest.raises(ValueError, match="there is no discriminator"):
        objective.adversarial(audio, audio, "generator")
    with pytest.raises(ValueError, match="trim both"):
        objective.signals(audio, audio[..., 1:])


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
