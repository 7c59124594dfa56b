"""The published schema and the package take the same loss configs, and dumps reload."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import hypothesis.strategies as st

from .dumps import check_dumps, check_resolved, check_same
from .judges import Package, PublishedSchema
from .listed import LISTED, LOAD, PLAN, VALIDATE, VALIDATE_JSON
from .mutations import TEXTS, TREES, Draft
from .packages import shipped
from .reading import Oddity, Reading, read
from .target import Target
from .tree import Array, text_of

_MOST_MUTATIONS = 5
_ONE_TEXT_IN = 12
_LONGEST_SHOWN = 1000
_BEFORE, _AFTER = '{"training":{"loss_configs":', "}}"
_AROUND = frozenset({"training", "model", "model_type"})
_NOT_FOR_RUST = frozenset({Oddity.NO_NUMBER, Oddity.HALF_SURROGATE})
WHOLE_CONFIG = "whole model config"
"""The only documents that the schema forbids and the package takes.

To load_config, an object with one of those keys is a model config, which it takes too.
"""


@dataclass(frozen=True)
class Document:
    """A text for a package, and what was done to a valid one to get it."""

    package: Package
    text: str = field(repr=False)  # Hypothesis makes a repr of what fails, and it can be long
    mutations: tuple[str, ...]


def target(folder: Path) -> Target[Document]:
    """Documents for loss_factory."""
    return target_of("agreement", [shipped(folder)])


def target_of(name: str, packages: Sequence[Package]) -> Target[Document]:
    """Documents for packages."""
    return Target(
        name=name,
        title="the published schema and the package take the same loss configs; dumps reload",
        cases=_documents(packages),
        check=_check,
        show=_shown,
    )


@st.composite
def _documents(draw: st.DrawFn, packages: Sequence[Package]) -> Document:
    rng = draw(st.randoms(use_true_random=False))
    package = packages[rng.randrange(len(packages))]
    draft = Draft(Array([package.documents.valid(rng)]), package.documents)
    done = []
    for _ in range(rng.randrange(_MOST_MUTATIONS)):
        name = _NAMES[rng.randrange(len(_NAMES))]
        if TREES[name](rng, draft):
            done.append(name)
    text = text_of(draft.around.values[0])
    if rng.randrange(_ONE_TEXT_IN) == _ONE_TEXT_IN - 1:
        name = _TEXT_NAMES[rng.randrange(len(_TEXT_NAMES))]
        text = TEXTS[name](rng, text)
        done.append(name)
    return Document(package, text, tuple(done))


_NAMES = tuple(TREES)
_TEXT_NAMES = tuple(TEXTS)


def _shown(document: Document) -> str:
    text = document.text
    if len(text) > _LONGEST_SHOWN:
        text = f"{text[:_LONGEST_SHOWN]}… ({len(text):,} characters)"
    return f"{document.package.name}: {text}"


def _check(document: Document) -> str:
    """Ask everybody what they say to a document; which class it falls in."""
    package, text = document.package, document.text
    models = {
        VALIDATE: package.validated(text),
        VALIDATE_JSON: package.validated_text(text),
        LOAD: package.loaded(text),
    }
    plan = package.planned(text)
    reading = read(text)
    if reading is None:
        for reader, model in models.items():
            assert model is None, f"{reader} takes what is not JSON"
        assert plan is None
        return "refused: not JSON"
    valid = _valid(package.schema, reading.value, reading.odd)
    refusals = _refusals(reading, package) if valid else {}
    whole = models.pop(LOAD) if _is_whole_config(reading.value) else None
    for reader, model in models.items():
        _compare(valid, refusals.get(reader, []), reader, model)
    if reading.value is not None:  # which means no config
        _compare(valid, refusals.get(PLAN, []), PLAN, plan)
    _check_inside_a_model_config(package, text, reading, valid)
    accepted = [model for model in models.values() if model is not None]
    for model in accepted:
        check_same(model, accepted[0], "what the readers make of it")
    if plan is not None and accepted:
        assert plan == package.plan(accepted[0]), "a mapping and its model lead to other losses"
    for model in accepted[:1]:
        check_dumps(package, model)
    if models.get(LOAD) is not None and not document.mutations:
        check_resolved(package, text)
    for each in LISTED:
        if any(each.name in names for names in refusals.values()):
            return f"listed: {each.name}"
    if valid:
        return "accepted"
    if whole is not None:
        inside = package.loaded(json.dumps(_inside(reading.value)))
        check_same(whole, inside, "a model config and the loss config in it")
        return f"listed: {WHOLE_CONFIG}"
    return "refused"


@contextmanager
def _any_number_of_digits() -> Iterator[None]:
    """The validators write numbers out, for messages."""
    limit = sys.get_int_max_str_digits()
    sys.set_int_max_str_digits(0)
    try:
        yield
    finally:
        sys.set_int_max_str_digits(limit)


@_any_number_of_digits()
def _valid(schema: PublishedSchema, value: object, odd: frozenset[Oddity]) -> bool:
    """Whether a document is valid, on which two libraries agree if both can take it."""
    valid = schema.python.is_valid(value)
    rust = schema.rust.is_valid(value) if odd.isdisjoint(_NOT_FOR_RUST) else valid
    assert rust == valid, f"to jsonschema it is {_word(valid)}, and to jsonschema-rs {_word(rust)}"
    return valid


def _word(valid: bool) -> str:
    return "valid" if valid else "invalid"


@_any_number_of_digits()
def _refusals(reading: Reading, package: Package) -> dict[str, list[str]]:
    """Who has to refuse a valid document, and for which of the listed reasons."""
    refusals: dict[str, list[str]] = {}
    for each in LISTED:
        for reader in sorted(each.refusers(reading, package.schema)):
            refusals.setdefault(reader, []).append(each.name)
    return refusals


def _compare(valid: bool, reasons: Sequence[str], reader: str, model: object) -> None:
    expected = valid and not reasons
    because = f", to refuse for: {', '.join(reasons)}" if reasons else ""
    assert (model is not None) == expected, (
        f"the document is {_word(valid)} under the schema{because}; "
        f"{reader} {'accepts' if model is not None else 'refuses'} it"
    )


def _is_whole_config(value: object) -> bool:
    return isinstance(value, dict) and not _AROUND.isdisjoint(value)


def _inside(whole: dict[str, Any]) -> object:
    training = whole.get("training")
    return (training or {}).get("loss_configs") or {}


def _check_inside_a_model_config(
    package: Package, text: str, reading: Reading, valid: bool
) -> None:
    """The document as `training.loss_configs`, where null is nothing."""
    allowed = valid or reading.value is None
    around = {"training": {"loss_configs": reading.value}}
    assert _valid(package.model_config, around, reading.odd) == allowed, (
        f"in a model config it is {_word(not allowed)}"
    )
    size = reading.size + len(_BEFORE) + len(_AFTER)
    inside = replace(reading, depth=reading.depth + 2, size=size)
    reasons = _refusals(inside, package).get(LOAD, []) if allowed else []
    model = package.loaded(f"{_BEFORE}{text}{_AFTER}")
    _compare(allowed, reasons, f"{LOAD} of a model config", model)
