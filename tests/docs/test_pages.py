"""What holds for every page: links lead somewhere, and Python is Python."""

from __future__ import annotations

import ast
import re
import subprocess
import sys

import pytest

from support.readme import ROOT, blocks, page, section

PAGES = sorted(
    file.relative_to(ROOT).as_posix()
    for pattern in ("*.md", "tests/*.md", "tests/examples/**/*.md")
    for file in ROOT.glob(pattern)
)


def test_there_are_pages() -> None:
    assert {"README.md", "RECIPES.md", "tests/TRUST.md", "tests/examples/README.md"} <= {*PAGES}


@pytest.mark.parametrize("name", PAGES)
def test_links_lead_somewhere(name: str) -> None:
    prose = re.sub(r"^```.*?^```$", "", page(name), flags=re.MULTILINE | re.DOTALL)
    links = re.findall(r"\]\((?!https:)([^)#]*)#?([^)]*)\)", prose)
    for target, anchor in links:
        file = (ROOT / name).parent / target if target else ROOT / name
        assert file.exists(), target
        if not anchor:
            continue
        headings = re.findall(r"^#+ (.*)$", file.read_text(encoding="utf-8"), re.MULTILINE)
        anchors = {re.sub(r"[^\w -]", "", each.lower()).replace(" ", "-") for each in headings}
        assert anchor in anchors, (target, anchor)


@pytest.mark.parametrize("name", [name for name in PAGES if name != "CHANGELOG.md"])
def test_files_that_are_named_are_there(name: str) -> None:
    """But for what a release or a run writes."""
    text = re.sub(r"^```.*?^```$", "", page(name), flags=re.MULTILINE | re.DOTALL)
    paths = set(re.findall(r"`((?:schema|templates|tests|generated|\.ci)/[\w./-]+)`", text))
    for path in paths:
        written_later = any(word in path for word in ("NAME", "VERSION", "schema/released"))
        assert written_later or (ROOT / path).exists(), path


@pytest.mark.parametrize("name", PAGES)
def test_python_is_python(name: str) -> None:
    for block in blocks("python", page(name)):
        ast.parse(block)


def test_the_options_of_the_example_trainer() -> None:
    examples = page("tests/examples/README.md")
    script = ROOT / "tests" / "examples" / "train_autoencoder.py"
    command = [sys.executable, script, "--help"]
    shown = subprocess.check_output(command, encoding="utf-8")
    commands = [line for block in blocks("sh", examples) for line in block.splitlines()]
    table = re.findall(r"`(--[\w-]+)`", section("Train on your own audio", examples))
    typed = [
        option
        for line in commands
        if " -- " in line or "train_autoencoder.py" in line
        for option in re.findall(r"--[\w-]+", re.split(r" -- |\.py", line, maxsplit=1)[1])
    ]
    assert {"--config", "--audio", "--resume", "--losses"} <= {*table, *typed}
    for option in {*table, *typed}:
        assert re.search(rf"{option}\b", shown), option
