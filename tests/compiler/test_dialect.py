"""Each rule of the dialect refuses something: what it takes in place of each value is listed."""

from __future__ import annotations

import json
from collections.abc import Iterator
from itertools import groupby
from pathlib import Path
from typing import Any

from jsonschema_rs import Draft202012Validator

from support.schemas import ROOT, VARIED, document, parent, paths

DIALECT = ROOT / "schema" / "dialect.schema.json"
VALUES: tuple[Any, ...] = (None, True, -1, 1.5, "", "x", [], ["x"], {}, {"x": 1})


def edits(whole: Any) -> Iterator[tuple[str, str]]:
    """Edit `whole` at each place in each way, and undo it; the place, and what was done there."""
    for path in list(paths(whole)):
        holder, key = parent(whole, path), path[-1]
        old, place = holder[key], "/".join(map(str, path))
        for value in VALUES:
            if value != old or type(value) is not type(old):
                holder[key] = value
                yield place, json.dumps(value)
        holder[key] = old
        if isinstance(holder, list):
            holder.append(old)
            yield place, "twice"
            holder.pop()
        else:
            del holder[key]
            yield place, "left out"
            holder[key] = old
        if isinstance(old, dict):
            old["x"] = 1
            yield place, "with a key x"
            del old["x"]


def test_what_it_takes_in_place_of_each_value() -> None:
    """Without one of its rules it would take more; it has to see every mistake by itself here."""
    dialect = Draft202012Validator(json.loads(DIALECT.read_bytes()))
    whole = document(VARIED)
    assert dialect.is_valid(whole)
    taken = [edit for edit in edits(whole) if dialect.is_valid(whole)]
    lines = [
        f"{place}: {'; '.join(done for _, done in group)}"
        for place, group in groupby(taken, key=lambda edit: edit[0])
    ]
    expected = Path(__file__).with_name("dialect_takes.txt").read_text(encoding="utf-8")
    assert [line for line in expected.splitlines() if not line.startswith("#")] == lines
