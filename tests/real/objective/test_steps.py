"""What a training with our objective does beside the numbers: turns, steps, demos, checkpoints."""

from __future__ import annotations

import dataclasses
from typing import Any

import pytest
import pytorch_lightning as pl
import torch
from torch import Tensor
from torch.utils._python_dispatch import TorchDispatchMode

from support.stable_audio.setups import BATCH, SAMPLES
from support.stable_audio.training import fit, make_wrapper
from support.under_test import generator_step

from .setups_here import LATER, QUIET, TAUGHT

STEPS = 6


def batches(steps: int = STEPS, channels: int = 2) -> list[Any]:
    generator = torch.Generator().manual_seed(0)
    shape = (BATCH, channels, SAMPLES)
    return [(torch.randn(shape, generator=generator) * 0.1, [{}] * BATCH) for _ in range(steps)]


# --- steps of the generator


class Counting(pl.Callback):
    """Counts the generator's steps, and compares with what generator_step says before each."""

    def __init__(self, **options: Any) -> None:
        self.options = options
        self.steps: list[tuple[int, int]] = []
        self.made = 0

    def on_fit_start(self, trainer: Any, pl_module: Any) -> None:
        pl_module.losses_gen.register_forward_hook(self._count)

    def on_train_batch_start(self, trainer: Any, *_: object) -> None:
        self.steps.append((generator_step(trainer.global_step, **self.options), self.made))

    def _count(self, *_: object) -> None:
        self.made += 1


@pytest.mark.parametrize("warmup", ["adv", "full"])
def test_steps_of_the_generator_are_counted_as_the_trainer_makes_them(
    warmup: str, theirs: Any
) -> None:
    counting = Counting(discriminator=True, warmup_steps=3, warmup_mode=warmup)
    setup = dataclasses.replace(QUIET, warmup=warmup, spectral="plain")
    fit(make_wrapper(theirs, setup), batches(8), callbacks=[counting])
    said, made = zip(*counting.steps, strict=True)
    assert said == made
    assert counting.made == {"adv": 4, "full": 5}[warmup]


def test_without_a_discriminator_each_step_is_the_generators(theirs: Any) -> None:
    counting = Counting(discriminator=False)
    setup = dataclasses.replace(QUIET, discriminator="none", spectral="plain")
    fit(make_wrapper(theirs, setup), batches(3), callbacks=[counting])
    assert counting.steps == [(0, 0), (1, 1), (2, 2)]


# --- turns


def test_the_discriminator_is_frozen_in_the_generators_turn_only(ours: Any) -> None:
    wrapper = make_wrapper(ours, QUIET)
    turns: list[tuple[bool, bool]] = []

    class Watching(pl.Callback):
        def on_train_batch_end(self, trainer: Any, pl_module: Any, *_: object) -> None:
            parameters = list(pl_module.discriminator.parameters())
            free = {each.requires_grad for each in parameters}
            turns.append((free == {True}, any(each.grad is not None for each in parameters)))

    fit(wrapper, batches(4), callbacks=[Watching()])
    assert turns == [(False, False), (True, True), (False, True), (True, True)]
    wrapper.objective.generator.zero_grad()
    wrapper.discriminator.loss(*[torch.zeros(1, 2, SAMPLES)] * 2)
    wrapper.objective.release()
    assert all(each.requires_grad for each in wrapper.discriminator.parameters())


def test_a_demo_between_two_steps_finds_gradients(ours: Any) -> None:
    """AutoencoderDemoCallback puts the model into eval mode and asks the discriminator.

    It does so after a step of the generator, when the next one is the discriminator's.
    """
    wrapper = make_wrapper(ours, QUIET)

    class Demo(pl.Callback):
        def on_train_batch_end(self, trainer: Any, pl_module: Any, *_: object) -> None:
            pl_module.eval()
            reals, fakes = torch.randn(2, BATCH, 2, SAMPLES).requires_grad_()
            _, loss, _ = pl_module.discriminator.loss(reals, fakes)
            loss.backward()
            assert trainer.global_step % 2
            pl_module.train()

    fit(wrapper, batches(1), callbacks=[Demo()])


# --- the host waits for nothing


class Synchronisations(TorchDispatchMode):
    """Counts what makes the host wait for a device."""

    NAMES = ("_local_scalar_dense", "item", "nonzero", "equal", "is_nonzero")

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def __torch_dispatch__(self, func: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
        name = func.overloadpacket.__name__
        if name in self.NAMES:
            self.found.append(name)
        return func(*args, **kwargs or {})


@pytest.mark.parametrize(
    ("version", "setup"),
    [("0.0.19", QUIET), ("0.0.19", TAUGHT), ("0.0.20", LATER)],
    ids=["alone", "with a teacher", "0.0.20"],
)
def test_nothing_of_ours_synchronises(setup: Any, theirs: Any, ours: Any) -> None:
    """Forward and backward; the real losses do so once for each loss."""
    setup = dataclasses.replace(setup, mel="there")
    counts = {}
    for wrapper in (theirs, ours):
        made = make_wrapper(wrapper, setup)
        info = captured(made)
        with Synchronisations() as counted:
            total, _ = made.losses_gen(info)
            total.backward(retain_graph=True)
            made.losses_disc(info)
        counts[wrapper] = counted.found
    assert len(counts[theirs]) >= len(made.losses_gen.losses)
    assert counts[ours] == []


def captured(wrapper: Any) -> dict[str, Tensor]:
    """What a training step puts into `info`, with its graph."""
    found: list[dict[str, Tensor]] = []
    handle = wrapper.losses_gen.register_forward_pre_hook(lambda _, inputs: found.append(inputs[0]))
    real, wrapper.manual_backward = wrapper.manual_backward, lambda loss: None
    try:
        fit(wrapper, batches(1))
    finally:
        handle.remove()
        wrapper.manual_backward = real
    return found[0]


# --- compiled


@pytest.mark.parametrize(
    ("version", "channels"), [("0.0.19", 1), ("0.0.19", 2), ("0.0.19", 4), ("0.0.20", 2)]
)
def test_the_generator_is_one_graph(version: str, channels: int, ours: Any) -> None:
    """Compiled once with gradient and once without, whatever the values are."""
    setup = dataclasses.replace(QUIET, version=version, channels=channels, mel="there")
    module = make_wrapper(ours, setup).losses_gen
    graphs: list[Any] = []

    def backend(graph: torch.fx.GraphModule, _: Any) -> Any:
        graphs.append(graph)
        return graph.forward

    torch.compiler.reset()
    compiled = torch.compile(module, fullgraph=True, backend=backend)
    for count, needed in ((1, False), (2, True)):
        for seed in range(3):
            info = plain_info(channels, seed, needed=needed)
            (total, losses), (then, _) = compiled(info), module(info)
            assert torch.equal(total, then)
            assert list(losses) == [each.name for each in module.losses]
            if needed:
                gradients = [torch.autograd.grad(each, info["decoded"]) for each in (total, then)]
                assert torch.equal(gradients[0][0], gradients[1][0])
        assert len(graphs) == count
    torch.compiler.reset()


def plain_info(channels: int, seed: int, *, needed: bool) -> dict[str, Tensor]:
    generator = torch.Generator().manual_seed(seed)
    reals, decoded = torch.randn(2, BATCH, channels, SAMPLES, generator=generator)
    decoded.requires_grad_(needed)
    info = {"reals": reals, "decoded": decoded}
    if channels == 2:
        info |= {"reals_left": reals[:, :1], "reals_right": reals[:, 1:]}
        info |= {"decoded_left": decoded[:, :1], "decoded_right": decoded[:, 1:]}
    for key in ("loss_adv", "feature_matching_distance", "kl"):
        info[key] = torch.rand((), generator=generator)
    return info


# --- checkpoints


@pytest.mark.parametrize("setup", [QUIET, TAUGHT], ids=["alone", "with a teacher"])
def test_an_old_checkpoint_loads_strictly(setup: Any, theirs: Any, ours: Any) -> None:
    setup = dataclasses.replace(setup, mel="there", spectral="perceptual")
    old = make_wrapper(theirs, setup, seed=1).state_dict()
    own = {key for key in old if key.startswith(("losses_", "sdstft", "lrstft"))}
    assert any("fir" in key for key in own)
    wrapper = make_wrapper(ours, setup, seed=2)
    with pytest.raises(RuntimeError, match="Unexpected key"):
        wrapper.load_state_dict(old, strict=True)
    handle = wrapper.register_load_state_dict_pre_hook(wrapper.objective.old_checkpoint_hook())
    wrapper.load_state_dict(old, strict=True)
    handle.remove()
    state = wrapper.state_dict()
    assert state.keys() == old.keys() - own
    assert all(torch.equal(state[key], old[key]) for key in state)
    wrapper.load_state_dict(state, strict=True)  # a new one needs no hook
