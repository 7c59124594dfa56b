"""What a schema changes for users of the last released one, and what its version has to say."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest

from loss_compiler.history.change import in_words
from loss_compiler.history.interface import changes
from loss_compiler.history.released import Interface, Version, interface_of, interface_problems
from loss_compiler.meaning.analyse import analyse
from loss_compiler.overlay.layers import whole_schema
from loss_compiler.source.files import SourceFile, read_source
from loss_compiler.source.paths import Paths
from loss_compiler.source.syntax import syntax_of
from support.cases import MARK, Block, marks, sections
from support.schemas import CANONICAL, TINY, VARIED, document


@dataclass(frozen=True)
class Case:
    """A released schema, an edit of it with marks, and the changes, there and back."""

    name: str
    released: str
    marked: str
    there: tuple[str, ...]
    back: tuple[str, ...]

    @property
    def edited(self) -> str:
        """The schema after the edit."""
        return self.marked.replace(MARK, "")

    @property
    def version(self) -> str:
        """The version of the released schema."""
        version: str = json.loads(self.released)["x-version"]
        return version

    @property
    def next_major(self) -> str:
        """The version that a breaking change needs."""
        return f"{int(self.version.split('.')[0]) + 1}.0.0"

    def refusals(self, file: str) -> list[str]:
        """What the compiler has to report if the edited schema stands in `file`."""
        lines: list[str] = []
        breaking = [line for line in self.there if line.startswith("breaking ")]
        found = zip(marks(self.marked), sorted(breaking, key=self._place), strict=True)
        for (line, column), said in found:
            lines.append(
                f"{file}:{line}:{column}: {said.removeprefix('breaking ')}, which breaks what "
                f"{self.version} has; undo it, or set 'x-version' to '{self.next_major}'"
            )
        return lines

    def _place(self, said: str) -> int:
        return self.there.index(said)


def cases() -> Iterator[Case]:
    """What interface_changes.txt holds; it says how it is written."""
    for section in sections(Path(__file__).with_name("interface_changes.txt")):
        released = TINY.with_name(section.head.strip()).read_text(encoding="utf-8")
        for block in section.blocks:
            yield _case(released, block)


def _case(released: str, block: Block) -> Case:
    marked = released
    old = [text for sign, text in block.parts() if sign == "-"]
    new = [text for sign, text in block.parts() if sign == "+"]
    for before, after in zip(old, new, strict=True):
        # Indentation doesn't matter: where a line begins stands in the schema.
        pattern = r"\n *".join(map(re.escape, before.split("\n")))
        found = re.findall(pattern, marked)
        if len(found) != 1:
            raise ValueError(f"{block.name}: {before!r} stands {len(found)} times in the schema")
        marked = marked.replace(found[0], after)
    return Case(block.name, released, marked, block.after(">"), block.after("<"))


def rows(released: str, now: str) -> list[str]:
    """The changes from one schema to another: effect, pointer if it is refused, and the rest."""
    old, new = (analyse(syntax_of(json.loads(text))) for text in (released, now))
    return [f"{each.effect.value} {each.where}: {in_words(each)}" for each in changes(old, new)]


def without_pointers(lines: tuple[str, ...]) -> list[str]:
    """Lines as `rows` writes them."""
    return [re.sub(r"^breaking /.*?: ", "breaking ", line) for line in lines]


CASES = list(cases())
every_case = pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)


@pytest.fixture
def schema(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A schema to be written beside a folder for released ones."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "released").mkdir()
    return Path("s.json")


def interface(schema: Path, text: str) -> tuple[SourceFile, Interface]:
    """A schema beside released ones, and how it differs from the last of them."""
    schema.write_text(text, encoding="utf-8")
    source = read_source(schema)
    found = interface_of(schema, source, analyse(whole_schema(source).syntax))
    assert found is not None
    return source, found


@every_case
def test_says_what_changes(case: Case) -> None:
    assert sorted(rows(case.released, case.edited)) == sorted(without_pointers(case.there))
    assert sorted(rows(case.edited, case.released)) == sorted(without_pointers(case.back))
    assert rows(case.edited, case.edited) == []


@every_case
def test_refuses_what_breaks_until_the_version_says_so(case: Case, schema: Path) -> None:
    released = schema.with_name("released") / f"{case.version}.json"
    released.write_text(case.released, encoding="utf-8")
    source, found = interface(schema, case.edited)
    assert list(source.error(interface_problems(found)).lines) == case.refusals("s.json")
    major, minor, patch = found.released
    needs_major = found.needed == Version(major + 1, 0, 0)
    assert needs_major == bool(found.breaking)
    for version in (Version(major, minor + 1, 0), Version(major, minor, patch + 1)):
        bumped = replace(found, version=version)
        assert len(list(interface_problems(bumped))) == len(case.refusals("s.json"))
    for version in (Version(major + 1, 0, 0), Version(major + 7, 1, 2)):
        assert not list(interface_problems(replace(found, version=version)))


def test_schedules_in_the_place_of_numbers() -> None:
    """Weights that were numbers may be schedules; and the other way round."""
    now = document(CANONICAL)
    before = json.loads(json.dumps(now))
    for name in now["$defs"]:
        if name.endswith("Schedule"):
            del before["$defs"][name]
    before["$defs"]["Weight"] = document(VARIED)["$defs"]["Weight"]
    there, back = ([json.dumps(each) for each in pair] for pair in ((before, now), (now, before)))
    allowed, forbidden = rows(*there), rows(*back)
    assert "compatible bottleneck.weights.kl: schedules allowed" in allowed
    assert {each.partition(": ")[2] for each in allowed} == {"schedules allowed"}
    assert "breaking bottleneck.weights.kl: schedules no longer allowed" in forbidden
    assert len(forbidden) == len(allowed) > 20


def test_there_is_no_case_twice() -> None:
    names = [case.name for case in CASES]
    assert len(names) == len(set(names)) > 40


# Where objects stand


def places(schema: dict[str, Any]) -> dict[str, str]:
    """The place of every object of a schema, as the IR has it."""
    ir = analyse(syntax_of(schema))
    found = {model.name: model.place for model in (*ir.models, *ir.results)}
    paths = Paths(syntax_of(schema))
    assert found == {name: paths.place_of(name) for name in found}
    return found


def test_objects_are_where_a_config_holds_them() -> None:
    found = places(document(CANONICAL))
    assert {name: found[name] for name in found if name.startswith(("B", "Disc", "DAC"))} == {
        "BigVGANDiscriminatorArguments": "discriminator[type=big_vgan].config",
        "BigVGANDiscriminatorLossConfig": "discriminator[type=big_vgan]",
        "BottleneckLossConfig": "bottleneck",
        "BottleneckWeights": "bottleneck.weights",
        "DACDiscriminatorArguments": "discriminator[type=dac].config",
        "DACDiscriminatorLossConfig": "discriminator[type=dac]",
        "DiscriminatorWeights": "discriminator.weights",
    }
    assert found["AutoencoderLossConfig"] == ""
    assert found["LossFactoryResult"] == "LossFactoryResult"


def test_an_object_at_two_places_is_called_by_its_class() -> None:
    shared = document(VARIED)
    shared["$defs"]["SpectralDetails"]["properties"]["deeper"] = {
        "$ref": "#/$defs/LayerConfig",
        "default": {},
        "description": "At another place, too.",
    }
    shared["$defs"]["LayerConfig"]["properties"]["deepest"] = {
        "$ref": "#/$defs/Deepest",
        "default": {},
        "description": "Below it.",
    }
    shared["$defs"]["Deepest"] = {**shared["$defs"]["SpectralDetails"], "properties": {}}
    found = places(shared)
    assert found["LayerConfig"] == "LayerConfig"
    assert found["Deepest"] == "LayerConfig.deepest"
    assert found["SpectralDetails"] == "spectral.details"
