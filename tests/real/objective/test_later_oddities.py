"""What stable-audio-tools 0.0.20 sums, with its oddities: each is reproduced, and shown here."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
import torch
from torch import Tensor

from loss_factory import UnusedWeightWarning
from support.stable_audio.setups import BATCH, SAMPLES, Setup, loss_config
from support.stable_audio.training import differences, fit, make_wrapper, train

from .pairs import Made, an_info
from .setups_here import LATER

TAUGHT = replace(LATER, teacher="there")
LEARNT = replace(
    LATER, contrastive="late", jepa="late", generative="late", semantic_regressors="late"
)
CHROMA = ("chroma_band_1.0", "chroma_band_5.0", "chroma_band_9.0")


@pytest.fixture
def version() -> str:
    return "0.0.20"


def learnt_values() -> dict[str, Tensor]:
    """What the networks that are learnt beside the autoencoder say."""
    generator = torch.Generator().manual_seed(2)
    keys = ["diffusion_output", "diffusion_target"]
    keys += [f"{name}_{end}" for name in (*CHROMA, "ild") for end in ("output", "target")]
    frames = {key: torch.randn(BATCH, 4, 16, generator=generator) for key in keys}
    values = ("jepa_loss", "contrastive_loss")
    return frames | {key: torch.randn((), generator=generator) for key in values}


def taught_values() -> dict[str, Tensor]:
    """What a teacher adds."""
    generator = torch.Generator().manual_seed(1)
    latents = ("latents", "teacher_latents")
    audio = ("teacher_decoded", "own_latents_teacher_decoded", "teacher_latents_own_decoded")
    values = {key: torch.randn(BATCH, 4, 128, generator=generator) for key in latents}
    return values | {key: torch.randn(BATCH, 2, SAMPLES, generator=generator) for key in audio}


def planned_weights(wrapper: Any) -> dict[str, float]:
    return {each.name: each.weight for each in wrapper.objective.plan.generator}


def steps(number: int, setup: Setup) -> list[Any]:
    generator = torch.Generator().manual_seed(0)
    shape = (BATCH, setup.channels, setup.samples)
    return [(torch.randn(shape, generator=generator) * 0.1, [{}] * BATCH) for _ in range(number)]


# --- the sum


def test_left_and_right_are_one_loss_of_full_weight(made: Made) -> None:
    """So what comes after it stands one place further up than in 0.0.19."""
    pair = made(LATER)
    _, now = pair.outcomes(an_info())
    assert list(now.losses) == [
        *("loss_adv", "feature_matching_loss", "mrstft_loss", "lr_stft_loss"),
        *("l1_time_loss", "l2_time_loss", "kl_loss"),
    ]
    weights = planned_weights(pair.ours)
    assert weights["lr_stft_loss"] == weights["mrstft_loss"] == 0.7
    for channels in (1, 4):
        _, now = made(replace(LATER, channels=channels)).outcomes(an_info(channels))
        assert [name for name in now.losses if "stft" in name] == ["mrstft_loss"]


def test_what_is_learnt_comes_first_but_for_the_regressors(made: Made) -> None:
    """Which are called mean squares, and are mean absolute differences with factors."""
    pair = made(LEARNT)
    _, now = pair.outcomes(an_info(**learnt_values()))
    names = list(now.losses)
    assert names[:4] == ["gen_step_diffusion_loss", "jepa_loss", "contrastive_loss", "loss_adv"]
    regressors = [f"{name}_regressor_mse" for name in (*CHROMA, "ild")]
    assert names[-5:] == ["kl_loss", *regressors]
    weights = planned_weights(pair.ours)
    assert [weights[name] for name in regressors] == [2.0 * 0.035, 2.0 * 0.05, 2.0 * 0.2, 2.0 * 0.1]
    _, now = made(replace(LEARNT, channels=4)).outcomes(an_info(4, **learnt_values()))
    assert list(now.losses)[-4:] == ["kl_loss", *regressors[:3]]


def test_no_spectral_section_is_needed(made: Made) -> None:
    _, now = made(replace(LATER, spectral="absent")).outcomes(an_info())
    assert [name for name in now.losses if "stft" in name] == []


def test_weights_of_0_are_summed_and_logged(made: Made) -> None:
    config = loss_config(LEARNT)
    names = {
        ("generative", "diffusion"): "gen_step_diffusion_loss",
        ("jepa", "jepa"): "jepa_loss",
        ("contrastive", "contrastive"): "contrastive_loss",
        ("semantic_regressors", "semantic_regressors_l1"): "ild_regressor_mse",
    }
    for section, weight in names:
        config[section]["weights"][weight] = 0
    _, now = made(LEARNT, config).outcomes(an_info(**learnt_values()))
    assert [now.losses[name] for name in names.values()] == [0, 0, 0, 0]


def test_some_weights_of_0_take_the_loss_away(made: Made) -> None:
    setup = replace(TAUGHT, time="mmd")
    config = loss_config(setup) | {"latent_distillation": {"weights": {"l1": 0.3, "l2": 0.2}}}
    names = {
        ("time", "mmd"): "mmd_time_loss",
        ("latent_distillation", "l1"): "latent_distill_l1",
        ("latent_distillation", "l2"): "latent_distill_l2",
    }
    info = an_info(**taught_values())
    _, there = made(setup, config).outcomes(info)
    assert there.losses.keys() >= {*names.values()}
    for section, weight in names:
        config[section]["weights"][weight] = 0
    _, now = made(setup, config).outcomes(info)
    assert now.losses.keys() & {*names.values()} == set()


# --- a teacher


def test_latents_are_distilled_only_if_a_section_says_so(made: Made) -> None:
    pair = made(TAUGHT)
    _, now = pair.outcomes(an_info(**taught_values()))
    assert list(now.losses) == [
        *("loss_adv", "feature_matching_loss", "mrstft_loss", "mrstft_loss_distill"),
        *("mrstft_loss_own_latents_teacher", "mrstft_loss_teacher_latents_own"),
        *("l1_time_loss", "l2_time_loss", "kl_loss"),
    ]
    weights = planned_weights(pair.ours)
    assert {each for name, each in weights.items() if "mrstft" in name} == {0.7 / 4}
    assert planned_weights(made(replace(TAUGHT, teacher="l2")).ours)["latent_distill_l2"] == 0.2
    alone = loss_config(replace(TAUGHT, teacher="l2"))
    with pytest.warns(
        UnusedWeightWarning, match="does nothing in stable-audio-tools 0.0.20 without"
    ):
        ours = made(LATER, alone).ours
    assert "latent_distill_l2" not in planned_weights(ours)


def test_with_a_teacher_the_discriminator_is_asked_four_times_and_all_is_logged(
    theirs: Any, ours: Any
) -> None:
    """In its own turn, too, where nothing but its own loss trains anything."""
    setup = replace(TAUGHT, spectral="absent")
    then, now = (train(make_wrapper(each, setup), setup, steps=2) for each in (theirs, ours))
    assert list(differences(then, now)) == []
    for step in now:
        crossed = [value for name, value in step.logged.items() if "_cross_" in name]
        assert len(crossed) == 3
        assert float(0).hex() not in crossed


# --- values that are missing


@pytest.mark.parametrize("encoder", ["trained", "frozen"])
def test_with_a_frozen_encoder_what_reads_latents_is_left_out(encoder: str, made: Made) -> None:
    """The trainer leaves their values out, and the losses are skipped."""
    setup = replace(LEARNT, encoder=encoder)
    found: list[list[str]] = []
    pair = made(setup)
    for wrapper in (pair.theirs, pair.ours):
        wrapper.losses_gen.register_forward_hook(
            lambda _, __, result: found.append(list(result[1]))
        )
        fit(wrapper, steps(1, setup))
    then, now = found
    assert then == now
    planned = [each.name for each in pair.ours.objective.plan.generator]
    frozen = [name for name in planned if name not in now]
    read = ["gen_step_diffusion_loss", "jepa_loss", "contrastive_loss"]
    read += [f"{name}_regressor_mse" for name in (*CHROMA, "ild")]
    assert frozen == {"trained": [], "frozen": read}[encoder]


def test_the_loss_that_is_never_computed_is_in_no_plan(made: Made) -> None:
    """Its values aren't there in the discriminator's turn, which nobody notices."""
    setup = replace(LATER, generative="at once")
    pair = made(setup)
    dead = [each.name for each in pair.theirs.losses_disc.losses]
    assert dead == ["discriminator_loss", "disc_step_diffusion_loss"]
    assert [each.name for each in pair.ours.objective.plan.discriminator] == ["discriminator_loss"]
    found: list[list[str]] = []
    pair.theirs.losses_disc.register_forward_hook(
        lambda _, __, result: found.append(list(result[1]))
    )
    fit(pair.theirs, steps(2, setup))
    assert found == [["discriminator_loss"]]


# --- checkpoints


@pytest.mark.parametrize("hook", [True, False])
def test_an_old_checkpoint_loads_strictly(hook: bool, made: Made) -> None:
    """Even without the hook: of the losses, this trainer keeps nothing but weights."""
    pair = made(replace(LEARNT, mel="there", teacher="l2"))
    old = pair.theirs.state_dict()
    own = {key for key in old if key.startswith(("losses_gen.", "losses_disc."))}
    assert own
    wrapper = pair.ours
    if hook:
        wrapper.register_load_state_dict_pre_hook(wrapper.objective.old_checkpoint_hook())
    wrapper.load_state_dict(old, strict=True)
    state = wrapper.state_dict()
    assert state.keys() == old.keys() - own
    assert all(torch.equal(state[key], old[key]) for key in state)


@pytest.mark.parametrize("name", ["hubert", "clap_loss"])
def test_pretrained_networks_of_losses_are_dropped_from_an_old_checkpoint(
    name: str, made: Made
) -> None:
    """Unless the trainer has them still: then they are loaded."""
    wrapper = made(replace(LATER, spectral="absent")).ours
    kept = torch.nn.Linear(1, 1)
    old = wrapper.state_dict() | kept.state_dict(prefix=f"{name}.")
    handle = wrapper.register_load_state_dict_pre_hook(wrapper.objective.old_checkpoint_hook())
    wrapper.load_state_dict(dict(old), strict=True)
    wrapper.add_module(name, torch.nn.Linear(1, 1))
    wrapper.load_state_dict(dict(old), strict=True)
    handle.remove()
    assert torch.equal(getattr(wrapper, name).weight, kept.weight)
