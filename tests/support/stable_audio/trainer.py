"""The whole trainer of stable-audio-tools: its own AutoencoderTrainingWrapper, importable.

What it imports lies in two folders: `real.folder_of(version)`, and the one that the environment
variable LOSS_FACTORY_TRAINER names. `python -m nox -s tests` fills both and sets the variables.

All of stable_audio_tools, torchaudio's Python, audiotools.core and Lightning are the real ones,
with their own `__init__` files. Stand-ins are there for what no training step calls: modules
without contents for what the trainer imports and doesn't use, and packages whose own `__init__`
imports far more than the trainer does. librosa's mel filters were recorded (see mel_filters.py):
numba, which librosa needs for them, is heavier than everything else together.
"""

from __future__ import annotations

import functools
import os
import sys
import warnings
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from importlib.machinery import ModuleSpec
from pathlib import Path
from types import ModuleType
from typing import Any, ClassVar

import pytest
import torch

from support.stable_audio import mel_filters
from support.stable_audio.real import folder_of
from support.under_test import UnusedWeightWarning

VARIABLE = "LOSS_FACTORY_TRAINER"

_WITHOUT_CONTENTS = ("wandb", "k_diffusion", "torchsde", "pandas", "audiotools.ml")

_OF_ONE_VERSION = "support.stable_audio.own_wrapper"
"""A module of the tests that derives from what a version has."""

_PACKAGES = {name.partition(".")[0] for name in _WITHOUT_CONTENTS} | {
    *("stable_audio_tools", "dac", "audiotools", "torchaudio", "torio", "librosa"),
    *("einops_exts", "ema_pytorch", "julius", "alias_free_torch"),
}
"""What others may have under the same names: out of `sys.modules` when it is not needed."""


class WholeTrainer:
    """One installed version; everything that touches it happens inside `importable()`."""

    def __init__(self, version: str) -> None:
        own, beside = folder_of(version), _folder()
        self._paths = [str(own), str(beside)]
        self._modules: Mapping[str, ModuleType] = _stand_ins(own, beside)

    @contextmanager
    def importable(self) -> Iterator[None]:
        """Have it in `sys.modules` and on the path, without its warnings; then all as it was."""
        path, others = list(sys.path), _taken_out()
        sys.path[:0] = self._paths
        sys.modules.update(self._modules)
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")  # old packages beside a new torch
                warnings.simplefilter("error", UnusedWeightWarning)  # but ours are ours
                _complete(sys.modules["audiotools"])
                yield
        finally:
            self._modules = _taken_out()
            sys.modules.update(others)
            sys.path[:] = path


def _taken_out() -> dict[str, ModuleType]:
    """Take everything that belongs to `_PACKAGES`, or to one version, out of `sys.modules`."""
    names = [
        name
        for name in sys.modules
        if name.partition(".")[0] in _PACKAGES or name == _OF_ONE_VERSION
    ]
    return {name: sys.modules.pop(name) for name in names}


@functools.cache
def whole_trainer(version: str) -> WholeTrainer:
    """The trainer of a version. The test fails if it is not installed where it should be."""
    return WholeTrainer(version)


def _folder() -> Path:
    folder = os.environ.get(VARIABLE)
    if not folder:
        pytest.fail(
            f"{VARIABLE} is not set, so what the trainer imports cannot be found: "
            "run the tests with `python -m nox -s tests`",
            pytrace=False,
        )
    return Path(folder)


class _WithoutContents(ModuleType):
    """Has a class of every name, which nothing uses."""

    def __getattr__(self, name: str) -> type:
        if name.startswith("__"):
            raise AttributeError(name)
        return type(name, (), {})


def _stand_ins(own: Path, beside: Path) -> dict[str, ModuleType]:
    dac, audiotools = ModuleType("dac"), ModuleType("audiotools")
    dac.__path__, audiotools.__path__ = [str(own / "dac")], [str(beside / "audiotools")]
    empty = {name: _WithoutContents(name) for name in _WITHOUT_CONTENTS}
    empty["audiotools.ml"].BaseModel = _BaseModel
    librosa, filters = ModuleType("librosa"), ModuleType("librosa.filters")
    librosa.__path__ = []
    filters.mel = mel_filters.mel  # type: ignore[attr-defined]
    made = {"dac": dac, "audiotools": audiotools, **empty}
    made |= {"librosa": librosa, "librosa.filters": filters}
    for name, module in made.items():
        module.__spec__ = ModuleSpec(name, None, is_package=hasattr(module, "__path__"))
    return made


class _BaseModel(torch.nn.Module):
    """What `dac.model` derives from."""

    INTERN: ClassVar[list[str]] = []
    EXTERN: ClassVar[list[str]] = []


def _complete(audiotools: Any) -> None:
    """What the package's `__init__` would have imported for the trainer."""
    import audiotools.core  # type: ignore[import-not-found]

    audiotools.AudioSignal = audiotools.core.AudioSignal
    audiotools.STFTParams = audiotools.core.STFTParams
