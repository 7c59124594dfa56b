"""The spectral losses are those of stable-audio-tools 0.0.20, bit for bit, values and gradients."""

from __future__ import annotations

from typing import Any

import pytest
import torch
from torch import Tensor, nn

from loss_factory.runtime.tensors.terms.arguments import RefusedArgument
from loss_factory.runtime.tensors.terms.tight_stft import (
    MultiResolutionTightSTFT,
    stereo_tight_stft,
)
from real.objective.real import assert_same, tight_auraloss, values_and_gradients
from support.stable_audio.covering import Row, covering
from support.stable_audio.taps import use_our_k_taps

RATE = 44100
SIZES: dict[str, dict[str, Any]] = {
    "two": {"fft_sizes": [64, 32], "hop_sizes": [16, 8], "win_lengths": [64, 24]},
    "half overlapping": {"fft_sizes": [128], "hop_sizes": [64], "win_lengths": [128]},
    "uneven": {"fft_sizes": [512, 2, 16], "hop_sizes": [1, 1, 5], "win_lengths": [63, 1, 99]},
}
TWO = SIZES["two"]
ARGUMENTS: dict[str, list[Any]] = {
    "perceptual_weighting": [True, False],
    "window": [None, "hann_window", "kaiser_window"],
    "w_sc": [None, 0, 0.5],
    "w_log_mag": [None, 0.25, -1],
    "w_lin_mag": [None, 1, 0.3],
    "mag_distance": [None, "L2"],
    "reduction": [None, "sum"],
    "eps": [None, 1e-3, 0],
    "log_eps": [None, 1e-3],
    "log_fac": [None, 2],
    "w_cep": [None, 0],
    "residual_loss": [None, False],
}
CASES = covering(
    {
        **ARGUMENTS,
        "sizes": [*SIZES],
        "channels": [1, 2, 4],
        "batch": [1, 2, 3],
        "signal": ["noise", "half silent", "loud", "quiet", "equal"],
        "dtype": [torch.float32, torch.float64, torch.bfloat16, torch.float16],
        "autocast": [False, True],
        "gradients": ["y", "both"],
    },
    [],
)


def signals(kind: str, batch: int, channels: int, samples: int = 700) -> tuple[Tensor, Tensor]:
    generator = torch.Generator().manual_seed(batch * channels)
    x, y = torch.randn(2, batch, channels, samples, generator=generator) * 0.1
    if kind == "half silent":
        x[..., samples // 3 :], y[..., : samples // 2] = 0, 0
    others = {"loud": (x * 50, y * 50), "quiet": (x * 1e-5, y * 1e-5), "equal": (x, x)}
    return others.get(kind, (x, y))


def both(arguments: dict[str, Any], channels: int) -> tuple[nn.Module, nn.Module]:
    """Ours, and the real one."""
    arguments = {name: value for name, value in arguments.items() if value is not None}
    ours = stereo_tight_stft(arguments, sample_rate=RATE, channels=channels)
    classes = tight_auraloss()
    real = classes.SumAndDifferenceSTFTLoss if channels == 2 else classes.MultiResolutionSTFTLoss
    loss: nn.Module = real(sample_rate=RATE, **arguments)
    use_our_k_taps(loss, RATE)
    return ours, loss


@pytest.mark.parametrize("case", CASES)
def test_values_and_gradients_are_the_same(case: Row) -> None:
    arguments = {name: case[name] for name in ARGUMENTS} | SIZES[str(case["sizes"])]
    channels: Any = case["channels"]
    batch: Any = case["batch"]
    dtype: Any = case["dtype"]
    ours, real = both(arguments, channels)
    x, y = (each.to(dtype) for each in signals(str(case["signal"]), batch, channels))
    with torch.autocast("cpu", torch.bfloat16, bool(case["autocast"])):
        results = [
            values_and_gradients(loss, x, y, both=case["gradients"] == "both")
            for loss in (ours, real)
        ]
    assert_same(*results)
    assert results[0][0].dtype == torch.float32


def test_default_sizes_are_the_same() -> None:
    x, y = signals("noise", 2, 1, samples=2100)
    ours, real = both({}, channels=1)
    assert_same(values_and_gradients(ours, x, y), values_and_gradients(real, x, y))


def test_the_scale_of_one_signal_is_the_same() -> None:
    x, y = signals("noise", 1, 2)
    for more in ({}, {"w_lin_mag": 1, "w_log_mag": 0}, {"mag_distance": "L2"}):
        ours, real = both({**TWO, "scale_invariance": True, **more}, channels=2)
        results = [values_and_gradients(loss, x, y, both=True) for loss in (ours, real)]
        assert_same(*results)


def test_several_signals_cannot_be_scaled_there_either() -> None:
    ours, real = both({**TWO, "scale_invariance": True}, channels=1)
    x, y = signals("noise", 2, 1)
    with pytest.raises(RuntimeError):
        real(x, y)
    with pytest.raises(ValueError, match="one signal of one channel"):
        ours(x, y)


@pytest.mark.parametrize("dtype", [torch.float32, torch.bfloat16])
@pytest.mark.parametrize("others_first", [True, False])
def test_gradients_are_added_in_the_same_order(others_first: bool, dtype: torch.dtype) -> None:
    """What a step does: several losses on one signal, and half of it as a signal of its own."""
    arguments = {**TWO, "perceptual_weighting": True}
    ours, real = both(arguments, channels=2)
    ours_alone, real_alone = both(arguments, channels=4)
    x, y = (each.to(dtype) for each in signals("noise", 2, 2))

    def step(pair: nn.Module, alone: nn.Module) -> list[Tensor]:
        latents = y.clone().requires_grad_()
        decoded = latents.tanh()
        time = [nn.functional.l1_loss(x, decoded), decoded.square().mean()]
        spectral = [pair(x, decoded), alone(x, decoded)]
        spectral += [pair(x, decoded * 0.5), alone(decoded * 0.5, decoded)]
        losses = [*time, *spectral] if others_first else [*spectral, *time]
        total = sum(losses[1:], start=losses[0])
        total.backward()
        assert latents.grad is not None
        return [total.detach(), latents.grad]

    assert_same(step(ours, ours_alone), step(real, real_alone))


def test_what_was_decoded_and_what_was_real_are_equals() -> None:
    """0.0.19 divides by what was decoded."""
    for loss in both({**TWO, "perceptual_weighting": True}, channels=1):
        x, y = signals("noise", 2, 1)
        torch.testing.assert_close(loss(x, y), loss(y, x))


def test_silence_that_was_decoded_costs_1_of_contrast() -> None:
    """In 0.0.19 it costs thousands."""
    x, y = signals("noise", 2, 1)
    ours, real = both({**TWO, "perceptual_weighting": True, "w_log_mag": 0}, channels=1)
    assert_same([ours(x, y * 0)], [real(x, y * 0)])
    assert ours(x, y * 0).item() == pytest.approx(1)


def test_two_silences_are_alike() -> None:
    x, _ = signals("noise", 2, 1)
    for loss in both({**TWO, "perceptual_weighting": True}, channels=1):
        value, *gradients = values_and_gradients(loss, x * 0, x * 0, both=True)
        assert value == 0
        assert all(each.count_nonzero() == 0 for each in gradients)


@pytest.mark.parametrize(
    "more",
    [
        {"win_lengths": [1, 500]},
        {"window": "kaiser_window"},
        {"log_fac": 100.0},
        {"log_eps": 1.0},
        {"n_bins": [3]},
        {"device": "cuda"},
    ],
)
def test_what_the_trainer_takes_and_ignores_has_no_effect(more: dict[str, Any]) -> None:
    x, y = signals("noise", 2, 1)
    (ours, real), (with_it, real_with_it) = both(TWO, 1), both({**TWO, **more}, 1)
    assert_same([with_it(x, y), real_with_it(x, y)], [ours(x, y), real(x, y)])


def test_loudness_has_no_effect_on_logarithms() -> None:
    """They are relative to how much the magnitudes deviate from their means."""
    x, y = signals("noise", 2, 1)
    for loss in both({**TWO, "w_sc": 0}, channels=1):
        torch.testing.assert_close(loss(x * 8, y * 8), loss(x, y))


def test_what_is_left_after_the_last_frame_is_not_looked_at() -> None:
    x, y = signals("noise", 2, 1, samples=128)
    more = torch.ones(2, 1, 10)
    longer_x, longer_y = torch.cat([x, more], -1), torch.cat([y, -more], -1)
    for loss in both({"fft_sizes": [64], "hop_sizes": [16], "win_lengths": [64]}, channels=1):
        assert torch.equal(loss(longer_x, longer_y), loss(x, y))


@pytest.mark.parametrize(
    "arguments",
    [
        {"scale": "mel"},
        {"mag_distance": "L3"},
        {"window": "no_window"},
        {"hop_sizes": [16]},
        {"mel_stft": True},
        {"sample_rates": 1},
        {"log_eps": 0.1, "log_factor": 1},
    ],
)
def test_what_cannot_be_made_there_is_refused(arguments: dict[str, Any]) -> None:
    with pytest.raises((AssertionError, TypeError, ValueError, UnboundLocalError)):
        tight_auraloss().MultiResolutionSTFTLoss(sample_rate=RATE, **{**TWO, **arguments})
    with pytest.raises(RefusedArgument):
        MultiResolutionTightSTFT({**TWO, **arguments}, sample_rate=RATE)


@pytest.mark.parametrize(
    "arguments",
    [
        {"fft_sizes": [63, 32]},
        {"hop_sizes": [33, 8]},
        {"hop_sizes": [16, 0]},
        {"fft_sizes": [1026, 64], "hop_sizes": [2, 32]},
        {"fft_sizes": [64, 0]},
        {"fft_sizes": [], "hop_sizes": [], "win_lengths": []},
        {"fft_sizes": [64.0, 32]},
        {"w_sc": 0, "w_log_mag": 0},
        {"w_sc": "1"},
        {"eps": "1"},
        {"output": "full"},
        {"output": "some"},
        {"reduction": "none"},
        {"reduction": "some"},
        {"retain_batch_dim": True},
    ],
)
def test_what_cannot_be_trained_with_there_is_refused(arguments: dict[str, Any]) -> None:
    real = tight_auraloss().MultiResolutionSTFTLoss(sample_rate=RATE, **{**TWO, **arguments})
    errors = (AttributeError, RuntimeError, TypeError, ValueError, ArithmeticError)
    with pytest.raises((*errors, AssertionError)):
        values_and_gradients(real, *signals("noise", 2, 1, samples=2100))
    with pytest.raises(RefusedArgument):
        MultiResolutionTightSTFT({**TWO, **arguments}, sample_rate=RATE)


@pytest.mark.parametrize(
    ("arguments", "samples"), [(TWO, 63), ({**TWO, "perceptual_weighting": True}, 128)]
)
def test_too_few_samples_fail_there_too(arguments: dict[str, Any], samples: int) -> None:
    ours, real = both(arguments, channels=1)
    x, y = signals("noise", 2, 1, samples=samples + 1)
    assert_same([ours(x, y)], [real(x, y)])
    with pytest.raises(RuntimeError):
        real(x[..., 1:], y[..., 1:])
    with pytest.raises(ValueError, match=f"expected {samples + 1} samples or more"):
        ours(x[..., 1:], y[..., 1:])
