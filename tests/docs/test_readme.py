"""What the README shows is what happens."""

from __future__ import annotations

import io
import re
from contextlib import redirect_stdout
from pathlib import Path

import pytest
import tomllib

from loss_factory import LossConfigError
from support.command_line import in_terminal, piped
from support.readme import README, ROOT, blocks, section

MENDED = {
    '"kl": 1e-4, "weights": { "mmd": 10 }': '"weights": { "kl": 1e-4 }',
    '"5.0"': "5.0",
    '"spectral": {': '"spectral": { "config": { "window": "hann_window" },',
}
"""What the text calls "all four"; the first mends two."""


def test_it_is_short() -> None:
    assert len(README.splitlines()) <= 200


def test_the_mistake_is_caught() -> None:
    text = section("One mistake, caught", README)
    [example], [shown] = blocks("python", text), blocks("text", text)
    with pytest.raises(LossConfigError) as error:
        exec(compile(example, "README.md", "exec"), {})
    assert f"{error.type.__name__}: {error.value}\n" == shown


def test_a_whole_objective_prints_what_its_comments_say() -> None:
    [example] = blocks("python", section("A whole objective", README))
    printed = io.StringIO()
    with redirect_stdout(printed):
        exec(compile(example, "README.md", "exec"), {})
    assert printed.getvalue().splitlines() == re.findall(r"# (\[.*\])$", example, re.MULTILINE)


def test_what_it_installs_is_an_extra() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    extras = re.findall(r"pip install '\.\[(\w+)\]'", section("Install", README))
    assert extras == ["torch", "cli"]
    assert {*extras} <= project["optional-dependencies"].keys()


@pytest.fixture
def config(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The broken model config."""
    [text] = blocks("json", README)
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
