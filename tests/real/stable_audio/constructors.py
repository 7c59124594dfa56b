"""The real classes that the trainer of stable-audio-tools makes from `config` objects.

They are imported from the installed files. What those import and tests don't have (torchaudio,
audiotools, nnAudio, SciPy, the rest of the models) has stand-ins: constructors run, but no forward
does that needs one of them.
"""

from __future__ import annotations

import functools
import importlib
import inspect
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from types import ModuleType, SimpleNamespace
from typing import Any

import torch

from support.stable_audio.real import (
    folder_of,
    importable,
    loaded_from,
    stand_in,
    their_warnings_ignored,
)

SPEECH_MODELS = ("HUBERT_LARGE", "WAVLM_LARGE", "WAV2VEC2_LARGE_LV60K")

_MODELS = "stable_audio_tools.models"
_FOLDERS = {
    "stable_audio_tools": "stable_audio_tools",
    _MODELS: "stable_audio_tools/models",
    "stable_audio_tools.training": "stable_audio_tools/training",
    "stable_audio_tools.training.losses": "stable_audio_tools/training/losses",
    "dac": "dac",
    "dac.model": "dac/model",
}
_STAND_INS = (
    "audiotools",
    "nnAudio",
    "scipy",
    "scipy.signal",
    "torchaudio",
    "torchaudio.prototype",
    "torchaudio.prototype.transforms",
    "torchaudio.transforms",
    *(
        f"{_MODELS}.{name}"
        for name in (
            "autoencoders",
            "pretransforms",
            "psychoacoustics",
            "transformer",
            "transforms",
            "wavelets",
        )
    ),
)
_AS_THEY_ARE = {
    "auraloss": "stable_audio_tools.training.losses.auraloss",
    "discriminators": f"{_MODELS}.discriminators",
    "encodec": f"{_MODELS}.encodec",
    "semantic": "stable_audio_tools.training.losses.semantic",
}


@dataclass(frozen=True)
class Constructors:
    """The classes of one installed version, by their names."""

    classes: Mapping[str, type[Any]]
    modules: Mapping[str, ModuleType]

    def __getitem__(self, name: str) -> type[Any]:
        return self.classes[name]

    def make(self, name: str, **arguments: object) -> Any:
        """Construct one; constructors import, too."""
        with importable(self.modules), their_warnings_ignored():
            return self.classes[name](**arguments)

    def parameters(self, name: str) -> dict[str, object]:
        """The parameters of a constructor that have a name, with their defaults."""
        _, *found = inspect.signature(self.classes[name].__init__).parameters.values()
        variadic = (inspect.Parameter.VAR_POSITIONAL, inspect.Parameter.VAR_KEYWORD)
        return {each.name: each.default for each in found if each.kind not in variadic}


@functools.cache
def constructors(version: str) -> Constructors:
    """The classes of one of `real.VERSIONS`."""
    modules: dict[str, ModuleType] = {name: _Anything(name) for name in _STAND_INS}
    bundle = SimpleNamespace(get_model=torch.nn.Identity)
    modules["torchaudio"].pipelines = SimpleNamespace(**dict.fromkeys(SPEECH_MODELS, bundle))
    folder = folder_of(version)
    modules |= {name: stand_in(folder, name, path) for name, path in _FOLDERS.items()}
    with importable(modules), their_warnings_ignored():
        found = [importlib.import_module(name) for name in _AS_THEY_ARE.values()]
        importlib.import_module("dac.model.discriminator")
        modules = {name: sys.modules[name] for name in loaded_from(modules)}
    classes = {
        name: each for module in found for name, each in vars(module).items() if type(each) is type
    }
    return Constructors(classes, modules)


class _Anything(ModuleType):
    """A module with a class of every name in capitals, and a module of every other."""

    __path__ = ()

    def __getattr__(self, name: str) -> object:
        if name.startswith("__"):
            raise AttributeError(name)
        found: object = _Anything(f"{self.__name__}.{name}")
        if name[0].isupper():
            found = type(name, (_TakesAnything,), {})
        setattr(self, name, found)
        return found


class _TakesAnything(torch.nn.Module):
    def __init__(self, *_: object, **__: object) -> None:
        super().__init__()
