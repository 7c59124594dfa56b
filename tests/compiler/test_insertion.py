"""How entries get into the text of a JSON file: each line as it comes out, and nothing is lost."""

from __future__ import annotations

import copy
import json
import re
from collections.abc import Mapping
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from loss_compiler.edit.insertion import with_entries
from loss_compiler.shared.jsontext import JsonPath
from loss_compiler.source.files import parsed
from loss_compiler.source.json_text import written


def after(before: str, entries: Any, neighbours: Mapping[JsonPath, str] | None = None) -> str:
    """A JSON text with entries that it did not have."""
    return with_entries(parsed("x.json", before), entries, neighbours or {}).text


@pytest.mark.parametrize(
    ("before", "entries", "lines"),
    [
        # in one line
        ("{}", {"a": 1}, ['{ "a": 1 }']),
        ("{ }", {"a": {}}, ['{ "a": {} }']),
        ('{"a": {"b": 1}, "c": 2}', {"a": {"d": [3]}}, ['{"a": {"b": 1, "d": [3]}, "c": 2}']),
        ('{"a": [], "c": {}}', {"a": {"x": "y"}}, ['{"a": ["y"], "c": {}}']),
        ('{"a": [1]}', {"a": {"x": 2, "y": {"z": 3}}}, ['{"a": [1, 2, { "z": 3 }]}']),
        ('{"b":1}', {"d": {"e": [4, 5], "f": {}}}, ['{"b":1, "d": { "e": [4, 5], "f": {} }}']),
        # each entry in its line
        ("{\n}\n", {"a": {"b": 1}}, ["{", '  "a": { "b": 1 }', "}"]),
        ("{\n\n}\n", {"a": 1, "b": 2}, ["{", '  "a": 1,', '  "b": 2', "}"]),
        ('{\n\t"a":{}\n}\n', {"a": {"b": 1}}, ["{", '\t"a":{', '\t\t"b": 1', "\t}", "}"]),
        (
            '{\n  "a": [\n    1\n  ]\n}\n',
            {"a": {"x": {"b": [True, None]}}},
            ["{", '  "a": [', "    1,", '    { "b": [true, null] }', "  ]", "}"],
        ),
        (
            '{\n   "a": 1\n}\n',
            {"b": {"c": ["x" * 50, "y" * 50]}},
            [
                *("{", '   "a": 1,', '   "b": {', '      "c": ['),
                *(f'         "{"x" * 50}",', f'         "{"y" * 50}"', "      ]", "   }", "}"),
            ],
        ),
        ('{"a": 1,\n"b": 2}\n', {"c": 3}, ['{"a": 1,', '"b": 2,', '"c": 3}']),
        # in a line with others, whatever stands around it
        (
            '{\n  "a": { "b": 1 }\n}\n',
            {"a": {"c": {"d": 2}}, "e": 3},
            ["{", '  "a": { "b": 1, "c": { "d": 2 } },', '  "e": 3', "}"],
        ),
        (
            '{\n  "a": [{\n    "b": 1\n  }, {\n    "b": 2\n  }]\n}\n',
            {"a": {"x": 3}},
            ["{", '  "a": [{', '    "b": 1', "  }, {", '    "b": 2', "  }, 3]", "}"],
        ),
        (
            '{ "a": 1,\n  "c": { "d": {\n    "e": 1 } } }\n',
            {"c": {"d": {"f": 3}}},
            ['{ "a": 1,', '  "c": { "d": {', '    "e": 1,', '    "f": 3 } } }'],
        ),
        # behind letters that are written in several ways
        (
            '{\n  "é\\u00e9\\"": { "b": [ 1.50 ] }, "ö": 2\n}\n',
            {'éé"': {"b": {"x": "ü"}}},
            ["{", '  "é\\u00e9\\"": { "b": [ 1.50, "ü" ] }, "ö": 2', "}"],
        ),
        # what is there stays as it is
        ('{"a": {"b": 1e-6}}', {"a": {"b": 2, "c": {}}}, ['{"a": {"b": 1e-6, "c": {}}}']),
    ],
)
def test_new_entries(before: str, entries: Any, lines: list[str]) -> None:
    assert after(before, entries).splitlines() == lines


def test_entries_stand_after_the_one_that_is_named() -> None:
    text = '{\n  "a": {\n    "b": 1,\n    "e": 4\n  }\n}\n'
    assert after(text, {"a": {"c": 2, "d": 3}, "f": 5}, {("a", "c"): "b", ("a", "d"): "c"}) == (
        '{\n  "a": {\n    "b": 1,\n    "c": 2,\n    "d": 3,\n    "e": 4\n  },\n  "f": 5\n}\n'
    )


# Whatever the file looks like

VALUES = st.recursive(
    st.sampled_from([None, True, 0, 1e-6, -2.5, 10**20, "", "x", 'é"\\', "\u2028", "ab" * 40]),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from("abcdeé"), inner, max_size=3)
    ),
    max_leaves=8,
)
OBJECTS = st.dictionaries(st.sampled_from("abcdeé"), VALUES, max_size=4)
SPACES = ("", " ", "\n", "\n  ", "  ", "\t", "\n\t\t", "\n\n ")


def spaced(value: Any, spaces: st.DataObject) -> str:
    """`value` as a text with white space of any kind wherever there may be some."""

    def space() -> str:
        return spaces.draw(st.sampled_from(SPACES))

    def text(value: Any) -> str:
        if isinstance(value, dict):
            members = [
                f"{space()}{json.dumps(key)}{space()}:{space()}{text(each)}{space()}"
                for key, each in value.items()
            ]
            return "{" + (",".join(members) or space()) + "}"
        if isinstance(value, list):
            members = [f"{space()}{text(each)}{space()}" for each in value]
            return "[" + (",".join(members) or space()) + "]"
        return json.dumps(value, ensure_ascii=spaces.draw(st.booleans()))

    return space() + text(value) + space()


def merged(there: Any, entries: Any) -> Any:
    """What is there, with what is new; the values of an object are new items of an array."""
    if isinstance(there, dict) and isinstance(entries, dict):
        more = {key: merged(there[key], each) for key, each in entries.items() if key in there}
        return {**there, **{key: more.get(key, each) for key, each in entries.items()}}
    if isinstance(there, list) and isinstance(entries, dict):
        return [*there, *entries.values()]
    return there


def is_kept(before: str, text: str) -> bool:
    """Whether every character of a text is still there, in the same order."""
    rest = iter(text)
    return all(each in rest for each in before)


@settings(max_examples=300, deadline=None, derandomize=True)
@given(OBJECTS, OBJECTS, st.data())
def test_nothing_is_lost(there: Any, entries: Any, spaces: st.DataObject) -> None:
    """The file says what it said and what is new; but for space between empty braces, as it did."""
    before = spaced(there, spaces)
    asked = copy.deepcopy(entries)
    text = after(before, entries)
    assert entries == asked
    found = json.loads(text)
    assert found == merged(there, entries)
    assert list(found)[: len(there)] == list(there)
    assert is_kept(re.sub(r"(?<=[{\[])\s+(?=[}\]])", "", before), text)
    assert after(text, without_arrays(there, entries)) == text


def without_arrays(there: Any, entries: Any) -> Any:
    """Entries but for new items of arrays, which would be new again."""
    if not isinstance(there, dict) or not isinstance(entries, dict):
        return None if isinstance(there, list) else entries
    return {
        key: without_arrays(there[key], each) if key in there else each
        for key, each in entries.items()
    }


# Values as text


@pytest.mark.parametrize(
    ("value", "lines"),
    [
        ({"a": "x" * 90}, ["{", f'  "a": "{"x" * 90}"', "}"]),
        ({"a": "x" * 89}, [f'{{ "a": "{"x" * 89}" }}']),
        ({"a": ["x" * 88], "b": 1}, ["{", f'  "a": ["{"x" * 88}"],', '  "b": 1', "}"]),
        (
            {"a": ["x" * 89], "b": 1},
            ["{", '  "a": [', f'    "{"x" * 89}"', "  ],", '  "b": 1', "}"],
        ),
        ([{"h": "x" * 86}, 1], ["[", f'  {{ "h": "{"x" * 86}" }},', "  1", "]"]),
        ([{"h": "x" * 87}, 1], ["[", "  {", f'    "h": "{"x" * 87}"', "  },", "  1", "]"]),
    ],
)
def test_what_does_not_fit_into_a_line_is_broken(value: Any, lines: list[str]) -> None:
    """Keys, margins and the comma after a value count, too."""
    assert written(value).splitlines() == lines


@pytest.mark.parametrize(
    ("before", "length", "flat"),
    [('{\n  "a": 1\n}', 88, True), ('{\n  "a": 1\n}', 89, False), ("{\n}", 89, True)],
)
def test_a_new_entry_that_just_fits_into_a_line(before: str, length: int, flat: bool) -> None:
    text = after(before, {"b": ["x" * length]})
    assert (f'  "b": ["{"x" * length}"]' in text.splitlines()) == flat
    assert max(map(len, text.splitlines())) <= 100


@pytest.mark.parametrize(
    ("number", "text"),
    [
        (1, "1"),
        (10**16, "10000000000000000"),
        (0.0, "0.0"),
        (-0.0, "-0.0"),
        (0.001, "0.001"),
        (0.0005, "5e-4"),
        (-1.5e-7, "-1.5e-7"),
        (1e15, "1000000000000000.0"),
        (1e16, "1e16"),
        (3.4028234663852886e38, "3.4028234663852886e38"),
    ],
)
def test_a_number(number: float, text: str) -> None:
    assert written(number) == text
