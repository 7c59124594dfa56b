"""The constructors of stable-audio-tools' trainers and our objectives sum the same losses.

A case is a version, an autoencoder and a loss config. The config is right, but for one thing at
most that is done to it on purpose: `ODDITIES` says what comes of each then and now. Wherever both
take a config, names, order and weights have to be the same.
"""

from __future__ import annotations

import copy
import importlib
import warnings
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType
from typing import Any, Literal

import hypothesis.strategies as st
import pytest
import torch

from support import under_test
from support.stable_audio.real import ARGUMENTS, KNOWN, VERSIONS
from support.stable_audio.trainer import whole_trainer

from .target import Target

SAMPLE_RATE = 44100

End = Literal["made", "refused"]
Loss = tuple[str, str, tuple[str, ...]]
"""Name, weight to the last bit, and the keys that it reads."""


@dataclass(frozen=True)
class Oddity:
    """Something that is done to a config, and what comes of it."""

    change: Callable[[dict[str, Any]], None]
    then: End
    now: End
    planned: End | None = None
    """What comes of the plan, if something else than of the objective."""


def _without(*path: str) -> Callable[[dict[str, Any]], None]:
    def change(config: dict[str, Any]) -> None:
        *above, key = path
        for each in above:
            config = config[each]
        del config[key]

    return change


def _with(value: object, *path: str) -> Callable[[dict[str, Any]], None]:
    def change(config: dict[str, Any]) -> None:
        *above, key = path
        for each in above:
            config = config[each]
        config[key] = value

    return change


_OF_BOTH: dict[str, Oddity] = {
    "no spectral arguments": Oddity(_without("spectral", "config"), "refused", "refused"),
    "no spectral weight": Oddity(_without("spectral", "weights", "mrstft"), "refused", "refused"),
    "no time section": Oddity(_without("time"), "refused", "refused"),
    "no weights of time": Oddity(_without("time", "weights"), "refused", "refused"),
    "no feature matching": Oddity(
        _without("discriminator", "weights", "feature_matching"), "refused", "refused"
    ),
    "no adversarial weight": Oddity(
        _without("discriminator", "weights", "adversarial"), "refused", "refused"
    ),
    "null section": Oddity(_with(None, "time"), "refused", "refused"),
    "null weight": Oddity(_with(None, "time", "weights", "l1"), "refused", "made"),
    "string weight": Oddity(_with("0.1", "time", "weights", "l1"), "refused", "refused"),
    "negative weight": Oddity(_with(-0.5, "spectral", "weights", "mrstft"), "made", "refused"),
    "boolean weight": Oddity(_with(True, "spectral", "weights", "mrstft"), "made", "refused"),
    "negative decay": Oddity(_with(-0.5, "spectral", "decay"), "made", "refused"),
    "mistyped section": Oddity(_with({}, "tiem"), "made", "refused"),
    "mistyped weight": Oddity(_with(0.5, "time", "weights", "L1"), "made", "refused"),
    "arguments of no mrmel": Oddity(_with({"weights": {"mrmel": 0}}, "mrmel"), "made", "refused"),
    "unknown argument": Oddity(_with(1.0, "spectral", "config", "w_mag"), "refused", "refused"),
    "lists of two lengths": Oddity(
        _with([16], "spectral", "config", "hop_sizes"), "refused", "refused"
    ),
    "phases": Oddity(_with(0.5, "spectral", "config", "w_phs"), "made", "refused", "made"),
    "whole output": Oddity(_with("full", "spectral", "config", "output"), "made", "refused"),
    "nothing compared": Oddity(
        lambda config: config["spectral"]["config"].update(w_sc=0.0, w_log_mag=0.0, w_lin_mag=0.0),
        *("made", "refused"),
    ),
    "window of nothing": Oddity(
        _with("hat", "spectral", "config", "window"), "refused", "refused", "made"
    ),
}
ODDITIES: dict[str, dict[str, Oddity]] = {
    "0.0.19": {
        **_OF_BOTH,
        "no spectral section": Oddity(_without("spectral"), "refused", "refused"),
        "unknown discriminator": Oddity(
            _with("big_vgan", "discriminator", "type"), "refused", "refused"
        ),
        "argument of 0.0.20": Oddity(
            _with(1.0, "spectral", "config", "w_cep"), "refused", "refused"
        ),
    },
    "0.0.20": {
        **_OF_BOTH,
        "no spectral section": Oddity(_without("spectral"), "made", "made"),
        "unknown discriminator": Oddity(
            _with("wavegan", "discriminator", "type"), "refused", "refused"
        ),
        "cepstra": Oddity(_with(1.0, "spectral", "config", "w_cep"), "made", "refused", "made"),
        "residuals": Oddity(
            _with(True, "spectral", "config", "residual_loss"), "made", "refused", "made"
        ),
        "size that is odd": Oddity(
            lambda config: config["spectral"]["config"].update(fft_sizes=[65, 32]),
            *("made", "refused", "made"),
        ),
        "no weight of a section": Oddity(_with({"weights": {}}, "jepa"), "refused", "refused"),
        "no weight of distances": Oddity(_with({}, "latent_distillation"), "made", "made"),
    },
}
"""What is odd in a config, by version; "made" then and "refused" now is where ours is stricter, on
purpose."""


@dataclass(frozen=True)
class Case:
    """An autoencoder, and what a version trains it with."""

    version: str
    bottleneck: str | None
    channels: int
    teacher: bool
    config: Mapping[str, Any]
    oddity: str


def target(folder: Path, package: ModuleType | None = None) -> Target[Case]:
    """The package under test, or another one."""
    del folder
    ours = package or importlib.import_module(under_test.PACKAGE)
    return Target(
        name="objectives",
        title="the trainer of stable-audio-tools and ours sum the same losses",
        cases=cases(),
        check=lambda case: checked(case, ours),
        show=_shown,
    )


def _shown(case: Case) -> str:
    teacher = ", a teacher" * case.teacher
    return "\n".join(
        (
            f"stable-audio-tools {case.version}",
            f"bottleneck: {case.bottleneck}, {case.channels} channels{teacher}",
            f"config: {case.config!r}",
            f"oddity: {case.oddity or None}",
        )
    )


# --- what each does


def checked(case: Case, package: ModuleType) -> str:
    """Compare, and say in which class the case falls.

    Raises:
        AssertionError: there is a difference that is not listed, or a listed one is not there.
    """
    with whole_trainer(case.version).importable(), pytest.MonkeyPatch.context() as patch:
        wrapper = _attempt(lambda: _their_wrapper(case, patch), Exception)
        planned = _attempt(lambda: _plan(case, package), package.LossConfigError)
        objective = _attempt(lambda: _objective(case, package, wrapper), package.LossConfigError)
    ends = [_end(each) for each in (wrapper, planned, objective)]
    odd = ODDITIES[case.version].get(case.oddity, Oddity(lambda _: None, "made", "made"))
    expected = [odd.then, odd.planned or odd.now, odd.now]
    errors = [each for each in (wrapper, planned, objective) if isinstance(each, Exception)]
    assert ends == expected, f"{ends}, not {expected}: {errors!r}"
    if ends[:2] == ["made", "made"]:
        then, now = _theirs(wrapper), _ours(planned)
        assert then == now, f"{then} then, {now} now"
    if odd.now == "made":
        assert objective.plan == planned
    return case.oddity or "same"


def _attempt(make: Callable[[], Any], expected: type[Exception]) -> Any:
    """What is made, or the error that was raised."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            return make()
        except expected as error:
            return error


def _end(made: Any) -> End:
    return "refused" if isinstance(made, Exception) else "made"


def _autoencoder(case: Case) -> Any:
    """A real one, that hands through what it gets."""
    from stable_audio_tools.models.autoencoders import AudioAutoencoder  # type: ignore[import-not-found]

    bottleneck = None
    if case.bottleneck is not None:
        module = importlib.import_module("stable_audio_tools.models.bottleneck")
        bottleneck = getattr(module, case.bottleneck)(**ARGUMENTS[case.bottleneck])
    same = torch.nn.Identity()
    return AudioAutoencoder(
        *(same, same),
        latent_dim=8,
        downsampling_ratio=1,
        sample_rate=SAMPLE_RATE,
        io_channels=case.channels,
        bottleneck=bottleneck,
    )


class _NoWeights:
    """In the place of weights that the trainer would load from the net."""

    get_model = torch.nn.Identity


def _no_network(*_: object, **__: object) -> torch.nn.Module:
    """In the place of networks that take long to make, and that no loss is made of."""
    return torch.nn.Identity()


_NETWORKS: dict[str, tuple[str, ...]] = {
    "0.0.19": (),
    "0.0.20": ("CLAPLoss", "DiffusionTransformer", "LatentAudioCritic", "LatentJEPA"),
}
"""What the trainer of a version makes beside the losses."""


def _their_wrapper(case: Case, patch: pytest.MonkeyPatch) -> Any:
    import torchaudio  # type: ignore[import-not-found]
    from stable_audio_tools.training import autoencoders  # type: ignore[import-not-found]

    patch.setattr(torchaudio.pipelines, "HUBERT_LARGE", _NoWeights)
    for name in _NETWORKS[case.version]:
        patch.setattr(autoencoders, name, _no_network)
    return autoencoders.AutoencoderTrainingWrapper(
        _autoencoder(case),
        sample_rate=SAMPLE_RATE,
        loss_config=copy.deepcopy(dict(case.config)),
        use_ema=False,
        teacher_model=_autoencoder(case) if case.teacher else None,
    )


def _plan(case: Case, package: ModuleType) -> Any:
    return package.plan_objective(
        case.bottleneck,
        case.config,
        trainer=_trainer(case),
        channels=case.channels,
        teacher=case.teacher,
    )


def _trainer(case: Case) -> str:
    return f"stable-audio-tools {case.version}"


def _objective(case: Case, package: ModuleType, wrapper: Any) -> Any:
    return package.create_objective(
        case.bottleneck,
        case.config,
        trainer=_trainer(case),
        channels=case.channels,
        sample_rate=SAMPLE_RATE,
        discriminator=None if isinstance(wrapper, Exception) else wrapper.discriminator,
        teacher=case.teacher,
    )


_DEAD = ("disc_step_diffusion_loss",)
"""What 0.0.20 makes and never computes: its values aren't there in the discriminator's turn."""

_FROM_INFO = ("hubert_loss", "clap_loss")
"""What the trainer computes of the audio, and ours finds in `info`."""

_KEYS = ("key", "key_a", "key_b", "input_key", "target_key")


_STEPS = 3
"""After as many steps the weights are compared."""


def _theirs(wrapper: Any) -> list[Loss]:
    modules = [*wrapper.losses_gen.losses]
    modules += wrapper.losses_disc.losses if wrapper.use_disc else []
    for _ in range(_STEPS):
        for each in modules:
            each.decay_weight()
    return [
        (
            each.name,
            float(each.weight).hex(),
            tuple(sorted(getattr(each, key) for key in _KEYS if hasattr(each, key))),
        )
        for each in modules
        if each.name not in _DEAD
    ]


def _ours(plan: Any) -> list[Loss]:
    weights = plan.weights_at(_STEPS - 1)
    return [
        (
            each.name,
            float(torch.tensor(weights[each.name])).hex(),
            ("decoded", "reals") if each.name in _FROM_INFO else tuple(sorted(each.reads)),
        )
        for each in (*plan.generator, *plan.discriminator)
    ]


# --- what is tried


_weights = st.one_of(
    st.sampled_from([0, 0.0, 1, 1.0, 0.1, 5, 1e-6, 1e-45, 1e-50, 2**24 + 1, 3e38]),
    st.floats(0, 1e6, allow_subnormal=True),
    st.integers(0, 100),
)
_decays = st.one_of(st.sampled_from([1, 1.0, 0.999, 0, 1.001]), st.floats(0, 1))
_DECAYING = (
    *("spectral", "time", "discriminator", "hubert", "clap", "generative", "jepa", "contrastive"),
    *("latent_distillation", "semantic_regressors"),
)
"""Sections whose weights may decay."""
_STFT = {"fft_sizes": [64, 32], "hop_sizes": [16, 8], "win_lengths": [64, 30]}
_MORE: dict[str, st.SearchStrategy[Any]] = {
    "perceptual_weighting": st.booleans(),
    "w_sc": st.sampled_from([0, 0.5, 1.0]),
    "w_log_mag": st.sampled_from([0.5, 1]),
    "w_lin_mag": st.sampled_from([0, 0.5]),
    "w_phs": st.sampled_from([0, 0.0]),
    "window": st.sampled_from(["hann_window", "hamming_window", "blackman_window"]),
    "mag_distance": st.sampled_from(["L1", "L2"]),
    "reduction": st.sampled_from(["mean", "sum"]),
    "eps": st.sampled_from([1e-8, 1e-5]),
    "log_eps": st.sampled_from([0, 0.1]),
    "log_fac": st.sampled_from([1, 2.0]),
    "output": st.just("loss"),
    "n_bins": st.just([8]),
}
_MEL = {"n_mels": [4], "window_lengths": [64], "pow": 1.0, "log_weight": 1.0, "mag_weight": 0.0}
_DISCRIMINATORS: dict[str, dict[str, Any]] = {
    "encodec": {"filters": 1, "n_ffts": [64], "hop_lengths": [16], "win_lengths": [64]},
    "dac": {"periods": [2], "fft_sizes": []},
}


_SMALL = st.just({"transformer_dim": 64, "depth": 1})


def _weighed(*names: str) -> st.SearchStrategy[dict[str, Any]]:
    return st.fixed_dictionaries(dict.fromkeys(names, _weights))


def _some(*names: str) -> st.SearchStrategy[dict[str, Any]]:
    return st.fixed_dictionaries({}, optional=dict.fromkeys(names, _weights))


_OF_TIME = {"0.0.19": ("l1", "l2"), "0.0.20": ("l1", "l2", "mmd")}
_OF_ONE_VERSION: dict[str, dict[str, st.SearchStrategy[Any]]] = {
    "0.0.19": {},
    "0.0.20": {
        "generative": st.fixed_dictionaries(
            {
                "type": st.just("diffusion"),
                "config": st.just({"embed_dim": 8, "depth": 1}),
                "weights": _weighed("diffusion"),
            }
        ),
        "jepa": st.fixed_dictionaries({"config": _SMALL, "weights": _weighed("jepa")}),
        "contrastive": st.fixed_dictionaries(
            {"config": _SMALL, "weights": _weighed("contrastive")}
        ),
        "latent_distillation": st.fixed_dictionaries({"weights": _some("l1", "l2")}),
        "semantic_regressors": st.fixed_dictionaries(
            {"weights": _weighed("semantic_regressors_l1")}
        ),
    },
}
"""Sections that only the trainer of one version reads."""


@st.composite
def _configs(draw: st.DrawFn, version: str) -> dict[str, Any]:
    more = {name: draw(each) for name, each in _MORE.items() if draw(st.integers(0, 4)) == 0}
    config: dict[str, Any] = {
        "spectral": {"config": {**_STFT, **more}, "weights": {"mrstft": draw(_weights)}},
        "time": {"weights": draw(_some(*_OF_TIME[version]))},
    }
    config |= {
        name: draw(each) for name, each in _OF_ONE_VERSION[version].items() if draw(st.booleans())
    }
    if draw(st.booleans()):
        kind = draw(st.sampled_from(list(_DISCRIMINATORS)))
        config["discriminator"] = {
            "type": kind,
            "config": _DISCRIMINATORS[kind],
            "weights": {"adversarial": draw(_weights), "feature_matching": draw(_weights)},
        }
    if draw(st.booleans()):
        config["mrmel"] = {"config": _MEL, "weights": {"mrmel": draw(_weights)}}
    if draw(st.booleans()):
        config["hubert"] = {"weights": {"hubert": draw(_weights)}}
    if draw(st.booleans()):
        config["bottleneck"] = {"weights": draw(_some("kl", "mmd", "softnorm"))}
    if draw(st.booleans()):
        config["time"] |= {"type": "l1", "config": {}}
    if draw(st.booleans()):
        config["clap"] = {"weights": {"clap": draw(_weights)}}  # which 0.0.19 doesn't read
    for name in _DECAYING:
        if name in config and draw(st.integers(0, 3)) == 0:
            key = "decay_contrastive" if name == "contrastive" else "decay"
            config[name] = {**config[name], key: draw(_decays)}
    return {name: config[name] for name in draw(st.permutations(list(config)))}


@st.composite
def cases(draw: st.DrawFn) -> Case:
    """Each of them odd in one way at most."""
    version = draw(st.sampled_from(VERSIONS))
    config = draw(_configs(version))
    oddity = draw(st.sampled_from([*[""] * 20, *ODDITIES[version]]))
    if oddity:
        config = copy.deepcopy(config)
        try:
            ODDITIES[version][oddity].change(config)
        except KeyError:  # what it changes isn't there
            oddity = ""
    return Case(
        version,
        bottleneck=draw(st.sampled_from([None, *KNOWN[version]])),
        channels=draw(st.sampled_from([2, 1, 4])),
        teacher=draw(st.booleans()),
        config=config,
        oddity=oddity,
    )
