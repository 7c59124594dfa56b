"""CONTRIBUTING.md: the rooms are there, and the diff that adds a bottleneck does."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from loss_factory import SCHEMA_VERSION
from support.git import need_git
from support.readme import ROOT, blocks, page, section
from support.schemas import CANONICAL, generate

PAGE = page("CONTRIBUTING.md")
COMPILER = ROOT / "schema" / "loss_compiler"
RUNTIME = ROOT / "templates" / "runtime"
_, ON_COMPILER, ON_RUNTIME, _, ON_TESTS = re.split(r"^\*\*", section("The rooms", PAGE), flags=re.M)


def folders(root: Path) -> set[str]:
    """The folders in `root` that hold files of the repository."""
    held = {file.relative_to(root).parts for file in root.rglob("*.py")}
    return {parts[0] for parts in held if len(parts) > 1}


@pytest.mark.parametrize(
    ("table", "root"),
    [(ON_COMPILER, COMPILER), (ON_RUNTIME, RUNTIME), (ON_TESTS, ROOT / "tests")],
    ids=["compiler", "runtime", "tests"],
)
def test_the_rooms_are_those_that_are_there(table: str, root: Path) -> None:
    rooms = re.findall(r"^\| `(\w+)/` \|", table, re.MULTILINE)
    assert sorted(rooms) == sorted(folders(root))


def test_each_room_imports_what_stands_above_it() -> None:
    """Of each table, as the page says; late imports count."""
    for table, root in ((ON_COMPILER, COMPILER), (ON_RUNTIME, RUNTIME)):
        order = re.findall(r"`(\w+)(?:/|\.py)`", "".join(re.findall(r"^\| (`.*?) \|", table, re.M)))
        for number, room in enumerate(order):
            files = [*(root / room).glob("*.py")] or [root / f"{room}.py"]
            up = r"\.\." if (root / room).is_dir() else r"\."
            for file in files:
                names = re.findall(rf"^\s*from {up}(\w+)", file.read_text(encoding="utf-8"), re.M)
                assert {*names} & {*order} <= {*order[:number]}, (file, names)


def test_where_a_new_thing_goes_is_there() -> None:
    table = section("Where a new … goes", PAGE)
    roots = (ROOT, COMPILER, RUNTIME, ROOT / "tests" / "compiler")
    seen = 0
    for row in re.findall(r"^\| (?!new |---)(.*) \|$", table, re.MULTILINE):
        for name in re.findall(r"`([^` ]*(?:/|\.\w+))`", row):
            if "NAME" not in name:
                assert any((root / name).exists() for root in roots), name
                seen += 1
    assert seen > 30


def with_the_diff(folder: Path) -> Path:
    """The schema in `folder`, as the diff changes it."""
    need_git()
    (folder / "schema").mkdir()
    schema = folder / "schema" / "losses.schema.json"
    schema.write_bytes(CANONICAL.read_bytes())
    [diff] = blocks("diff", PAGE)
    subprocess.run(
        ["git", "apply", "--unidiff-zero", "-"], input=diff.encode(), cwd=folder, check=True
    )
    return schema


def test_the_diff_adds_and_is_short() -> None:
    [diff] = blocks("diff", PAGE)
    changed = [line for line in diff.splitlines()[2:] if line[0] in "+-"]
    assert {line[0] for line in changed} == {"+"}
    assert len(changed) <= 40


def test_the_bottleneck_of_the_diff_compiles_and_plans(tmp_path: Path) -> None:
    schema = with_the_diff(tmp_path)
    subprocess.run(
        [
            *(sys.executable, "-m", "loss_compiler", "generate"),
            *("--schema", schema, "--out", tmp_path / "out"),
        ],
        env={**os.environ, "PYTHONPATH": str(ROOT / "schema")},
        stdout=subprocess.DEVNULL,
        check=True,
    )
    code = (
        "from loss_factory import plan_losses\n"
        "config = {'bottleneck': {'weights': {'kl_spatial': 0.5}}}\n"
        "for loss in plan_losses('grouped_vae', config).losses:\n"
        "    print(loss.key, loss.name, loss.weight)\n"
    )
    planned = subprocess.run(
        [sys.executable, "-c", code],
        env={**os.environ, "PYTHONPATH": str(tmp_path / "out")},
        capture_output=True,
        text=True,
        check=True,
    )
    assert planned.stdout.splitlines() == [
        "kl_group kl_group_loss 1e-06",
        "kl_spatial kl_spatial_loss 0.5",
    ]


def test_the_command_writes_such_entries(tmp_path: Path) -> None:
    (tmp_path / "schema").mkdir()
    shutil.copy(CANONICAL, tmp_path / "schema")
    [command] = [each for each in blocks("sh", PAGE) if "new-bottleneck" in each]
    scripts = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    variables = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
    done = subprocess.run(
        ["bash", "-e", "-c", command],
        cwd=tmp_path,
        env={**variables, "PATH": scripts, "PYTHONIOENCODING": "utf-8"},
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    assert done.returncode == 0, done.stderr
    [diff] = blocks("diff", PAGE)
    for line in (
        '          "const": "GroupedVAEBottleneck",',
        '        "key": { "const": "kl_group" },',
    ):
        assert f"+{line}" in done.stdout.splitlines()
        assert f"+{line}" in diff.splitlines()


def test_the_table_says_what_changes_with_the_diff(tmp_path: Path) -> None:
    """As if the schema of today were the last released one."""
    schema = with_the_diff(tmp_path)
    (tmp_path / "schema" / "released").mkdir()
    shutil.copy(CANONICAL, tmp_path / "schema" / "released" / f"{SCHEMA_VERSION}.json")
    text = schema.read_text(encoding="utf-8")
    kl = text.index('"kl": {')
    text = text[:kl] + text[kl:].replace('"default": 1e-6', '"default": 1e-5', 1)
    schema.write_text(text, encoding="utf-8")
    done = generate("--schema", schema, "--out", "out", cwd=tmp_path)
    [table] = blocks("text", PAGE)
    assert [line.rstrip() for line in done.stdout.splitlines()] == table.splitlines()
    assert "default changed (1e-06 → 1e-05), which breaks what" in done.stderr
    assert "set 'x-version' to '1.0.0'" in done.stderr


def test_the_sessions_are_those_of_nox() -> None:
    table = section("Commands", PAGE)
    named = re.findall(r"^\| `nox -s (\w+)` \|", table, re.MULTILINE)
    sessions = re.findall(
        r"^@nox\.session.*\ndef (\w+)", (ROOT / "noxfile.py").read_text("utf-8"), re.MULTILINE
    )
    assert sorted(named) == sorted(sessions)
