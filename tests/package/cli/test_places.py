"""`check` says where a mistake is, and marks it in the line that it stands in."""

from __future__ import annotations

from pathlib import Path

import pytest
from rich.cells import cell_len

from support.command_line import Done, typed

MARKED = {
    "a key": ('{"bottleneck": {"weights": {«"kll"»: 1}}}', "unknown key 'kll'; did you mean 'kl'?"),
    "a number": (
        '{"bottleneck": {"weights": {"kl": «-1e-5»}}}',
        "expected a number of at least 0 or null,",
    ),
    "a string": ('{"bottleneck": {"type": «false», "weights": {}}}', "expected a string or null,"),
    "a string with quotes": (
        '{"bottleneck": {"weights": {"kl": «"1, \\"or\\" 2"»}}}',
        'expected a number or null, not the string "1, \\"or\\" 2"',
    ),
    "an object": (
        '{"bottleneck": {"weights": {"kl": «{»"a": 1}}}}',
        "expected a number or null, or a",
    ),
    "an array": ('{"bottleneck": «[»1]}', "expected an object, not an array"),
    "the root": ("«[»1]", "expected an object, not an array"),
    "the first line": ('{"time": «1»,\n"bottleneck": {}}', "expected an object or null, not 1"),
    "the last line, without an end": (
        '{"bottleneck":\n{"weights":\n{«"mdm"»: 1}}}',
        "unknown key 'mdm'; did you mean 'mmd'?",
    ),
    "lines that end in CRLF": (
        '{\r\n  "bottleneck": {\r\n    «"typ"»: "kl"\r\n  }\r\n}\r\n',
        "unknown key 'typ'; did you mean 'type'?",
    ),
    "behind wide characters": (
        '{"bottleneck": {"type": "瓶頸", "weights": {"kl": «true»}}}',
        "expected a number or null, not true",
    ),
    "behind an emoji": (
        '{"bottleneck": {"type": "🎛🎧", "weights": {"kl": «true»}}}',
        "expected a number or null, not true",
    ),
    "a wide key": (
        '{"bottleneck": {«"瓶頸"»: 1}}',
        "unknown key '\\u74f6\\u9838'; expected 'type', 'weights'",
    ),
    "a wide key in a long line": (
        '{"bottleneck": {"type": "' + "瓶" * 99 + '", «"頸"»: 1, "weights": {}}} ' + " " * 99,
        "unknown key '\\u9838'; expected 'type', 'weights'",
    ),
    "a minified file": (
        '{"time":{"config":{"a":[' + "1,2," * 5000 + '3]},"weights":{«"l3"»:1}},"reconstruction":'
        '{"config":{"b":[' + "1,2," * 5000 + "3]}}}",
        "unknown key 'l3'; did you mean 'l1' or 'l2'?",
    ),
    "what lacks a key": ('{"hubert": {"weights": «{»}}}', "'hubert' is missing"),
    "a comma too many": (
        '{"bottleneck": {"type": "kl"«,»}}',
        "a trailing comma before '}' is not JSON",
    ),
}


@pytest.mark.parametrize(("marked", "message"), MARKED.values(), ids=MARKED)
def test_a_mistake_is_marked(folder: Path, marked: str, message: str) -> None:
    before, _, rest = marked.partition("«")
    token = rest.partition("»")[0]
    (folder / "c.json").write_bytes(f"{before}{rest.replace('»', '')}".encode())
    line, beside = before.count("\n") + 1, before.rpartition("\n")[2]
    code, out, _ = typed("check", "c.json")
    told, shown, mark, *_, summary = out.splitlines()
    assert (code, summary) == (1, "c.json: 1 error")
    assert told.startswith(f"c.json:{line}:{len(beside) + 1}: error: {message}")
    number = f" {line} | "
    assert shown.startswith(number)
    assert cell_len(shown) <= len(number) + 96
    start = shown.index(beside[-5:] + token) + len(beside[-5:])
    cells = cell_len(shown[:start]) - len(number)
    assert mark == f"   | {' ' * cells}{'^' * cell_len(token)}"


PRINTED = {
    "behind tabs": (
        '{\n\t"bottleneck":\t{"type":\t1}\n}',
        """\
c.json:2:25: error: expected a string or null, not 1
 2 |     "bottleneck":    {"type":    1}
   |                                  ^
   = at /bottleneck/type
""",
    ),
    "a line that ends in CRLF": (
        '{"bottleneck":\r\n{"typ": 1\r\n}}\r\n',
        """\
c.json:2:2: error: unknown key 'typ'; did you mean 'type'?
 2 | {"typ": 1
   |  ^^^^^
   = at /bottleneck/typ
""",
    ),
    "behind combining characters": (
        '{"bottleneck": {"type": "e\u0301e\u0301", "weights": {"kl": true}}}',
        """\
c.json:1:51: error: expected a number or null, not true
 1 | {"bottleneck": {"type": "e\u0301e\u0301", "weights": {"kl": true}}}
   |                                                 ^^^^
   = at /bottleneck/weights/kl
""",
    ),
    "behind what can't be printed": (
        '{"bottleneck": {"type": "\u202e\u200b\\u0007", "weights": {"kl": true}}}',
        """\
c.json:1:55: error: expected a number or null, not true
 1 | {"bottleneck": {"type": "\ufffd\ufffd\\u0007", "weights": {"kl": true}}}
   |                                                       ^^^^
   = at /bottleneck/weights/kl
""",
    ),
    "a key that is as long as a file": (
        '{"bottleneck": {"weights": {"' + "k" * 600 + '": 1}}}',
        f"""\
c.json:1:29: error: unknown key '{"k" * 237} … {"k" * 176}'; expected 'codebook', 'commitment', \
'kl', 'mmd', 'quantizer', 'softnorm'
 1 | {{"bottleneck": {{"weights": {{"{"k" * 65} …
   |                             {"^" * 68}
   = at /bottleneck/weights/{"k" * 50} … {"k" * 50}
""",
    ),
    "the end of the text": (
        '{"bottleneck": {"type": "kl"\n',
        """\
c.json:2:1: error: expected ',' or '}', but the text ends here
 2 |\x20
   | ^
""",
    ),
}


@pytest.mark.parametrize(("text", "expected"), PRINTED.values(), ids=PRINTED)
def test_a_line_is_shown_as_a_terminal_can(folder: Path, text: str, expected: str) -> None:
    (folder / "c.json").write_bytes(text.encode())
    assert typed("check", "c.json") == Done(1, f"{expected}c.json: 1 error\n")


def test_of_many_findings_a_hundred_are_shown(folder: Path) -> None:
    keys = ", ".join(f'"x{number}": 1' for number in range(1102))
    (folder / "c.json").write_text(f'{{"bottleneck": {{{keys}}}}}')
    code, out, _ = typed("check", "c.json")
    lines = out.splitlines()
    assert code == 1
    assert len(lines) == 4 * 100 + 2
    assert lines[-2:] == ["c.json: and 1,002 more", "c.json: 1102 errors"]


def test_all_findings_are_in_the_order_of_the_text(folder: Path) -> None:
    text = """\
{
  "model": {"bottleneck": {"type": "vea"}},
  "training": {
    "loss_configs": {
      "time": {"decay": "1", "weights": {"l1": null}},
      "botleneck": {},
      "bottleneck": {"kl": 1e-4, "type": "kl", "type": 1}
    }
  }
}
"""
    (folder / "c.json").write_text(text)
    assert typed("check", "c.json") == Done(
        1,
        """\
c.json:2:36: error: unknown bottleneck type 'vea'; did you mean 'vae'? Or say with --bottleneck \
which of these it trains like
 2 |   "model": {"bottleneck": {"type": "vea"}},
   |                                    ^^^^^
   = at /model/bottleneck/type
c.json:4:5: warning: 'spectral' is missing, and stable-audio-tools 0.0.19 can't do without it
 4 |     "loss_configs": {
   |     ^^^^^^^^^^^^^^
   = at /training/loss_configs
c.json:5:25: error: expected a number, not the string "1"
 5 |       "time": {"decay": "1", "weights": {"l1": null}},
   |                         ^^^
   = at /training/loss_configs/time/decay
c.json:5:48: warning: stable-audio-tools 0.0.19 and 0.0.20 can't use null here; leave 'l1' out
 5 |       "time": {"decay": "1", "weights": {"l1": null}},
   |                                                ^^^^
   = at /training/loss_configs/time/weights/l1
c.json:6:7: error: unknown section 'botleneck'; did you mean 'bottleneck'? Or say \
--foreign-section 'botleneck' if the trainer reads it itself
 6 |       "botleneck": {},
   |       ^^^^^^^^^^^
   = at /training/loss_configs/botleneck
c.json:7:22: error: unknown key 'kl'; it belongs at /training/loss_configs/bottleneck/weights/kl
 7 |       "bottleneck": {"kl": 1e-4, "type": "kl", "type": 1}
   |                      ^^^^
   = at /training/loss_configs/bottleneck/kl
c.json:7:48: error: duplicate key; the first one stands in line 7
 7 |       "bottleneck": {"kl": 1e-4, "type": "kl", "type": 1}
   |                                                ^^^^^^
   = at /training/loss_configs/bottleneck/type
c.json: 5 errors, 2 warnings
""",
    )
