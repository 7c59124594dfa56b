"""How messages show values and lists, in the compiler and in the package alike."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import pytest

from loss_compiler.shared.wording import (
    alternatives,
    did_you_mean,
    did_you_mean_name,
    json_pointer,
    listed,
    nearest,
    one_line,
    shown,
    slip_for,
    together,
)
from loss_compiler.source.problems import CompileError


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (None, "null"),
        (True, "true"),
        (False, "false"),
        (0, "0"),
        (-12, "-12"),
        (10**40, "1" + "0" * 38 + "…"),
        (10**39, "1" + "0" * 39),
        (2**1023, "8988465674311579538646525953945123668089…"[:39] + "…"),
        (2**1024, "an integer of about 309 digits"),
        (1e-05, "1e-05"),
        ("é", 'the string "é"'),
        ("x" * 38, f'the string "{"x" * 38}"'),
        ("x" * 39, f'the string "{"x" * 38}…'),
        ({}, "an object"),
        ([], "an array"),
        ((), "an array"),
        (b"x", "a bytes"),
        (bytearray(), "a bytearray"),
        (memoryview(b""), "a memoryview"),
        ({1}, "a set"),
        (object(), "a object"),
    ],
    ids=lambda value: str(value)[:20] if isinstance(value, str) else "",
)
def test_values(value: object, text: str) -> None:
    assert shown(value) == text


@pytest.mark.parametrize(
    ("names", "or_", "and_"),
    [
        (["a"], "a", "a"),
        (["a", "b"], "a or b", "a and b"),
        (["x 1", "x 2", "x 3"], "x 1, x 2 or x 3", "x 1, 2 and 3"),
        (["x 1", "y 1", "y 2"], "x 1, y 1 or y 2", "x 1, y 1 and 2"),
        (["x 1", "y 1", "x 2"], "x 1, y 1 or x 2", "x 1, y 1 and x 2"),
        (["a b 1", "a b 2"], "a b 1 or a b 2", "a b 1 and 2"),
        (["a", "a"], "a or a", "a and a"),
    ],
)
def test_lists(names: Sequence[str], or_: str, and_: str) -> None:
    assert (alternatives(names), together(names)) == (or_, and_)


def test_quoted_lists_are_ascii() -> None:
    assert listed(["kl", "kΙ"]) == r"'kl', 'k\u0399'"


@pytest.mark.parametrize(
    ("path", "pointer"), [((), ""), (("a/b", 0), "/a~1b/0"), (("~1", ""), "/~01/")]
)
def test_pointers(path: tuple[str | int, ...], pointer: str) -> None:
    assert json_pointer(path) == pointer


@pytest.mark.parametrize(
    ("text", "line"),
    [("a b", "a b"), ("a\nb\t", r"a\nb\t"), ("\ud800", r"\ud800"), ("\u2028é", "\\u2028é")],
)
def test_lines(text: str, line: str) -> None:
    assert one_line(text) == line


NEAR: Mapping[str, tuple[Sequence[str], str | None]] = {
    "kl": (["kl_w", "mmd"], "kl_w"),
    "k1": (["kl"], "kl"),
    "abc": (["abx"], "abx"),
    "abcd": (["abxy"], None),
    "mmd": (["mmd_loss"], "mmd_loss"),
    "500": ([*map(str, range(1, 501))], "500"),
    "501": ([*map(str, range(1, 502))], None),
    "KL": (["mmd", "kl"], "kl"),
    "ﬁlters": (["filters"], "filters"),
    "x": ([], None),
}


@pytest.mark.parametrize("word", NEAR)
def test_spellings(word: str) -> None:
    choices, expected = NEAR[word]
    assert nearest(word, choices) == expected
    hint = "" if expected is None else f"; did you mean {expected!r}?"
    assert did_you_mean(word, choices) == hint


SLIPS: Mapping[str, tuple[str, str | None]] = {
    "KLLOSS": ("klLoss", "klLoss"),
    "ab": ("ba", "ba"),
    "aXYb": ("aYXb", "aYXb"),
    "abcd": ("abcdx", "abcdx"),
    "abcde": ("abcdexy", None),
    "abcdef": ("abcxyef", "abcxyef"),
    "abcdeg": ("abcdxy", None),
    "abcdeh": ("abcxyzdeh", None),
    "abcdefghijklmnopqrst": ("abcdXfghijkXmnopXrst", "abcdXfghijkXmnopXrst"),
    "abcdefghijklmnopqrsu": ("abcdXfghijXXmnopXrsu", None),
    "VAEBottleneck": ("TanhBottleneck", None),
}


@pytest.mark.parametrize("word", SLIPS)
def test_slips(word: str) -> None:
    """Of long names, more than for other words has to be the same."""
    name, expected = SLIPS[word]
    assert slip_for(word, [name]) == expected
    hint = "" if expected is None else f"; did you mean {expected!r}?"
    assert did_you_mean_name(word, [name]) == hint


@pytest.mark.parametrize(("count", "expected"), [(500, "KLLoss"), (501, None)])
def test_among_too_many_names_none_is_a_slip(count: int, expected: str | None) -> None:
    names = [f"{'abcde'[index % 5]}{index}" for index in range(count - 1)]
    assert slip_for("KLLos", ["KLLoss", *names]) == expected


def test_an_error_reads_as_all_of_its_lines() -> None:
    assert str(CompileError(["a.json:1:1: one", "a.json:2:1: two"])) == (
        "a.json:1:1: one\na.json:2:1: two"
    )
