"""Files that are broken: one clear message each, and never a traceback."""

from __future__ import annotations

import json
import os
import tracemalloc
from pathlib import Path

import pytest

from loss_factory import LossConfigError, load_config
from support.command_line import Done, typed

KL = '{"bottleneck": {"weights": {"kl": %s}}}'

SYNTAX = {
    "a comment": (
        "{\n  // x\n}",
        "2:3: error: expected a key in double quotes; JSON has no comments",
    ),
    "a comment in the end": (
        "{} # x",
        "1:4: error: expected the end of the text after the value; JSON has no comments",
    ),
    "a trailing comma": ('{"time": {},}', "1:12: error: a trailing comma before '}' is not JSON"),
    "single quotes": (
        "{'time': {}}",
        "1:2: error: expected a key in double quotes; JSON strings stand in double quotes",
    ),
    "a key without quotes": ("{time: {}}", "1:2: error: expected a key in double quotes"),
    "a duplicate key": (
        '{"time": {}, "time": {}}',
        "1:14: error: duplicate key; the first one stands in line 1",
    ),
    "NaN": (KL % "NaN", "1:35: error: NaN is not a JSON number"),
    "Infinity": (KL % "-Infinity", "1:35: error: -Infinity is not a JSON number"),
    "a float that is too large": (KL % "1e400", "1:35: error: the number 1e400 is too large"),
    "an integer that is too large": (
        KL % ("9" * 400),
        "1:35: error: expected a number that fits into a float or null, not an integer of about "
        "400 digits",
    ),
    "an integer of too many digits": (
        KL % ("9" * 5000),
        f"1:35: error: the number {'9' * 23}… has too many digits",
    ),
    "True": (KL % "True", "1:35: error: expected a value, not True; did you mean true?"),
    "101 levels": ("[" * 101 + "]" * 101, "1:101: error: nested more than 100 levels deep"),
    "100,000 levels": ("[" * 100_000, "1:101: error: nested more than 100 levels deep"),
    "levels of objects": ('{"a":' * 100_000, "1:501: error: nested more than 100 levels deep"),
    "nothing": ("", "1:1: error: the text is empty; expected a JSON object"),
    "only spaces": (" \r\n\t\n", "1:1: error: the text is empty; expected a JSON object"),
    "an end too early": ('{"time": {}', "1:12: error: expected ',' or '}', but the text ends here"),
    "a string without an end": ('{"time', "1:2: error: unterminated string starting"),
    "half of a surrogate pair": (
        '{"bottleneck": {"type": "\\ud800"}}',
        "1:25: error: a string holds half of a surrogate pair",
    ),
    "half of a surrogate pair in a key": (
        '{"bottleneck": {"\\udfff": 1}}',
        "1:17: error: a string holds half of a surrogate pair",
    ),
    "a NUL": ('{"time": \0}', "1:10: error: expected a value"),
    "a NUL in a string": ('{"ti\0me": {}}', "1:5: error: invalid control character"),
    "a tab in a string": ('{"ti\tme": {}}', "1:5: error: invalid control character"),
    "a bad escape": ('{"ti\\me": {}}', "1:5: error: invalid \\escape"),
    "a byte order mark": (
        "\ufeff{}",
        "1:1: error: the text begins with a byte order mark; save it as UTF-8 without one",
    ),
    "a number": ("1", "1:1: error: expected an object, not 1"),
    "YAML": (
        "bottleneck:\n  weights:\n",
        "1:1: error: expected a value, not bottleneck; YAML takes a name that ends in .yaml or "
        ".yml, or --yaml for standard input",
    ),
}

BYTES = {
    "UTF-16": ("{}".encode("utf-16"), "expected UTF-8 text; this is UTF-16, so save it as UTF-8"),
    "Latin-1": (
        '{"é": 1}'.encode("latin-1"),
        "expected UTF-8 text; invalid continuation byte at byte 2",
    ),
    "a checkpoint": (
        b"PK\x03\x04\xff\x00\x00",
        "expected UTF-8 text; invalid start byte at byte 4",
    ),
    "a surrogate as bytes": (
        b'{"\xed\xa0\x80": 1}',
        "expected UTF-8 text; invalid continuation byte at byte 2",
    ),
    "1,000,001 bytes": (b" " * 1_000_001, "is longer than 1,000,000 bytes, the most that is read"),
}

COMMANDS = ("check", "explain", "resolve")


@pytest.mark.parametrize("command", COMMANDS)
@pytest.mark.parametrize(("text", "message"), SYNTAX.values(), ids=SYNTAX)
def test_a_text_that_is_no_config(folder: Path, command: str, text: str, message: str) -> None:
    (folder / "c.json").write_bytes(text.encode())
    code, out, err = typed(command, "c.json")
    told = out if command == "check" else err
    first, shown, mark, *others = told.splitlines()
    assert code == 1
    assert first == f"c.json:{message}"
    assert shown.startswith(f" {message.partition(':')[0]} |")
    assert set(mark) == {" ", "|", "^"}
    if command == "check":
        assert (others[-1], err) == ("c.json: 1 error", "")
    else:
        assert out == ""


@pytest.mark.parametrize("command", COMMANDS)
@pytest.mark.parametrize("name", ["c.json", "-"])
@pytest.mark.parametrize(("content", "message"), BYTES.values(), ids=BYTES)
def test_bytes_that_are_no_text(
    folder: Path, command: str, name: str, content: bytes, message: str
) -> None:
    (folder / "c.json").write_bytes(content)
    shown = "<stdin>" if name == "-" else name
    told = f"{shown}: error: {message}\n"
    expected = Done(2, f"{told}{shown}: 1 error\n") if command == "check" else Done(2, "", told)
    assert typed(command, name, stdin=content) == expected


@pytest.mark.parametrize("command", COMMANDS)
@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("config.jsn", "there is no such file; did you mean 'config.json'?"),
        ("nowhere/c.json", "there is no such file; neither is the folder 'nowhere'"),
        (".", "expected a file, not a directory"),
        ("config.json/x", "can't be read: [Errno 20] Not a directory: 'config.json/x'"),
        ("x" * 300, f"can't be read: [Errno 36] File name too long: '{'x' * 300}'"),
        ("pipe", "expected a file, not a named pipe"),
        ("/dev/zero", "is longer than 1,000,000 bytes, the most that is read"),
    ],
)
def test_what_can_not_be_read(folder: Path, command: str, name: str, message: str) -> None:
    (folder / "config.json").write_text("{}")
    os.mkfifo(folder / "pipe")
    told = f"{name}: error: {message}\n"
    expected = Done(2, f"{told}{name}: 1 error\n") if command == "check" else Done(2, "", told)
    assert typed(command, name) == expected


def test_a_name_that_can_not_be_printed(folder: Path) -> None:
    name = os.fsdecode(b"a\xff\x1b\n.json")
    assert (
        typed("check", name).out
        == """\
a\\udcff\\x1b\\n.json: error: there is no such file
a\\udcff\\x1b\\n.json: 1 error
"""
    )


def test_names_and_keys_are_no_markup(folder: Path) -> None:
    (folder / "[bold]x[.json").write_text('{"bottleneck": {"[red]a[/red] :smile:": 1}}')
    assert typed("check", "[bold]x[.json") == Done(
        1,
        """\
[bold]x[.json:1:17: error: unknown key '[red]a[/red] :smile:'; expected 'type', 'weights'
 1 | {"bottleneck": {"[red]a[/red] :smile:": 1}}
   |                 ^^^^^^^^^^^^^^^^^^^^^^
   = at /bottleneck/[red]a[~1red] :smile:
[bold]x[.json: 1 error
""",
    )


def test_nothing_is_kept_of_a_file_that_was_refused(folder: Path) -> None:
    """A long key, say, which the message shortens: a service that reads many would fill up."""
    key_length, files = 20_000, 20
    for number in range(files + 1):
        if number == 1:  # what is made once has been
            tracemalloc.start()
        key = f"{number}{'k' * key_length}"
        (folder / "c.json").write_text(json.dumps({"bottleneck": {key: 1}}))
        with pytest.raises(LossConfigError, match="unknown key"):
            load_config("c.json")
        del key
    kept, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert kept < key_length * files / 4
