"""What a model writes is valid under the schema and makes an equal model."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

from .judges import Package


def check_same(one: Any, other: Any, what: str) -> None:
    """Two models are equal, also where Python takes 1 for True and 1.0, and -0.0 for 0.0."""
    _check_equal(one, other, what)
    texts = [None if model is None else model.model_dump_json() for model in (one, other)]
    assert texts[0] == texts[1], f"{what} is equal, but not the same"


def check_dumps(package: Package, model: Any) -> None:
    """Every dump is valid under the schema and makes the same model."""
    seen: set[str] = set()
    valid: set[str] = set()
    for options in ({}, {"exclude_unset": True}, {"exclude_defaults": True}):
        for method, text in _dumps(model, options):
            how = f"{method}({', '.join(options)})"
            if text not in seen:
                seen.add(text)
                _check_reloads(package, model, how, text)
            if (value := json.dumps(json.loads(text))) not in valid:
                valid.add(value)
                _check_valid(package, how, text)


def check_resolved(package: Package, text: str) -> None:
    """A config with every default written out is valid, and says the same."""
    resolved = package.resolved(text)
    _check_valid(package, "resolve", resolved)
    one, other = package.loaded(text), package.loaded(resolved)
    assert package.plan(one) == package.plan(other), "a resolved config leads to other losses"
    dumped = package.resolved(one.model_dump_json())
    assert dumped == resolved, "a dump is resolved to another config"


def _dumps(model: Any, options: Mapping[str, bool]) -> Iterator[tuple[str, str]]:
    yield "model_dump", json.dumps(model.model_dump(**options))
    yield "model_dump as JSON", json.dumps(model.model_dump(mode="json", **options))
    yield "model_dump_json", model.model_dump_json(**options)


def _check_reloads(package: Package, model: Any, how: str, text: str) -> None:
    # To Pydantic, -0.0 is the default 0.0.
    check = _check_equal if "exclude_defaults" in how else check_same
    for made in (package.validated(text), package.validated_text(text), package.loaded(text)):
        check(made, model, f"what {how} makes, {text},")


def _check_valid(package: Package, how: str, text: str) -> None:
    for library in (package.schema.python, package.schema.rust):
        assert library.is_valid(json.loads(text)), f"{how} makes what is invalid: {text}"


def _check_equal(one: Any, other: Any, what: str) -> None:
    assert one == other, f"{what} is not equal"
