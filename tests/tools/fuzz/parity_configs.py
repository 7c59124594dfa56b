"""Random loss configs, and what each of them should be in both worlds.

What is wrong with one is worked out from the config by itself, with no help of the package.
"""

from __future__ import annotations

import functools
import math
from collections import UserDict
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from types import MappingProxyType, ModuleType
from typing import Any

import hypothesis.strategies as st
import numpy as np
import torch
from omegaconf import OmegaConf

from .parity_bottlenecks import once_in

DEFAULTS: dict[str, float] = {
    "kl": 1e-6,
    "mmd": 100.0,
    "softnorm": 1e-5,
    "quantizer": 1.0,
    "codebook": 1.0,
    "commitment": 0.25,
}

#: What the real factory reads from the config; the others it has in its code.
READ_THEN = ("kl", "mmd", "softnorm")

LARGEST = 3.4028234663852886e38
"""The largest finite float32."""

_STFT = {"fft_sizes": [64, 32], "hop_sizes": [16, 8], "win_lengths": [64, 32]}

#: Right values of sections that the factories have no business with.
_RIGHT: dict[str, tuple[object, ...]] = {
    "$schema": (None, "losses.schema.json"),
    "spectral": (
        None,
        {},
        {"type": "mrstft", "config": _STFT, "weights": {"mrstft": 1.0}},
        {"weights": {"mrstft": 0}, "decay": 1.0},
    ),
    "time": (None, {}, {"type": "l1", "weights": {"l1": 0.0, "l2": 1}}, {"type": None}),
    "discriminator": (
        None,
        {
            "type": "encodec",
            "config": {"filters": 32, "n_ffts": [64]},
            "weights": {"adversarial": 0.1, "feature_matching": 5},
        },
    ),
    "hubert": ({"weights": {"hubert": 0.5}, "decay": 0.99},),
    "contrastive": (
        {"config": {"depth": 2, "transformer_dim": 64}, "weights": {"contrastive": 1}},
    ),
    "reconstruction": (None, {"weight": 1.0, "type": "l2"}),
    "adversarial": ({"weight": 0, "type": "hinge"},),
}

#: Wrong ones, and where.
_WRONG: dict[str, tuple[tuple[object, str], ...]] = {
    "$schema": ((1, ""),),
    "spectral": (({"weight": {"mrstft": 1.0}}, "/weight"), ([], "")),
    "time": (({"decay": "1"}, "/decay"), ({"weights": {"l1": "0.1"}}, "/weights/l1")),
    "discriminator": (({"weights": {"adversarial": 0.1}}, "/type"), (True, "")),
    "hubert": ((3, ""), ({"weights": {"hubert": True}}, "/weights/hubert")),
    "contrastive": (({"config": {"depth": 2, "transformer_dim": 64}}, "/weights"),),
    "reconstruction": (({"weight": -1}, "/weight"),),
    "adversarial": (({"weight": math.nan}, "/weight"),),
}

_FOREIGN: dict[str, object] = {
    "mrmel": {"weights": {"mrmel": 15.0}, "fork": "of a section that is ours, too"},
    "sisdr": {"weights": {"sisdr": 0.5}, "decay": 0.99},
    "power_channel": {"weight": 3, "schedule": {"kind": "linear", "steps": [0, 1000]}},
    "label": "no section at all",
    "botleneck": {"weights": {"kl": 0.5}},
    "bottleneck ": {"weights": {"kl": 0.5}},
    "Bottleneck": {"weights": {"kl": 0.5}},
    "weights": {"kl": 0.5},
    "kl": 0.5,
    "": {},
    "a/b~c": None,
}
_AROUND: dict[str, object] = {"model_type": "autoencoder", "training": {"loss_configs": {}}}

_MISTYPED_WEIGHTS = ("KL", "k1", "Kl", "kl ", "kl_weight", "qantizer", "a/b", "", "кl", 1)
_MISTYPED_KEYS = ("weight", "Weights", "kl", "typ", "decay", "config", "weights ", 1)


@dataclass(frozen=True)
class Config:
    """A loss config: plain data, what holds it, and which sections are said to be foreign."""

    data: Any
    holder: str = "dict"
    foreign: tuple[str, ...] = ()

    def __str__(self) -> str:
        held = "" if self.holder == "dict" else f" as {self.holder}"
        foreign = f", foreign {list(self.foreign)}" if self.foreign else ""
        return f"{self.data!r}{held}{foreign}"

    def held(self, package: ModuleType) -> Any:
        """The object that a trainer would pass to `package`, or to the real factory."""
        match self.holder:
            case "AutoencoderLossConfig":
                return package.AutoencoderLossConfig.model_validate(self.data)
            case holder:
                return _HOLDERS[holder](self.data)

    @property
    def weights(self) -> dict[str, float]:
        """What a right config says, where it says it."""
        section = (self.data or {}).get("bottleneck", {})
        return {k: _number(v) for k, v in section.get("weights", {}).items() if v is not None}

    def read_by_them(self, weight: str) -> Any:
        """What the real factory takes for a weight."""
        try:
            if self.holder == "AutoencoderLossConfig":
                raise TypeError("a model has no items")
            found = self.data["bottleneck"]["weights"][weight]
        except (TypeError, KeyError, IndexError):
            return DEFAULTS[weight]
        return DEFAULTS[weight] if self._is_unresolved(found) else found

    def mistakes(self) -> set[tuple[str, str]]:
        """Where it is wrong, and which difference that is."""
        return set(self._mistakes())

    def _is_unresolved(self, value: object) -> bool:
        return self.holder == "DictConfig" and value in ("${nowhere}", "???")

    def _mistakes(self) -> Iterator[tuple[str, str]]:
        match self.data:
            case None:
                return
            case dict() as sections:
                pass
            case _:
                yield "", "config_of_another_kind"
                return
        around = next((key for key in sections if key in _AROUND), None)
        for key, value in sections.items():
            if type(key) is not str:
                yield "", "mistyped_key"
            elif key == "bottleneck":
                yield from self._in_bottleneck(value)
            elif key not in self.foreign:
                found = _in_another_section(key, value)
                yield from (each for each in found if key == around or not _is_untold(around, each))

    def _in_bottleneck(self, section: object) -> Iterator[tuple[str, str]]:
        here = "/bottleneck"
        match section:
            case None:
                yield here, "null_section"
                return
            case dict():
                pass
            case _:
                yield here, "config_of_another_kind"
                return
        for key, value in section.items():
            if type(key) is not str:
                yield here, "mistyped_key"
            elif key == "weights":
                yield from self._in_weights(value)
            elif key != "type":
                yield f"{here}/{_escaped(key)}", "mistyped_key"
                yield from self._no_json(value, f"{here}/{_escaped(key)}")
            elif not (value is None or type(value) is str):
                yield f"{here}/type", "label_of_another_kind"

    def _in_weights(self, weights: object) -> Iterator[tuple[str, str]]:
        here = "/bottleneck/weights"
        match weights:
            case None:
                yield here, "null_section"
                return
            case dict():
                pass
            case _:
                yield here, "config_of_another_kind"
                return
        for key, value in weights.items():
            if type(key) is not str:
                yield here, "mistyped_key"
            elif key not in DEFAULTS:
                yield f"{here}/{_escaped(key)}", "mistyped_key"
                yield from self._no_json(value, f"{here}/{_escaped(key)}")
            elif self._is_unresolved(value):
                yield f"{here}/{key}", "unresolved_interpolation"
            elif name := _mistake_in_weight(value):
                yield f"{here}/{key}", name

    def _no_json(self, value: object, here: str) -> Iterator[tuple[str, str]]:
        """What no JSON can say is told wherever it is."""
        match value:
            case dict():
                for key, each in value.items():
                    if type(key) is str:
                        yield from self._no_json(each, f"{here}/{_escaped(key)}")
                    else:
                        yield here, "mistyped_key"
            case list():
                for index, each in enumerate(value):
                    yield from self._no_json(each, f"{here}/{index}")
            case _ if self._is_unresolved(value):
                yield here, "unresolved_interpolation"
            case None | bool() | str():
                pass
            case np.bool_():
                yield here, "boolean_weight"
            case _:
                name = _mistake_in_weight(value)
                if name in ("nan_or_infinite_weight", "tensor_weight", "weight_of_another_kind"):
                    yield here, name


def _is_untold(around: str | None, mistake: tuple[str, str]) -> bool:
    """Whether nothing is said of a section, since the whole is what holds a loss config."""
    return around is not None and mistake[1] in ("whole_model_config", "unknown_section")


def _in_another_section(key: str, value: object) -> Iterator[tuple[str, str]]:
    wrong = [where for each, where in _WRONG.get(key, ()) if each is value]
    if wrong:
        yield f"/{_escaped(key)}{wrong[0]}", "mistake_in_another_section"
    elif key in _AROUND:
        yield f"/{key}", "whole_model_config"
    elif key == "mrmel":  # a fork's
        yield "/mrmel/fork", "mistake_in_another_section"
        yield "/mrmel/config", "mistake_in_another_section"
    elif key not in _RIGHT:
        yield f"/{_escaped(key)}", "unknown_section"


def _mistake_in_weight(value: object) -> str:
    """The difference that makes it no weight, or nothing."""
    match value:
        case None:
            return ""
        case bool() | np.bool_():
            return "boolean_weight"
        case str():
            return "string_weight"
        case torch.Tensor() | np.ndarray():
            return "tensor_weight"
        case int() | float() | np.number() | Fraction():
            number = _number(value)
        case _:
            return "weight_of_another_kind"
    if type(value) is not int and not math.isfinite(number):
        return "nan_or_infinite_weight"
    if number < 0:
        return "negative_weight"
    return "weight_beyond_float32" if number > LARGEST else ""


def _number(value: Any) -> float:
    try:
        return float(value)
    except OverflowError:
        return math.inf if value > 0 else -math.inf


def _escaped(key: str) -> str:
    return key.replace("~", "~0").replace("/", "~1")


_HOLDERS: dict[str, Callable[[Any], Any]] = {
    "dict": lambda data: data,
    "MappingProxyType": MappingProxyType,
    "UserDict": UserDict,
    "DictConfig": OmegaConf.create,
}


# --- random ones


_EDGES: tuple[Any, ...] = (
    -0.0,
    5e-324,
    7e-46,
    1e-45,
    1.1754943508222875e-38,
    1 + 2**-24,
    1 + 2**-24 + 2**-40,
    1 + 2**-25,
    2**60 + 2**36 + 1,  # rounded once, or by way of a float64
    2**63,
    2**64 - 1,
    2**64,
    10**20,
    LARGEST,
    int(LARGEST),
    np.float32(0.1),
    np.float64(0.1),
    np.float16(0.1),
    np.int64(3),
    Fraction(1, 3),
)

_USUAL = (1e-4, 0, None, 1, 10, None, 100, 0.0, None, 1e-6, 1e-5, 0.25)

#: Right ones: ints and floats as people write them, and at the edges of float32.
_weight_values = st.one_of(
    st.sampled_from(_USUAL),
    st.sampled_from(_USUAL),
    st.sampled_from(_EDGES),
    st.floats(0, LARGEST),
    st.floats(0, 1000),
    st.builds(
        lambda high, low, last: max(0, 2**high + 2**low + last),
        st.integers(0, 126),
        st.integers(0, 100),
        st.integers(-1, 1),
    ),
)

#: What is no weight, by the difference that it is.
_NO_WEIGHTS: dict[str, tuple[Any, ...]] = {
    "boolean_weight": (True, False, np.bool_(True)),
    "string_weight": ("1e-4", "1", "", "kl", "nan"),
    "unresolved_interpolation": ("${nowhere}", "???"),
    "negative_weight": (-1, -1e-30, -(10**400)),
    "nan_or_infinite_weight": (math.nan, math.inf, -math.inf, np.float32("inf")),
    "weight_beyond_float32": (
        math.nextafter(LARGEST, math.inf),
        3.4028235e38,
        1e300,
        10**39,
        10**400,
    ),
    "tensor_weight": (torch.tensor(0.5), np.array(0.5)),
    "weight_of_another_kind": ([1e-4], Decimal("0.1"), 1j, b"1", [], {"value": 1.0}, {}),
}

_NO_CONFIGS: tuple[Any, ...] = ([], "kl", 1e-4, (("bottleneck", {}),), True, 0, "")
_NO_SECTIONS: tuple[Any, ...] = ([], "kl", 1e-4, True, 0, ["weights"])
_NO_LABELS: tuple[Any, ...] = (1, True, [], {}, 0.5)


@functools.cache
@st.composite
def configs(draw: st.DrawFn, used: tuple[str, ...]) -> Config:
    """Configs, mostly right ones, and mostly with the weights that are used."""
    if draw(once_in(16)):
        return Config(draw(_nothing))
    data: dict[Any, Any] = {}
    if not draw(once_in(12)):
        data["bottleneck"] = draw(_sections(used))
    foreign: list[str] = []
    if draw(once_in(3)):
        for name in draw(_right_names):
            data[name] = draw(_right_values[name])
        foreign = draw(_foreign_names)
        data |= {name: _FOREIGN[name] for name in foreign}
    if draw(once_in(4)):
        for kind in draw(_some_mistakes):
            data = _spoiled(draw, data, kind)
        if type(data) is not dict:
            return Config(data)
    if draw(st.booleans()):
        data = dict(reversed(data.items()))
    return _held(draw, data, tuple(foreign))


_nothing = st.sampled_from([None, {}])
_right_names = st.lists(st.sampled_from(list(_RIGHT)), max_size=2, unique=True)
_right_values = {name: st.sampled_from(values) for name, values in _RIGHT.items()}
_foreign_names = st.lists(st.sampled_from(list(_FOREIGN)), max_size=2, unique=True)
_any_names = st.lists(st.sampled_from(list(DEFAULTS)), max_size=3, unique=True)
_any_name = st.sampled_from(list(DEFAULTS))
_any_holder = st.sampled_from([*["dict"] * 6, "MappingProxyType", "UserDict"])
_plain_holder = st.sampled_from([*["dict"] * 9, "MappingProxyType", "UserDict", "DictConfig"])
_labels = st.sampled_from(["kl", "mmd", "rvq", "", "whatever", None])


@functools.cache
@st.composite
def _sections(draw: st.DrawFn, used: tuple[str, ...]) -> dict[Any, Any]:
    section: dict[Any, Any] = {}
    if draw(once_in(3)):
        section["type"] = draw(_labels)
    if not draw(once_in(12)):
        names = draw(_any_names if draw(once_in(5)) else _names_of(used))
        section["weights"] = {name: draw(_weight_values) for name in names}
    return section


@functools.cache
def _names_of(used: tuple[str, ...]) -> st.SearchStrategy[list[str]]:
    return st.lists(st.sampled_from(used), unique=True) if used else st.just([])


def _held(draw: st.DrawFn, data: dict[Any, Any], foreign: tuple[str, ...]) -> Config:
    if not _is_plain(data):
        return Config(data, draw(_any_holder), foreign)
    if Config(data, "DictConfig").mistakes() != Config(data).mistakes():
        return Config(data, "DictConfig", foreign)  # an interpolation, which is a text elsewhere
    if not foreign and not Config(data).mistakes() and draw(once_in(5)):
        return Config(data, "AutoencoderLossConfig")
    return Config(data, draw(_plain_holder), foreign)


def _is_plain(value: object) -> bool:
    """Whether OmegaConf takes it."""
    match value:
        case None | bool() | str():
            return True
        case dict():
            return all(type(key) is str and _is_plain(each) for key, each in value.items())
        case list():
            return all(map(_is_plain, value))
        case _:
            return type(value) in (int, float)


def _spoiled(draw: st.DrawFn, data: Any, kind: str) -> Any:
    """With one mistake more, which is the difference `kind`."""
    match data:
        case {"bottleneck": {"weights": dict() as weights} as section}:
            pass
        case dict():
            weights = {}
            section = {"weights": weights}
        case _:
            return data
    data = {**data, "bottleneck": section}
    match kind:
        case "config_of_another_kind":
            if draw(once_in(3)):
                return draw(st.sampled_from(_NO_CONFIGS))
            return _without_a_level(data, section, draw(st.sampled_from(_NO_SECTIONS)), draw)
        case "null_section":
            return _without_a_level(data, section, None, draw)
        case "whole_model_config":
            data |= _AROUND
        case "unknown_section":
            name = draw(st.sampled_from(list(_FOREIGN)))
            data[name] = _FOREIGN[name]
        case "mistake_in_another_section":
            name = draw(st.sampled_from(list(_WRONG)))
            data[name] = draw(st.sampled_from(_WRONG[name]))[0]
        case "mistyped_key":
            owner, keys = draw(
                st.sampled_from(
                    [(weights, _MISTYPED_WEIGHTS), (section, _MISTYPED_KEYS), (data, (1, None))]
                )
            )
            owner[draw(st.sampled_from(keys))] = draw(_weight_values)
        case "label_of_another_kind":
            section["type"] = draw(st.sampled_from(_NO_LABELS))
        case _:
            weights[draw(_any_name)] = draw(st.sampled_from(_NO_WEIGHTS[kind]))
    return data


def _without_a_level(data: Any, section: Any, instead: object, draw: st.DrawFn) -> Any:
    if draw(st.booleans()):
        section["weights"] = instead
        return data
    return {**data, "bottleneck": instead}


_some_mistakes = st.lists(
    st.sampled_from(
        [
            *_NO_WEIGHTS,
            "mistyped_key",
            "unknown_section",
            "null_section",
            "config_of_another_kind",
            "whole_model_config",
            "mistake_in_another_section",
            "label_of_another_kind",
        ]
    ),
    min_size=1,
    max_size=2,
)
