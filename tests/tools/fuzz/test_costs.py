"""What commands take: a slice of what the fuzzer tries, what it was made for, and what it sees."""

from __future__ import annotations

import json
import mmap
from collections.abc import Iterator
from itertools import repeat
from pathlib import Path
from random import Random

import pytest

from support.schemas import GROUPED_VAE, document
from tools.fuzz import costs
from tools.fuzz.engine import tried
from tools.fuzz.held import Held
from tools.fuzz.metered import metered


@pytest.mark.parametrize("cases", [10, pytest.param(60, marks=pytest.mark.long)])
def test_a_slice_finds_nothing(cases: int, tmp_path: Path) -> None:
    outcome = tried(costs.target(tmp_path, sizes=(20_000,)), 6, cases=cases)
    assert outcome.finding is None, outcome.finding
    assert outcome.cases == cases


def members(value: str, times: int) -> str:
    return ", ".join(f'"k{number}": {value}' for number in range(times))


def items(value: str, times: int) -> str:
    return ", ".join(repeat(value, times))


COMBINING = "\u0315\u0300" * 100_000
UNKNOWN = members("1", 20_000)
FILES = {
    "defects below a long key": f'{{"{"k" * 50_000}": [{items("NaN", 20_000)}]}}',
    "defects below a long key in a section": (
        f'{{"bottleneck": {{"{"k" * 50_000}": [{items("NaN", 20_000)}]}}}}'
    ),
    "combining letters in a key": f'{{"{COMBINING}": 1}}',
    "combining letters in a tag": f'{{"discriminator": {{"type": "{COMBINING}"}}}}',
    "unknown keys beside a wrong tag": f'{{"discriminator": {{"type": "x", {UNKNOWN}}}}}',
    "deep defects": f'{{"bottleneck": {{"kl": {"[" * 90}{items("NaN", 60_000)}{"]" * 90}}}}}',
}


@pytest.mark.parametrize("command", ["check as JSON", "plan_losses"])
@pytest.mark.parametrize("text", FILES.values(), ids=FILES)
def test_what_it_was_made_for(command: str, text: str, tmp_path: Path) -> None:
    assert costs.judged(tmp_path, command, text) == f"{command}: refused"


HELD = {
    "sections": Held(sections=100, levels=12, times=2, letters=1, variants=1, items=False),
    "a description": Held(sections=1, levels=5, times=4, letters=60_000, variants=1, items=False),
    "items": Held(sections=1, levels=12, times=2, letters=1, variants=1, items=True),
}


@pytest.mark.parametrize("held", HELD.values(), ids=HELD)
def test_objects_held_at_many_places(held: Held, tmp_path: Path) -> None:
    case = costs.Compiled(held, "check of a package", "{}", 1_000)
    assert costs.checked(tmp_path, case) == "compile: refused"


@pytest.mark.long
def test_items_with_defaults(tmp_path: Path) -> None:
    held = Held(sections=1, levels=5, times=2, letters=1, variants=1, items=True)
    case = costs.Compiled(held, "check of a package", "{}", 10_000)
    assert costs.checked(tmp_path, case) == "check of a package: taken"


def test_wrong_tags_in_objects_of_wrong_tags(tmp_path: Path) -> None:
    """Each way through the tags would be a guess at what was meant."""
    held = Held(sections=1, levels=5, times=1, letters=1, variants=6, items=False)
    value = "null"
    for _ in range(5):
        value = f'{{"type": "?", "a0": {value}}}'
    case = costs.Compiled(held, "check of a package", value, 1_000)
    assert costs.checked(tmp_path, case) == "check of a package: refused"


@pytest.mark.long
def test_names_that_are_alike(tmp_path: Path) -> None:
    """There is no time to compare the order of letters in each two of them."""
    letters = Random(1)
    known, unknown = (
        ["".join(letters.choices("ab", k=79)) for _ in range(times)] for times in (480, 700)
    )
    overlay = document(GROUPED_VAE)
    overlay["x-trainers"] = {name: {"description": "One.", "assumed": False} for name in known}
    weight = overlay["$defs"]["BottleneckWeights"]["properties"]["kl_w"]
    weight["x-trainers"] = {name: {"ignores": True} for name in unknown}
    assert costs.judged(tmp_path, "compile", json.dumps(overlay)) == "compile: refused"


DEFINITIONS = members("{}", 3_000)
SCHEMAS = {
    "defects": ("generate", f'{{"{"k" * 20_000}": [{items("NaN", 10_000)}]}}'),
    "combining letters": ("compile", f'{{"{COMBINING}": 1}}'),
    "keys": ("new-bottleneck in a schema", f"{{{members('1', 5_000)}}}"),
    "entries": ("compile", f'{{"x-name": "x", "x-version": "1.0.0", "$defs": {{{DEFINITIONS}}}}}'),
}


@pytest.mark.parametrize(("command", "text"), SCHEMAS.values(), ids=SCHEMAS)
def test_schemas_that_it_was_made_for(command: str, text: str, tmp_path: Path) -> None:
    assert costs.judged(tmp_path, command, text) == f"{command}: refused"


# Each check sees what it is there for


def wasteful(kind: str) -> Iterator[None]:
    match kind:
        case "time":
            while True:
                pass
        case "memory":
            yield from [None] * 1_000_000_000
        case "print":
            print("x" * 1_000_000)
        case _:
            raise ValueError(kind)


@pytest.mark.parametrize(
    ("kind", "message"),
    [
        ("time", "exit code 137 after "),
        ("memory", "exit code 70 after "),
        ("print", "printed 1,000,001 bytes"),
        ("crash", "ValueError: crash"),
    ],
)
def test_waste_is_seen(
    kind: str, message: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(costs.CONFIGS, "check", lambda *_: [*wasteful(kind)])
    monkeypatch.setattr(costs, "_CONFIG_SECONDS", (0.5, 0.0))
    with pytest.raises(AssertionError, match=message):
        costs.judged(tmp_path, "check", "{}")


def test_what_is_taken_is_measured(tmp_path: Path) -> None:
    """Of the system: what has been freed before in this process would not count again."""

    def touch() -> None:
        with mmap.mmap(-1, 100_000_000) as pages:
            for offset in range(0, len(pages), mmap.PAGESIZE):
                pages[offset] = 1

    cost = metered(touch, tmp_path / "out", seconds=5, memory=10**9)
    assert cost.code == 0
    assert 95_000_000 < cost.memory < 160_000_000
