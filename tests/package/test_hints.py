"""What messages propose for an unknown key: the right thing, or nothing."""

from __future__ import annotations

from typing import Any

import pytest

from support.under_test import LossConfigError, plan_losses

STFT: dict[str, Any] = {
    "spectral": {"config": {}, "weights": {"mrstft": 1.0}},
    "time": {"weights": {"l1": 0.1}},
    "discriminator": {
        "type": "encodec",
        "config": {"filters": 64},
        "weights": {"adversarial": 0.1},
    },
    "mrmel": {
        "config": {
            "n_mels": [80],
            "window_lengths": [1024],
            "pow": 1.0,
            "log_weight": 1.0,
            "mag_weight": 0.0,
        },
        "weights": {"mrmel": 15.0},
    },
}
"""A config with each of the three vocabularies of STFT arguments."""

SIZES = [2048]


def told(sections: dict[str, Any], place: str, key: str, value: object = SIZES) -> str:
    """What is said of `key` where it stands, but for the list of what is legal there."""
    whole: dict[str, Any] = {name: dict(each) for name, each in sections.items()}
    owner = whole
    for step in place.split("/")[1:]:
        owner[step] = dict(owner.get(step, {}))
        owner = owner[step]
    owner[key] = value
    with pytest.raises(LossConfigError) as refusal:
        plan_losses("vae", whole)
    [message] = [
        each.message for each in refusal.value.problems if each.pointer == f"{place}/{key}"
    ]
    said = message.partition("; ")[2].partition("; or pass")[0].partition(" Or pass")[0]
    return "" if said.startswith("expected") else said


def meant(name: str) -> str:
    return f"did you mean '{name}'?"


@pytest.mark.parametrize(
    ("place", "key", "hint"),
    [
        ("/spectral/config", "n_ffts", meant("fft_sizes")),
        ("/spectral/config", "hop_lengths", meant("hop_sizes")),
        ("/spectral/config", "hopLengths", meant("hop_sizes")),
        ("/spectral/config", "hop_length", meant("hop_sizes")),
        ("/spectral/config", "window_lengths", meant("win_lengths")),
        ("/spectral/config", "n_mels", meant("n_bins")),
        ("/discriminator/config", "fft_sizes", meant("n_ffts")),
        ("/discriminator/config", "hop_sizes", meant("hop_lengths")),
        ("/discriminator/config", "window_lengths", meant("win_lengths")),
        ("/discriminator/config", "n_mels", ""),
        ("/mrmel/config", "hop_lengths", "it belongs at /discriminator/config/hop_lengths"),
        ("/mrmel/config", "hop_sizes", "it belongs at /spectral/config/hop_sizes"),
        ("/mrmel/config", "win_lengths", "it means 'window_lengths', which is written besides"),
        ("/spectral", "fft_sizes", "it belongs at /spectral/config/fft_sizes"),
        ("/spectral", "hop_lengths", "it belongs at /spectral/config/hop_sizes"),
        ("/spectral", "window_lengths", "it belongs at /spectral/config/win_lengths"),
        ("/discriminator", "n_ffts", "it belongs at /discriminator/config/n_ffts"),
        ("/discriminator", "fft_sizes", "it belongs at /discriminator/config/n_ffts"),
        ("/discriminator", "win_lengths", "it belongs at /discriminator/config/win_lengths"),
        ("/time", "fft_sizes", "it belongs at /spectral/config/fft_sizes"),
    ],
)
def test_the_words_for_stft_arguments(place: str, key: str, hint: str) -> None:
    assert told(STFT, place, key) == hint


def test_the_window_of_the_mel_loss_where_it_is_missing() -> None:
    config = {key: each for key, each in STFT["mrmel"]["config"].items() if key != "window_lengths"}
    sections = {**STFT, "mrmel": {**STFT["mrmel"], "config": config}}
    for key in ("win_lengths", "n_ffts"):
        assert told(sections, "/mrmel/config", key) == meant("window_lengths")
    assert told(sections, "/discriminator/config", "window_lengths") == meant("win_lengths")


@pytest.mark.parametrize("key", ["fft_sizes", "hop_sizes", "win_lengths"])
def test_no_hint_leads_to_a_section_that_is_not_there(key: str) -> None:
    sections = {name: STFT[name] for name in ("spectral", "time")}
    assert told(sections, "/spectral", key) == f"it belongs at /spectral/config/{key}"
    assert told({"time": STFT["time"]}, "/time", key) == ""


@pytest.mark.parametrize(
    ("place", "key", "value", "hint"),
    [
        ("", "stft", {"weights": {"mrstft": 1}}, meant("spectral")),
        ("", "disc", {"type": "dac", "weights": {"adversarial": 0.1}}, meant("discriminator")),
        ("", "adv", {"weight": 0.1, "type": "hinge"}, meant("adversarial")),
        ("", "recon", {"weight": 1.0, "type": "l2"}, meant("reconstruction")),
        ("", "recon", {"weights": {"l1": 1.0}}, meant("time")),
        ("", "perceptual", {"weights": {"hubert": 1.0}}, meant("hubert")),
        ("", "perceptual", {"weights": {"clap": 1.0}}, meant("clap")),
        ("/jepa", "decay_contrastive", 0.9, meant("decay")),
        ("/spectral/config", "w_sum", 1.0, ""),
        ("/adversarial", "weights", {"feature_matching": 2.0}, ""),
        ("/spectral", "stft", 1.0, "it belongs at /spectral/weights/mrstft"),
        ("/spectral", "weight", 1.0, "it belongs at /spectral/weights/mrstft"),
        ("/spectral", "weight", {"mrstft": 1.0}, meant("weights")),
        ("/spectral/weights", "stft", 1.0, meant("mrstft")),
        ("/spectral/config", "perceptual", True, meant("perceptual_weighting")),
        ("/spectral", "perceptual", True, "it belongs at /spectral/config/perceptual_weighting"),
        ("/bottleneck/weights", "kld", 1e-4, meant("kl")),
        ("/bottleneck/weights", "commit", 0.25, meant("commitment")),
        ("/time/weights", "l3", 1.0, "did you mean 'l1' or 'l2'?"),
        ("/adversarial", "fm", 2.0, meant("feature_matching")),
        ("", "weights", {"kl": 1e-4}, "it belongs at /bottleneck/weights"),
        ("/spectral/weights", "decay", 0.9, "it belongs at /spectral/decay"),
        ("/spectral/config", "decay", 0.9, "it belongs at /spectral/decay"),
        ("/time/weights", "type", "l1", "it belongs at /time/type"),
        ("/bottleneck/weights", "decay", 0.9, ""),
        ("", "type", "l1", ""),
        ("", "decay", 0.9, ""),
    ],
)
def test_short_forms_mean_what_fits_the_place(
    place: str, key: str, value: object, hint: str
) -> None:
    assert told({}, place, key, value) == hint


@pytest.mark.parametrize(("key", "name"), [("adv", "adversarial"), ("fm", "feature_matching")])
def test_short_forms_of_the_discriminators_weights(key: str, name: str) -> None:
    sections = {"discriminator": {**STFT["discriminator"], "weights": {}}}
    assert told(sections, "/discriminator/weights", key, 1.0) == meant(name)
    assert told(sections, "/discriminator", key, 1.0) == (
        f"it belongs at /discriminator/weights/{name}"
    )


def test_what_a_trainer_passes_is_not_taken_for_its_opposite() -> None:
    """Half of `in_channels` is that of `out_channels`."""
    for key in ("in_channels", "in_channel", "in_chanels"):
        assert told(STFT, "/discriminator/config", key, 2).startswith("leave it out: the trainer")


BETWEEN = {"schedule": "linear", "start_weight": 0.0, "end_weight": 1.0, "end_step": 9}
FALLING = {"schedule": "exponential", "start_weight": 1.0, "rate": 0.5}


@pytest.mark.parametrize(
    ("schedule", "name", "keys"),
    [
        (BETWEEN, "start_weight", ["from", "initial_value", "start_value", "start_wight"]),
        (BETWEEN, "end_weight", ["to", "target_value", "end_value", "final_value"]),
        (BETWEEN, "end_step", ["warmup_len", "warmup_steps", "steps", "n_steps"]),
        (FALLING, "rate", ["gamma", "decay"]),
    ],
)
def test_words_for_schedules(schedule: dict[str, Any], name: str, keys: list[str]) -> None:
    rest = {key: value for key, value in schedule.items() if key != name}
    place = "/bottleneck/weights/kl"
    for key in keys:
        sections = {"bottleneck": {"weights": {"kl": rest}}}
        assert told(sections, place, key, schedule[name]) == meant(name)
    written = {"bottleneck": {"weights": {"kl": schedule}}}
    assert told(written, place, keys[0], schedule[name]) == (
        f"it means '{name}', which is written besides"
    )


def test_what_is_no_word_for_the_schedule() -> None:
    """Such as the end of one that has none."""
    sections = {"bottleneck": {"weights": {"kl": FALLING}}}
    for key in ("end_weight", "target_value", "period", "warmup_steps"):
        assert told(sections, "/bottleneck/weights/kl", key, 5) == ""


LISTS: dict[str, Any] = {
    "spectral": {"config": {"perceptual_weighting": True}, "weights": {"mrstft": 1.0}},
    "time": {"weights": {"l1": 0.1}},
}


@pytest.mark.parametrize(
    ("place", "key", "value", "hint"),
    [
        ("/spectral/config", "n_fft", 2048, meant("fft_sizes")),
        ("/spectral/config", "hop_length", 512, meant("hop_sizes")),
        ("/spectral/config", "win_size", 2048, meant("win_lengths")),
        ("/spectral/config", "n_fft", "2048", ""),
        ("/spectral/config", "weight", 0.5, ""),
        ("/bottleneck/weights", "weight", 0.5, ""),
        ("/bottleneck/weights", "l1", 0.5, ""),
        ("", "KL", 1e-4, "it belongs at /bottleneck/weights/kl"),
        ("", "kl_loss", 1e-4, "it belongs at /bottleneck/weights/kl"),
        ("", "kl_loss", {"weight": 1e-4}, ""),
        ("", "mse_loss", 1.0, "it belongs at /time/weights/l2"),
        ("", "mae", 1.0, ""),
        ("", "decay", 0.5, ""),
        ("", "disc", {"weights": {"adversarial": 0.1}}, meant("discriminator")),
    ],
)
def test_numbers_and_words_in_places_of_their_own(
    place: str, key: str, value: object, hint: str
) -> None:
    assert told(LISTS, place, key, value) == hint


def test_arguments_of_an_object_that_is_not_there() -> None:
    assert told({"hubert": {}}, "/hubert", "weight", 1) == "it belongs at /hubert/weights/hubert"
    assert told(LISTS, "/time", "weight", 1) == ""
    without = {"discriminator": {"type": "encodec", "weights": {"adversarial": 0.1}}}
    assert told(without, "/discriminator", "filters", 64) == (
        "it belongs at /discriminator/config/filters"
    )
    dac = {"discriminator": {"type": "dac", "weights": {"adversarial": 0.1}}}
    assert told(dac, "/discriminator", "filters", 64) == ""
