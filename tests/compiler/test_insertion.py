"""How an entry gets into the text of a JSON file: each line as it comes out."""

from __future__ import annotations

from typing import Any

import pytest

from loss_compiler.edit.insertion import inserted
from loss_compiler.shared.jsontext import JsonPath
from loss_compiler.source.files import parsed
from loss_compiler.source.json_text import Style, style_of, written


@pytest.mark.parametrize(
    ("before", "path", "value", "lines"),
    [
        # in one line
        ("{}", ("a",), 1, ['{ "a": 1 }']),
        ('{"a": {"b": 1}, "c": 2}', ("a", "d"), [3], ['{"a": {"b": 1, "d": [3]}, "c": 2}']),
        ('{"a": [], "c": {}}', ("a", 0), "x", ['{"a": ["x"], "c": {}}']),
        (
            '{"a":{"b":1},"c":2}',
            ("d",),
            {"e": [4, 5], "f": {}},
            ['{"a":{"b":1},"c":2,"d":{"e":[4,5],"f":{}}}'],
        ),
        (
            '{ "a": {}, "c": 2 }',
            ("a", "b", "d"),
            {"e": [4, 5], "f": {}, "g": []},
            ['{ "a": { "b": { "d": { "e": [4, 5], "f": {}, "g": [] } } }, "c": 2 }'],
        ),
        # as most of it is written
        (
            '{"a": {"b": 1}, "c":{ "d":2 }, "e": {"f": 3}}',
            ("g",),
            {"h": 4},
            ['{"a": {"b": 1}, "c":{ "d":2 }, "e": {"f": 3}, "g": {"h": 4}}'],
        ),
        (
            '{ "a":{ "b":1 }, "c": {"d": 2}, "e":{ "f":3 } }',
            ("g",),
            {"h": 4},
            ['{ "a":{ "b":1 }, "c": {"d": 2}, "e":{ "f":3 },"g":{ "h":4 } }'],
        ),
        # each entry in its line
        ("{\n}\n", ("a",), {"b": 1}, ["{", '"a": {', '"b": 1', "}", "}"]),
        ('{\n\t"a":{}\n}\n', ("a", "b"), 1, ["{", '\t"a":{', '\t\t"b":1', "\t}", "}"]),
        (
            '{\n  "a": [\n    1\n  ]\n}\n',
            ("a", 1),
            {"b": [True, None]},
            [
                *("{", '  "a": [', "    1,", "    {", '      "b": ['),
                *("        true,", "        null", "      ]", "    }", "  ]", "}"),
            ],
        ),
        ('{"a": 1,\n"b": 2}\n', ("c",), 3, ["{", '"a": 1,', '"b": 2,', '"c": 3', "}"]),
        # short objects in one line, which are opened on the way
        (
            '{\n  "a": { "b": 1 }\n}\n',
            ("a", "c"),
            {"d": 2},
            ["{", '  "a": {', '    "b": 1,', '    "c": { "d": 2 }', "  }", "}"],
        ),
        (
            '{\n  "a": {"b": {"c": {"d": 1}}, "e": 2}\n}\n',
            ("a", "b", "c", "f"),
            {"g": 3},
            [
                *("{", '  "a": {', '    "b": {', '      "c": {', '        "d": 1,'),
                *('        "f": {"g": 3}', "      }", "    },", '    "e": 2', "  }", "}"),
            ],
        ),
        (
            '{\n  "a": { "b": { "c": 1 } }\n}\n',
            ("a", "d", "e", "f"),
            3,
            [
                *("{", '  "a": {', '    "b": { "c": 1 },'),
                *('    "d": { "e": { "f": 3 } }', "  }", "}"),
            ],
        ),
        (
            '{\n  "a": [{\n    "b": 1\n  }, {\n    "b": 2\n  }]\n}\n',
            ("a", 1, "c"),
            3,
            ["{", '  "a": [{', '    "b": 1', "  }, {", '    "b": 2,', '    "c": 3', "  }]", "}"],
        ),
        (
            '{ "a": 1,\n  "c": { "d": {\n    "e": 1 } } }\n',
            ("c", "d", "f"),
            3,
            ['{ "a": 1,', '  "c": { "d": {', '    "e": 1,', '    "f": 3 } } }'],
        ),
        (
            '{\n  "a": {"b": 1,\n    "c": 2}\n}\n',
            ("a", "d"),
            3,
            ["{", '  "a": {', '    "b": 1,', '    "c": 2,', '    "d": 3', "  }", "}"],
        ),
        # behind letters that are written in several ways
        (
            '{\n  "é\\u00e9\\"": { "b": [ 1.50 ] }, "ö": 2\n}\n',
            ('éé"', "b", 1),
            "ü",
            [
                *("{", '  "é\\u00e9\\"": {', '    "b": [', "      1.50,", '      "ü"'),
                *("    ]", '  }, "ö": 2', "}"),
            ],
        ),
    ],
)
def test_a_new_entry(before: str, path: JsonPath, value: Any, lines: list[str]) -> None:
    source = parsed("x.json", before)
    after = inserted(source, path, value, style_of(source))
    assert (after.name, after.text.splitlines()) == ("x.json", lines)


def test_an_entry_stands_after_the_one_that_is_named() -> None:
    source = parsed("x.json", '{\n  "a": 1,\n  "c": 3\n}\n')
    text = inserted(source, ("b",), 2, style_of(source), after="a").text
    assert text == '{\n  "a": 1,\n  "b": 2,\n  "c": 3\n}\n'


def test_what_does_not_fit_into_a_line_is_broken() -> None:
    """Keys, margins and the comma after a value count, too."""
    value = {
        "a": [123, 456, 78],
        "bc": [123, 456, 78],
        "d": {"e": [1234, 56789], "f": [1234, 5678]},
        "g": [[123456789, 1234], [123456789, 12345], {"h": 123456789012}],
    }
    assert written(value, Style("  ", " ", " ", 22)).splitlines() == [
        *("{", '  "a": [123, 456, 78],', '  "bc": [', "    123,", "    456,", "    78", "  ],"),
        *('  "d": {', '    "e": [', "      1234,", "      56789", "    ],"),
        *('    "f": [1234, 5678]', "  },"),
        *('  "g": [', "    [123456789, 1234],", "    [", "      123456789,", "      12345"),
        *("    ],", "    {", '      "h": 123456789012', "    }", "  ]", "}"),
    ]
    assert written({"a": [1, 2]}, Style("  ", " ", " ", 15)) == '{ "a": [1, 2] }'


@pytest.mark.parametrize(
    ("before", "value", "lines"),
    [
        ('{\n  "a": 1\n}', [1, 2, 34], ["{", '  "a": 1,', '  "b": [1, 2, 34]', "}"]),
        (
            '{\n  "a": 1\n}',
            [1, 2, 345],
            ["{", '  "a": 1,', '  "b": [', "    1,", "    2,", "    345", "  ]", "}"],
        ),
        ("{\n}", [1, 2, 345], ["{", '  "b": [1, 2, 345]', "}"]),
        ("{\n}", [12, 3, 456], ["{", '  "b": [', "    12,", "    3,", "    456", "  ]", "}"]),
    ],
)
def test_a_new_entry_that_just_fits_into_a_line(before: str, value: Any, lines: list[str]) -> None:
    source = parsed("x.json", before)
    assert inserted(source, ("b",), value, Style("  ", " ", " ", 18)).text.splitlines() == lines


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
    assert written(number, Style(None, "", "", 0)) == text
