"""What the commands print about an edit, on a terminal and elsewhere."""

from __future__ import annotations

import click
import pytest
from click.testing import CliRunner

from loss_compiler.edit import Edit
from loss_compiler.reporting import report_edit

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
