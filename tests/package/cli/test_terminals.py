"""In a terminal: colours unless somebody minds, and nothing wider than it is."""

from __future__ import annotations

import re
import sys
from pathlib import Path

import pytest
from rich.cells import cell_len

from support.command_line import Screen, in_terminal, piped

if sys.platform == "win32":
    pytest.skip("there are no pseudo-terminals", allow_module_level=True)

LABEL = "瓶頸" * 10
CONFIG = """\
{
  "model": {"bottleneck": {"type": "dac_rvq_vae"}},
  "training": {"loss_configs": {
    "bottleneck": {"weights": {"codebook": 3}, "type": "LABEL", "tpye": 1, "note": "LABEL"}
  }}
}
""".replace("LABEL", LABEL)


@pytest.fixture(autouse=True)
def files(folder: Path) -> None:
    (folder / "c.json").write_text(CONFIG, encoding="utf-8")
    (folder / "good.json").write_text(
        CONFIG.replace(f', "tpye": 1, "note": "{LABEL}"', ""), encoding="utf-8"
    )
    (folder / "empty.json").write_text("{}")


def test_check_has_colours() -> None:
    screen = in_terminal("check", "c.json")
    assert screen.code == 1
    assert "\x1b[1;31merror\x1b[0m" in screen.raw
    assert "\x1b[1;33mwarning\x1b[0m" in screen.raw
    assert re.search(r"\x1b\[1;31m *\^{6}\x1b\[0m\r\n", screen.raw)


def test_a_line_that_is_wider_than_the_terminal_is_cut() -> None:
    """Or the mark would not stand below what it marks."""
    text = in_terminal("check", "c.json").text
    assert all(cell_len(line) <= 80 for line in text.splitlines() if " | " in line)
    assert (
        """\
 4 | … 頸瓶頸瓶頸瓶頸瓶頸瓶頸瓶頸瓶頸瓶頸", "tpye": 1, "note": "瓶頸瓶頸瓶頸瓶 …
   |                                        ^^^^^^
   = at /training/loss_configs/bottleneck/tpye
"""
        in text
    )


IN_COLOUR = (
    ("check", "c.json"),
    ("explain", "good.json"),
    ("resolve", "good.json", "--diff", "empty.json"),
)


@pytest.mark.parametrize("words", IN_COLOUR)
def test_no_colours_for_those_who_mind(words: tuple[str, ...]) -> None:
    screen = in_terminal(*words, NO_COLOR="1")
    assert set(re.findall(r"\x1b[^m]*m", screen.raw)) <= {"\x1b[1m", "\x1b[0m"}  # bold is no colour
    assert "\x1b" not in in_terminal(*words, TERM="dumb").raw


@pytest.mark.parametrize("columns", [60, 80, 120])
def test_tables_fit(columns: int) -> None:
    for words in (("bottlenecks",), ("explain", "empty.json", "--bottleneck", "dac_rvq_vae")):
        screen = in_terminal(*words, columns=columns)
        assert screen.code == 0
        table = screen.text.partition("value\n")[2] or screen.text  # below the title of explain
        table = table.partition("\n\nThe trainer")[0]
        assert max(map(cell_len, table.splitlines())) <= columns


def test_differences_have_colours() -> None:
    screen = in_terminal("resolve", "good.json", "--diff", "empty.json")
    assert screen == Screen(
        0,
        f'\x1b[31m- bottleneck.type: "{"瓶頸" * 10}"\x1b[0m\r\n'
        "\x1b[33m~ bottleneck.weights.codebook: 3.0 → 1.0\x1b[0m\r\n",
    )
    back = in_terminal("resolve", "empty.json", "--diff", "good.json")
    assert f'\x1b[32m+ bottleneck.type: "{LABEL}"\x1b[0m\r\n' in back.raw


def test_what_is_to_be_used_further_has_no_colours() -> None:
    for words in (("resolve", "empty.json"), ("schema",), ("schema", "--model-config")):
        screen = in_terminal(*words)
        done = piped(*words)
        assert screen.raw.replace("\r\n", "\n") == done.out + done.err
