"""The objective `loss-factory`: what LOSSES.md says of it, computed by hand."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
import torch
from torch import Tensor, nn
from torch.nn import functional as F

from loss_factory import (
    LossConfigError,
    Objective,
    UnusedWeightWarning,
    create_objective,
    plan_objective,
)

OURS = "loss-factory"
COMPLETE: dict[str, Any] = {
    "bottleneck": {"weights": {"kl": 0.5}},
    "reconstruction": {"type": "l2", "weight": 2.0},
    "adversarial": {"type": "hinge", "weight": 0.25, "feature_matching": 3.0},
}
STFT = {"fft_sizes": [64, 32], "hop_sizes": [16, 8], "win_lengths": [64, 32]}


class TwoScales(nn.Module):
    """Two scores of different lengths, with one and two features."""

    def __init__(self) -> None:
        super().__init__()
        self.layer = nn.Conv1d(2, 3, 5)

    def forward(self, audio: Tensor) -> tuple[list[Tensor], list[list[Tensor]]]:
        found = self.layer(audio)
        return [found.mean(1), 2 * found[..., ::3]], [[found], [2 * found, found.square()]]


class OneList(TwoScales):
    """Its scores alone."""

    def forward(self, audio: Tensor) -> Any:
        """The scores."""
        return super().forward(audio)[0]


class Returns(nn.Module):
    """Something else than scores."""

    def __init__(self, said: Any) -> None:
        super().__init__()
        self.said = said

    def forward(self, audio: Tensor) -> Any:
        """What it was made with."""
        return self.said


def objective(config: Any = COMPLETE, **changed: Any) -> Objective:
    """For stereo audio."""
    return create_objective(
        "vae", config, trainer=OURS, **({"channels": 2, "sample_rate": 16_000} | changed)
    )


def with_adversarial(**changed: Any) -> dict[str, Any]:
    """COMPLETE with another section `adversarial`."""
    return {**COMPLETE, "adversarial": {**COMPLETE["adversarial"], **changed}}


def audio() -> tuple[Tensor, Tensor]:
    """Reals and decoded."""
    torch.manual_seed(0)
    reals, decoded = torch.randn(2, 3, 2, 256)
    return reals, decoded.requires_grad_()


def hinge(real: Tensor, fake: Tensor) -> tuple[Tensor, Tensor]:
    """What generator and discriminator get of one score."""
    return -fake.mean(), (1 - real).clamp(min=0).mean() + (1 + fake).clamp(min=0).mean()


def least_squares(real: Tensor, fake: Tensor) -> tuple[Tensor, Tensor]:
    """The same."""
    return ((fake - 1) ** 2).mean(), ((real - 1) ** 2).mean() + (fake**2).mean()


@pytest.mark.parametrize(
    ("kind", "by_hand"), [("hinge", hinge), (None, hinge), ("lsgan", least_squares)]
)
def test_scores(
    kind: str | None, by_hand: Callable[[Tensor, Tensor], tuple[Tensor, Tensor]]
) -> None:
    """The mean over each score, then over the list, in each turn."""
    torch.manual_seed(1)
    discriminator = TwoScales()
    made = objective(with_adversarial(type=kind), discriminator=discriminator)
    reals, decoded = audio()
    pairs = zip(discriminator(reals)[0], discriminator(decoded)[0], strict=True)
    of_generator, of_discriminator = zip(*(by_hand(*pair) for pair in pairs), strict=True)

    said = made.adversarial(reals, decoded, "generator")
    torch.testing.assert_close(said.loss_adv, sum(of_generator) / 2)
    assert said.loss_dis == 0
    said = made.adversarial(reals, decoded, "discriminator")
    torch.testing.assert_close(said.loss_dis, sum(of_discriminator) / 2)
    assert said.loss_adv == said.feature_matching_distance == 0


def test_features() -> None:
    """The mean over each layer, over the layers of a score, over the scores."""
    discriminator = TwoScales()
    made = objective(discriminator=discriminator)
    reals, decoded = audio()
    (real,), (real_twice, real_squared) = discriminator(reals)[1]
    (fake,), (fake_twice, fake_squared) = discriminator(decoded)[1]
    first = F.l1_loss(fake, real)
    second = (F.l1_loss(fake_twice, real_twice) + F.l1_loss(fake_squared, real_squared)) / 2
    said = made.adversarial(reals, decoded, "generator")
    torch.testing.assert_close(said.feature_matching_distance, (first + second) / 2)


def test_both_turns_of_a_training_step() -> None:
    """The sums, and what has a gradient: in each turn one of the two networks."""
    discriminator = TwoScales()
    made = objective(discriminator=discriminator)
    reals, decoded = audio()
    info = {"kl": torch.tensor(4.0), **made.signals(reals, decoded)}
    said = made.adversarial(reals, decoded, "generator")
    total, losses = made.generator({**info, **said._asdict()})
    expected = {
        "reconstruction_loss": 2 * F.mse_loss(decoded, reals),
        "adversarial_loss": 0.25 * said.loss_adv,
        "feature_matching_loss": 3 * said.feature_matching_distance,
        "kl_loss": torch.tensor(2.0),
    }
    assert list(losses) == list(expected)
    for name, loss in expected.items():
        torch.testing.assert_close(losses[name], loss)
    torch.testing.assert_close(total, sum(expected.values()))
    total.backward()
    assert decoded.grad is not None
    assert discriminator.layer.weight.grad is None
    assert not discriminator.layer.weight.requires_grad

    decoded.grad = None
    said = made.adversarial(reals, decoded, "discriminator")
    assert made.discriminator is not None
    total, losses = made.discriminator({**info, **said._asdict()})
    assert list(losses) == ["discriminator_loss"]
    total.backward()
    assert decoded.grad is None
    assert discriminator.layer.weight.grad is not None


@pytest.mark.parametrize("kind", ["l1", None])
def test_reconstruction_is_l1_unless_it_is_l2(kind: str | None) -> None:
    made = objective({"reconstruction": {"type": kind}, "bottleneck": {}})
    reals, decoded = audio()
    _, losses = made.generator({"kl": torch.tensor(0.0), **made.signals(reals, decoded)})
    torch.testing.assert_close(losses["reconstruction_loss"], F.l1_loss(decoded, reals))


def spectral_distance(decoded: Tensor, reals: Tensor) -> Tensor:
    """As LOSSES.md has it: convergence by the norm of reals, and the logarithms' difference."""
    found = []
    for size, hop in zip(STFT["fft_sizes"], STFT["hop_sizes"], strict=True):

        def magnitudes(signal: Tensor, size: int = size, hop: int = hop) -> Tensor:
            flat = signal.reshape(-1, signal.shape[-1])
            spectrum = torch.stft(
                flat, size, hop, window=torch.hann_window(size), return_complex=True
            )
            return (spectrum.abs().square()).clamp(min=1e-8).sqrt()

        x, y = magnitudes(decoded), magnitudes(reals)
        norms = torch.linalg.matrix_norm(y - x) / torch.linalg.matrix_norm(y)
        found.append(norms.mean() + F.l1_loss(x.log(), y.log()))
    return torch.stack(found).mean()


def test_the_spectral_loss() -> None:
    """Of sum and difference, and of both channels; reals and decoded can't change places."""
    config = {"spectral": {"config": STFT, "weights": {"mrstft": 0.5}}, "bottleneck": {}}
    made = objective(config)
    reals, decoded = audio()
    decoded = (decoded * 0.1).detach()
    _, losses = made.generator({"kl": torch.tensor(0.0), **made.signals(reals, decoded)})

    def mixed(signal: Tensor, sign: int) -> Tensor:
        return signal[:, :1] + sign * signal[:, 1:]

    sum_and_difference = [
        spectral_distance(mixed(decoded, sign), mixed(reals, sign)) for sign in (1, -1)
    ]
    torch.testing.assert_close(losses["mrstft_loss"], 0.5 * sum(sum_and_difference) / 2)
    torch.testing.assert_close(losses["lr_stft_loss"], 0.5 * spectral_distance(decoded, reals))
    assert not torch.isclose(losses["lr_stft_loss"], 0.5 * spectral_distance(reals, decoded))


def test_scores_alone_will_do_without_feature_matching() -> None:
    reals, decoded = audio()
    made = objective(with_adversarial(feature_matching=None), discriminator=OneList())
    assert [loss.name for loss in made.plan.losses] == [
        *("reconstruction_loss", "adversarial_loss", "kl_loss", "discriminator_loss")
    ]
    assert made.adversarial(reals, decoded, "generator").loss_adv.requires_grad


@pytest.mark.parametrize(
    ("said", "error", "told"),
    [
        (
            torch.ones(3),
            TypeError,
            "a list of scores, or that and, for each score, a list of features; it returned",
        ),
        ([], TypeError, "it returned list of 0"),
        ([torch.ones(1)], ValueError, "which the config weighs; it returned list of 1 (Tensor)"),
        (([torch.ones(1)], []), ValueError, "it returned tuple of 2 (list of 1 (Tensor), list of"),
        (([torch.ones(1)], [torch.ones(1)]), TypeError, "list of 1 (Tensor), list of 1 (Tensor))"),
        (([1.0], [[torch.ones(1)]]), TypeError, "(list of 1 (float), list of 1 (list of 1"),
        (2 * [[torch.ones(2), torch.ones(1)]], TypeError, "it returned list of 2 (list of 2"),
        (([torch.ones(1)], "x"), TypeError, "it returned tuple of 2 (list of 1 (Tensor), str)"),
    ],
)
def test_what_a_discriminator_can_not_return(said: Any, error: type[Exception], told: str) -> None:
    made = objective(discriminator=Returns(said))
    with pytest.raises(error, match=re.escape(told)) as raised:
        made.adversarial(*audio(), "generator")
    assert str(raised.value).startswith("discriminator: expected Returns to return a list")


def test_a_discriminator_of_the_other_section_has_a_loss() -> None:
    """With the section `discriminator` the old protocol holds."""
    section = {
        "type": "encodec",
        "config": {"filters": 4},
        "weights": {"adversarial": 0.5, "feature_matching": 1.0},
    }
    with pytest.raises(TypeError, match=r"a method 'loss\(reals, fakes\)'; TwoScales has none"):
        objective({"discriminator": section}, discriminator=TwoScales())
    plan = plan_objective("vae", {"discriminator": section}, trainer=OURS)
    assert [each.name for each in plan.losses] == [
        "loss_adv",
        "feature_matching_loss",
        "kl_loss",
        "discriminator_loss",
    ]
    with pytest.raises(LossConfigError) as refused:
        plan_objective("vae", {**COMPLETE, "discriminator": section}, trainer=OURS)
    assert str(refused.value) == (
        "loss_config: /adversarial: 'adversarial' stands beside 'discriminator', and loss-factory "
        "takes one of them"
    )


def test_a_failing_discriminator_is_not_left_frozen() -> None:
    discriminator = TwoScales()
    made = objective(discriminator=discriminator)
    reals, decoded = audio()
    with pytest.raises(RuntimeError):
        made.adversarial(reals[:, :1], decoded[:, :1], "generator")
    assert all(each.requires_grad for each in discriminator.parameters())


def test_scores_of_half_precision_are_averaged_in_float32() -> None:
    said = [torch.full((4,), 300.0, dtype=torch.float16, requires_grad=True)]
    config = with_adversarial(type="lsgan", feature_matching=None)
    made = objective(config, discriminator=Returns(said))
    assert made.adversarial(*audio(), "generator").loss_adv == 299**2


def test_as_many_scores_of_fakes_as_of_reals() -> None:
    class OneMoreEachTime(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.scores: list[Tensor] = []

        def forward(self, _audio: Tensor) -> list[Tensor]:
            self.scores = [*self.scores, torch.ones(1)]
            return self.scores

    made = objective(with_adversarial(feature_matching=None), discriminator=OneMoreEachTime())
    with pytest.raises(ValueError, match="as many scores of fakes as of reals, 1, not 2"):
        made.adversarial(*audio(), "discriminator")


def test_both_signals_of_a_discriminator_have_one_shape() -> None:
    made = objective(discriminator=TwoScales())
    reals, decoded = audio()
    with pytest.raises(ValueError, match=r"of one shape, not \(3, 2, 256\) and \(3, 2, 255\)"):
        made.adversarial(reals, decoded[..., 1:], "generator")


@pytest.mark.parametrize("no_module", [TwoScales, lambda audio: [audio], [], True])
def test_a_discriminator_is_a_module(no_module: Any) -> None:
    with pytest.raises(TypeError, match=r"^discriminator: expected a module, not "):
        objective(discriminator=no_module)


@pytest.mark.parametrize(
    ("arguments", "error"),
    [
        ({"teacher": "x"}, TypeError),
        ({"teacher": None}, TypeError),
        ({"discriminator": "x"}, TypeError),
        ({"channels": "2"}, TypeError),
        ({"channels": True}, TypeError),
        ({"channels": 2.0}, TypeError),
        ({"channels": 0}, ValueError),
    ],
)
def test_what_is_said_of_a_training(arguments: dict[str, Any], error: type[Exception]) -> None:
    with pytest.raises(error, match=f"^{next(iter(arguments))}: expected "):
        plan_objective("vae", COMPLETE, trainer=OURS, **arguments)


def test_a_weight_without_a_bottleneck_is_warned_of() -> None:
    with pytest.warns(UnusedWeightWarning) as warned:
        plan_objective(None, COMPLETE, trainer=OURS)
    assert [str(each.message) for each in warned] == [
        "bottleneck.weights.kl is 0.5, but there is no bottleneck"
    ]


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"reduction": "none"}, '/reduction: loss-factory can\'t use the string "none" here'),
        ({"w_cep": 1.0}, "/w_cep: loss-factory can't take 'w_cep' here"),
        ({"fft_sizes": [64]}, "/win_lengths: 'fft_sizes', 'hop_sizes', 'win_lengths' have"),
        (
            {"hop_sizes": [-16, 8]},
            "/hop_sizes: expected an array of integers from 1 to 16777216, not",
        ),
        (
            {"win_lengths": None, "hop_sizes": None},
            "/fft_sizes: 'fft_sizes', 'hop_sizes', 'win_lengths' have 2, 3 and 3 entries "
            "('hop_sizes' and 'win_lengths' by default)",
        ),
    ],
)
def test_spectral_arguments_that_are_refused(arguments: dict[str, Any], message: str) -> None:
    spectral = {"config": {**STFT, **arguments}, "weights": {"mrstft": 1.0}}
    with pytest.raises(LossConfigError, match=re.escape(f"loss_config: /spectral/config{message}")):
        objective({"spectral": spectral, "bottleneck": {}}, channels=1)


@pytest.mark.parametrize("trainer", [OURS, "stable-audio-tools 0.0.19"])
def test_a_missing_value_is_an_error(trainer: str) -> None:
    made = _of_a_trainer(trainer)
    with pytest.raises(LookupError, match="kl_loss"):
        made.generator(made.signals(*audio()))


def test_a_missing_value_is_left_out_where_the_trainer_does_so() -> None:
    trainer = "stable-audio-tools 0.0.20"
    made = _of_a_trainer(trainer)
    _, losses = made.generator(made.signals(*audio()))
    assert list(losses) == ["l1_time_loss"]
    with pytest.raises(LookupError, match="kl_loss"):
        _of_a_trainer(trainer, missing="error").generator(made.signals(*audio()))


def _of_a_trainer(trainer: str, **arguments: Any) -> Objective:
    config = {
        "spectral": {"config": STFT, "weights": {"mrstft": 0.5}},
        "time": {"weights": {"l1": 1.0}},
    }
    foreign = {"foreign_sections": ["spectral"]} if trainer != "stable-audio-tools 0.0.19" else {}
    return create_objective(
        "vae", config, trainer=trainer, channels=2, sample_rate=16_000, **foreign, **arguments
    )
