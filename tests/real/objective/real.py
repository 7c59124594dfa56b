"""The loss classes of stable-audio-tools, each loaded from its own file as it stands."""

from __future__ import annotations

import importlib
import importlib.util
import sys
from collections.abc import Callable
from functools import cache
from pathlib import Path
from types import ModuleType

import torch
from torch import Tensor

from support.stable_audio.real import folder_of, load

LOSSES = Path("stable_audio_tools", "training", "losses")


@cache
def auraloss() -> ModuleType:
    """The module with the spectral losses of 0.0.19."""
    return _from_file("auraloss")


@cache
def tight_auraloss() -> ModuleType:
    """The module with the spectral losses of 0.0.20."""
    with load("0.0.20").importable():
        return importlib.import_module("stable_audio_tools.training.losses.auraloss")


def semantic() -> ModuleType:
    """The module with the mel loss of 0.0.19; librosa's filters for it are recorded."""
    return importlib.import_module("stable_audio_tools.training.losses.semantic")


def _from_file(name: str) -> ModuleType:
    path = folder_of("0.0.19") / LOSSES / f"{name}.py"
    spec = importlib.util.spec_from_file_location(f"stable_audio_tools_{name}", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


def values_and_gradients(
    loss: Callable[[Tensor, Tensor], Tensor], x: Tensor, y: Tensor, *, both: bool = False
) -> list[Tensor]:
    """The loss, and its gradients at y and, for `both`, at x."""
    x, y = x.clone().requires_grad_(both), y.clone().requires_grad_()
    result = loss(x, y)
    assert result.shape == ()
    result.backward()
    gradients = [y.grad, x.grad] if both else [y.grad]
    return [result.detach(), *(each for each in gradients if each is not None)]


def assert_same(ours: list[Tensor], real: list[Tensor]) -> None:
    """The same dtypes and the same bits; NaN is NaN."""
    for one, other in zip(ours, real, strict=True):
        torch.testing.assert_close(one, other, rtol=0, atol=0, equal_nan=True)
