"""What the commands print: an edit on a terminal and elsewhere, losses, what changes for users."""

from __future__ import annotations

import click
import pytest
from click.testing import CliRunner

from loss_compiler.edit.files import Edit
from loss_compiler.history.change import Change, Effect
from loss_compiler.history.released import Interface, Version
from loss_compiler.meaning.analyse import analyse
from loss_compiler.report import print_losses, report_edit, report_interface
from loss_compiler.source.syntax import syntax_of
from support.schemas import TINY, document

GREEN, RED, CYAN, END = "\x1b[32m", "\x1b[31m", "\x1b[36m", "\x1b[0m"


def printed(edit: Edit, color: bool = False) -> str:
    """What is said about an edit."""
    return (
        CliRunner()
        .invoke(click.Command("edit", callback=lambda: report_edit(edit)), color=color)
        .output
    )


def test_an_edit_is_a_patch() -> None:
    edit = Edit("lab.json", "a\nb\n", "a\nc\n")
    assert printed(edit) == "--- a/lab.json\n+++ b/lab.json\n@@ -1,2 +1,2 @@\n a\n-b\n+c\n"


def test_a_terminal_shows_it_in_colors() -> None:
    assert printed(Edit("x", "a\nb\n", "a\nc\n"), color=True) == (
        f"{RED}--- a/x\n{END}{GREEN}+++ b/x\n{END}{CYAN}@@ -1,2 +1,2 @@\n{END} a\n{END}"
        f"{RED}-b\n{END}{GREEN}+c\n{END}"
    )


@pytest.mark.parametrize(
    ("before", "after", "lines"),
    [
        ("a", "b\n", ["-a", "\\ No newline at end of file", "+b"]),
        ("a\n", "b", ["-a", "+b", "\\ No newline at end of file"]),
        ("a\u2028b", "a\n", ["-a\u2028b", "\\ No newline at end of file", "+a"]),
    ],
)
def test_a_file_that_does_not_end_in_a_line_end(before: str, after: str, lines: list[str]) -> None:
    assert printed(Edit("x", before, after)).split("\n")[3:] == [*lines, ""]


def test_a_new_file() -> None:
    assert printed(Edit("x", "", "a\n")) == "--- /dev/null\n+++ b/x\n@@ -0,0 +1 @@\n+a\n"


def test_losses_are_shown_as_they_are_written(capsys: pytest.CaptureFixture[str]) -> None:
    """Also if a library would make bold letters or a picture of them."""
    schema = document(TINY)
    schema["$defs"]["KLLoss"]["properties"] |= {
        "key": {"const": "[b]k[/b]"},
        "name": {"const": ":cat:\n"},
    }
    print_losses(analyse(syntax_of(schema)))
    assert (
        capsys.readouterr().out
        == f"""\
{"Losses of schema 0.1.0":^87}
┏━━━━━━━━━━━━━━━┳━━━━━┳━━━━━━━━━━┳━━━━━━━━━━━┳━━━━━━━━━━━━━━━━━━━━━━━┳━━━━━━━━━━━━━━━━┓
┃ bottleneck    ┃ tag ┃ info key ┃ loss name ┃ config path           ┃ default weight ┃
┡━━━━━━━━━━━━━━━╇━━━━━╇━━━━━━━━━━╇━━━━━━━━━━━╇━━━━━━━━━━━━━━━━━━━━━━━╇━━━━━━━━━━━━━━━━┩
│ VAEBottleneck │ vae │ [b]k[/b] │ :cat:\\n   │ bottleneck.weights.kl │          1e-06 │
└───────────────┴─────┴──────────┴───────────┴───────────────────────┴────────────────┘
"""
    )


NEW = Change(Effect.COMPATIBLE, "a.[b]", "new key", "", "x" * 61)
GONE = Change(Effect.BREAKING, "b", "key removed", "1\n", "")
REWORDED = Change(Effect.WORDING, "a", "description", "x", "y")


@pytest.mark.parametrize(
    ("version", "needed", "changes", "said"),
    [
        ("1.2.0", "1.2.0", (), ""),
        (
            "1.2.0",
            "1.2.1",
            (REWORDED,),
            "1 description reads differently since 1.2.0\n"
            "x-version is still 1.2.0, which is released: a release needs 1.2.1\n",
        ),
        ("1.2.1", "1.2.1", (REWORDED,) * 2, "2 descriptions read differently since 1.2.0\n"),
        ("1.1.0", "1.2.1", (REWORDED,), "1 description reads differently since 1.2.0\n"),
        (
            "1.2.1",
            "1.3.0",
            (NEW,),
            f"""\
{"What changes for users since 1.2.0":^101}
┏━━━━━━━━━━━━┳━━━━━━━┳━━━━━━━━━┳━━━━━┳━{"━" * 60}━┓
┃            ┃ where ┃ what    ┃ was ┃ {"now":60} ┃
┡━━━━━━━━━━━━╇━━━━━━━╇━━━━━━━━━╇━━━━━╇━{"━" * 60}━┩
│ compatible │ a.[b] │ new key │     │ {"x" * 59}… │
└────────────┴───────┴─────────┴─────┴─{"─" * 60}─┘
x-version is 1.2.1: a release needs 1.3.0
""",
        ),
        (
            "1.2.0",
            "2.0.0",
            (GONE,),
            f"""\
{"What changes for users since 1.2.0":^46}
┏━━━━━━━━━━┳━━━━━━━┳━━━━━━━━━━━━━┳━━━━━┳━━━━━┓
┃          ┃ where ┃ what        ┃ was ┃ now ┃
┡━━━━━━━━━━╇━━━━━━━╇━━━━━━━━━━━━━╇━━━━━╇━━━━━┩
│ breaking │ b     │ key removed │ 1\\n │     │
└──────────┴───────┴─────────────┴─────┴─────┘
""",
        ),
    ],
)
def test_what_changes_for_users(
    version: str,
    needed: str,
    changes: tuple[Change, ...],
    said: str,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """What breaks needs no word about versions: each is refused, with the version that it needs."""
    released = Version(1, 2, 0)
    report_interface(Interface(released, Version.of(version), Version.of(needed), changes))
    assert capsys.readouterr().out == said
