"""The terms as modules: no state, any device, one graph, and errors that say what works."""

from __future__ import annotations

import copy
import pickle
from collections import Counter
from collections.abc import Callable
from typing import Any

import pytest
import torch
from torch import Tensor, nn
from torch.utils._python_dispatch import TorchDispatchMode

from loss_factory.runtime.tensors.terms import distances
from loss_factory.runtime.tensors.terms.arguments import RefusedArgument
from loss_factory.runtime.tensors.terms.mel import MelSpectrogramDistance
from loss_factory.runtime.tensors.terms.stereo import SumAndDifference
from loss_factory.runtime.tensors.terms.stft import MultiResolutionSTFT, stereo_stft
from loss_factory.runtime.tensors.terms.tight_stft import (
    MultiResolutionTightSTFT,
    stereo_tight_stft,
)

SIZES: dict[str, Any] = {"fft_sizes": [64, 32], "hop_sizes": [16, 8], "win_lengths": [64, 32]}
MEL: dict[str, Any] = {
    "n_mels": [10, 5],
    "window_lengths": [64, 32],
    "pow": 2.0,
    "log_weight": 1.0,
    "mag_weight": 1.0,
}


def spectral(**more: object) -> MultiResolutionSTFT:
    arguments = {**SIZES, "perceptual_weighting": True, **more}
    return MultiResolutionSTFT(arguments, sample_rate=44100)


def tight(**more: object) -> MultiResolutionTightSTFT:
    arguments = {**SIZES, "perceptual_weighting": True, **more}
    return MultiResolutionTightSTFT(arguments, sample_rate=44100)


def mel() -> MelSpectrogramDistance:
    return MelSpectrogramDistance(MEL, sample_rate=44100)


def stereo(make: Callable[..., nn.Module] = stereo_stft) -> nn.Module:
    arguments = {**SIZES, "perceptual_weighting": True}
    return make(arguments, sample_rate=44100, channels=2)


def stereo_tight() -> nn.Module:
    return stereo(stereo_tight_stft)


OF_RESOLUTIONS = [spectral, tight]
STEREO = [stereo_stft, stereo_tight_stft]
TERMS = [*OF_RESOLUTIONS, stereo, stereo_tight, mel]


def signals(*, samples: int = 300, channels: int = 2) -> tuple[Tensor, Tensor]:
    generator = torch.Generator().manual_seed(0)
    x, y = torch.randn(2, 2, channels, samples, generator=generator)
    return x, y


def result(term: nn.Module) -> tuple[Tensor, Tensor]:
    x, y = signals()
    loss = term(x, y.requires_grad_())
    (gradient,) = torch.autograd.grad(loss, y)
    return loss.detach(), gradient


def same(one: tuple[Tensor, ...], other: tuple[Tensor, ...]) -> bool:
    return all(torch.equal(a, b) for a, b in zip(one, other, strict=True))


def through_meta(term: nn.Module) -> nn.Module:
    return term.to("meta").to_empty(device="cpu")


@pytest.mark.parametrize(
    "change",
    [
        copy.deepcopy,
        nn.Module.half,
        nn.Module.double,
        lambda term: term.to("cpu", torch.bfloat16),
        lambda term: term.to_empty(device="cpu"),
        through_meta,
        lambda term: pickle.loads(pickle.dumps(term)),
    ],
)
@pytest.mark.parametrize("make", TERMS)
def test_a_term_stays_as_it_is(
    make: Callable[[], nn.Module], change: Callable[[nn.Module], nn.Module]
) -> None:
    assert same(result(change(make())), result(make()))


@pytest.mark.parametrize("make", TERMS)
def test_a_term_has_no_state(make: Callable[[], nn.Module]) -> None:
    term = make()
    assert term.state_dict() == {}
    assert list(term.parameters()) == []
    assert list(term.buffers()) != []


@pytest.mark.parametrize("make", TERMS)
def test_a_term_that_is_made_on_the_meta_device_works(make: Callable[[], nn.Module]) -> None:
    with torch.device("meta"):
        term = make()
    assert same(result(term), result(make()))


@pytest.mark.parametrize("make", TERMS)
def test_a_term_on_the_meta_device_works_there(make: Callable[[], nn.Module]) -> None:
    x, y = (each.to("meta") for each in signals())
    assert make().to("meta")(x, y).shape == ()


@pytest.mark.filterwarnings("ignore:.*should not be instantiated:DeprecationWarning")  # torch's own
@pytest.mark.parametrize("make", TERMS)
@pytest.mark.parametrize("gradient", [False, True])
def test_a_term_compiles_into_one_graph_once(make: Callable[[], nn.Module], gradient: bool) -> None:
    term = make()
    torch._dynamo.reset()
    graphs = []

    def backend(graph: torch.fx.GraphModule, _: object) -> Callable[..., Any]:
        graphs.append(graph)
        return graph

    compiled = torch.compile(term, fullgraph=True, backend=backend)
    for _ in range(3):
        x, y = signals()
        loss = compiled(x, y.requires_grad_(gradient))
        if gradient:
            loss.backward()
            assert same((loss.detach(), y.grad), result(term))
        else:
            assert torch.equal(loss, term(x, y))
    assert len(graphs) == 1


class Operations(TorchDispatchMode):
    """Counts what torch does, by name."""

    def __init__(self) -> None:
        super().__init__()
        self.counts: Counter[str] = Counter()

    def __torch_dispatch__(
        self, func: Any, types: object, args: tuple[Any, ...] = (), kwargs: Any = None
    ) -> Any:
        self.counts[func.overloadpacket.__name__] += 1
        return func(*args, **(kwargs or {}))


def operations(term: nn.Module) -> Counter[str]:
    x, y = signals()
    y.requires_grad_()
    with Operations() as seen:
        term(x, y).backward()
    return seen.counts


@pytest.mark.parametrize("make", OF_RESOLUTIONS)
def test_signals_are_filtered_once_and_gradients_once_for_each_resolution(
    make: Callable[[], nn.Module],
) -> None:
    counts = operations(make())
    assert counts["convolution"] == 2
    assert counts["convolution_backward"] == len(SIZES["fft_sizes"])


@pytest.mark.parametrize("make", [stereo, stereo_tight])
def test_sum_and_difference_are_filtered_once(make: Callable[[], nn.Module]) -> None:
    assert operations(make())["convolution"] == 4


@pytest.mark.parametrize(
    ("arguments", "operation"),
    [
        ({"w_sc": 0}, "linalg_vector_norm"),
        ({"w_log_mag": 0}, "log"),
        ({"perceptual_weighting": False}, "convolution"),
    ],
)
@pytest.mark.parametrize("make", OF_RESOLUTIONS)
def test_what_has_no_weight_is_not_computed(
    make: Callable[..., nn.Module], arguments: dict[str, Any], operation: str
) -> None:
    assert operations(make())[operation] > 0
    assert operations(make(**arguments))[operation] == 0


@pytest.mark.parametrize("make", TERMS)
def test_nothing_waits_for_a_device(make: Callable[[], nn.Module]) -> None:
    assert operations(make()).keys().isdisjoint(("_local_scalar_dense", "nonzero", "_to_copy"))


@pytest.mark.parametrize("dtype", [torch.float16, torch.bfloat16])
@pytest.mark.parametrize("make", [*OF_RESOLUTIONS, mel])
def test_half_precision_is_computed_in_float32(
    make: Callable[[], nn.Module], dtype: torch.dtype
) -> None:
    x, y = (each.to(dtype) for each in signals())
    loss = make()(x, y.requires_grad_())
    loss.backward()
    assert torch.equal(loss, make()(x.float(), y.float()))
    assert y.grad is not None
    assert y.grad.dtype == dtype


def test_float64_is_computed_in_float64() -> None:
    x, y = (each.double() for each in signals())
    loss = spectral()(x, y)
    assert loss.dtype == torch.float64
    assert loss.item() == pytest.approx(result(spectral())[0].item(), rel=1e-4)


def test_the_gradient_is_the_derivative() -> None:
    x, y = (each.double()[:1, :1, :80] for each in signals())
    assert torch.autograd.gradcheck(lambda y: spectral()(x, y), y.requires_grad_())
    assert torch.autograd.gradcheck(lambda x: spectral()(x, y.detach()), x.requires_grad_())


@pytest.mark.parametrize("make", OF_RESOLUTIONS)
def test_signals_that_are_no_views_of_rows_are_fine(make: Callable[[], nn.Module]) -> None:
    x, y = (each.transpose(0, 1) for each in signals())
    assert torch.equal(make()(x, y), make()(x.contiguous(), y.contiguous()))


@pytest.mark.parametrize(
    ("make", "alone"),
    [(stereo_stft, MultiResolutionSTFT), (stereo_tight_stft, MultiResolutionTightSTFT)],
)
def test_channels_decide_which_spectral_loss_it_is(
    make: Callable[..., nn.Module], alone: type[nn.Module]
) -> None:
    kinds = [type(make(SIZES, sample_rate=8000, channels=each)) for each in (1, 2, 4)]
    assert kinds == [alone, SumAndDifference, alone]


@pytest.mark.parametrize("make", OF_RESOLUTIONS)
def test_null_is_the_same_as_nothing(make: Callable[..., nn.Module]) -> None:
    nulls = dict.fromkeys(("window", "w_sc", "scale", "n_bins", "eps", "output", "device"))
    x, y = signals()
    assert torch.equal(make(**nulls)(x, y), make()(x, y))


REFUSED: list[tuple[dict[str, object], str, str]] = [
    ({"w_phs": 1}, "w_phs", "expected 0"),
    ({"scale": "mel"}, "scale", "expected null"),
    ({"output": "full"}, "output", "expected 'loss', not the string \"full\""),
    ({"reduction": "none"}, "reduction", "expected 'mean' or 'sum'"),
    ({"retain_batch_dim": True}, "retain_batch_dim", "expected false"),
    ({"window": "hann"}, "window", "expected 'hann_window', "),
    ({"window": ["hann_window"]}, "window", "expected 'hann_window', "),
    ({"mag_distance": "L3"}, "mag_distance", "expected 'L1' or 'L2'"),
    ({"w_sc": 0, "w_log_mag": 0}, "w_sc", "expected another number than 0"),
    ({"w_sc": "1"}, "w_sc", "expected a finite number, not the string"),
    ({"w_log_mag": True}, "w_log_mag", "expected a finite number, not true"),
    ({"w_lin_mag": float("nan")}, "w_lin_mag", "expected a finite number"),
    ({"eps": 10**400}, "eps", "expected a finite number, not an integer of about 400 digits"),
    ({"perceptual_weighting": "yes"}, "perceptual_weighting", "expected true or false"),
    ({"scale_invariance": 1}, "scale_invariance", "expected true or false"),
    ({"fft_sizes": [64, 0]}, "fft_sizes", "expected an array of integers from 1"),
    ({"fft_sizes": [64.0, 32]}, "fft_sizes", "expected an array of integers from 1"),
    ({"fft_sizes": [True, 32]}, "fft_sizes", "expected an array of integers from 1"),
    ({"fft_sizes": 64}, "fft_sizes", "expected an array of integers from 1"),
    ({"fft_sizes": []}, "fft_sizes", "expected an array of integers from 1"),
    ({"hop_sizes": [16, 0]}, "hop_sizes", "expected an array of integers from 1"),
    ({"hop_sizes": [16]}, "hop_sizes", "as many entries as fft_sizes has, 2, not 1"),
    ({"win_lengths": [64, 10**12]}, "win_lengths", "expected an array of integers from 1"),
    ({"w_lin_mags": 1}, "w_lin_mags", "no such argument; did you mean 'w_lin_mag'?"),
    ({"sample_rate": 44100}, "sample_rate", "no such argument"),
]
REFUSED_BY_ONE: list[tuple[Callable[..., nn.Module], dict[str, object], str, str]] = [
    (stereo_stft, {"win_lengths": [64, 33]}, "win_lengths", "expected at most the fft_size"),
    (stereo_stft, {"w_cep": 0}, "w_cep", "no such argument"),
    (stereo_tight_stft, {"w_cep": 0.5}, "w_cep", "expected 0"),
    (stereo_tight_stft, {"residual_loss": True}, "residual_loss", "expected false"),
    (stereo_tight_stft, {"fft_sizes": [63, 32]}, "fft_sizes", "expected even numbers, not 63"),
    (stereo_tight_stft, {"hop_sizes": [33, 8]}, "hop_sizes", "at most half of the fft_size at"),
    (stereo_tight_stft, {"fft_sizes": [64, 4104]}, "hop_sizes", "more than a 513th of it, not 8"),
    (stereo_tight_stft, {"log_fac": "1"}, "log_fac", "expected a finite number"),
    (stereo_tight_stft, {"log_eps": "1"}, "log_eps", "expected a finite number"),
]


@pytest.mark.parametrize(
    ("make", "arguments", "name", "message"),
    [*((make, *case) for make in STEREO for case in REFUSED), *REFUSED_BY_ONE],
)
@pytest.mark.parametrize("channels", [1, 2])
def test_what_cannot_be_trained_with_is_refused(
    make: Callable[..., nn.Module],
    arguments: dict[str, object],
    name: str,
    message: str,
    channels: int,
) -> None:
    with pytest.raises(RefusedArgument) as caught:
        make({**SIZES, **arguments}, sample_rate=44100, channels=channels)
    assert caught.value.argument == name
    assert message in caught.value.message
    assert str(caught.value) == f"{name}: {caught.value.message}"


@pytest.mark.parametrize("rate", [0, -8000, 584245])
def test_a_sample_rate_without_a_filter_is_refused(rate: int) -> None:
    arguments = {**SIZES, "perceptual_weighting": True}
    with pytest.raises(RefusedArgument, match="perceptual_weighting: expected false: "):
        MultiResolutionSTFT(arguments, sample_rate=rate)
    MultiResolutionSTFT(SIZES, sample_rate=rate)


@pytest.mark.parametrize("name", SIZES)
@pytest.mark.parametrize("make", STEREO)
def test_stereo_has_no_default_sizes(make: Callable[..., nn.Module], name: str) -> None:
    arguments = {each: sizes for each, sizes in SIZES.items() if each != name}
    with pytest.raises(RefusedArgument, match=f"{name}: missing; expected an array"):
        make(arguments, sample_rate=44100, channels=2)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        *((dict.fromkeys([name]), f"{name}: missing; expected ") for name in MEL),
        ({"n_mels": [0, 5]}, "n_mels: expected an array of integers from 1"),
        ({"window_lengths": [64, 3]}, "window_lengths: expected 4 samples or more, not 3"),
        ({"pow": "2"}, "pow: expected a finite number"),
        ({"mel_fmin": [0]}, "mel_fmin: no such argument"),
    ],
)
def test_what_mel_cannot_be_trained_with_is_refused(
    arguments: dict[str, object], message: str
) -> None:
    with pytest.raises(RefusedArgument, match=message):
        MelSpectrogramDistance({**MEL, **arguments}, sample_rate=44100)


@pytest.mark.parametrize("make", TERMS)
def test_signals_of_other_shapes_are_refused(make: Callable[[], nn.Module]) -> None:
    x, y = signals()
    for other in (y[..., :-1], y[:1], y[0]):
        with pytest.raises(ValueError, match=r"expected (two signals of one|a signal of) shape"):
            make()(x, other)


@pytest.mark.parametrize(
    ("make", "samples", "message"),
    [
        (spectral, 32, "expected 33 samples or more, more than half of the largest of fft_sizes"),
        (mel, 32, "expected 33 samples or more, more than half of the largest of window_lengths"),
        (tight, 63, "expected 64 samples or more, the largest of fft_sizes, not 63"),
        (tight, 128, "expected 129 samples or more, which perceptual_weighting reflects, not 128"),
    ],
)
def test_short_signals_are_refused(
    make: Callable[[], nn.Module], samples: int, message: str
) -> None:
    make()(*signals(samples=129))
    with pytest.raises(ValueError, match=message):
        make()(*signals(samples=samples))


@pytest.mark.parametrize("make", [stereo, stereo_tight])
def test_sum_and_difference_need_two_channels(make: Callable[[], nn.Module]) -> None:
    with pytest.raises(ValueError, match=r"shape \(batch, 2, samples\), left and right, not"):
        make()(*signals(channels=1))


@pytest.mark.parametrize("make", OF_RESOLUTIONS)
def test_scale_invariance_needs_one_signal(make: Callable[..., nn.Module]) -> None:
    term = make(scale_invariance=True)
    with pytest.raises(ValueError, match="one signal of one channel at a time, not for 4"):
        term(*signals())


@pytest.mark.parametrize("distance", [distances.l1, distances.mse, distances.mmd])
def test_the_distance_of_a_signal_from_itself_is_0(distance: Callable[..., Tensor]) -> None:
    x, y = signals()
    assert distance(x, x) == 0
    assert distance(x, y).shape == ()
    assert distance(x, y) > 0


def test_the_discrepancy_compares_what_kinds_of_rows_there_are() -> None:
    """It doesn't look at which row of one signal belongs to which row of the other."""
    x, _ = signals()
    torch.testing.assert_close(distances.mmd(x, x.flip(0)), torch.tensor(0.0), rtol=0, atol=1e-6)
    assert distances.mmd(x, x.flip(-1)) > 1e-3


def test_the_discrepancy_needs_signals_of_one_shape() -> None:
    x, y = signals()
    with pytest.raises(ValueError, match=r"expected one shape, not \(2, 2, 300\) and \(1, 2, 300"):
        distances.mmd(x, y[:1])
