"""What is written down of mutants: survivors with the reason for each, and the tests to meet.

A mutant is known by its function and the kind of the mistake. So a line can be worded anew, and
code can move within a function, and the lists still hold.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

import tomllib

LEFT_OUT = "left out"
"""The kind of a mistake that leaves a statement out."""
SAMPLE_SIZE = 150

_HEAD = """\
# {title}
# `nox -s mutants` writes this file again{keeps}; CONTRIBUTING.md says how.
"""


@dataclass(frozen=True)
class Mistake:
    """A mutant that may not be written yet: the `ordinal`-th of its kind in its function."""

    module: str
    function: str
    kind: str
    ordinal: int

    @property
    def forgets(self) -> bool:
        """Whether it leaves a statement out."""
        return self.kind == LEFT_OUT

    @property
    def place(self) -> str:
        """Its function, as the lists name it."""
        return f"{self.module} {self.function}"

    @property
    def key(self) -> str:
        """What survivors.toml knows it by."""
        return f"{self.place}: {self.kind}"


def drawn(mistakes: Iterable[Mistake]) -> list[Mistake]:
    """Each that leaves a statement out, and a sample of the others.

    Whether one is drawn depends little on what else there is.
    """

    def number(mistake: Mistake) -> str:
        return sha256(f"{mistake.key} {mistake.ordinal}".encode()).hexdigest()

    ordered = sorted(mistakes, key=number)
    others = [each for each in ordered if not each.forgets]
    return [*(each for each in ordered if each.forgets), *others[:SAMPLE_SIZE]]


@dataclass(frozen=True)
class Survivors:
    """Groups of survivors: the reason that holds for the group, and how many there are by key."""

    groups: tuple[tuple[str, Mapping[str, int]], ...]

    def explained(self, key: str) -> int:
        """For how many survivors with this key there is a reason."""
        return sum(mutants.get(key, 0) for why, mutants in self.groups if why)

    @property
    def keys(self) -> list[str]:
        """Every key, as often as it stands in a group."""
        return [key for _, mutants in self.groups for key in mutants]

    def updated(
        self, survived: Iterable[str], tried: Collection[str], gone: Collection[str]
    ) -> Survivors:
        """With what was found out now in place of what was known.

        Args:
            survived: the keys of all that are alive, as often as there are such.
            tried: the keys of which that is known now.
            gone: the keys that belong to no mutant any more.
        """
        alive = Counter(survived)
        groups: dict[str, dict[str, int]] = {}
        for why, mutants in self.groups:
            kept: dict[str, int] = {}
            for key, count in mutants.items():
                if key in tried and why:
                    kept[key] = min(count, alive[key])
                    alive[key] -= kept[key]
                elif key not in tried and key not in gone:
                    kept[key] = count
            if kept := {key: count for key, count in sorted(kept.items()) if count}:
                groups[why] = kept
        new = {**groups.pop("", {}), **+alive}
        if new:
            groups[""] = dict(sorted(new.items()))
        return Survivors(tuple(groups.items()))


def read_survivors() -> Survivors:
    """What survivors.toml says."""
    groups = tomllib.loads(_file("survivors").read_text(encoding="utf-8")).get("group", [])
    return Survivors(tuple((each["why"], each["mutants"]) for each in groups))


def write_survivors(survivors: Survivors) -> None:
    """Write survivors.toml; those without a reason stand last, under an empty one."""
    title = "How many mutants no test of the mutation run kills, and why that leaves no gap."
    lines = [_HEAD.format(title=title, keeps=" and keeps each reason")]
    for why, mutants in survivors.groups:
        lines += ["\n[[group]]\n", f"why = {_quoted(why)}\n", "[group.mutants]\n"]
        lines += [f"{_quoted(key)} = {count}\n" for key, count in mutants.items()]
    _file("survivors").write_text("".join(lines), encoding="utf-8")


def read_killers(of: str) -> dict[str, list[str]]:
    """For functions of the compiler or the package, the tests that noticed mistakes in them.

    There are none if nobody has written down any.
    """
    file = _file(f"{of}_killers")
    if not file.exists():
        return {}
    killers: dict[str, list[str]] = tomllib.loads(file.read_text(encoding="utf-8"))["killers"]
    return killers


def write_killers(of: str, killed: Iterable[tuple[str, str]]) -> None:
    """Write down each pair of a function and a test, the test first that noticed the most."""
    tests: dict[str, Counter[str]] = {}
    for place, test in killed:
        tests.setdefault(place, Counter())[test] += 1
    title = "Functions, each with the tests that notice mistakes in it."
    lines = [_HEAD.format(title=title, keeps=""), "\n[killers]\n"]
    for place, counts in sorted(tests.items()):
        lines += [f"{_quoted(place)} = [\n", *(_entry(test) for test in _first(counts)), "]\n"]
    _file(f"{of}_killers").write_text("".join(lines), encoding="utf-8")


def module_of(key: str) -> str:
    """The module of the mutants with this key."""
    return key.partition(" ")[0]


def _first(counts: Mapping[str, int]) -> Sequence[str]:
    return sorted(counts, key=lambda test: (-counts[test], test))


def _entry(test: str) -> str:
    return f"  {_quoted(test)},\n"


def _file(name: str) -> Path:
    return Path(__file__).with_name(f"{name}.toml")


def _quoted(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)
