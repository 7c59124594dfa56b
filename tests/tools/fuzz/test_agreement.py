"""A slice of what `nox -s fuzz` tries: the schema and the package agree on documents."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from pathlib import Path

import pytest

from loss_compiler.compile import Compiled
from tools.fuzz.agreement import WHOLE_CONFIG, Document, target_of
from tools.fuzz.engine import Outcome, tried
from tools.fuzz.judges import Package
from tools.fuzz.listed import LISTED
from tools.fuzz.mutations import TEXTS, TREES
from tools.fuzz.packages import COMPILED, compiled, imported, shipped

SEED = 6
CASES = 900
CASES_OF_EACH_COMPILED = 100
"""As many as it takes to meet each kind of document; `nox -s fuzz` tries many more."""


def outcome_of(package: Package, cases: int, mutations: Counter[str]) -> Outcome:
    """What comes of documents of a package; the mutations in them are counted."""
    target = target_of("agreement", [package])

    def check(document: Document) -> str:
        found = target.check(document)
        assert document.mutations or found == "accepted", "the generator makes wrong documents"
        mutations.update(document.mutations)
        return found

    return tried(replace(target, check=check), SEED, cases=cases)


@pytest.mark.long
def test_schema_and_package_agree(tmp_path: Path) -> None:
    mutations: Counter[str] = Counter()
    outcome = outcome_of(shipped(tmp_path), CASES, mutations)
    assert outcome.finding is None
    assert outcome.cases == CASES
    assert set(mutations) == {*TREES, *TEXTS}
    listed = {f"listed: {name}" for name in (*(each.name for each in LISTED), WHOLE_CONFIG)}
    assert set(outcome.classes) == {"accepted", "refused", "refused: not JSON", *listed}
    assert min(outcome.classes["accepted"], outcome.classes["refused"]) > CASES / 4


@pytest.mark.long
@pytest.mark.parametrize("name", COMPILED)
def test_schema_and_compiled_package_agree(name: str, tmp_path: Path) -> None:
    package = imported(compiled(name), f"{name}_agreeing", tmp_path)
    outcome = outcome_of(package, CASES_OF_EACH_COMPILED, Counter())
    assert outcome.finding is None
    assert outcome.cases == CASES_OF_EACH_COMPILED


# --- what is not the same is found


def edited(made: Compiled, file: str, old: str, new: str) -> Compiled:
    """A compiled package with something else in one of its files."""
    assert made.files[file].count(old) == 1
    return replace(made, files=made.files | {file: made.files[file].replace(old, new)})


@pytest.mark.long
@pytest.mark.parametrize(
    ("file", "old", "new", "message"),
    [
        (
            "losses.schema.json",
            '"maximum": 1024',
            '"maximum": 1023',
            "the document is invalid under the schema; model_validate accepts it",
        ),
        (
            "models.py",
            "le=1024",
            "le=1023",
            "the document is valid under the schema; model_validate refuses it",
        ),
    ],
    ids=["schema", "models"],
)
def test_another_limit_is_found(
    file: str, old: str, new: str, message: str, tmp_path: Path
) -> None:
    made = edited(compiled("varied"), file, old, new)
    package = imported(made, f"limit_of_{Path(file).stem.partition('.')[0]}", tmp_path)
    finding = tried(target_of("agreement", [package]), SEED).finding
    assert finding is not None
    assert finding.message == message
    assert finding.shown == (
        f'{package.name}: {{"discriminator":{{"type":"encodec","filters":1024,"scale":1}}}}'
    )
