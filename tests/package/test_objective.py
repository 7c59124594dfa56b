"""`plan_objective` and `create_objective`: what there is, what is refused, the discriminator."""

from __future__ import annotations

import copy
import json
import re
from pathlib import Path
from typing import Any

import pytest
import torch
from torch import Tensor, nn

from loss_factory import (
    LossConfigError,
    MissingLossValueError,
    Objective,
    UnknownBottleneckError,
    UnusedWeightWarning,
    create_objective,
    generator_step,
    load_config,
    plan_objective,
)

OLD, NEW = "stable-audio-tools 0.0.19", "stable-audio-tools 0.0.20"
SPECTRAL = {
    "config": {"fft_sizes": [64, 32], "hop_sizes": [16, 8], "win_lengths": [64, 32]},
    "weights": {"mrstft": 2.0},
}
CONFIG: dict[str, Any] = {
    "discriminator": {
        "type": "encodec",
        "config": {"filters": 4},
        "weights": {"adversarial": 0.1, "feature_matching": 5.0},
    },
    "spectral": SPECTRAL,
    "time": {"weights": {"l1": 0.5, "l2": 0}},
    "bottleneck": {"weights": {"kl": 1e-4}},
}
ALONE = {name: CONFIG[name] for name in ("spectral", "time", "bottleneck")}


class Discriminator(nn.Module):
    """One convolution, with the three values that the trainer wants."""

    def __init__(self) -> None:
        super().__init__()
        self.layer = nn.Conv1d(2, 3, 5)
        self.fixed = nn.Parameter(torch.ones(()), requires_grad=False)
        self.calls: list[str] = []

    def loss(self, reals: Tensor, fakes: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        self.calls.append("loss")
        real, fake = self.layer(reals), self.layer(fakes)
        return (fake - real).mean(), -fake.mean() * self.fixed, (real - fake).abs().mean()


class InHalves(Discriminator):
    """As DAC's: each half by itself."""

    def generator_loss(self, fake: Tensor, real: Tensor) -> tuple[Tensor, Tensor]:
        self.calls.append("generator_loss")
        return -self.layer(fake).mean(), (self.layer(fake) - self.layer(real)).abs().mean()

    def discriminator_loss(self, fake: Tensor, real: Tensor) -> Tensor:
        self.calls.append("discriminator_loss")
        return (self.layer(fake) - self.layer(real)).mean()


def objective(config: Any = CONFIG, **changed: Any) -> Objective:
    arguments: dict[str, Any] = {"trainer": OLD, "channels": 2, "sample_rate": 44100}
    return create_objective("vae", config, **(arguments | changed))


def audio() -> tuple[Tensor, Tensor]:
    generator = torch.Generator().manual_seed(0)
    reals, decoded = torch.randn(2, 2, 2, 256, generator=generator)
    return reals, decoded.requires_grad_()


def names(config: Any = CONFIG, **changed: Any) -> list[str]:
    arguments: dict[str, Any] = {"trainer": OLD, "channels": 2}
    plan = plan_objective("vae", config, **(arguments | changed))
    return [loss.name for loss in plan.losses]


def exactly(message: str) -> str:
    return f"^{re.escape(message)}$"


def test_a_plan_says_all_of_each_loss() -> None:
    plan = plan_objective("vae", CONFIG, trainer=OLD, channels=2)
    assert plan.trainer == OLD
    assert [tuple(loss) for loss in plan.generator] == [
        ("loss_adv", "discriminator", "discriminator.weights.adversarial", 0.1, ("loss_adv",)),
        (
            *("feature_matching_loss", "discriminator", "discriminator.weights.feature_matching"),
            *(5.0, ("feature_matching_distance",)),
        ),
        ("mrstft_loss", "spectral", "spectral.weights.mrstft", 2.0, ("reals", "decoded")),
        (
            *("stft_loss_left", "spectral", "spectral.weights.mrstft", 1.0),
            ("reals_left", "decoded_left"),
        ),
        (
            *("stft_loss_right", "spectral", "spectral.weights.mrstft", 1.0),
            ("reals_right", "decoded_right"),
        ),
        ("l1_time_loss", "time", "time.weights.l1", 0.5, ("reals", "decoded")),
        ("kl_loss", "bottleneck", "bottleneck.weights.kl", 1e-4, ("kl",)),
    ]
    assert [tuple(loss) for loss in plan.discriminator] == [
        ("discriminator_loss", None, None, 1.0, ("loss_dis",))
    ]
    assert plan.weights_at(10)["stft_loss_left"] == 1.0
    assert [*plan.weights_at(0)] == [loss.name for loss in plan.losses]


def test_what_decides_which_losses_there_are() -> None:
    spectral = ["mrstft_loss", "stft_loss_left", "stft_loss_right"]
    end = ["l1_time_loss", "kl_loss"]
    assert names(ALONE) == [*spectral, *end]
    assert names(ALONE, channels=4) == ["mrstft_loss", *end]
    assert names(CONFIG, discriminator=False) == [*spectral, *end]
    assert names(ALONE, teacher=True)[:3] == [
        *("latent_distill_loss", "mrstft_loss", "mrstft_loss_distill")
    ]
    assert names(ALONE, teacher=True, channels=None)[-1] == "kl_loss"


def test_an_autoencoder_without_a_bottleneck() -> None:
    config = {name: ALONE[name] for name in ("spectral", "time")}
    plan = plan_objective(None, config, trainer=OLD, channels=1)
    assert [loss.name for loss in plan.losses] == ["mrstft_loss", "l1_time_loss"]


@pytest.mark.parametrize(
    ("trainer", "message"),
    [
        ("stable-audio-tools 0.0.18", f"is no known trainer; did you mean {OLD!r}?"),
        ("mine", f"is no known trainer; there is one for {OLD!r}, {NEW!r}, 'loss-factory'"),
    ],
)
def test_trainers_without_an_objective(trainer: str, message: str) -> None:
    for make in (plan_objective, create_objective):
        more = {"sample_rate": 1} if make is create_objective else {}
        with pytest.raises(ValueError, match=exactly(f"trainer: {trainer!r} {message}")):
            make("vae", CONFIG, trainer=trainer, channels=2, **more)  # type: ignore[operator]


def test_a_trainer_that_is_no_name() -> None:
    with pytest.raises(TypeError, match="trainer: expected the name of a trainer, not null"):
        plan_objective("vae", CONFIG, trainer=None)  # type: ignore[arg-type]


def problems(config: Any, **changed: Any) -> list[str]:
    with pytest.raises(LossConfigError) as caught:
        objective(config, **changed)
    return str(caught.value).splitlines()


def test_what_the_trainer_would_fail_on() -> None:
    arguments = {**SPECTRAL["config"], "hop_sizes": [16], "w_cep": 1, "output": "full"}
    config = {"spectral": {"config": arguments, "weights": {}}}
    assert problems(config) == [
        f"loss_config: 'time' is missing, and {OLD} can't do without it",
        f"loss_config: /spectral/config/w_cep: {OLD} can't take 'w_cep' here",
        f'loss_config: /spectral/config/output: {OLD} can\'t use the string "full" here',
        "loss_config: /spectral/config/win_lengths: 'fft_sizes', 'hop_sizes', 'win_lengths' have "
        f"2, 1 and 2 entries, and {OLD} can't use lists of several lengths",
        f"loss_config: /spectral/weights: 'spectral.weights.mrstft' is missing, and {OLD} can't do "
        "without it",
    ]


def test_no_config_is_no_default() -> None:
    assert problems(None) == [
        f"loss_config: expected a loss config, not None; what {OLD} does without one has "
        "to be written out"
    ]


def test_arguments_that_no_term_is_built_for() -> None:
    unheard = {"w_phs": {"w_phs": 1.0}, "scale": {"scale": "mel", "n_bins": [8, 8]}}
    for name, arguments in unheard.items():
        config = ALONE | {"spectral": {**SPECTRAL, "config": {**SPECTRAL["config"], **arguments}}}
        [problem] = problems(config)
        assert problem.startswith(f"loss_config: /spectral/config/{name}: expected ")


def test_a_decay_of_a_loss_that_is_off_changes_nothing() -> None:
    config = ALONE | {"time": {"weights": {"l1": 0}, "decay": 0.5}}
    assert "l1_time_loss" not in [loss.name for loss in objective(config).plan.losses]


def test_weights_that_are_too_large() -> None:
    config = ALONE | {"spectral": {**SPECTRAL, "weights": {"mrstft": 3e38}}}
    assert objective(config, channels=1).plan.losses[0].weight == 3e38


def test_what_this_trainer_does_not_read() -> None:
    with pytest.warns(UnusedWeightWarning) as caught:
        objective(ALONE | {"clap": {"weights": {"clap": 1}}, "reconstruction": {}})
    assert [str(each.message) for each in caught] == [
        f"'clap' is not read by {OLD}",
        f"'reconstruction' is not read by {OLD}",
    ]
    assert {each.filename for each in caught} == {__file__}


def test_what_changes_nothing_in_this_training() -> None:
    weights = {"weights": {"adversarial": 0, "feature_matching": 0}}
    config = ALONE | {
        "latent_distillation": {"weights": {"l2": 0.5}},
        "discriminator": CONFIG["discriminator"] | weights,
    }
    with pytest.warns(UnusedWeightWarning) as caught:
        plan_objective("vae", config, trainer=NEW, channels=2)
    assert [str(each.message) for each in caught] == [
        f"latent_distillation: 'latent_distillation' does nothing in {NEW} without a teacher "
        "('training.teacher_model')",
        "discriminator.weights: all weights of what the discriminator says are 0, so that "
        f"{NEW} would train it in vain",
    ]
    with pytest.warns(UnusedWeightWarning, match="in vain$") as caught:
        plan_objective("vae", config, trainer=NEW, channels=2, teacher=True)
    assert len(caught) == 1


def test_values_that_fail_together() -> None:
    scaled = {"type": "encodec", "config": {"filters": 4, "filters_scale": 2}}
    config = CONFIG | {"discriminator": CONFIG["discriminator"] | scaled}
    assert problems(config) == [
        f"loss_config: /discriminator/config/filters_scale: {OLD} can't use 2 here: "
        "'filters_scale' has to be 1, unless 'max_filters' equals 'filters'"
    ]


def test_unknown_bottlenecks() -> None:
    with pytest.raises(UnknownBottleneckError, match="'vea' is no bottleneck's class name"):
        create_objective("vea", CONFIG, trainer=OLD, channels=2, sample_rate=1)


@pytest.mark.parametrize("name", ["channels", "sample_rate"])
def test_numbers_that_are_none(name: str) -> None:
    with pytest.raises(ValueError, match=f"{name}: expected a whole number from 1 on, not 0"):
        objective(**{name: 0})
    for wrong in (1.5, True, "2", None):
        with pytest.raises(TypeError, match=f"{name}: expected a whole number from 1 on, not "):
            objective(**{name: wrong})


def test_channels_that_a_loss_depends_on() -> None:
    with pytest.raises(ValueError, match=r"channels: expected how many .*'stft_loss_left' is"):
        plan_objective("vae", CONFIG, trainer=OLD)


def test_discriminators_that_are_none() -> None:
    with pytest.raises(TypeError, match=r"expected a module with a method 'loss\(reals, fakes\)'"):
        objective(discriminator=nn.Linear(1, 1))
    with pytest.raises(ValueError, match="there is one, but the config has no section 'discrim"):
        objective(ALONE, discriminator=Discriminator())


def test_what_is_missing_in_info_is_said_before_anything_is_computed() -> None:
    reals, decoded = audio()
    module = objective().generator
    info = {**objective().signals(reals, decoded), "kl": torch.ones(())}
    with pytest.raises(MissingLossValueError) as caught:
        module(info)
    assert (caught.value.name, caught.value.key) == ("loss_adv", "loss_adv")
    assert str(caught.value).endswith("objective.adversarial(reals, decoded, turn) into it")
    with pytest.raises(MissingLossValueError, match=r"objective\.signals\(reals, decoded\)"):
        module({"loss_adv": torch.ones(()), "feature_matching_distance": torch.ones(())})
    with pytest.raises(MissingLossValueError, match="or the bottleneck when it encodes"):
        objective(ALONE).generator(objective(ALONE).signals(reals, decoded))


def test_what_is_missing_can_be_skipped() -> None:
    reals, decoded = audio()
    module = objective(missing="skip").generator
    _, losses = module(objective(ALONE).signals(reals, decoded))
    assert [*losses] == ["mrstft_loss", "stft_loss_left", "stft_loss_right", "l1_time_loss"]


def test_the_total_is_the_sum_in_order() -> None:
    reals, decoded = audio()
    made = objective(ALONE)
    total, losses = made.generator({**made.signals(reals, decoded), "kl": torch.tensor(3.0)})
    expected: Tensor | int = 0
    for value in losses.values():
        expected = expected + value
    assert torch.equal(total, torch.as_tensor(expected))
    assert torch.equal(losses["kl_loss"], torch.tensor(3.0) * torch.tensor(1e-4))
    assert not made.generator.state_dict()


def test_signals_are_what_the_losses_read() -> None:
    reals, decoded = audio()
    found = objective().signals(reals, decoded)
    left, right = ("reals_left", "decoded_left"), ("reals_right", "decoded_right")
    assert {*found} == {"reals", "decoded", *left, *right}
    assert found["reals"] is reals
    assert torch.equal(found["decoded_right"], decoded[:, 1:])
    mono = objective(ALONE, channels=1)
    assert {*mono.signals(reals[:, :1], decoded[:, :1])} == {"reals", "decoded"}


def test_signals_that_are_none() -> None:
    reals, decoded = audio()
    made = objective()
    with pytest.raises(ValueError, match="reals has 256 samples and decoded 255: trim both"):
        made.signals(reals, decoded[..., :-1])
    with pytest.raises(ValueError, match=r"one shape \(batch, 2, samples\), not \(2, 1, 256\)"):
        made.signals(reals[:, :1], decoded[:, :1])


def test_keys_of_another_trainer() -> None:
    keys = {"kl": "kld", "reals": "target", "decoded_left": "left"}
    made = objective(ALONE, keys=keys)
    reals, decoded = audio()
    signals = made.signals(reals, decoded)
    assert {*signals} >= {"target", "left", "decoded"}
    assert made.plan.generator[-1].reads == ("kld",)
    total, _ = made.generator({**signals, "kld": torch.tensor(3.0)})
    plain = objective(ALONE)
    expected, _ = plain.generator({**plain.signals(reals, decoded), "kl": torch.tensor(3.0)})
    assert torch.equal(total, expected)
    with pytest.raises(MissingLossValueError, match="needs info"):
        made.generator({**signals, "kl": torch.tensor(3.0)})


@pytest.mark.parametrize(
    ("keys", "message"),
    [
        ({"klx": "a"}, "keys: no loss reads 'klx'; did you mean 'kl'?"),
        ({"kl": "decoded"}, "keys: 'kl' and 'decoded' would both be read as 'decoded'"),
    ],
)
def test_keys_of_nothing(keys: dict[str, str], message: str) -> None:
    with pytest.raises(ValueError, match=exactly(message)):
        objective(keys=keys)


def test_keys_that_are_none() -> None:
    with pytest.raises(TypeError, match="keys: expected a mapping, not an array"):
        objective(keys=["kl"])
    with pytest.raises(TypeError, match="keys: expected a key of info for 'kl', not 1"):
        objective(keys={"kl": 1})


@pytest.mark.parametrize("kind", [Discriminator, InHalves])
def test_the_generators_turn(kind: type[Discriminator]) -> None:
    """The discriminator gets no gradient, and stays frozen until it is released."""
    reals, decoded = audio()
    module = kind()
    made = objective(discriminator=module)
    found = made.adversarial(reals, decoded, "generator")
    _, loss_adv, distance = module.loss(reals, decoded)
    assert torch.equal(found.loss_adv, loss_adv)
    assert torch.equal(found.feature_matching_distance, distance)
    assert not found.loss_dis.requires_grad
    assert found.loss_dis.shape == ()
    (found.loss_adv + found.feature_matching_distance).backward()
    assert decoded.grad is not None
    assert [each.grad for each in module.parameters()] == [None] * 3
    assert not any(each.requires_grad for each in module.parameters())
    made.release()
    assert [name for name, each in module.named_parameters() if not each.requires_grad] == ["fixed"]


@pytest.mark.parametrize("kind", [Discriminator, InHalves])
def test_the_discriminators_turn(kind: type[Discriminator]) -> None:
    """What made the fakes gets no gradient; what the turn before has frozen learns again."""
    reals, decoded = audio()
    module = kind()
    made = objective(discriminator=module)
    made.adversarial(reals, decoded, "generator")
    found = made.adversarial(reals, decoded, "discriminator")
    assert made.discriminator is not None
    total, losses = made.discriminator(found._asdict())
    assert [*losses] == ["discriminator_loss"]
    total.backward()
    assert decoded.grad is None
    assert module.layer.weight.grad is not None
    assert found[1:] == (0, 0)


def test_only_the_half_that_a_turn_needs() -> None:
    reals, decoded = audio()
    module = InHalves()
    made = objective(discriminator=module)
    made.adversarial(reals, decoded, "generator")
    made.adversarial(reals, decoded, "discriminator")
    assert module.calls == ["generator_loss", "discriminator_loss"]


def test_halves_of_other_arguments_are_none() -> None:
    """What other discriminators call so may want reals first; their `loss` counts."""

    class OfItsOwn(Discriminator):
        def generator_loss(self, reals: Tensor, fakes: Tensor) -> tuple[Tensor, Tensor]:
            raise AssertionError

        discriminator_loss = generator_loss

    reals, decoded = audio()
    module = OfItsOwn()
    said = objective(discriminator=module).adversarial(reals, decoded, "generator")
    assert module.calls == ["loss"]
    assert said.loss_adv == -module.layer(decoded).mean()


def test_a_loss_of_two_values() -> None:
    module = Discriminator()
    module.loss = lambda reals, fakes: (reals.mean(), fakes.mean())  # type: ignore[method-assign, assign, return-value]
    with pytest.raises(TypeError, match="to return three values, loss_dis, loss_adv and feature"):
        objective(discriminator=module).adversarial(*audio(), "generator")


def test_a_loss_that_was_replaced_is_what_is_called() -> None:
    """Also if there are halves; and what replaces it later is not."""
    reals, decoded = audio()
    module = InHalves()
    one = torch.ones(())
    module.loss = lambda reals, fakes: (one, 2 * one, 3 * one)  # type: ignore[method-assign]
    made = objective(discriminator=module)
    module.loss = lambda reals, fakes: made.adversarial(  # type: ignore[method-assign]
        reals, fakes, "generator"
    )
    assert [float(each) for each in module.loss(reals, decoded)] == [0, 2, 3]


def test_adversarial_without_a_discriminator() -> None:
    reals, decoded = audio()
    with pytest.raises(ValueError, match="there is no discriminator; pass discriminator="):
        objective().adversarial(reals, decoded, "generator")
    with pytest.raises(ValueError, match="turn: expected 'generator' or 'discriminator', not"):
        objective(discriminator=Discriminator()).adversarial(
            reals,
            decoded,
            "both",  # type: ignore[arg-type]
        )
    objective().release()


def test_without_adversarial_losses_there_is_no_turn_of_the_discriminator() -> None:
    assert objective(ALONE).discriminator is None
    assert objective(discriminator=None).discriminator is not None


def test_a_copy_is_an_objective_of_its_own() -> None:
    reals, decoded = audio()
    made = objective(ALONE)
    other = copy.deepcopy(made)
    info = {**made.signals(reals, decoded), "kl": torch.tensor(3.0)}
    assert torch.equal(made.generator(info)[0], other.generator(info)[0])


def test_a_config_of_a_file(tmp_path: Path) -> None:
    file = tmp_path / "config.json"
    file.write_text(json.dumps({"training": {"loss_configs": CONFIG}}))
    loaded = plan_objective("vae", load_config(file), trainer=OLD, channels=2)
    assert loaded == plan_objective("vae", CONFIG, trainer=OLD, channels=2)


@pytest.mark.parametrize(
    ("step", "expected", "options"),
    [
        (0, 0, {}),
        (7, 7, {"discriminator": False}),
        (6, 3, {"warmup_mode": "adv"}),
        (7, 4, {"warmup_mode": "adv"}),
        (6, 3, {}),
        (4, 4, {"warmup_steps": 5}),
        (6, 5, {"warmup_steps": 5}),
        (8, 6, {"warmup_steps": 5}),
        (8, 4, {"warmup_steps": 5, "warmup_mode": "adv"}),
    ],
)
def test_steps_of_the_generator(step: int, expected: int, options: dict[str, Any]) -> None:
    assert generator_step(step, **({"discriminator": True} | options)) == expected


def test_steps_that_are_none() -> None:
    with pytest.raises(ValueError, match="global_step: expected an integer from 0 on, not -1"):
        generator_step(-1, discriminator=True)
    with pytest.raises(TypeError, match=r"warmup_steps: expected an integer from 0 on, not 7\.5"):
        generator_step(0, discriminator=True, warmup_steps=7.5)  # type: ignore[arg-type]
    with pytest.raises(ValueError, match="warmup_mode: expected 'adv' or 'full', not the string"):
        generator_step(0, discriminator=True, warmup_mode="ful")  # type: ignore[arg-type]
