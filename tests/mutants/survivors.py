"""The lists of what the recorded run found: survivors with the reason for each, and a sample."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

import tomllib

from mutants.mutation import Mutant

_SURVIVORS = Path(__file__).with_name("survivors.toml")
_SAMPLE = Path(__file__).with_name("sample.toml")
SAMPLE_SIZE = 150

_HEAD = """\
# {title}
# `nox -s mutants -- --write` writes this file again{keeps}.
"""


@dataclass(frozen=True)
class Survivors:
    """Mutants by their titles, in groups: the reason, and those that it holds for."""

    groups: tuple[tuple[str, tuple[str, ...]], ...]

    @property
    def explained(self) -> frozenset[str]:
        """Those for which there is a reason."""
        return frozenset(title for why, titles in self.groups if why for title in titles)

    def updated(self, survived: Collection[str], modules: Collection[str]) -> Survivors:
        """With what `survived` in `modules` in place of what was known of these."""
        groups: dict[str, tuple[str, ...]] = {}
        for why, titles in self.groups:
            kept = [each for each in titles if each in survived or module_of(each) not in modules]
            if kept and why:
                groups[why] = tuple(sorted(kept))
        known = {title for titles in groups.values() for title in titles}
        unexplained = {title for why, titles in self.groups if not why for title in titles}
        others = {each for each in unexplained if module_of(each) not in modules}
        if new := tuple(sorted({*survived, *others} - known)):
            groups[""] = new
        return Survivors(tuple(groups.items()))


def module_of(title: str) -> str:
    """The module that the mutant with this title is in."""
    function = title.partition(":")[0]
    parts = function.split(".")
    return ".".join(parts[:2]) if parts[0] == "shared" else parts[0]


def read_survivors() -> Survivors:
    """What survivors.toml says."""
    groups = tomllib.loads(_SURVIVORS.read_text(encoding="utf-8")).get("group", [])
    return Survivors(tuple((each["why"], tuple(each["mutants"])) for each in groups))


def write_survivors(survivors: Survivors) -> None:
    """Write survivors.toml; those without a reason stand last, under an empty one."""
    title = "Mutants that no test of the mutation run kills, and why that leaves no gap."
    lines = [_HEAD.format(title=title, keeps=" and keeps each reason")]
    for why, titles in survivors.groups:
        lines += ["\n[[group]]\n", f"why = {_quoted(why)}\n", "mutants = [\n"]
        lines += [f"  {_quoted(each)},\n" for each in titles]
        lines.append("]\n")
    _SURVIVORS.write_text("".join(lines), encoding="utf-8")


def read_sample() -> dict[str, str]:
    """The mutants of sample.toml, each with the test that killed it, which is empty if none did."""
    tests = tomllib.loads(_SAMPLE.read_text(encoding="utf-8"))
    return {str(mutant): str(test) for mutant, test in tests["killed_by"].items()}


def write_sample(tests: Mapping[str, str]) -> None:
    """Write sample.toml: some of `tests`, the same ones whatever else there is."""
    drawn = sorted(tests, key=_number)[:SAMPLE_SIZE]
    title = "A sample of all mutants, for CI, each with the test that kills it."
    lines = [_HEAD.format(title=title, keeps=""), "\n[killed_by]\n"]
    lines += [f"{_quoted(each)} = {_quoted(tests[each])}\n" for each in sorted(drawn)]
    _SAMPLE.write_text("".join(lines), encoding="utf-8")


def unexplained(survived: Iterable[Mutant], survivors: Survivors) -> list[Mutant]:
    """Those of `survived` for which there is no reason yet."""
    return [each for each in survived if each.title not in survivors.explained]


def _number(title: str) -> str:
    return sha256(title.encode()).hexdigest()


def _quoted(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)
