"""Weights that change, in the real wrapper under a real Lightning Trainer, told by the recipe."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from contextlib import redirect_stdout
from typing import Any

import pytest
import pytorch_lightning as pl
import torch
from torch import Tensor, nn
from torch.nn import functional

from support.readme import blocks, page
from support.stable_audio.real import VERSIONS
from support.stable_audio.training import OPTIONS, compute_on_the_cpu, fit

CHANNELS, SAMPLES, BATCH, RATE = 2, 2048, 2, 16_000
SPECTRAL = {"fft_sizes": [64], "hop_sizes": [32], "win_lengths": [64]}
CONFIG: Mapping[str, Any] = {
    "discriminator": {
        "type": "encodec",
        "config": {"filters": 1, "n_ffts": [64], "hop_lengths": [64], "win_lengths": [64]},
        "weights": {"adversarial": 0.1, "feature_matching": 5.0},
    },
    "spectral": {"config": SPECTRAL, "weights": {"mrstft": 0.7}},
    "time": {"weights": {"l1": 0.5, "l2": 0.25}},
    "bottleneck": {"weights": {"kl": 1e-3}},
}

pytestmark = pytest.mark.parametrize("version", VERSIONS)


class Autoencoder(nn.Module):
    """The smallest one that the wrapper trains; its bottleneck is the real one."""

    in_channels = out_channels = CHANNELS
    latent_dim = 2
    pretransform = None

    def __init__(self) -> None:
        from stable_audio_tools.models.bottleneck import VAEBottleneck  # type: ignore[import-not-found]

        super().__init__()
        self.encoder = nn.Conv1d(CHANNELS, 2 * self.latent_dim, 16, 8, 4)
        self.decoder = nn.ConvTranspose1d(self.latent_dim, CHANNELS, 16, 8, 4)
        self.bottleneck = VAEBottleneck()

    def encode(self, audio: Tensor, *, return_info: bool, **_: object) -> Any:
        """Latents, and what the bottleneck says."""
        assert return_info
        encoded = self.encoder(audio)
        latents, info = self.bottleneck.encode(encoded, return_info=True)
        return latents, {"pre_bottleneck_latents": encoded, **info}

    def decode(self, latents: Tensor) -> Any:
        """Audio."""
        return self.decoder(latents)


def made(version: str, wrapper: Any, config: Mapping[str, Any], **options: Any) -> Any:
    """A wrapper around it, from the same parameters each time."""
    options |= {"loss_config": config, "sample_rate": RATE, "use_ema": False, **OPTIONS[version]}
    compute_on_the_cpu(version)
    pl.seed_everything(0, verbose=False)
    with redirect_stdout(None):
        return wrapper(Autoencoder(), **options)


def batches(steps: int) -> list[Any]:
    """One for each step."""
    generator = torch.Generator().manual_seed(0)
    audio = torch.randn(steps, BATCH, CHANNELS, SAMPLES, generator=generator) * 0.1
    return [(each, [{}] * BATCH) for each in audio]


def steps_of_the_recipe() -> pl.Callback:
    """The callback in RECIPES.md, as it stands there."""
    [code] = [each for each in blocks("python", page("RECIPES.md")) if "warmup_mode=module" in each]
    names: dict[str, Any] = {}
    exec(compile(code, "RECIPES.md", "exec"), names)
    callback: pl.Callback = names["Steps"]()
    return callback


# --- a schedule

WARMUP = 5
RISING = {"schedule": "linear", "start_weight": 0.0, "end_weight": 1.0, "end_step": 16}
FALLING = {"schedule": "linear", "start_weight": 1.0, "end_weight": 0.0, "end_step": 8}


class Counting(pl.Callback):
    """Counts the steps of the generator's optimizer, and keeps what its losses got and gave."""

    def __init__(self) -> None:
        self.made = 0
        self.turns: list[tuple[int, dict[str, Tensor], dict[str, Tensor]]] = []

    def on_train_start(self, trainer: Any, pl_module: Any) -> None:
        trainer.optimizers[0].register_step_post_hook(self._count)
        pl_module.losses_gen.register_forward_hook(self._keep)

    def _count(self, *_: object) -> None:
        self.made += 1

    def _keep(self, _: object, inputs: Any, outputs: Any) -> None:
        losses = {name: loss.detach() for name, loss in outputs[1].items()}
        self.turns.append((self.made, inputs[0], losses))


@pytest.mark.parametrize(
    ("mode", "generator_steps"), [("adv", 8), ("full", 10), ("no discriminator", 15)]
)
def test_each_turn_has_the_weight_of_its_step(
    mode: str, generator_steps: int, version: str, ours: Any
) -> None:
    config = {**CONFIG, "bottleneck": {"weights": {"kl": RISING}}}
    config["time"] = {"weights": {"l1": FALLING}}
    options: dict[str, Any] = {"warmup_steps": WARMUP, "warmup_mode": mode}
    if mode == "no discriminator":
        del config["discriminator"]
        options = {}
    counting = Counting()
    wrapper = made(version, ours, config, **options)
    fit(wrapper, batches(15), callbacks=[counting, steps_of_the_recipe()])
    assert counting.made == len(counting.turns) == generator_steps
    assert [step for step, _, _ in counting.turns] == list(range(generator_steps))
    for step, info, losses in counting.turns:
        assert torch.equal(losses["kl_loss"], info["kl"] * (step / 16))
        distance = functional.l1_loss(info["reals"], info["decoded"])
        assert torch.equal(losses["l1_time_loss"], distance * max(0.0, 1 - step / 8))


# --- decay

STEPS = 200
DECAYING: Mapping[str, Any] = {
    "discriminator": CONFIG["discriminator"],
    "spectral": {**CONFIG["spectral"], "decay": 0.99},
    "time": {**CONFIG["time"], "decay": 1.001},
    "bottleneck": CONFIG["bottleneck"],
}
ONLY_THERE: Mapping[str, Mapping[str, Any]] = {
    "0.0.19": {},
    "0.0.20": {
        "discriminator": {**CONFIG["discriminator"], "decay": 0.97},
        "contrastive": {
            "config": {"transformer_dim": 64, "depth": 1},
            "weights": {"contrastive": 0.1},
            "decay_contrastive": 0.98,
            "warmup": 0,
        },
        "time": {"weights": {"l1": 0.5, "mmd": 0.3}, "decay": 1.001},
    },
}
"""Sections as one version alone reads them."""


class Watching(pl.Callback):
    """Keeps what the generator's steps leave: all that is logged, and all parameters."""

    def __init__(self) -> None:
        self.left: list[tuple[dict[str, str], str]] = []

    def on_train_batch_end(self, trainer: Any, pl_module: Any, *_: object) -> None:
        if trainer.global_step % 2:
            logged = {name: float(it).hex() for name, it in trainer.callback_metrics.items()}
            content = nn.utils.parameters_to_vector(pl_module.parameters()).detach().numpy()
            self.left.append((logged, hashlib.sha256(content).hexdigest()))


class Evaluating(pl.Callback):
    """Asks for the losses in eval mode now and then, as a validation may do."""

    def __init__(self, counting: Counting) -> None:
        self.counting = counting

    def on_train_batch_end(self, trainer: Any, pl_module: Any, *_: object) -> None:
        if trainer.global_step % 10 in (1, 4):
            _, info, _ = self.counting.turns[-1]
            pl_module.eval()
            pl_module.losses_gen(info)
            pl_module.train()
            self.counting.turns.pop()  # that was no turn


def trained(wrapper: Any, *callbacks: pl.Callback) -> list[tuple[dict[str, str], str]]:
    """What the generator's steps leave."""
    watching = Watching()
    with torch.compiler.set_stance("force_eager"):  # 0.0.20 would compile its attention
        fit(wrapper, batches(STEPS), callbacks=[watching, *callbacks])
    return watching.left


@pytest.mark.long
def test_decay_leaves_the_same_bits(version: str, theirs: Any, ours: Any) -> None:
    """After each of the generator's steps: what is logged, and the parameters.

    Ours are asked in eval mode in between. Other losses of ours, which are only told the step, go
    on from the middle with the same bits.
    """
    config = {**DECAYING, **ONLY_THERE[version]}
    then = trained(made(version, theirs, config))
    counting = Counting()
    callbacks = (steps_of_the_recipe(), counting, Evaluating(counting))
    now = trained(made(version, ours, config), *callbacks)
    assert len(then) == len(now) == STEPS // 2
    for step, (old, new) in enumerate(zip(then, now, strict=True)):
        assert new == old, step
    assert len({parameters for _, parameters in now}) == len(now)

    later = made(version, ours, config)
    for step, info, losses in counting.turns[STEPS // 4 :]:
        later.objective.set_step(step)
        _, again = later.losses_gen(info)
        assert all(torch.equal(losses[name], value) for name, value in again.items()), step
