"""Trains the real wrapper of stable-audio-tools under a real Lightning Trainer."""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import redirect_stdout
from dataclasses import dataclass
from itertools import zip_longest
from typing import Any

import pytorch_lightning as pl
import torch
from torch.overrides import TorchFunctionMode
from torch.utils.data import DataLoader

from support.stable_audio.setups import (
    BATCH,
    SAMPLE_RATE,
    WARMUP_STEPS,
    Setup,
    loss_config,
    model_config,
)
from support.stable_audio.taps import use_our_k_taps, use_our_taps

STEPS = 6

OPTIONS: dict[str, dict[str, Any]] = {"0.0.19": {}, "0.0.20": {"log_every_n_steps": 1}}
"""What the wrapper of a version takes besides: for a log of each step, not of ten on average."""

_RATIO_ON_CUDA: dict[str, str | None] = {"0.0.19": None, "0.0.20": "calc_update_to_weight_ratio"}
"""The function of a version that computes what it logs on a GPU only."""

_TAPS = {"0.0.19": use_our_taps, "0.0.20": use_our_k_taps}

logging.getLogger("pytorch_lightning").setLevel(logging.ERROR)
logging.getLogger("lightning.pytorch").setLevel(logging.ERROR)


@dataclass(frozen=True)
class Step:
    """What a training step leaves: the hash of each tensor, and what was logged, in order."""

    tensors: Mapping[str, str]
    logged: Mapping[str, str]


def make_wrapper(
    wrapper: Callable[..., Any], setup: Setup, seed: int = 0, losses: Any = None
) -> Any:
    """A wrapper as `create_training_wrapper_from_config` makes it, with what that can't pass.

    Args:
        wrapper: the class.
        setup: what it is for.
        seed: where its parameters come from, and what is random later.
        losses: the `loss_configs`, instead of those of the set-up.
    """
    from stable_audio_tools.models.factory import create_model_from_config  # type: ignore[import-not-found]

    compute_on_the_cpu(setup.version)
    pl.seed_everything(seed, verbose=False)
    config = model_config(setup)
    losses = loss_config(setup) if losses is None else losses
    model, average = create_model_from_config(config), create_model_from_config(config)
    average.load_state_dict(model.state_dict())
    teacher = None
    if setup.teacher != "none":
        teacher = create_model_from_config(config).eval().requires_grad_(False)
    adamw = {"optimizer": {"type": "AdamW", "config": {"lr": 1e-3, "betas": [0.8, 0.99]}}}
    with redirect_stdout(None):  # where nnAudio tells how it makes filters
        made = wrapper(
            model,
            loss_config=losses,
            sample_rate=SAMPLE_RATE,
            optimizer_configs={"autoencoder": adamw, "discriminator": adamw},
            ema_copy=average,
            warmup_steps=0 if setup.warmup == "none" else WARMUP_STEPS,
            warmup_mode="adv" if setup.warmup == "none" else setup.warmup,
            encoder_freeze_on_warmup=setup.encoder == "frozen",
            latent_mask_ratio=0.5 if setup.mask == "half" else 0.0,
            teacher_model=teacher,
            clip_grad_norm=setup.clip,
            **OPTIONS[setup.version],
        )
    _TAPS[setup.version](made, SAMPLE_RATE)
    return made


def compute_on_the_cpu(version: str) -> None:
    """Have the trainer of a version compute here what it would on a GPU."""
    from stable_audio_tools.training import autoencoders  # type: ignore[import-not-found]

    if (ratio := _RATIO_ON_CUDA[version]) is not None:
        setattr(autoencoders, ratio, _OnCpu.once(getattr(autoencoders, ratio)))


class _OnCpu(TorchFunctionMode):
    """A function that makes on the CPU what it would make on a GPU."""

    @classmethod
    def once(cls, function: Callable[..., Any]) -> _OnCpu:
        return function if isinstance(function, cls) else cls(function)

    def __init__(self, function: Callable[..., Any]) -> None:
        super().__init__()
        self._function = function

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        with self:
            return self._function(*args, **kwargs)

    def __torch_function__(
        self, func: Any, types: Any, args: Any = (), kwargs: Mapping[str, Any] | None = None
    ) -> Any:
        own = dict(kwargs or {})
        if own.get("device") == "cuda":
            own["device"] = "cpu"
        return func(*args, **own)


def train(
    wrapper: Any, setup: Setup, seed: int = 0, steps: int = STEPS, **options: Any
) -> list[Step]:
    """Train it, and say what each step leaves; `options` are the Trainer's."""
    generator = torch.Generator().manual_seed(seed)
    shape = (BATCH, setup.channels, setup.samples)
    audio = [torch.randn(shape, generator=generator) * 0.1 for _ in range(steps)]
    batches = [(each, [{}] * BATCH) for each in audio]
    watch = _Watch()
    with torch.compiler.set_stance("force_eager"):  # 0.0.20 would compile its attention
        fit(wrapper, batches, callbacks=[watch], precision=setup.precision, **options)
    return watch.steps


def fit(wrapper: Any, batches: Sequence[Any], **options: Any) -> pl.Trainer:
    """A step with each batch, under a Trainer that writes and shows nothing."""
    quiet = dict.fromkeys(
        ("logger", "enable_checkpointing", "enable_progress_bar", "enable_model_summary"), False
    )
    trainer = pl.Trainer(accelerator="cpu", max_steps=len(batches), **quiet, **options)
    trainer.fit(wrapper, DataLoader(batches, batch_size=None))  # type: ignore[arg-type]
    return trainer


PARTS = (
    *("autoencoder", "discriminator", "autoencoder_ema"),
    *("critic", "jepa", "generative_model", "semantic_regressors"),
)
"""The attributes of a wrapper that hold what it trains."""


class _Watch(pl.Callback):
    def __init__(self) -> None:
        self.steps: list[Step] = []

    def on_train_batch_end(self, trainer: Any, pl_module: Any, *_: object) -> None:
        logged = {name: float(value).hex() for name, value in trainer.callback_metrics.items()}
        self.steps.append(Step(dict(_hashes(pl_module)), logged))


def _hashes(wrapper: Any) -> Iterator[tuple[str, str]]:
    for part in PARTS:
        module = getattr(wrapper, part, None)
        for name, tensor in () if module is None else module.state_dict().items():
            content = tensor.detach().contiguous().reshape(-1).view(torch.uint8).numpy()
            yield f"{part}.{name}", hashlib.sha256(content).hexdigest()


def differences(theirs: Sequence[Step], ours: Sequence[Step]) -> Iterator[str]:
    """What differs at the first step at which anything does."""
    for number, (then, now) in enumerate(zip_longest(theirs, ours, fillvalue=Step({}, {}))):
        found = [*_in_step(then, now)]
        if found:
            yield from (f"step {number}: {each}" for each in found)
            return


def _in_step(then: Step, now: Step) -> Iterator[str]:
    if list(then.logged) != list(now.logged):
        yield f"logged {list(then.logged)}, now {list(now.logged)}"
    for name in then.logged.keys() & now.logged.keys():
        if then.logged[name] != now.logged[name]:
            values = [float.fromhex(each.logged[name]) for each in (then, now)]
            yield f"{name}: {values[0]!r}, now {values[1]!r}"
    for name in dict.fromkeys((*then.tensors, *now.tensors)):
        if then.tensors.get(name) != now.tensors.get(name):
            yield f"{name} has other bits"
