"""Hostile schemas: what the compiler says, to the letter, or that they do no harm.

Each is judged as those of the fuzzer are; schemas.py says how.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from loss_compiler.compile import compile_schema
from loss_compiler.source.problems import CompileError
from support.cases import sections
from support.schemas import TINY, document, parent
from tools.fuzz.schemas import checked

HERE = "\x00"
"""Stands where a value is put as it is written."""

COMPILES = "compiles"


@dataclass(frozen=True)
class Case:
    """The tiny schema with `text` at `pointer`, and the messages that it leads to, if any."""

    name: str
    pointer: str
    text: str
    messages: tuple[str, ...]

    def content(self) -> bytes:
        """The schema."""
        schema = document(TINY)
        steps = [each.replace("~1", "/").replace("~0", "~") for each in self.pointer.split("/")[1:]]
        path = [int(each) if each.isdecimal() else each for each in steps]
        if path:
            parent(schema, tuple(path))[path[-1]] = HERE
        whole = json.dumps(schema if path else HERE, indent=2)
        return whole.replace(json.dumps(HERE), self.text).encode()


def cases() -> Iterator[Case]:
    """What hostile_schemas.txt holds; it says how it is written."""
    (section,) = sections(Path(__file__).with_name("hostile_schemas.txt"))
    for block in section.blocks:
        pointer, value = block.text.split(" ⇒ ")
        messages = () if block.after("!") == (COMPILES,) else block.after("!")
        yield Case(block.name, json.loads(pointer), value, messages)


KEY = "/$defs/KLLoss/properties/key/const"

NOT_IN_THE_FILE = [
    Case("LS, PS and NEL as they are", KEY, '"\u2028\u2029\x85"', ()),
    Case("bidi marks as they are", KEY, '"\u202e\u2066"', ()),
    Case("a control character as it is", KEY, '"\x01"', ("invalid control character",)),
    Case("levels", "/description", "[" * 100_000, ("nested more than 100 levels deep",)),
    Case(
        "digits",
        "/$defs/BottleneckWeights/properties/kl/default",
        "1" * 5000,
        (
            "/$defs/BottleneckWeights/properties/kl/default: "
            "the number 11111111111111111111111… has too many digits",
        ),
    ),
    Case("text", KEY, f'"{"x" * 1_000_000}"', ()),
]


def said(schema: Path) -> Iterator[str]:
    """What the compiler says, but for the places, or nothing if `schema` compiles."""
    try:
        compile_schema(schema)
    except CompileError as error:
        for line in error.lines:
            yield line.split(": ", 1)[1]


@pytest.mark.parametrize("case", [*cases(), *NOT_IN_THE_FILE], ids=lambda case: case.name)
def test_a_hostile_schema(case: Case, tmp_path: Path) -> None:
    outcome = checked(tmp_path, case.content())
    schema = tmp_path / "schema.json"
    schema.write_bytes(case.content())
    assert tuple(said(schema)) == case.messages
    assert outcome.startswith("refused" if case.messages else "compiled")
