"""Help and the version: what somebody reads first."""

from __future__ import annotations

import shlex
from pathlib import Path

import pytest

from loss_factory import SCHEMA_SHA256, SCHEMA_VERSION, __version__
from support.command_line import Done, piped, typed

COMMANDS = ("bottlenecks", "check", "explain", "new-config", "resolve", "schema")


@pytest.mark.parametrize("option", ["-h", "--help"])
@pytest.mark.parametrize("command", COMMANDS)
def test_the_help_of_a_command_ends_in_examples(command: str, option: str) -> None:
    done = typed(command, option)
    assert (done.code, done.err) == (0, "")
    lines = done.out.splitlines()
    assert lines[0].startswith(f"Usage: loss-factory {command}")
    assert all(len(line) <= 80 for line in lines)
    examples = lines[lines.index("Examples:") + 1 :]
    assert examples
    assert all(each.startswith(f"  loss-factory {command}") for each in examples)


@pytest.mark.parametrize("command", COMMANDS)
def test_the_examples_work(folder: Path, command: str) -> None:
    """As they stand there, but for what a shell does with > and <."""
    (folder / ".vscode").mkdir()
    (folder / "configs").mkdir()
    for name in ("model_config", "configs/a", "old", "new", "loss_configs"):
        text = "{}" if name == "loss_configs" else '{"model": {"bottleneck": {"type": "vae"}}}'
        (folder / f"{name}.json").write_text(text)
    (folder / "experiment.yaml").write_text("losses: {}")
    for line in typed(command, "--help").out.partition("Examples:\n")[2].splitlines():
        words = shlex.split(line.partition(" <")[0].partition(" >")[0])
        done = typed(*words[1:], stdin='{"bottleneck": {}}')
        assert done.code == 0, (line, done)


def test_the_help_of_all() -> None:
    done = typed("--help")
    assert (done.code, done.err) == (0, "")
    lines = done.out.splitlines()
    assert lines[0] == "Usage: loss-factory [OPTIONS] COMMAND [ARGS]..."
    listed = [line.split()[0] for line in lines[lines.index("Commands:") + 1 :]]
    assert listed == [*COMMANDS]


def test_nothing_is_a_question_for_help() -> None:
    done = typed()
    assert (done.code, done.out, done.err) == (2, "", typed("--help").out)


def test_the_version() -> None:
    out = f"loss-factory {__version__}, schema {SCHEMA_VERSION} ({SCHEMA_SHA256[:12]})\n"
    assert typed("--version") == Done(0, out)


def test_a_command_that_there_is_not() -> None:
    usage = "Usage: loss-factory [OPTIONS] COMMAND [ARGS]...\nTry 'loss-factory --help' for help.\n"
    assert typed("chek") == Done(
        2, "", f"{usage}\nError: No such command 'chek'; did you mean 'check'?\n"
    )


@pytest.mark.parametrize(
    "words",
    [("explain", "{}", "{}"), ("explain", "{}"), ("schema", "--out", "no/{}"), ("check", "--x{}")],
    ids=["too many", "no bottleneck", "no place", "no option"],
)
def test_what_was_typed_comes_back_as_it_can_be_printed(
    words: tuple[str, ...], folder: Path
) -> None:
    name = "a\x9b31m\u202e\u200b.json"
    (folder / name).write_text("{}")
    done = piped(*(word.format(name) for word in words))
    assert done.code == 2
    assert r"a\x9b31m\u202e\u200b.json" in done.err
    assert done.err.replace("\n", "").isprintable()
