"""What stable-audio-tools 0.0.19 sums, with its oddities: each is reproduced, and shown here."""

from __future__ import annotations

import copy
from dataclasses import replace
from typing import Any

import pytest
import torch
from torch import Tensor

from support.stable_audio.compare import same_bits
from support.stable_audio.setups import BATCH, SAMPLES, loss_config
from support.stable_audio.training import fit, make_wrapper
from support.under_test import LossConfigError

from .pairs import Made, an_info, outcome
from .setups_here import QUIET, TAUGHT


def test_the_norm_of_decoded_divides(made: Made) -> None:
    """Its AuralossLoss swaps the two: the error is relative to what the autoencoder made."""
    config = loss_config(QUIET)
    config["spectral"]["config"] = {**config["spectral"]["config"], "w_log_mag": 0.0}
    pair = made(QUIET, config)
    info = an_info()
    silent = torch.zeros_like(info["decoded"])
    _, decoded_silent = pair.outcomes({**info, "decoded": silent})
    _, reals_silent = pair.outcomes({**info, "reals": silent})
    assert decoded_silent.losses["mrstft_loss"] > 100
    assert reals_silent.losses["mrstft_loss"] < 1.1


def test_left_and_right_are_two_losses_of_half_the_weight(made: Made) -> None:
    pair = made()
    info = an_info()
    _, now = pair.outcomes(info)
    names = [name for name in now.losses if "stft" in name]
    assert names == ["mrstft_loss", "stft_loss_left", "stft_loss_right"]
    weights = {each.name: each.weight for each in pair.ours.objective.plan.generator}
    assert weights["stft_loss_left"] == weights["stft_loss_right"] == weights["mrstft_loss"] / 2
    for channels in (1, 4):
        _, now = made(replace(QUIET, channels=channels)).outcomes(an_info(channels))
        assert [name for name in now.losses if "stft" in name] == ["mrstft_loss"]


def test_two_losses_of_the_teacher_train_nothing(made: Made) -> None:
    """The trainer decodes without gradients what they read; they are summed and logged."""
    pair = made(TAUGHT)
    found = []
    for wrapper in (pair.theirs, pair.ours):
        wrapper.losses_gen.register_forward_hook(
            lambda _, __, result: found.append(
                {name: value.requires_grad for name, value in result[1].items()}
            )
        )
        audio = torch.randn(BATCH, 2, SAMPLES, generator=torch.Generator().manual_seed(0))
        fit(wrapper, [(audio, [{}] * BATCH)])
    then, now = found
    assert then == now
    assert [name for name, trains in now.items() if not trains] == [
        "mrstft_loss_own_latents_teacher",
        "mrstft_loss_teacher_latents_own",
    ]


def test_latents_are_distilled_whenever_there_is_a_teacher(made: Made) -> None:
    """With the weight of the spectral losses; a teacher also takes left and right away."""
    pair = made(TAUGHT)
    generator = torch.Generator().manual_seed(1)
    latents = ("latents", "teacher_latents")
    audio = ("teacher_decoded", "own_latents_teacher_decoded", "teacher_latents_own_decoded")
    more = {key: torch.randn(BATCH, 4, 128, generator=generator) for key in latents}
    more |= {key: torch.randn(BATCH, 2, SAMPLES, generator=generator) for key in audio}
    _, now = pair.outcomes(an_info(**more))
    assert list(now.losses) == [
        *("loss_adv", "feature_matching_loss", "latent_distill_loss"),
        *("mrstft_loss", "mrstft_loss_distill"),
        *("mrstft_loss_own_latents_teacher", "mrstft_loss_teacher_latents_own"),
        *("l1_time_loss", "l2_time_loss", "kl_loss"),
    ]
    planned = {each.name: each for each in pair.ours.objective.plan.generator}
    distilled = planned["latent_distill_loss"]
    assert distilled.weight == planned["mrstft_loss"].weight == pytest.approx(0.7 / 4)
    assert distilled.path == "spectral.weights.mrstft"


@pytest.mark.parametrize(
    ("section", "weight", "name"),
    [
        ("spectral", "mrstft", "mrstft_loss"),
        ("discriminator", "adversarial", "loss_adv"),
        ("discriminator", "feature_matching", "feature_matching_loss"),
        ("bottleneck", "kl", "kl_loss"),
    ],
)
def test_a_weight_of_0_is_summed_and_logged(
    section: str, weight: str, name: str, made: Made
) -> None:
    config = loss_config(QUIET)
    config[section]["weights"][weight] = 0
    _, now = made(QUIET, config).outcomes(an_info())
    assert now.losses[name] == 0


@pytest.mark.parametrize(
    ("section", "weight", "name"),
    [
        ("time", "l1", "l1_time_loss"),
        ("time", "l2", "l2_time_loss"),
        ("mrmel", "mrmel", "mrmel_loss"),
    ],
)
def test_a_weight_of_0_takes_the_loss_away(
    section: str, weight: str, name: str, made: Made
) -> None:
    setup = replace(QUIET, mel="there")
    _, there = made(setup).outcomes(an_info())
    assert name in there.losses
    config = loss_config(setup)
    config[section]["weights"][weight] = 0
    _, now = made(setup, config).outcomes(an_info())
    assert name not in now.losses


def test_mrmel_of_0_needs_arguments_all_the_same(made: Made, theirs: Any) -> None:
    """There it needs none: the schema is stricter than this trainer."""
    config = loss_config(QUIET) | {"mrmel": {"weights": {"mrmel": 0}}}
    make_wrapper(theirs, QUIET, losses=config)
    with pytest.raises(LossConfigError, match="/mrmel/config: missing"):
        made(QUIET, config)


def test_losses_are_summed_from_left_to_right(made: Made) -> None:
    """In float32, where another order has other bits."""
    pair = made(replace(QUIET, mel="there"))
    others = 0
    for seed in range(10):
        _, now = pair.outcomes(an_info(seed=seed))
        values = [value.detach() for value in now.losses.values()]
        total, other = (sum(each, torch.tensor(0.0)) for each in (values, values[::-1]))
        assert same_bits(total, now.total.detach())
        others += not same_bits(other, total)
    assert others
    assert list(now.losses) == [
        *("loss_adv", "feature_matching_loss", "mrstft_loss", "stft_loss_left", "stft_loss_right"),
        *("mrmel_loss", "l1_time_loss", "l2_time_loss", "kl_loss"),
    ]


def test_without_a_bottleneck_section_its_losses_have_their_defaults(made: Made) -> None:
    config = loss_config(QUIET)
    del config["bottleneck"]
    pair = made(QUIET, config)
    pair.outcomes(an_info())
    assert pair.ours.objective.plan.generator[-1].weight == 1e-6


def small_hubert() -> Any:
    """A network as torchaudio makes it, where the trainer asks for pretrained weights."""
    from torchaudio.models import wav2vec2_model  # type: ignore[import-not-found]

    torch.manual_seed(0)
    return wav2vec2_model(
        extractor_mode="group_norm",
        extractor_conv_layer_config=[(8, 10, 5), (8, 3, 2)],
        extractor_conv_bias=False,
        encoder_embed_dim=16,
        encoder_projection_dropout=0.0,
        encoder_pos_conv_kernel=8,
        encoder_pos_conv_groups=2,
        encoder_num_layers=2,
        encoder_num_heads=2,
        encoder_attention_dropout=0.0,
        encoder_ff_interm_features=16,
        encoder_ff_interm_dropout=0.0,
        encoder_dropout=0.0,
        encoder_layer_norm_first=False,
        encoder_layer_drop=0.0,
        aux_num_out=None,
    )


def test_what_hubert_says_comes_through_info(made: Made, monkeypatch: pytest.MonkeyPatch) -> None:
    """The network is the trainer's. Values have its bits.

    Gradients at `decoded` are added in the order in which things were computed, and this is
    computed before the others now: they have other bits.
    """
    import torchaudio  # type: ignore[import-not-found]

    class Bundle:
        get_model = staticmethod(small_hubert)

    monkeypatch.setattr(torchaudio.pipelines, "HUBERT_LARGE", Bundle)
    config = loss_config(QUIET) | {"hubert": {"weights": {"hubert": 0.25}}}
    pair = made(QUIET, config)
    assert [each.name for each in pair.ours.objective.plan.generator].index("hubert_loss") == 5

    def with_hubert(info: dict[str, Tensor]) -> Any:
        value = pair.ours.hubert(info["decoded"], info["reals"])
        return pair.ours.losses_gen(info | {"hubert_loss": value})

    then, now = outcome(pair.theirs.losses_gen, an_info()), outcome(with_hubert, an_info())
    assert list(then.losses) == list(now.losses)
    assert all(same_bits(then.losses[name], now.losses[name]) for name in then.losses)
    assert same_bits(then.total, now.total)
    torch.testing.assert_close(now.gradients["decoded"], then.gradients["decoded"])


def test_a_copy_is_as_good(made: Made) -> None:
    """The wrapper can't be copied: its discriminator's weights are normalized. The losses can."""
    wrapper = made(replace(QUIET, mel="there")).ours
    with pytest.raises(RuntimeError, match="weight_norm"):
        copy.deepcopy(wrapper.discriminator)
    copied = copy.deepcopy(wrapper.losses_gen)
    first, second = (outcome(each, an_info()) for each in (wrapper.losses_gen, copied))
    assert same_bits(first.total, second.total)
    assert same_bits(first.gradients["decoded"], second.gradients["decoded"])
