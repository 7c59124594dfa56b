"""Large configs, schemas and overlays: what commands take is in proportion to the file."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import Any

import hypothesis.strategies as st
from pydantic import ValidationError

from loss_compiler.cli import main as compiler
from loss_factory import AutoencoderLossConfig, LossConfigError, load_config, plan_losses
from loss_factory.dispatch import TABLES
from loss_factory.runtime.cli.app import run
from support.schemas import GROUPED_VAE, ROOT, TINY, document

from .held import HELD, VALUES, Held, config_of, defaults_in, overlay_of
from .large import Large, larges, text_of
from .metered import Cost, metered
from .target import Target

CONFIG = ROOT / "tests" / "examples" / "configs" / "dac_rvq_vae.json"

SIZES = (20_000, 100_000, 400_000, 950_000)
"""Bytes of configs."""
SCHEMA_SIZES = (10_000, 40_000, 100_000)
"""Bytes of schemas and overlays, which make far more Python than they are long."""

_CONFIG_MEMORY, _SCHEMA_MEMORY = (80_000_000, 450), (250_000_000, 4_000)
_PRINTED = (200_000, 60)
"""What a run may take: so much in any case, and so much for each byte of the file."""
_CONFIG_SECONDS, _SCHEMA_SECONDS = (12.0, 120e-6), (60.0, 2400e-6)
"""When a run is killed. Machines differ: these are several times what a slow one needs."""
_A_KEY = 2
"""Bytes that a key with a default counts for, where an object in an array stands for it."""
_MERCY = 2
"""So many times as much memory is there, to know by how much its limit is exceeded."""


@dataclass(frozen=True)
class Case:
    """What is run, on what."""

    command: str
    large: Large


@dataclass(frozen=True)
class Compiled:
    """An overlay that stands for much; with a `command`, that of its package, on a config.

    The config has `value` again and again, in so many bytes.
    """

    held: Held
    command: str | None
    value: str
    size: int


Run = Callable[[Path, Path], object]


def _package(*arguments: str) -> Run:
    """A command of the package; `FILE` is the file, and `GOOD` another config."""

    def typed(file: Path, folder: Path) -> None:
        names = {"FILE": str(file), "GOOD": str(CONFIG)}
        sys.argv = ["loss-factory", *(names.get(each, each) for each in arguments)]
        run(TABLES, "loss-factory", {})

    return typed


def _compiler(*arguments: str) -> Run:
    """A command of the compiler; `FILE` is the file, and `OUT` an empty folder."""

    def typed(file: Path, folder: Path) -> None:
        names = {"FILE": str(file), "OUT": str(folder)}
        compiler([names.get(each, each) for each in arguments])

    return typed


def _loaded(file: Path, _: Path) -> None:
    try:
        load_config(file)
    except LossConfigError as error:
        raise SystemExit(str(error) and 1) from None


def _planned(file: Path, _: Path) -> None:
    try:
        plan_losses("vae", _own(file))
    except LossConfigError as error:
        raise SystemExit(str(error) and 1) from None


def _validated(file: Path, _: Path) -> None:
    try:
        AutoencoderLossConfig.model_validate(_own(file))
    except ValidationError:
        raise SystemExit(1) from None


def _own(file: Path) -> Any:
    """The loss config in `file`, as a trainer reads it."""
    whole: Any = {}
    with suppress(ValueError, RecursionError):
        whole = json.loads(file.read_text(encoding="utf-8"))
    training = whole.get("training") if isinstance(whole, dict) else None
    own = training.get("loss_configs") if isinstance(training, dict) else None
    return own if isinstance(own, dict) else {"bottleneck": {"weights": whole}}


CONFIGS: dict[str, Run] = {
    "check": _package("check", "FILE"),
    "check as JSON": _package("check", "--format", "json", "FILE"),
    "check as annotations": _package("check", "--format", "github", "--strict", "FILE"),
    "check a VAE": _package("check", "--bottleneck", "vae", "--foreign-section", "time", "FILE"),
    "explain": _package("explain", "FILE"),
    "explain a setting": _package("explain", "--set", "bottleneck.weights.kl=1", "FILE"),
    "resolve": _package("resolve", "FILE"),
    "resolve a section": _package("resolve", "--foreign-section", "spectral", "FILE"),
    "resolve the difference": _package("resolve", "FILE", "--diff", "GOOD"),
    "resolve the difference to": _package("resolve", "GOOD", "--diff", "FILE"),
    "load_config": _loaded,
    "plan_losses": _planned,
    "model_validate": _validated,
}
_NEW = ("new-bottleneck", "NewBottleneck", "--tag", "new", "--loss", "new", "--into", "FILE")
SCHEMAS: dict[str, Run] = {
    "generate": _compiler("generate", "--schema", "FILE", "--out", "OUT"),
    "release": _compiler("release", "--schema", "FILE", "--out", "OUT"),
    "new-bottleneck in a schema": _compiler(*_NEW),
}
OVERLAYS: dict[str, Run] = {
    "compile": _compiler("compile", "FILE", "--package", "costly", "--out", "OUT"),
    "new-bottleneck": _compiler(*_NEW),
}


def _of_the_package(*arguments: str) -> Run:
    """A command of the package that `compile` has left in the folder."""

    def typed(file: Path, folder: Path) -> None:
        sys.path.insert(0, str(folder))
        sys.argv = ["costly", *arguments, str(file)]
        run(import_module("costly.dispatch").TABLES, "costly", {})

    return typed


_OF_A_PACKAGE: dict[str, Run] = {
    "check of a package": _of_the_package("check"),
    "explain of a package": _of_the_package("explain", "--bottleneck", "vae"),
    "resolve of a package": _of_the_package("resolve"),
}


def target(folder: Path, sizes: tuple[int, ...] = SIZES) -> Target[Case | Compiled]:
    """Files of all kinds, in `folder`."""
    schema_sizes = tuple(each for each in SCHEMA_SIZES if each <= max(sizes))
    configs = st.builds(Case, st.sampled_from([*CONFIGS]), larges(sizes))
    others = st.builds(Case, st.sampled_from([*SCHEMAS, *OVERLAYS]), larges(schema_sizes))
    compiled = st.builds(
        Compiled,
        HELD,
        st.sampled_from((None, *_OF_A_PACKAGE)),
        st.sampled_from(VALUES),
        st.sampled_from(tuple(each // 10 for each in sizes)),
    )
    return Target(
        name="costs",
        title="what a command takes is in proportion to its file, whatever that holds",
        cases=st.one_of(configs, configs, others, compiled),
        check=lambda case: checked(folder, case),
        show=repr,
    )


def checked(folder: Path, case: Case | Compiled) -> str:
    """Run a case in `folder`.

    Raises:
        AssertionError: it takes or prints more than it may, or crashes.
    """
    if isinstance(case, Compiled):
        text = json.dumps(overlay_of(case.held))
        said = judged(folder, "compile", text)
        if case.command is None or said != "compile: taken":
            return said
        text = config_of(case.held, case.value, case.size)
        return judged(folder, case.command, text, implied=_A_KEY * defaults_in(case.held, text))
    if case.command in CONFIGS:
        base = _config()
    else:
        base = document(TINY if case.command in SCHEMAS else GROUPED_VAE)
    return judged(folder, case.command, text_of(case.large, base))


def judged(folder: Path, command: str, text: str, *, implied: int = 0) -> str:
    """Run a command in `folder`, on a file with `text`, and with so many bytes that it implies.

    Raises:
        AssertionError: it takes or prints more than it may, or crashes.
    """
    work = (CONFIGS | _OF_A_PACKAGE | SCHEMAS | OVERLAYS)[command]
    seconds, memory = _SCHEMA_SECONDS, _SCHEMA_MEMORY
    if command in CONFIGS | _OF_A_PACKAGE:
        seconds, memory = _CONFIG_SECONDS, _CONFIG_MEMORY
    file = folder / "case.json"
    file.write_text(text, encoding="utf-8")
    size = len(text.encode()) + implied
    most_memory = memory[0] + memory[1] * size
    cost = metered(
        lambda: work(file, folder / "out"),
        folder / "printed",
        seconds=seconds[0] + seconds[1] * size,
        memory=most_memory * _MERCY,
    )
    found = _excesses(cost, size, most_memory)
    assert not found, "\n".join([f"{size:,} bytes", *found])
    return f"{command}: {'taken' if cost.code == 0 else 'refused'}"


def _config() -> Any:
    """A model config with an object that a tag chooses, and with keyword arguments."""
    whole = document(CONFIG)
    whole["training"]["loss_configs"]["discriminator"] = {
        "type": "dac",
        "config": {"channels": 2, "fft_sizes": [512], "periods": [2, 3]},
        "weights": {"adversarial": 0.1, "feature_matching": 5.0},
    }
    return whole


def _excesses(cost: Cost, size: int, most_memory: int) -> list[str]:
    said = cost.printed[-2_000:].decode(errors="replace")
    found: list[str] = []
    if cost.code not in (0, 1, 2):
        found.append(f"exit code {cost.code} after {cost.seconds:.1f} s: {said}")
    if cost.memory > most_memory:
        found.append(f"took {cost.memory:,} bytes of memory, and may take {most_memory:,}")
    if len(cost.printed) > _PRINTED[0] + _PRINTED[1] * size:
        found.append(f"printed {len(cost.printed):,} bytes")
    return found
