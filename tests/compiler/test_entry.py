"""The command `loss-factory` with the compiler's commands, and where they can't run."""

from __future__ import annotations

import re
import sys

import pytest

from loss_compiler.entry import main
from support.installing import pip_install


def output(monkeypatch: pytest.MonkeyPatch, *arguments: str) -> object:
    """Run `loss-factory` in this process; its exit code."""
    monkeypatch.setattr(sys, "argv", ["loss-factory", *arguments])
    with pytest.raises(SystemExit) as ended:
        main()
    return ended.value.code


def without(monkeypatch: pytest.MonkeyPatch, library: str) -> None:
    """Let `library` be one that is not installed."""
    for name in list(sys.modules):
        if name.startswith("loss_compiler.") and name != "loss_compiler.entry":
            monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, library, None)


def commands(shown: str) -> dict[str, str]:
    """What the help says of each command."""
    lines = [line.split(maxsplit=1) for line in shown.partition("Commands:\n")[2].splitlines()]
    return dict(lines)


def test_the_compilers_commands_stand_among_the_packages(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert output(monkeypatch, "--help") == 0
    shown = capsys.readouterr().out
    assert shown.startswith("Usage: loss-factory [OPTIONS] COMMAND [ARGS]...\n")
    listed = commands(shown)
    assert [*listed][:4] == ["bottlenecks", "check", "compile", "explain"]
    assert listed["compile"] == "Compile overlays into a package of your own."
    assert listed["new-bottleneck"] == "Write a new bottleneck into an overlay."


@pytest.mark.parametrize(
    ("library", "needs", "how"),
    [
        ("fcntl", "needs a POSIX system, such as Linux or macOS", ""),
        ("jinja2", "needs jinja2", f"; install it with: {pip_install('compiler')}"),
    ],
    ids=["fcntl", "jinja2"],
)
def test_a_command_says_why_it_cannot_run(
    library: str,
    needs: str,
    how: str,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    without(monkeypatch, library)
    assert output(monkeypatch, "--help") == 0
    assert commands(capsys.readouterr().out)["compile"] == f"({needs})"
    for arguments in (("a.json", "--package", "x", "--out", "y"), ("--help",), ()):
        assert output(monkeypatch, "compile", *arguments) == 2
        assert capsys.readouterr() == ("", f"loss-factory compile {needs}{how}\n")


@pytest.mark.parametrize("module", ["loss_compiler.emit.guard", "loss_compiler.shared.replacing"])
def test_what_is_missing_of_the_compiler_itself_is_no_reason_to_install_something(
    module: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    without(monkeypatch, module)
    monkeypatch.setattr(sys, "argv", ["loss-factory", "compile"])
    with pytest.raises(ModuleNotFoundError, match=re.escape(module)):
        main()


def test_without_any_library_it_says_what_to_install(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    without(monkeypatch, "click")
    assert output(monkeypatch, "--help") == 2
    said = f"loss-factory needs click and rich; install them with: {pip_install('cli')}\n"
    assert capsys.readouterr() == ("", said)
