"""What the sessions install is locked with hashes, and the locks are those of pyproject.toml."""

from __future__ import annotations

import ast
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import tomllib
from packaging.requirements import Requirement
from packaging.version import Version

ROOT = Path(__file__).parents[2]
LOCK = ".ci/locks/lint.txt"
HEADING = "# What the group lint installs on Python 3.10 or later; written by `nox -s lock`"
ADVICE = "Error: the locks don't fit pyproject.toml; write them: nox -s lock\n"


def lock(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """What `nox -s lock` runs, with the uv that lies in the folder, if any."""
    return subprocess.run(
        [sys.executable, str(folder / ".ci" / "lock.py"), *arguments],
        env=os.environ | {"PYTHONPATH": str(folder)},
        capture_output=True,
        encoding="utf-8",
        check=False,
    )


def check(folder: Path) -> subprocess.CompletedProcess[str]:
    """`nox -s lock -- --check`, which needs no network."""
    return lock(folder, "--check")


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """pyproject.toml and the locks, to be changed at will."""
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    shutil.copytree(ROOT / ".ci", tmp_path / ".ci")
    return tmp_path


def test_they_fit() -> None:
    done = check(ROOT)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


@pytest.mark.parametrize(
    ("name", "old", "new", "problem"),
    [
        (
            "pyproject.toml",
            r'lint = \["ruff==.*"\]',
            'lint = ["ruff==0.0.1"]',
            ":2: ruff==X is not in the group\n{lock}:2: ruff==0.0.1 is missing",
        ),
        (
            "pyproject.toml",
            r'lint = \["ruff==.*"\]',
            'lint = ["ruff>=0.1"]',
            ":2: ruff==X is not in the group\n{lock}:2: ruff>=0.1 is missing",
        ),
        (
            "pyproject.toml",
            r'lint = \["(ruff==.*)"\]',
            r'lint = ["\1", "torch==2.0.0"]',
            f":1: expected '{HEADING.replace(';', ', beside torch==2.0.0;')}'",
        ),
        (
            "pyproject.toml",
            'requires-python = ">=3.10"',
            'requires-python = ">=3.12"',
            f":1: expected '{HEADING.replace('3.10', '3.12')}'",
        ),
        (
            LOCK,
            r" \\\n    --hash=sha256:[0-9a-f]{64}",
            "",
            ":2: expected a package with version, hashes and reasons, not 'ruff==X'",
        ),
        (
            LOCK,
            r"\Z",
            "left @ https://packages.invalid/left.whl\n",
            ":END: expected a package with version, hashes and reasons, not "
            "'left @ https://packages.invalid/left.whl'",
        ),
        (
            LOCK,
            r"\Z",
            "--index-url https://packages.invalid\n",
            ":END: expected a package with version, hashes and reasons, not "
            "'--index-url https://packages.invalid'",
        ),
        (
            LOCK,
            r"\Z",
            f"nvidia-nccl-cu13==1.0 \\\n    --hash=sha256:{'0' * 64}\n    # via torch\n",
            ":END: nvidia-nccl-cu13==1.0 differs by platform",
        ),
    ],
    ids=["pin", "range", "torch", "python", "hash", "address", "index", "platform"],
)
def test_what_does_not_fit_is_told(
    project: Path, name: str, old: str, new: str, problem: str
) -> None:
    """With the line, and what was expected there."""
    lines = (project / LOCK).read_text(encoding="utf-8").count("\n")
    text = (project / name).read_text(encoding="utf-8")
    changed = re.sub(old, new, text)
    assert changed != text
    (project / name).write_text(changed, encoding="utf-8")
    done = check(project)
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr.endswith(ADVICE)
    lock = project / LOCK
    told = [each for each in done.stderr.splitlines() if each.startswith(str(lock))]
    found = re.sub(r"ruff==(?!0\.0\.1 )[.0-9]+", "ruff==X", "\n".join(told))
    assert found == f"{lock}{problem}".format(lock=lock).replace(":END:", f":{lines + 1}:")


def test_each_group_has_a_lock_and_each_lock_a_group(project: Path) -> None:
    lock = project / LOCK
    lock.rename(lock.with_name("linting.txt"))
    done = check(project)
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr == (
        f"{lock.with_name('linting.txt')}: there is no dependency group linting\n"
        f"{lock}: missing\n{ADVICE}"
    )


def test_the_lowest_releases_are_the_ends_of_the_ranges() -> None:
    """Of what the package and its command line need; old builds of torch need old Pythons."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    extras = project["project"]["optional-dependencies"]
    ranges = [*project["project"]["dependencies"], *extras["cli"]]
    lowest = {
        (Requirement(each).name, Version(part.version))
        for each in ranges
        for part in Requirement(each).specifier
        if part.operator == ">="
    }
    entries = project["dependency-groups"]["lowest"]
    pins = [Requirement(each) for each in entries if type(each) is str]
    assert {(each.name, Version(str(each.specifier)[2:])) for each in pins} >= lowest


def test_a_check_is_no_upgrade() -> None:
    done = lock(ROOT, "--check", "--upgrade")
    assert done.returncode == 2
    assert done.stderr.endswith(
        "Error: --check writes nothing, so --upgrade can't be given as well\n"
    )


REQUIREMENT = "expected a requirement such as 'click==8.5.1', not"


@pytest.mark.parametrize(
    ("new", "mistakes"),
    [
        ('lint = ["ruff"', "expected TOML: Unclosed array (at line {line}, column 1)"),
        (
            'lint = ["ruff 0.17", { include-group = "complier" }, 3]\ntyping = ["mypy=="]',
            f"dependency group lint: {REQUIREMENT} 'ruff 0.17'\n"
            "dependency group lint: expected the name of a group to include, not 'complier'; did "
            "you mean 'compiler'?\n"
            "dependency group lint: expected requirements and entries such as "
            '{{ include-group = "NAME" }}, not 3\n'
            f"dependency group typing: {REQUIREMENT} 'mypy=='",
        ),
        (
            'lint = ["ruff==0.1"]\nLint = "ruff==0.1"',
            "dependency group lint: expected another name than 'Lint', which means the same\n"
            "dependency group Lint: expected an array, not 'ruff==0.1'",
        ),
        (
            'lint = [{ include-group = "Typing" }]\ntyping = [{ include-group = "lint" }]',
            "dependency group typing: includes lint, which includes it\n"
            "dependency group lint: includes Typing, which includes it",
        ),
    ],
    ids=["TOML", "entries", "twice", "circle"],
)
@pytest.mark.parametrize("arguments", [(), ("--check",), ("--upgrade",)], ids=str)
def test_a_mistake_in_the_groups_is_told(
    project: Path, arguments: tuple[str, ...], new: str, mistakes: str
) -> None:
    file = project / "pyproject.toml"
    before, old, after = re.split(r"^(lint = .*)$", file.read_text(encoding="utf-8"), flags=re.M)
    assert old.startswith("lint = [")
    file.write_text(f"{before}{new}{after}", encoding="utf-8")
    done = lock(project, *arguments)
    assert (done.returncode, done.stdout) == (1, "")
    lines = mistakes.format(line=before.count("\n") + 2).split("\n")
    assert done.stderr == "Error: " + "".join(f"{file}: {line}\n" for line in lines)


@pytest.mark.parametrize("arguments", [(), ("--upgrade",)], ids=str)
def test_uv_is_missing(project: Path, arguments: tuple[str, ...]) -> None:
    done = lock(project, *arguments)
    said = "Error: uv is not installed here; run this as: nox -s lock\n"
    assert (done.returncode, done.stdout, done.stderr) == (1, "", said)


UV = """
import re, sys
[output] = [each.split("=")[1] for each in sys.argv if each.startswith("--output-file=")]
if "asked.in" in sys.argv:
    with open("asked.in") as asked, open(output, "w") as lock:
        for name, version in re.findall(r"(?m)^([\\w.-]+)[^=]*?(?:==(\\S+))? ;", asked.read()):
            name, version = re.sub("[_.]", "-", name.lower()), version or "99.0"
            hashes = " \\\\\\n    --hash=sha256:" + 64 * "0"
            lock.write(f"{name}=={version}{hashes}\\n    # via somebody\\n")
"""
"""Finds release 99.0 of whatever has no version."""


def test_a_name_that_is_not_as_the_index_has_it(project: Path) -> None:
    """Its pin is moved, and found in the lock."""
    file = project / "pyproject.toml"
    text = file.read_text(encoding="utf-8")
    changed = re.sub(r'lint = \["ruff==.*"\]', 'lint = ["Data_Model.CodeGen==1.0"]', text)
    assert changed != text
    file.write_text(changed, encoding="utf-8")
    (project / "uv.py").write_text(UV, encoding="utf-8")
    done = lock(project, "--upgrade")
    assert (done.returncode, done.stderr) == (0, "")
    assert 'lint = ["Data_Model.CodeGen==99.0"]' in file.read_text(encoding="utf-8")
    assert "Data_Model.CodeGen" not in check(project).stderr


def test_what_is_locked_is_all_that_is_needed() -> None:
    """The session installs the lock without asking what it needs; nothing is missing."""
    done = subprocess.run(
        [sys.executable, "-m", "pip", "check"], capture_output=True, encoding="utf-8", check=False
    )
    assert (done.returncode, done.stdout) == (0, "No broken requirements found.\n")


def test_ci_and_sessions_install_nothing_else() -> None:
    """Each command that installs asks for hashes, but for torch and this repository itself."""
    session = ast.parse((ROOT / "noxfile.py").read_text(encoding="utf-8"))
    installs = [
        [ast.unparse(argument) for argument in node.args]
        for node in ast.walk(session)
        if isinstance(node, ast.Call)
        if isinstance(node.func, ast.Attribute)
        if node.func.attr == "install"
    ]
    assert sorted(each for each in installs if each[0] != "*LOCKED") == [
        ["'--no-deps'", "'--no-build-isolation'", "'.'"],
        ["*torch"],
    ]
    assert len(installs) == 4
    [ci] = re.findall(r".*pip install.*", (ROOT / ".ci" / "run").read_text(encoding="utf-8"))
    assert "--require-hashes" in ci
