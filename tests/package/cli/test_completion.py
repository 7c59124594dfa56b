"""What a shell offers when somebody presses Tab."""

from __future__ import annotations

import os
import shlex
import shutil
from pathlib import Path

import pytest

from support.command_line import COMMAND, piped

VARIABLE = "_LOSS_FACTORY_COMPLETE"
SCRIPTS = {
    "bash": "complete -o nosort -F _loss_factory_completion loss-factory",
    "zsh": "compdef _loss_factory_completion loss-factory",
    "fish": 'complete --no-files --command loss-factory --arguments "(_loss_factory_completion)"',
}
BASH = """
eval "$(_LOSS_FACTORY_COMPLETE=bash_source loss-factory)"
complete_last() {
    COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); COMPREPLY=()
    _loss_factory_completion loss-factory
    printf '%s\\n' "${COMPREPLY[@]}"
}
complete_last loss-factory ch
complete_last loss-factory check --bottleneck d
"""
TAGS = ["dac_rvq", "dac_rvq_vae", "dithered_fsq"]


@pytest.mark.parametrize(("shell", "registers"), SCRIPTS.items())
def test_the_script_of_a_shell(shell: str, registers: str) -> None:
    done = piped(**{VARIABLE: f"{shell}_source"})
    assert (done.code, done.err) == (0, "")
    assert registers in done.out
    assert f"{VARIABLE}={shell}_complete" in done.out


def offered(*words: str) -> list[str]:
    """What bash is offered for the last word, and what kind of thing it is."""
    line = " ".join(("loss-factory", *words))
    done = piped(**{VARIABLE: "bash_complete", "COMP_WORDS": line, "COMP_CWORD": str(len(words))})
    assert (done.code, done.err) == (0, "")
    return [each.removeprefix("plain,") for each in done.out.splitlines() if each]


@pytest.mark.long
def test_values() -> None:
    assert offered("e") == ["explain"]
    assert offered("check", "--st") == ["--strict"]
    assert offered("check", "--bottleneck", "d") == TAGS
    assert offered("check", "--trainer", "0") == ["0.0.19", "0.0.20"]
    assert offered("check", "--trainer", "x") == []
    assert offered("new-config", "--bottleneck", "d") == TAGS
    assert offered("new-config", "--trainer", "l") == ["loss-factory"]
    assert offered("new-config", "--discriminator", "e") == ["encodec"]
    assert offered("check", "--format", "") == ["text", "json", "github"]
    for words in (["check"], ["explain"], ["resolve"], ["resolve", "c.json", "--diff"]):
        assert offered(*words, "m") == ["file,m"]


def test_zsh_is_told_what_tags_mean() -> None:
    done = piped(
        **{
            VARIABLE: "zsh_complete",
            "COMP_WORDS": "loss-factory explain --bottleneck vae",
            "COMP_CWORD": "3",
        }
    )
    assert done.out == "plain\nvae\nVAEBottleneck\n"


@pytest.mark.skipif(shutil.which("bash") is None, reason="bash is not there")
def test_bash_completes(folder: Path) -> None:
    """The script in a real bash, with the command on the path."""
    command = folder / "bin" / "loss-factory"
    command.parent.mkdir()
    command.write_text(f'#!/bin/sh\nexec {shlex.join(COMMAND)} "$@"\n')
    command.chmod(0o755)
    done = piped(
        command=("bash", "--norc", "-c", BASH, "bash"),
        PATH=f"{command.parent}{os.pathsep}{os.environ['PATH']}",
    )
    assert (done.code, done.out.splitlines()) == (0, ["check", *TAGS])
