"""Values that the real trainers fail on, and that the schema says so (`fails`, `same_length`)."""

from __future__ import annotations

import json
from typing import Any

import pytest
import torch

from loss_factory import SpectralArguments
from loss_factory.dispatch import TABLES
from loss_factory.runtime.config.documents import Written
from loss_factory.runtime.findings.checking import Question, check
from loss_factory.runtime.model.shape import fields_of
from support.stable_audio.real import VERSIONS

SMALL: dict[str, Any] = {"filters": 4}
ONE = {"n_ffts": [256], "hop_lengths": [64], "win_lengths": [256]}
RESOLUTION = {"fft_sizes": [512], "hop_sizes": [128], "win_lengths": [512]}

ENCODEC = [
    SMALL,
    {**SMALL, **ONE},
    {**SMALL, **ONE, "filters_scale": 2},
    {**SMALL, **ONE, "filters_scale": 2, "max_filters": 4},
    {**SMALL, **ONE, "filters_scale": 2, "max_filters": 2},
    {**SMALL, **ONE, "max_filters": 2},
    {**ONE, "filters": 1025},
    {**SMALL, "n_ffts": [], "hop_lengths": [], "win_lengths": []},
    {**SMALL, "n_ffts": [256, 128]},
    {**SMALL, "n_ffts": [2048, 2048, 2048]},
    {**SMALL, "n_ffts": [256, 128, 64]},
    {**SMALL, **ONE, "win_lengths": [512]},
    {**SMALL, **ONE, "hop_lengths": [300]},
    {**SMALL, **ONE, "activation": "ReLU"},
    {**SMALL, **ONE, "activation": "ReLU", "activation_params": {}},
    {**SMALL, **ONE, "activation": "Identity"},
    {**SMALL, **ONE, "activation": "ReLU", "activation_params": None},
    *({**SMALL, **ONE, "kernel_size": each} for each in ([3, 9], [3], [], [1, 3, 5])),
    *({**SMALL, **ONE, "stride": each} for each in ([1, 2], [2], [1, 2, 1])),
    *({**SMALL, key: None} for key in ("n_ffts", "hop_lengths", "win_lengths", "kernel_size")),
    *({**SMALL, **ONE, key: None} for key in ("dilations", "stride", "activation_params")),
]
DAC = [
    {"periods": [2], "fft_sizes": [256]},
    {"periods": [2], "fft_sizes": []},
    {"periods": [], "fft_sizes": [256]},
    {"periods": [], "fft_sizes": []},
    {"periods": [2], "fft_sizes": [], "rates": []},
    {"periods": [2], "fft_sizes": [], "rates": [1]},
    {"periods": [2], "fft_sizes": [256], "bands": []},
    {"periods": [2], "fft_sizes": [], "bands": []},
    {"fft_sizes": [256], "periods": None},
    {"periods": [2], "fft_sizes": None},
    *({"periods": [2], "fft_sizes": [256], key: None} for key in ("bands", "rates")),
]
_CQT = {"cqtd_filters": 4, "periods": [2]}
_ONE_CQT = {"cqtd_hop_lengths": [512], "cqtd_n_octaves": [2], "cqtd_bins_per_octaves": [12]}
BIG_VGAN = [
    {**_CQT, **_ONE_CQT},
    {**_CQT, **_ONE_CQT, "periods": []},
    {**_CQT, **_ONE_CQT, "cqtd_max_filters": 2},
    {**_CQT, **_ONE_CQT, "cqtd_filters_scale": 2},
    {**_CQT, **_ONE_CQT, "cqtd_filters_scale": 2, "cqtd_max_filters": 4},
    {**_CQT, "cqtd_hop_lengths": [], "cqtd_n_octaves": [], "cqtd_bins_per_octaves": []},
    {**_CQT, "cqtd_hop_lengths": [512, 256, 256, 256]},
    {**_CQT, **_ONE_CQT, "cqtd_n_octaves": [2, 2]},
    {**_CQT, **_ONE_CQT, "cqtd_bins_per_octaves": []},
    *({**_CQT, key: None} for key in (*_ONE_CQT, "periods", "cqtd_dilations")),
]
SPECTRAL = [
    {},
    RESOLUTION,
    {"fft_sizes": [512, 256], "hop_sizes": [128], "win_lengths": [512, 256]},
    {"fft_sizes": [], "hop_sizes": [], "win_lengths": []},
    {"fft_sizes": [512, 256]},
    {"fft_sizes": [512, 512, 512], "win_lengths": [64, 64, 64]},
    {"fft_sizes": [128, 256, 64], "win_lengths": [64, 64, 64]},
    {**RESOLUTION, "hop_sizes": [256]},
    {**RESOLUTION, "hop_sizes": [257]},
    {**RESOLUTION, "win_lengths": [600]},
    {**RESOLUTION, "scale": "mel"},
    {**RESOLUTION, "retain_batch_dim": True},
    {**RESOLUTION, "w_sc": 0, "w_log_mag": 0},
    *({**RESOLUTION, "w_sc": 0, "w_log_mag": 0, key: 1} for key in ("w_lin_mag", "w_cep")),
    {**RESOLUTION, "w_sc": 0},
    {**RESOLUTION, "log_fac": 0},
    {**RESOLUTION, "log_fac": 0, "log_eps": 1},
    *({key: None} for key in RESOLUTION),
    *({**RESOLUTION, key: None} for key in fields_of(SpectralArguments) if key not in RESOLUTION),
]
OOBLECK = [{}, {"in_channels": 1}]
COMMENTED = [
    ("encodec", {**SMALL, **ONE, "_comment": ""}),
    ("dac", {**DAC[0], "_comment": ""}),
    ("big_vgan", {**BIG_VGAN[0], "//": ""}),
    ("oobleck", {"//": ""}),
    ("spectral", {**RESOLUTION, "$comment": ""}),
]
CASES = [
    pytest.param(version, kind, arguments, id=f"{version} {kind} {json.dumps(arguments)}")
    for version in VERSIONS
    for kind, every in (
        ("encodec", ENCODEC),
        ("dac", DAC),
        ("big_vgan", BIG_VGAN),
        ("oobleck", OOBLECK),
        ("spectral", SPECTRAL),
        *((kind, [arguments]) for kind, arguments in COMMENTED),
    )
    for arguments in every
    if (version, kind) != ("0.0.19", "big_vgan")  # which it can't build
]


def works(kind: str, arguments: dict[str, Any], channels: int = 1) -> bool:
    """Whether the real class can be made, and then gives a number for such audio."""
    from stable_audio_tools.models import discriminators  # type: ignore[import-not-found]
    from stable_audio_tools.training.losses import auraloss  # type: ignore[import-not-found]

    reals, decoded = torch.rand(2, 1, channels, 4096) - 0.5
    try:
        match kind:
            case "encodec":
                made = discriminators.EncodecDiscriminator(in_channels=1, **arguments)
            case "dac":
                made = discriminators.DACGANLoss(channels=1, sample_rate=44100, **arguments)
            case "big_vgan":
                made = discriminators.BigVGANDiscriminator(
                    channels=1, sample_rate=44100, **arguments
                )
            case "oobleck":
                made = discriminators.OobleckDiscriminator(**arguments)
            case _:
                made = auraloss.MultiResolutionSTFTLoss(sample_rate=44100, **arguments)
        losses = [made(decoded, reals)] if kind == "spectral" else made.loss(reals, decoded)
    except Exception:  # whatever it fails with
        return False
    return all(loss.ndim == 0 and bool(torch.isfinite(loss)) for loss in losses)


def told(
    version: str, kind: str, arguments: dict[str, Any], model: dict[str, Any] | None = None
) -> list[str]:
    """What `check` says of the arguments, and of nothing else; the `model` may be known."""
    section: dict[str, Any] = {"config": arguments, "weights": {"mrstft": 1.0}}
    sections = {"spectral": section, "time": {"weights": {}}}
    if kind != "spectral":
        section = {"type": kind, "config": arguments}
        section["weights"] = {"adversarial": 0.1, "feature_matching": 5.0}
        sections |= {"spectral": {"config": RESOLUTION, "weights": {"mrstft": 1.0}}}
        sections |= {"discriminator": section}
    [trainer] = [each for each in TABLES.trainers if each.name.endswith(version)]
    question = Question(TABLES, frozenset(), None, (trainer,))
    config = sections if model is None else {"model": model, "training": {"loss_configs": sections}}
    findings = check(Written("config.json", json.dumps(config)), question).told
    return [each.problem.message for each in findings]


@pytest.mark.parametrize(("version", "kind", "arguments"), CASES)
def test_what_fails_is_told(version: str, kind: str, arguments: dict[str, Any]) -> None:
    messages = told(version, kind, arguments)
    assert bool(messages) == (not works(kind, arguments)), messages


@pytest.mark.parametrize("version", VERSIONS)
@pytest.mark.parametrize("channels", [1, 2])
@pytest.mark.parametrize("arguments", [{}, {"in_channels": 1}, {"in_channels": 2}])
def test_oobleck_is_told_the_number_of_channels(
    version: str, channels: int, arguments: dict[str, Any]
) -> None:
    messages = told(version, "oobleck", arguments, {"io_channels": channels})
    assert bool(messages) == (not works("oobleck", arguments, channels)), messages


@pytest.mark.parametrize("version", VERSIONS)
def test_activations_that_need_no_arguments(version: str) -> None:
    """All of torch's that take what stable-audio-tools gives LeakyReLU, but for containers."""
    taking: list[str] = []
    for name, each in vars(torch.nn).items():
        if isinstance(each, type) and issubclass(each, torch.nn.Module):
            try:
                each(negative_slope=0.2)
            except Exception:
                continue
            taking.append(name)
    untold = [
        name
        for name in dir(torch.nn)
        if name in taking and not told(version, "encodec", {**SMALL, "activation": name})
    ]
    assert untold == ["Identity", "LeakyReLU"] == sorted(taking)


@pytest.mark.parametrize("version", VERSIONS)
@pytest.mark.parametrize("channels", [1, 2])
@pytest.mark.parametrize("left_out", [(), *RESOLUTION, tuple(RESOLUTION)])
def test_a_stereo_model_needs_the_lists_of_the_spectral_loss(
    version: str, channels: int, left_out: str | tuple[str, ...]
) -> None:
    from stable_audio_tools.training.losses import auraloss

    three = {"fft_sizes": [512] * 3, "hop_sizes": [128] * 3, "win_lengths": [240] * 3}
    arguments = {key: each for key, each in three.items() if key not in left_out}
    names = {1: "MultiResolutionSTFTLoss", 2: "SumAndDifferenceSTFTLoss"}
    try:
        getattr(auraloss, names[channels])(sample_rate=44100, **arguments)
    except TypeError:
        fails = True
    else:
        fails = False
    model = {"io_channels": channels, "bottleneck": {"type": "vae"}}
    messages = told(version, "spectral", arguments, model)
    assert any("stereo" in each for each in messages) == fails == bool(channels == 2 and left_out)
    assert not any("stereo" in each for each in told(version, "spectral", arguments))
