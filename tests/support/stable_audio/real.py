"""The real stable-audio-tools, loaded beside each other in the versions that users come from.

Each version is installed (`pip install --no-deps --target`) into a folder of its own, together
with descript-audio-codec; the environment variable LOSS_FACTORY_STABLE_AUDIO names the folder
that holds them:

    $LOSS_FACTORY_STABLE_AUDIO/0.0.19/stable_audio_tools, dac, ...
    $LOSS_FACTORY_STABLE_AUDIO/0.0.20/stable_audio_tools, dac, ...

`python -m nox -s tests` installs them and sets the variable.

The packages' own `__init__` files import far more than these tests need, so bare namespace
modules stand in for them; `models/bottleneck.py`, `training/losses/losses.py` and
`dac/nn/quantize.py` are then imported as they are. The factory's file is too heavy to import:
the one function is cut out of the installed file and run with the names that the file itself
imports from `models.bottleneck` and `training.losses.losses`.
"""

from __future__ import annotations

import ast
import functools
import importlib
import importlib.metadata
import os
import sys
import warnings
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
import torch

VARIABLE = "LOSS_FACTORY_STABLE_AUDIO"
VERSIONS = ("0.0.19", "0.0.20")

#: Small, working constructor arguments of every bottleneck class (the same in both versions).
#: All of them encode a tensor of shape (batch, `CHANNELS`, time).
CHANNELS = 8
_RVQ: dict[str, object] = {"num_quantizers": 2, "codebook_size": 16}
_DAC: dict[str, object] = {"n_codebooks": 2, "codebook_size": 16, "codebook_dim": 4}
ARGUMENTS: dict[str, dict[str, object]] = {
    "VAEBottleneck": {},
    "RVQBottleneck": {"dim": CHANNELS, **_RVQ},
    "RVQVAEBottleneck": {"dim": CHANNELS // 2, **_RVQ},
    "DACRVQBottleneck": {"input_dim": CHANNELS, **_DAC},
    "DACRVQVAEBottleneck": {"input_dim": CHANNELS // 2, **_DAC},
    "WassersteinBottleneck": {},
    "SoftNormBottleneck": {"dim": CHANNELS},
    "TanhBottleneck": {},
    "L2Bottleneck": {},
    "FSQBottleneck": {"levels": [5] * (CHANNELS // 2), "num_codebooks": 2},
    "DitheredFSQBottleneck": {"dim": CHANNELS, "levels": 5},
}

#: The bottlenecks that both the version's factory and ours know. 0.0.19 has a SoftNormBottleneck
#: too, which its factory overlooks: an intended difference, see test_parity.
KNOWN: dict[str, tuple[str, ...]] = {
    "0.0.19": tuple(name for name in ARGUMENTS if name != "SoftNormBottleneck"),
    "0.0.20": tuple(ARGUMENTS),
}

#: Every comparison with the real factory is made for each of these.
VERSIONS_AND_CLASSES = [(version, name) for version in VERSIONS for name in KNOWN[version]]

_STAND_INS = {
    "stable_audio_tools": "stable_audio_tools",
    "stable_audio_tools.models": "stable_audio_tools/models",
    "stable_audio_tools.training": "stable_audio_tools/training",
    "stable_audio_tools.training.losses": "stable_audio_tools/training/losses",
    "dac": "dac",
    "dac.nn": "dac/nn",
    "torchaudio": None,
}
_AS_THEY_ARE = (
    "stable_audio_tools.models.bottleneck",
    "stable_audio_tools.models.fsq",
    "stable_audio_tools.training.losses.losses",
    "dac.nn.quantize",
)


@dataclass(frozen=True)
class StableAudio:
    """One installed version: its modules, and its hand-written loss factory."""

    version: str
    bottleneck: ModuleType
    losses: ModuleType
    factory: Callable[[object, object], list[Any]]
    modules: Mapping[str, ModuleType]

    def importable(self) -> AbstractContextManager[None]:
        """Put this version's modules into `sys.modules`, and what was there back afterwards."""
        return importable(self.modules)


@functools.cache
def load(version: str) -> StableAudio:
    """Load one of `VERSIONS`. The test fails if it is not installed where it should be."""
    folder = folder_of(version)
    stand_ins = {name: stand_in(folder, name, path) for name, path in _STAND_INS.items()}
    with importable(stand_ins), their_warnings_ignored():
        bottleneck, _, losses, _ = (importlib.import_module(name) for name in _AS_THEY_ARE)
        modules = {name: sys.modules[name] for name in loaded_from(stand_ins)}
    factory = _cut_out_factory(folder, bottleneck, losses)
    return StableAudio(version, bottleneck, losses, factory, modules)


def make_bottleneck(
    stable_audio: StableAudio,
    class_name: str,
    *,
    cls: type[torch.nn.Module] | None = None,
    **arguments: Any,
) -> torch.nn.Module:
    """Construct a small, working bottleneck of the real class, or of `cls`, a subclass of it.

    `arguments` are added to the small ones, or replace them.
    """
    if cls is None:
        cls = getattr(stable_audio.bottleneck, class_name)
    with stable_audio.importable(), their_warnings_ignored():  # constructors import, too
        return cls(**{**ARGUMENTS[class_name], **arguments})


def subclass_of(cls: type[torch.nn.Module], depth: int) -> type[torch.nn.Module]:
    """A subclass `depth` levels below `cls` whose name says nothing; `cls` itself for 0."""
    for level in range(depth):
        cls = type(f"Custom{level}", (cls,), {})
    return cls


@contextmanager
def importable(modules: Mapping[str, ModuleType]) -> Iterator[None]:
    """Have nothing but `modules` of their packages in `sys.modules`, and what was there back."""
    before = {name: sys.modules.pop(name) for name in loaded_from(modules)}
    sys.modules.update(modules)
    try:
        yield
    finally:
        for name in loaded_from(modules):
            del sys.modules[name]
        sys.modules.update(before)


def loaded_from(modules: Iterable[str]) -> list[str]:
    """The modules in `sys.modules` that belong to a package of one of `modules`."""
    packages = {name.partition(".")[0] for name in modules}
    return [name for name in sys.modules if name.partition(".")[0] in packages]


@contextmanager
def their_warnings_ignored() -> Iterator[None]:
    """Old packages beside a new torch: what they warn of is none of these tests' business."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        yield


def folder_of(version: str) -> Path:
    """The folder that holds the version, checked by the version's own metadata."""
    parent = os.environ.get(VARIABLE)
    if not parent:
        pytest.fail(
            f"{VARIABLE} is not set, so stable-audio-tools {version} cannot be found: "
            "run the tests with `python -m nox -s tests`",
            pytrace=False,
        )
    folder = Path(parent) / version
    found = [
        distribution.version
        for distribution in importlib.metadata.distributions(path=[str(folder)])
        if distribution.metadata["Name"] == "stable-audio-tools"
    ]
    if found != [version]:
        pytest.fail(
            f"{VARIABLE}={parent}: the versions of stable-audio-tools in its folder {version} "
            f"are {found}: "
            "run the tests with `python -m nox -s tests`",
            pytrace=False,
        )
    return folder


def stand_in(folder: Path, name: str, path: str | None) -> ModuleType:
    """A module without contents, whose submodules are found in the version's folder."""
    module = ModuleType(name)
    module.__path__ = [] if path is None else [str(folder / path)]
    return module


def _cut_out_factory(
    folder: Path, bottleneck: ModuleType, losses: ModuleType
) -> Callable[[object, object], list[Any]]:
    """The real function, in the names that its own file imports from these two modules."""
    name = "create_loss_modules_from_bottleneck"
    path = folder / "stable_audio_tools" / "training" / "autoencoders.py"
    tree = ast.parse(path.read_text(encoding="utf-8"), filename=str(path))
    sources = {"models.bottleneck": bottleneck, "losses": losses}
    namespace: dict[str, Any] = {}
    for node in tree.body:
        if isinstance(node, ast.ImportFrom) and node.module in sources:
            source = sources[node.module]
            for alias in node.names:
                # The losses package re-exports other files' classes too; they are not needed.
                if hasattr(source, alias.name):
                    namespace[alias.asname or alias.name] = getattr(source, alias.name)
    functions = [
        node for node in tree.body if isinstance(node, ast.FunctionDef) and node.name == name
    ]
    if len(functions) != 1:
        pytest.fail(f"{path} defines {name} {len(functions)} times, not once", pytrace=False)
    module = ast.Module(body=list(functions), type_ignores=[])
    exec(compile(module, str(path), "exec"), namespace)
    factory: Callable[[object, object], list[Any]] = namespace[name]
    return factory
