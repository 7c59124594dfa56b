"""Random cases against the real factories: all listed differences are met, and nothing else."""

from __future__ import annotations

import dataclasses
import importlib
import re
import shutil
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from torch import distributed

import loss_factory
from support.stable_audio.differences import FORWARD, MADE, MISTAKES, NO_BOTTLENECK
from support.stable_audio.real import VERSIONS
from tools.fuzz.engine import tried
from tools.fuzz.parity import Case, listed, target_of
from tools.fuzz.parity_bottlenecks import (
    HOLDERS,
    LOSSES,
    TAGS,
    THINGS,
    WRAPPERS,
    Held,
    Instance,
    Itself,
    Named,
    Thing,
    Wrapped,
)
from tools.fuzz.target import Target

pytestmark = pytest.mark.usefixtures("_loss_factory_only", "_no_process_group_left")

CASES = 1_500
SEEDS = {"0.0.19": 1, "0.0.20": 101}


@pytest.fixture(scope="module")
def _no_process_group_left() -> Iterator[None]:
    yield
    if distributed.is_initialized():
        distributed.destroy_process_group()


def noting(target: Target[Case], noted: list[Case]) -> Target[Case]:
    """The target, with each case noted."""

    def check(case: Case) -> str:
        noted.append(case)
        return target.check(case)

    return dataclasses.replace(target, check=check)


def parts(passed: Any) -> Iterator[Any]:
    """What is passed, and what is in it."""
    yield passed
    match passed:
        case Wrapped(inner=inner) | Held(inner=inner):
            yield from parts(inner)


@pytest.mark.long
@pytest.mark.parametrize("version", VERSIONS)
def test_random_cases_give_the_same_but_for_what_is_listed(version: str) -> None:
    cases: list[Case] = []
    outcome = tried(noting(target_of(version), cases), SEEDS[version], cases=CASES)
    assert outcome.finding is None
    assert outcome.cases == CASES

    seen = {name for case in cases for name in listed(case)}
    known = {*NO_BOTTLENECK, *MISTAKES, *MADE, *FORWARD}
    assert seen == known - ({"softnorm_beside_0_0_19"} if version != "0.0.19" else set())
    compared = {name.removeprefix("listed: ") for name in outcome.classes}
    assert compared <= seen | {"same"}
    assert outcome.classes["same"] > CASES / 5

    same = {case.worth.ours for case in cases if not listed(case)}
    lossless = {name for name in LOSSES if not LOSSES[name]}  # their total is another always
    overlooked = {"SoftNormBottleneck"} if version == "0.0.19" else set()
    assert same == LOSSES.keys() - lossless - overlooked
    assert {case.worth.ours for case in cases} == {*LOSSES, None}
    inside = [part for case in cases for part in parts(case.bottleneck)]
    assert {type(part) for part in inside} == {Instance, Wrapped, Held, Itself, Named, Thing}
    assert {part.wrapper for part in inside if isinstance(part, Wrapped)} == {*WRAPPERS}
    assert {part.holder for part in inside if isinstance(part, Held)} == {*HOLDERS}
    assert {part.kind for part in inside if isinstance(part, Thing)} == {*THINGS}
    assert {case.config.holder for case in cases} == {
        "dict",
        "MappingProxyType",
        "UserDict",
        "DictConfig",
        "AutoencoderLossConfig",
    }
    kinds = {value.kind for case in cases for value in case.values}
    assert kinds >= {"torch.float32", "torch.float64", "torch.bfloat16", "torch.float16"}
    assert len(kinds) > 8


def test_every_tag_is_known() -> None:
    assert list(TAGS.values()) == list(LOSSES)


#: A name, the file, what stands there and what is planted, and what shows it at its smallest.
PLANTED = [
    (
        "scale",
        "dispatch.py",
        'name="commitment_loss",\n',
        'name="commitment_loss",\n    scale=0.5,\n',
        "<DACRVQBottleneck@0.0.20>()",
    ),
    (
        "order",
        "dispatch.py",
        "(CODEBOOK_LOSS, COMMITMENT_LOSS)",
        "(COMMITMENT_LOSS, CODEBOOK_LOSS)",
        "<DACRVQBottleneck@0.0.20>()",
    ),
    ("name", "dispatch.py", 'name="mmd_loss"', 'name="mmd"', "<WassersteinBottleneck@0.0.20>()"),
    (
        "sum",
        "modules.py",
        '            losses["quantizer_loss"] = loss = value * self.quantizer_weight\n'
        "            total += loss\n",
        '            losses["quantizer_loss"] = loss = value * self.quantizer_weight\n'
        "            total = total + loss.double()\n",
        "<RVQBottleneck@0.0.20>()",
    ),
    (
        "resolution",
        "runtime/plan/resolve.py",
        "winner = class_names[known[0].__name__]",
        "winner = class_names[known[-1].__name__]",
        "<class BOTTLENECK(BOTTLENECK@0.0.20)>()",
    ),
]


@pytest.fixture
def copied(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of the package that can be imported by the name of its folder."""
    monkeypatch.syspath_prepend(tmp_path)
    return Path(
        shutil.copytree(
            Path(loss_factory.__file__).parent,
            tmp_path / f"planted_{tmp_path.name}",
            ignore=shutil.ignore_patterns("__pycache__"),
        )
    )


def imported(folder: Path) -> ModuleType:
    return importlib.import_module(folder.name)


@pytest.mark.long
@pytest.mark.parametrize(
    ("file", "right", "wrong", "bottleneck"),
    [each[1:] for each in PLANTED],
    ids=[each[0] for each in PLANTED],
)
def test_what_is_planted_is_found_and_made_small(
    copied: Path, file: str, right: str, wrong: str, bottleneck: str
) -> None:
    text = (copied / file).read_text(encoding="utf-8")
    assert right in text
    (copied / file).write_text(text.replace(right, wrong), encoding="utf-8")
    finding = tried(target_of("0.0.20", imported(copied)), SEEDS["0.0.20"], cases=CASES).finding
    assert finding is not None
    shown = dict(line.split(": ", 1) for line in finding.shown.splitlines()[1:])
    assert re.fullmatch(re.escape(bottleneck).replace("BOTTLENECK", r"\w+"), shown["bottleneck"])
    assert shown["config"] in ("None", "{}", "{'bottleneck': {'weights': {}}}")
    again = tried(target_of("0.0.20", imported(copied)), finding.seed, cases=finding.case).finding
    assert again == finding
