"""The lists of what the recorded run found: survivors with the reason for each, and a sample."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

import tomllib

SAMPLE_SIZE = 150

_HEAD = """\
# {title}
# `nox -s mutants` writes this file again{keeps}; CONTRIBUTING.md says how.
"""


@dataclass(frozen=True)
class Survivors:
    """Mutants by their titles, in groups: the reason, and those that it holds for."""

    groups: tuple[tuple[str, tuple[str, ...]], ...]

    @property
    def explained(self) -> frozenset[str]:
        """Those for which there is a reason."""
        return frozenset(title for why, titles in self.groups if why for title in titles)

    def updated(
        self,
        survived: Collection[str],
        tried: Collection[str],
        mutated: Mapping[str, Collection[str]],
    ) -> Survivors:
        """With what was found out now in place of what was known.

        Args:
            survived: those that are alive.
            tried: those of which that is known now.
            mutated: all that there are in the modules that were mutated, by module.
        """

        def stays(title: str) -> bool:
            """Whether it is alive, or nothing new is known of it."""
            others = mutated.get(module_of(title))
            return title in survived if title in tried else others is None or title in others

        groups: dict[str, tuple[str, ...]] = {}
        for why, titles in self.groups:
            if kept := tuple(sorted(filter(stays, titles))):
                groups[why] = kept
        explained = {title for why, titles in groups.items() if why for title in titles}
        if new := sorted({*survived, *groups.pop("", ())} - explained):
            groups[""] = tuple(new)
        return Survivors(tuple(groups.items()))


def read_survivors() -> Survivors:
    """What survivors.toml says."""
    groups = tomllib.loads(_file("survivors").read_text(encoding="utf-8")).get("group", [])
    return Survivors(tuple((each["why"], tuple(each["mutants"])) for each in groups))


def write_survivors(survivors: Survivors) -> None:
    """Write survivors.toml; those without a reason stand last, under an empty one."""
    title = "Mutants that no test of the mutation run kills, and why that leaves no gap."
    lines = [_HEAD.format(title=title, keeps=" and keeps each reason")]
    for why, titles in survivors.groups:
        lines += ["\n[[group]]\n", f"why = {_quoted(why)}\n", "mutants = [\n"]
        lines += [f"  {_quoted(each)},\n" for each in titles]
        lines.append("]\n")
    _file("survivors").write_text("".join(lines), encoding="utf-8")


def read_killers(name: str) -> dict[str, str]:
    """The mutants of `name`.toml, each with the test that killed it, which is empty if none did.

    They are none if there is no such file.
    """
    if not _file(name).exists():
        return {}
    tests = tomllib.loads(_file(name).read_text(encoding="utf-8"))
    return {str(mutant): str(test) for mutant, test in tests["killed_by"].items()}


def write_killers(name: str, tests: Mapping[str, str]) -> None:
    """Write `name`.toml."""
    title = "Mutants, each with the test that kills it, or with none if it survives."
    lines = [_HEAD.format(title=title, keeps=""), "\n[killed_by]\n"]
    lines += [f"{_quoted(each)} = {_quoted(test)}\n" for each, test in sorted(tests.items())]
    _file(name).write_text("".join(lines), encoding="utf-8")


def module_of(title: str) -> str:
    """The module of the mutant with this title."""
    return title.partition(" ")[0]


def number_of(title: str) -> str:
    """A number that says nothing about the mutant with this title, but is always the same."""
    return sha256(title.encode()).hexdigest()


def drawn(titles: Iterable[str]) -> list[str]:
    """A sample of `titles`: whether one is drawn depends little on what else there is."""
    return sorted(titles, key=number_of)[:SAMPLE_SIZE]


def _file(name: str) -> Path:
    return Path(__file__).with_name(f"{name}.toml")


def _quoted(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)
