"""The commands that the README shows print what it shows."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from support.command_line import in_terminal, piped
from support.readme import README, blocks

MENDED = {
    '"kl": 1e-4, "weights": { "comitment": 0.5, "mmd": 10 }': (
        '"weights": { "kl": 1e-4, "commitment": 0.5 }'
    ),
    "hop_sizes": "hop_lengths",
    '"5.0"': "5.0",
    '"mrstft": 1.0 }': '"mrstft": 1.0 }, "config": { "fft_sizes": [2048, 512] }',
}
"""What the text calls "all that"."""


@pytest.fixture
def config(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The broken model config."""
    [text] = [block for block in blocks("json") if "comitment" in block]
    monkeypatch.chdir(tmp_path)
    file = tmp_path / "model_config.json"
    file.write_text(text, encoding="utf-8")
    return file


def shown(command: str) -> str:
    """What the README shows below `command`."""
    prompt = f"$ loss-factory {command}\n"
    [output] = [block for block in blocks("console", README) if block.startswith(prompt)]
    return output.removeprefix(prompt)


def test_check(config: Path) -> None:
    done = piped("check", config.name)
    assert (done.code, done.out, done.err) == (1, shown("check model_config.json"), "")


def test_explain(config: Path) -> None:
    text = config.read_text(encoding="utf-8")
    for old, new in MENDED.items():
        assert text.count(old) == 1
        text = text.replace(old, new)
    config.write_text(text, encoding="utf-8")
    assert piped("check", config.name).out == "model_config.json: no problems\n"
    screen = in_terminal("explain", config.name, columns=100)
    lines = [line.rstrip() for line in screen.text.split("\n")]
    assert "\n".join(lines) == shown("explain model_config.json")


def test_check_of_the_first_config(config: Path) -> None:
    """It is right, and warns of four sections, as the text says."""
    first, _ = blocks("json")
    config.write_text(first, encoding="utf-8")
    done = piped("check", "--format", "json", config.name)
    assert done.code == 0
    problems = json.loads(done.out)["problems"]
    named = [re.findall(r"'([\w.]+)'", each["message"])[0] for each in problems]
    assert sorted(named) == ["adversarial", "reconstruction", "spectral", "time"]
