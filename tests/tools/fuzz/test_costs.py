"""What commands take: a slice of what the fuzzer tries, what it was made for, and what it sees."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import repeat
from pathlib import Path

import pytest

from tools.fuzz import costs
from tools.fuzz.engine import tried
from tools.fuzz.metered import metered


def test_a_slice_finds_nothing(tmp_path: Path) -> None:
    outcome = tried(costs.target(tmp_path, sizes=(20_000,)), 6, cases=60)
    assert outcome.finding is None, outcome.finding
    assert outcome.cases == 60


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
    cost = metered(lambda: b"x" * 30_000_000, tmp_path / "out", seconds=5, memory=10**9)
    assert cost.code == 0
    assert 29_000_000 < cost.memory < 60_000_000
