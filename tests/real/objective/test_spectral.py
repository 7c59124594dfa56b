"""The spectral losses are those of stable-audio-tools 0.0.19, bit for bit, values and gradients."""

from __future__ import annotations

import itertools
from typing import Any

import pytest
import torch
from torch import Tensor, nn

from loss_factory.runtime.tensors.terms.arguments import RefusedArgument
from loss_factory.runtime.tensors.terms.stft import MultiResolutionSTFT, stereo_stft
from real.objective.real import assert_same, auraloss, values_and_gradients
from support.stable_audio.taps import use_our_taps

RATE = 44100
SIZES: dict[str, Any] = {"fft_sizes": [64, 32], "hop_sizes": [16, 8], "win_lengths": [64, 24]}
CHOICES: dict[str, list[Any]] = {
    "sizes": [
        SIZES,
        {"fft_sizes": [128], "hop_sizes": [32], "win_lengths": [128]},
        {"fft_sizes": [63, 2, 16], "hop_sizes": [5, 1, 40], "win_lengths": [63, 1, 16]},
    ],
    "channels": [1, 2, 4],
    "batch": [1, 2, 3],
    "perceptual_weighting": [True, False],
    "window": [
        *(None, "hann_window", "hamming_window", "blackman_window"),
        *("bartlett_window", "kaiser_window"),
    ],
    "w_sc": [None, 0, 0.5],
    "w_log_mag": [None, 0.25, -1],
    "w_lin_mag": [None, 1, 0.3],
    "mag_distance": [None, "L2"],
    "reduction": [None, "sum"],
    "eps": [None, 1e-3, 0],
    "log_eps": [None, 1e-3],
    "log_fac": [None, 2],
    "n_bins": [None, [8]],
    "signal": ["noise", "half silent", "loud", "equal"],
    "surroundings": ["plain", "bfloat16 autocast", "gradient at both"],
}


def pairwise(choices: dict[str, list[Any]]) -> list[dict[str, Any]]:
    """Cases in which any two choices of two names meet: greedy, and the same each time."""
    names = list(choices)
    places = {name: range(len(choices[name])) for name in names}
    missing = {
        (one, i, other, j)
        for one, other in itertools.combinations(names, 2)
        for i, j in itertools.product(places[one], places[other])
    }
    cases = []
    while missing:
        one, i, other, j = min(missing)
        case = {one: i, other: j}
        for name in names:
            if name not in case:
                case[name] = max(places[name], key=lambda k: len(missing & met(case | {name: k})))
        missing -= met(case)
        cases.append({name: choices[name][case[name]] for name in names})
    return cases


def met(case: dict[str, int]) -> set[tuple[str, int, str, int]]:
    """The pairs of a case, in the order of `CHOICES`."""
    known = [name for name in CHOICES if name in case]
    return {(a, case[a], b, case[b]) for a, b in itertools.combinations(known, 2)}


def signals(kind: str, batch: int, channels: int, samples: int = 700) -> tuple[Tensor, Tensor]:
    generator = torch.Generator().manual_seed(batch * channels)
    x, y = torch.randn(2, batch, channels, samples, generator=generator) * 0.1
    if kind == "half silent":
        x[..., samples // 3 :], y[..., : samples // 2] = 0, 0
    return {"loud": (x * 50, y * 50), "equal": (x, x)}.get(kind, (x, y))


def both(arguments: dict[str, Any], channels: int) -> tuple[nn.Module, nn.Module]:
    """Ours, and the real one."""
    arguments = {name: value for name, value in arguments.items() if value is not None}
    ours = stereo_stft(arguments, sample_rate=RATE, channels=channels)
    classes = auraloss()
    real = classes.SumAndDifferenceSTFTLoss if channels == 2 else classes.MultiResolutionSTFTLoss
    loss: nn.Module = real(sample_rate=RATE, **arguments)
    use_our_taps(loss, RATE)
    return ours, loss


@pytest.mark.parametrize("case", pairwise(CHOICES))
def test_values_and_gradients_are_the_same(case: dict[str, Any]) -> None:
    arguments = {name: case[name] for name in CHOICES if name not in OTHER} | case["sizes"]
    ours, real = both(arguments, case["channels"])
    x, y = signals(case["signal"], case["batch"], case["channels"])
    with torch.autocast("cpu", torch.bfloat16, case["surroundings"] == "bfloat16 autocast"):
        results = [
            values_and_gradients(loss, x, y, both=case["surroundings"] == "gradient at both")
            for loss in (ours, real)
        ]
    assert_same(*results)


OTHER = ("sizes", "channels", "batch", "signal", "surroundings")


def test_the_pairs_are_all_there() -> None:
    cases = pairwise(CHOICES)
    for one, other in itertools.combinations(CHOICES, 2):
        found = {(repr(case[one]), repr(case[other])) for case in cases}
        assert len(found) == len(CHOICES[one]) * len(CHOICES[other])


def test_default_sizes_are_the_same() -> None:
    x, y = signals("noise", 2, 1, samples=2000)
    ours, real = both({}, channels=1)
    assert_same(values_and_gradients(ours, x, y), values_and_gradients(real, x, y))


@pytest.mark.parametrize("dtype", [torch.float64, torch.bfloat16, torch.float16])
def test_other_dtypes_are_the_same_without_a_filter(dtype: torch.dtype) -> None:
    x, y = (each.to(dtype) for each in signals("noise", 2, 2))
    ours, real = both(SIZES, channels=2)
    assert_same(values_and_gradients(ours, x, y), values_and_gradients(real, x, y))


@pytest.mark.parametrize("dtype", [torch.float64, torch.bfloat16, torch.float16])
def test_other_dtypes_fail_there_with_a_filter(dtype: torch.dtype) -> None:
    x, y = (each.to(dtype) for each in signals("noise", 2, 1))
    ours, real = both({**SIZES, "perceptual_weighting": True}, channels=1)
    with pytest.raises(RuntimeError):
        real(x, y)
    exact = ours(x.double(), y.double())
    torch.testing.assert_close(ours(x, y).double(), exact, rtol=1e-4, atol=0)


@pytest.mark.parametrize("dtype", [torch.bfloat16, torch.float16])
def test_half_precision_under_autocast_is_the_same(dtype: torch.dtype) -> None:
    x, y = (each.to(dtype) for each in signals("noise", 2, 2))
    ours, real = both({**SIZES, "perceptual_weighting": True}, channels=2)
    with torch.autocast("cpu", torch.bfloat16):
        assert_same(values_and_gradients(ours, x, y), values_and_gradients(real, x, y))


def test_the_scale_of_one_signal_is_the_same() -> None:
    x, y = signals("noise", 1, 2)
    for more in ({}, {"w_lin_mag": 1, "w_log_mag": 0}, {"mag_distance": "L2"}):
        ours, real = both({**SIZES, "scale_invariance": True, **more}, channels=2)
        assert_same(values_and_gradients(ours, x, y), values_and_gradients(real, x, y))


def test_several_signals_cannot_be_scaled_there_either() -> None:
    ours, real = both({**SIZES, "scale_invariance": True}, channels=1)
    x, y = signals("noise", 2, 1)
    with pytest.raises(RuntimeError):
        real(x, y)
    with pytest.raises(ValueError, match="one signal of one channel"):
        ours(x, y)


@pytest.mark.parametrize("others_first", [True, False])
def test_gradients_are_added_in_the_same_order(others_first: bool) -> None:
    """What a step does: one instance for several pairs, and other losses on the same signal."""
    arguments = {**SIZES, "perceptual_weighting": True}
    ours, real = both(arguments, channels=2)
    ours_alone, real_alone = both(arguments, channels=1)
    x, y = signals("noise", 2, 2)

    def step(pair: nn.Module, alone: nn.Module) -> list[Tensor]:
        latents = y.clone().requires_grad_()
        decoded = latents.tanh()
        sides = [(x[:, side : side + 1], decoded[:, side : side + 1]) for side in (0, 1)]
        time = [nn.functional.l1_loss(x, decoded), decoded.square().mean()]
        spectral = [pair(x, decoded), 0.5 * alone(*sides[0]), 0.5 * alone(*sides[1])]
        spectral += [pair(x, decoded * 0.5), alone(x, decoded), alone(decoded * 0.5, decoded)]
        losses = [*time, *spectral] if others_first else [*spectral, *time]
        total = sum(losses[1:], start=losses[0])
        total.backward()
        assert latents.grad is not None
        return [total.detach(), latents.grad]

    assert_same(step(ours, ours_alone), step(real, real_alone))


def test_the_error_is_relative_to_the_second_signal() -> None:
    """The trainer swaps its arguments, so the error is relative to what was decoded."""
    ours, real = both({**SIZES, "w_log_mag": 0}, channels=1)
    x, y = signals("noise", 2, 1)
    assert ours(x, y * 1e-3) > 100 * ours(x * 1e-3, y)
    assert_same([ours(x, y * 1e-3)], [real(x, y * 1e-3)])


def test_silence_that_was_decoded_costs_thousands() -> None:
    ours, real = both({**SIZES, "perceptual_weighting": True, "w_log_mag": 0}, channels=1)
    x, y = signals("noise", 2, 1)
    assert ours(x, y * 0) > 1000
    assert_same([ours(x, y * 0)], [real(x, y * 0)])


def test_convergence_is_of_each_row() -> None:
    """The published auraloss has one norm for the whole batch."""
    ours, _ = both({**SIZES, "w_log_mag": 0}, channels=1)
    x, y = signals("noise", 2, 1)
    x, y = (each * torch.tensor([1, 1e-3]).view(2, 1, 1) for each in (x, y))
    alone = [ours(x[row : row + 1], y[row : row + 1]) for row in (0, 1)]
    torch.testing.assert_close(ours(x, y), (alone[0] + alone[1]) / 2)


def test_a_sum_counts_the_rows_twice_where_magnitudes_were_summed() -> None:
    ours, real = both({**SIZES, "reduction": "sum", "w_sc": 0}, channels=1)
    of_both, real_of_both = both({**SIZES, "reduction": "sum"}, channels=1)
    x, y = signals("noise", 3, 1)
    assert_same([ours(x, y), of_both(x, y)], [real(x, y), real_of_both(x, y)])
    assert of_both(x, y) > 2.9 * ours(x, y)


@pytest.mark.parametrize(
    "arguments",
    [
        {"scale": "mel"},
        {"mag_distance": "L3"},
        {"window": "no_window"},
        {"hop_sizes": [16]},
        {"mel_stft": True},
        {"sample_rates": 1},
    ],
)
def test_what_cannot_be_made_there_is_refused(arguments: dict[str, Any]) -> None:
    with pytest.raises((AssertionError, TypeError, ValueError, UnboundLocalError)):
        auraloss().MultiResolutionSTFTLoss(sample_rate=RATE, **{**SIZES, **arguments})
    with pytest.raises(RefusedArgument):
        MultiResolutionSTFT({**SIZES, **arguments}, sample_rate=RATE)


@pytest.mark.parametrize(
    "arguments",
    [
        {"win_lengths": [64, 33]},
        {"hop_sizes": [16, 0]},
        {"fft_sizes": [64, 0], "win_lengths": [64, 1]},
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
    real = auraloss().MultiResolutionSTFTLoss(sample_rate=RATE, **{**SIZES, **arguments})
    errors = (AttributeError, RuntimeError, TypeError, ValueError, ZeroDivisionError)
    with pytest.raises((*errors, AssertionError)):  # of which the last is the test's
        values_and_gradients(real, *signals("noise", 2, 1))
    with pytest.raises(RefusedArgument):
        MultiResolutionSTFT({**SIZES, **arguments}, sample_rate=RATE)
