"""The strict JSON reader: values, where they stand, what is no JSON and what JSON leaves open."""

from __future__ import annotations

import json
import math
import random
from collections.abc import Iterable
from typing import Any

import pytest

from loss_compiler.shared.jsontext import JsonPath, JsonSyntaxError, Position, read_json
from loss_compiler.shared.wording import json_pointer

# Positions


def test_positions() -> None:
    """Lines end with "\\n"; a column is a character, also a tab or one outside of the BMP."""
    read = read_json('{\r\n\t"é😀": [1,\r\n 2, {"b" :\ttrue}],\n"~a/b": null }\r\n')
    assert read.value == {"é😀": [1, 2, {"b": True}], "~a/b": None}
    assert read.defects == ()
    keys: dict[JsonPath, Position] = {
        ("é😀",): Position(2, 2),
        ("é😀", 2, "b"): Position(3, 6),
        ("~a/b",): Position(4, 1),
    }
    values: dict[JsonPath, Position] = {
        (): Position(1, 1),
        ("é😀",): Position(2, 8),
        ("é😀", 0): Position(2, 9),
        ("é😀", 1): Position(3, 2),
        ("é😀", 2): Position(3, 5),
        ("é😀", 2, "b"): Position(3, 12),
        ("~a/b",): Position(4, 9),
    }
    assert {path: read.position_of_key(path) for path in keys} == keys
    assert {path: read.position_of_value(path) for path in values} == values


def test_what_there_is() -> None:
    read = read_json('{"a": [1, {"b": null}], "c": {"d": 1}, "c": {}}')
    there: list[JsonPath] = [(), ("a",), ("a", 0), ("a", 1), ("a", 1, "b"), ("c",)]
    absent: list[JsonPath] = [("b",), ("a", 2), ("a", 1, "b", 0), ("a", "0"), ("c", "d")]
    assert [path for path in (*there, *absent) if read.holds(path)] == there


def test_a_column_after_an_escape_is_the_one_in_the_text() -> None:
    read = read_json('["\\u00e9\\ud83d\\ude00", 1]')
    assert read.value == ["é😀", 1]
    assert read.position_of_value((1,)) == (1, 24)


@pytest.mark.parametrize(
    ("path", "of_key", "of_value"),
    [
        ((), (2, 3), (2, 3)),
        (("a",), (2, 5), (2, 10)),
        (("a", 1), (3, 2), (3, 2)),
        (("a", 7), (2, 10), (2, 10)),
        (("a", 7, "x"), (2, 10), (2, 10)),
        (("b", "c"), (2, 3), (2, 3)),
    ],
)
def test_the_nearest_position(
    path: JsonPath, of_key: tuple[int, int], of_value: tuple[int, int]
) -> None:
    """What is not there stands where the value around it stands."""
    read = read_json('\n  { "a": [0,\n 1] }')
    assert read.position_of_key(path) == of_key
    assert read.position_of_value(path) == of_value


@pytest.mark.parametrize(
    ("path", "pointer"),
    [
        ((), ""),
        (("a",), "/a"),
        (("a", 0, "b"), "/a/0/b"),
        (("",), "/"),
        (("a/b", "m~n", "~1"), "/a~1b/m~0n/~01"),
        ((" ", "é"), "/ /é"),
    ],
)
def test_pointers(path: JsonPath, pointer: str) -> None:
    assert json_pointer(path) == pointer


# Syntax errors

ENDS = ", but the text ends here"
SYNTAX_ERRORS = [
    ("", "1:1: the text is empty; expected a JSON object"),
    (" \r\n\t", "1:1: the text is empty; expected a JSON object"),
    ("{", f"1:2: expected a key in double quotes{ENDS}"),
    ('{"a"', f"1:5: expected ':' after the key{ENDS}"),
    ('{"a":', f"1:6: expected a value{ENDS}"),
    ('{"a":1', f"1:7: expected ',' or '}}'{ENDS}"),
    ('{"a":1,', f"1:8: expected a key in double quotes{ENDS}"),
    ("[", f"1:2: expected a value{ENDS}"),
    ("[1", f"1:3: expected ',' or ']'{ENDS}"),
    ("[1,\n", f"2:1: expected a value{ENDS}"),
    ("{,}", "1:2: expected a key in double quotes"),
    ('{"a":1,}', "1:7: a trailing comma before '}' is not JSON"),
    ('{"a":1,,}', "1:8: expected a key in double quotes"),
    ("{a:1}", "1:2: expected a key in double quotes"),
    ("{1:2}", "1:2: expected a key in double quotes"),
    ("{'a':1}", "1:2: expected a key in double quotes; JSON strings stand in double quotes"),
    ('{"a" 1}', "1:6: expected ':' after the key"),
    ('{"a":}', "1:6: expected a value"),
    ('{"a":1 "b":2}', "1:8: expected ',' or '}'"),
    ('{"a":1]', "1:7: expected ',' or '}'"),
    ("[,]", "1:2: expected a value"),
    ("[1,,2]", "1:4: expected a value"),
    ("[1\n,\n]", "2:1: a trailing comma before ']' is not JSON"),
    ("[1 2]", "1:4: expected ',' or ']'"),
    ("[1}", "1:3: expected ',' or ']'"),
    ("[]]", "1:3: expected the end of the text after the value"),
    ("1 2", "1:3: expected the end of the text after the value"),
    ("}", "1:1: expected a value"),
    (":", "1:1: expected a value"),
    ("'a'", "1:1: expected a value; JSON strings stand in double quotes"),
    ("`a`", "1:1: expected a value"),
    ("\u201ca\u201d", "1:1: expected a value"),
    ("// c\n1", "1:1: expected a value; JSON has no comments"),
    ("[1, /* c */ 2]", "1:5: expected a value; JSON has no comments"),
    ("{} # c", "1:4: expected the end of the text after the value; JSON has no comments"),
    ("True", "1:1: expected a value, not True; did you mean true?"),
    ("nan", "1:1: expected a value, not nan"),
    ("X", "1:1: expected a value, not X"),
    ("-NaN", "1:1: expected a value, not -NaN"),
    ('{"a":\n undefined}', "2:2: expected a value, not undefined"),
    ("-", "1:1: expected a value"),
    ("+1", "1:1: expected a value"),
    (".5", "1:1: expected a value"),
    ("[01]", "1:3: expected ',' or ']'"),
    ("[1.]", "1:3: expected ',' or ']'"),
    ("[1e]", "1:3: expected ',' or ']'"),
    ("[0x1]", "1:3: expected ',' or ']'"),
    ("[0X1]", "1:3: expected ',' or ']'"),
    ("[1_0]", "1:3: expected ',' or ']'"),
    ("[1-2]", "1:3: expected ',' or ']'"),
    ('"\t"', "1:2: invalid control character"),
    ('"a\nb"', "1:3: invalid control character"),
    ('"\\x"', "1:2: invalid \\escape"),
    ('"\\u12"', "1:3: invalid \\uXXXX escape"),
    ("\u00a01", "1:1: expected a value"),
    ("[1,\u00a02]", "1:4: expected a value"),
    ("\ufeff1", "1:1: the text begins with a byte order mark; save it as UTF-8 without one"),
    ("\x00", "1:1: expected a value"),
    ("1\x0c", "1:2: expected the end of the text after the value"),
    ("[" * 101, "1:101: nested more than 100 levels deep"),
    ("[\n" * 101, "101:1: nested more than 100 levels deep"),
    ('{"a":' * 101, "1:501: nested more than 100 levels deep"),
]


@pytest.mark.parametrize(("text", "message"), SYNTAX_ERRORS, ids=lambda text: ascii(text)[:30])
def test_what_is_no_json(text: str, message: str) -> None:
    with pytest.raises(JsonSyntaxError) as caught:
        read_json(text)
    assert str(caught.value) == message
    assert f"{caught.value.position.line}:{caught.value.position.column}: " in message
    assert message.endswith(f": {caught.value.message}")


@pytest.mark.parametrize("text", ['["a', '["a\\"]', '["a\\'])
def test_a_string_without_end(text: str) -> None:
    with pytest.raises(JsonSyntaxError, match=r"^1:2: unterminated string"):
        read_json(text)


def test_100_levels_are_read() -> None:
    assert read_json("[" * 100 + "]" * 100).position_of_value((0,) * 99) == (1, 100)


# Defects

DEFECTS: list[tuple[str, list[tuple[JsonPath, str, str]]]] = [
    ("[1e-999, 1e308, -0, 5e-324]", []),
    ('["\\ud83d\\ude00"]', []),
    ('{"a": {"a": 1}, "b": {"a": 1}}', []),
    ("[0, NaN]", [((1,), "1:5", "NaN is not a JSON number")]),
    ("Infinity", [((), "1:1", "Infinity is not a JSON number")]),
    ('{"a": -Infinity}', [(("a",), "1:7", "-Infinity is not a JSON number")]),
    ("[1e999]", [((0,), "1:2", "the number 1e999 is too large")]),
    ("[-1.5e+400]", [((0,), "1:2", "the number -1.5e+400 is too large")]),
    (f"{'9' * 20}e999", [((), "1:1", f"the number {'9' * 20}e999 is too large")]),
    (f"{'9' * 20}e9999", [((), "1:1", f"the number {'9' * 20}e99… is too large")]),
    (f"[{'9' * 400}.0]", [((0,), "1:2", "the number 99999999999999999999999… is too large")]),
    (f"[{'9' * 5000}]", [((0,), "1:2", "the number 99999999999999999999999… has too many digits")]),
    ('["\\ud800"]', [((0,), "1:2", "a string holds half of a surrogate pair")]),
    ('["\\ude00\\ud83d"]', [((0,), "1:2", "a string holds half of a surrogate pair")]),
    ('["\udfff"]', [((0,), "1:2", "a string holds half of a surrogate pair")]),
    ('{\n"\\ud800": 1}', [(("\ud800",), "2:1", "a string holds half of a surrogate pair")]),
    (
        '{"a": 1,\n "a": 2,\n "a": 3}',
        [
            (("a",), "2:2", "duplicate key; the first one stands in line 1"),
            (("a",), "3:2", "duplicate key; the first one stands in line 1"),
        ],
    ),
    ('{"\\u0061": 1, "a": 2}', [(("a",), "1:15", "duplicate key; the first one stands in line 1")]),
    (
        '[{"b": {"c": NaN,\n"c": 1e999}}]',
        [
            ((0, "b", "c"), "1:14", "NaN is not a JSON number"),
            ((0, "b", "c"), "2:1", "duplicate key; the first one stands in line 1"),
            ((0, "b", "c"), "2:6", "the number 1e999 is too large"),
        ],
    ),
]


@pytest.mark.parametrize(("text", "defects"), DEFECTS, ids=lambda text: ascii(text)[:30])
def test_what_json_leaves_open(text: str, defects: list[tuple[JsonPath, str, str]]) -> None:
    found = [
        (each.path, f"{each.position.line}:{each.position.column}", each.message)
        for each in read_json(text).defects
    ]
    assert found == defects


def test_the_last_of_two_equal_keys_counts() -> None:
    read = read_json('{"a": [1],\n"a": {"b": 2}}')
    assert read.value == {"a": {"b": 2}}
    assert read.position_of_key(("a",)) == (1, 2)
    assert read.position_of_value(("a",)) == (2, 6)


def test_a_number_that_python_does_not_read_is_zero() -> None:
    assert read_json(f"[1{'0' * 5000}, 2]").value == [0, 2]


# Agreement with the standard library


class Writer:
    """Writes a JSON document and notes where it put everything."""

    def __init__(self, seed: int) -> None:
        self.rng = random.Random(seed)
        self.text = ""
        self.keys: dict[JsonPath, Position] = {}
        self.values: dict[JsonPath, Position] = {}
        self._space()
        self._value(())
        self._space()

    def _position(self) -> Position:
        return Position(self.text.count("\n") + 1, len(self.text) - self.text.rfind("\n"))

    def _space(self) -> None:
        self.text += self.rng.choice(("", "", " ", "\n", "\r\n", "\t", " \n\n "))

    def _string(self) -> str:
        length = self.rng.randrange(4)
        content = "".join(self.rng.choices('ab"\\/é\u2028😀\n\x00{[,:', k=length))
        return json.dumps(content, ensure_ascii=self.rng.random() < 0.5)

    def _value(self, path: JsonPath) -> None:
        self.values[path] = self._position()
        kinds = ("object", "array", "scalar") if len(path) < 5 else ("scalar",)
        match self.rng.choice(kinds):
            case "object":
                strings = (self._string() for _ in range(3))
                self._members("{}", path, {json.loads(each): each for each in strings}.values())
            case "array":
                self._members("[]", path, range(self.rng.randrange(4)))
            case _:
                number = self.rng.choice(("0", "-0", "12", "-1.5", "1e3", "2E-2", "0.0", "9" * 30))
                word = self.rng.choice(("true", "false", "null"))
                self.text += self.rng.choice((number, word, self._string()))

    def _members(self, brackets: str, path: JsonPath, steps: Iterable[Any]) -> None:
        self.text += brackets[0]
        self._space()
        for index, step in enumerate(steps):
            if index:
                self.text += ","
                self._space()
            if brackets == "{}":
                child = (*path, json.loads(step))
                self.keys[child] = self._position()
                self.text += step
                self._space()
                self.text += ":"
                self._space()
            else:
                child = (*path, index)
            self._value(child)
            self._space()
        self.text += brackets[1]


def test_random_documents() -> None:
    """The same values as the standard library's, at the places where they were written."""
    sizes = 0
    for seed in range(300):
        document = Writer(seed)
        read = read_json(document.text)
        # JSON again, so that 1 and 1.0 and True are not the same.
        assert json.dumps(read.value) == json.dumps(json.loads(document.text)), seed
        assert read.defects == (), seed
        keys = {path: read.position_of_key(path) for path in document.keys}
        values = {path: read.position_of_value(path) for path in document.values}
        assert (keys, values) == (document.keys, document.values), seed
        sizes += len(document.values)
    assert sizes > 2000


def test_random_slips() -> None:
    """One character too many or too few: JSON for this reader if it is for the standard one."""
    rng = random.Random(0)
    texts = [text for text in (Writer(seed).text for seed in range(60)) if len(text) < 200]
    outcomes: list[bool] = []
    for text in texts:
        for _ in range(20):
            at = rng.randrange(len(text) + 1)
            slip = rng.choice('{}[]",:0-.eE+\\utn /#N') if rng.random() < 0.6 else ""
            changed = text[:at] + slip + text[at + (not slip) :]
            outcomes.append(_is_json(changed))
            assert _reads(changed) == outcomes[-1], changed
    assert 100 < outcomes.count(True) < len(outcomes) - 100


def _is_json(text: str) -> bool:
    try:
        json.loads(text)
    except ValueError:
        return False
    return True


def _reads(text: str) -> bool:
    try:
        read_json(text)
    except JsonSyntaxError:
        return False
    return True


@pytest.mark.parametrize("text", ["0", "-0", "1", "1.0", "-0.0", "1e2", "1E+2", "0.1", "1e-7"])
def test_numbers_are_what_they_look_like(text: str) -> None:
    """Integers stay integers, and the sign of zero stays."""
    value, expected = read_json(text).value, json.loads(text)
    assert isinstance(value, int | float)
    assert (type(value), value) == (type(expected), expected)
    assert math.copysign(1, value) == math.copysign(1, expected)
