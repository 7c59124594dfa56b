"""Bytecode beside a package's sources: an import runs nothing else than what `--check` passes."""

from __future__ import annotations

import importlib.util
import marshal
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from loss_compiler.source.problems import CompileError
from loss_compiler.target.publish import compare, publish
from support.schemas import (
    PACKAGE,
    TINY,
    VARIED,
    compiled,
    compiler_environment,
    generate,
    package_files,
    traces,
    tree,
    unpacked,
)
from support.unprivileged import ordinary

pytestmark = pytest.mark.long

FILES = compiled(TINY).files
TAG = str(sys.implementation.cache_tag)
UP_TO_DATE = f"{PACKAGE}: nothing changed, {len(FILES)} files are up to date\n"
HINT = "The package is not what the schema says; run: python -m nox -s generate\n"
FLAGS = {"by time": 0, "unchecked": 1, "by hash": 3}


@pytest.fixture
def package(tmp_path: Path) -> Path:
    """The folder of the package of the tiny schema."""
    return unpacked(FILES, tmp_path) / PACKAGE


def imported(package: Path, *options: str, **environment: str) -> str:
    """What an import prints, which writes bytecode."""
    inherited = {name: each for name, each in os.environ.items() if "BYTECODE" not in name}
    code = f"import {PACKAGE}.trainers, {PACKAGE}.models, {PACKAGE}.runtime.findings.checking"
    done = subprocess.run(
        [sys.executable, *options, "-c", code],
        env=inherited | {"PYTHONPATH": str(package.parent)} | environment,
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, "")
    return done.stdout


def plant(package: Path, flags: int, module: str = "trainers", tag: str = TAG) -> str:
    """Put bytecode of other code into the cache of the package; its name."""
    source = package / f"{module}.py"
    cache = source.parent / "__pycache__" / f"{source.stem}.{tag}.pyc"
    cache.parent.mkdir(exist_ok=True)
    text = source.read_text(encoding="utf-8") + "\nimport sys; sys.stdout.write('planted')\n"
    numbers = (int(source.stat().st_mtime) % 2**32, source.stat().st_size)
    stamp = b"".join(number.to_bytes(4, "little") for number in numbers)
    if flags:
        stamp = importlib.util.source_hash(source.read_bytes())
    header = importlib.util.MAGIC_NUMBER + flags.to_bytes(4, "little") + stamp
    cache.write_bytes(header + marshal.dumps(compile(text, source, "exec", dont_inherit=True)))
    return cache.relative_to(package).as_posix()


def check(package: Path, schema: Path = TINY) -> tuple[int, str, str]:
    """The exit code of `--check`, and what it says."""
    done = generate("--schema", schema, "--out", ".", "--check", cwd=package.parent)
    return done.returncode, done.stdout, done.stderr


# What imports write


@pytest.mark.parametrize("options", [(), ("-O",), ("-OO",)], ids=["plain", "-O", "-OO"])
def test_a_package_that_was_imported_is_up_to_date(options: tuple[str, ...], package: Path) -> None:
    """The bytecode can't be compared, so it goes: it may be that of other code."""
    assert imported(package, *options) == ""
    number = len(list(package.rglob("*.pyc")))
    assert number > 1
    removed = f"removed: {number} files of bytecode, which can't be compared; "
    said = f"{UP_TO_DATE}{removed}the next import writes it anew\n"
    assert check(package) == (0, said, "")
    assert tree(package) == package_files(TINY)
    assert list(package.rglob("__pycache__")) == []
    assert check(package) == (0, UP_TO_DATE, "")


def test_bytecode_elsewhere_is_nobodys_business(package: Path, tmp_path: Path) -> None:
    caches = tmp_path / "caches"
    assert imported(package, PYTHONPYCACHEPREFIX=str(caches)) == ""
    before = traces(caches)
    assert check(package) == (0, UP_TO_DATE, "")
    assert traces(caches) == before


@pytest.mark.parametrize(
    "name",
    [
        "trainers.cpython-312.pyc",
        "trainers.pypy310.opt-2.pyc",
        "gone.cpython-311.pyc",
        "trainers.cpython-311-pytest-9.2.0.pyc",
        "trainers.cpython-311.pyc.140012345",
    ],
)
def test_bytecode_of_anything_is_no_difference(name: str, package: Path) -> None:
    """Of another Python, a module that is gone, a test's module; what a killed import left."""
    (package / "__pycache__").mkdir()
    (package / "__pycache__" / name).write_bytes(bytes(16))
    removed = "removed: 1 file of bytecode, which can't be compared; "
    said = f"{UP_TO_DATE}{removed}the next import writes it anew\n"
    assert check(package) == (0, said, "")
    assert tree(package) == package_files(TINY)


def test_a_check_removes_nothing_of_what_is_different(package: Path) -> None:
    plant(package, FLAGS["by time"])
    before = traces(package)
    assert check(package, VARIED)[0] == 1
    assert traces(package) == before


def test_compiling_removes_bytecode_and_touches_nothing_else(package: Path) -> None:
    assert imported(package) == ""
    before = {name: each for name, each in traces(package).items() if name in FILES}
    assert not publish(package, FILES)
    assert tree(package) == package_files(TINY)
    assert list(package.rglob("__pycache__")) == []
    assert {name: each for name, each in traces(package).items() if name in FILES} == before


# What they don't


@pytest.mark.parametrize("flags", FLAGS.values(), ids=FLAGS)
@pytest.mark.parametrize("module", ["trainers", "runtime/findings/checking", "__init__"])
def test_no_check_passes_bytecode_of_other_code(module: str, flags: int, package: Path) -> None:
    name = plant(package, flags, module)
    assert imported(package) == "planted"
    before = traces(package)
    code, _, errors = check(package)
    if flags == FLAGS["by time"]:  # as an import writes it
        assert (code, errors) == (0, "")
        assert imported(package) == ""
    else:
        assert (code, errors) == (1, f"orphaned: {PACKAGE}/{name}\n{HINT}")
        assert traces(package) == before
    assert publish(package, FILES).orphaned == ((name,) if flags else ())
    assert tree(package) == package_files(TINY)


@pytest.mark.parametrize("tag", ["cpython-399", "pypy310", f"{TAG}.opt-2"])
def test_nor_that_of_another_python(tag: str, package: Path) -> None:
    name = plant(package, FLAGS["unchecked"], tag=tag)
    assert compare(package, FILES).orphaned == (name,)


def a_source(path: Path) -> None:
    path.with_suffix(".py").write_text("# Generated from x.\n# Do not edit; change x\n", "utf-8")


def a_folder(path: Path) -> None:
    path.mkdir()


def a_link(path: Path) -> None:
    path.with_suffix(".pyc").symlink_to("elsewhere")


def a_pipe(path: Path) -> None:
    os.mkfifo(path.with_suffix(".pyc"))


def a_library(path: Path) -> None:
    path.with_suffix(".so").touch()


@pytest.mark.parametrize("put", [a_source, a_folder, a_link, a_pipe, a_library])
def test_what_is_no_bytecode_in_a_cache(put: Callable[[Path], object], package: Path) -> None:
    (package / "runtime" / "__pycache__").mkdir()
    put(package / "runtime" / "__pycache__" / "x")
    [name] = compare(package, FILES).orphaned
    assert name.startswith("runtime/__pycache__/x")
    assert publish(package, FILES).orphaned == (name,)
    assert tree(package) == package_files(TINY)


@pytest.mark.parametrize(
    "name", ["__pycache__/mine/thesis.txt", "__pycache__/mine/x.pyc", "runtime/__pycache__/a/b/c"]
)
def test_a_folder_in_a_cache_that_holds_something(name: str, package: Path) -> None:
    """No import makes one, so it is somebody's."""
    (package / name).parent.mkdir(parents=True)
    (package / name).touch()
    before = traces(package)
    folder = name[: name.index("/", name.index("__/") + 3)]
    for action in (compare, publish):
        with pytest.raises(CompileError, match=rf"did not write \({folder}\)"):
            action(package, compiled(VARIED).files)
    assert traces(package) == before


@pytest.mark.parametrize(
    "name",
    [f"trainers.{TAG}.so", "x.pyc", "runtime/x.pth", "runtime/findings/checking/__init__.py"],
)
def test_what_python_imports_before_a_source_or_without_one(name: str, package: Path) -> None:
    (package / name).parent.mkdir(exist_ok=True)
    (package / name).touch()
    with pytest.raises(CompileError, match="did not write"):
        compare(package, FILES)


def test_a_cache_that_is_a_link(package: Path) -> None:
    plant(package, FLAGS["by time"])
    (package / "__pycache__").rename(package.parent / "elsewhere")
    (package / "__pycache__").symlink_to("../elsewhere")
    assert imported(package) == "planted"
    with pytest.raises(CompileError, match=r"did not write \(__pycache__\)"):
        compare(package, FILES)


@pytest.mark.parametrize("something", [Path.symlink_to, lambda path, _: os.mkfifo(path)])
def test_an_empty_file_is_a_file(
    something: Callable[[Path, Path], object], package: Path, tmp_path: Path
) -> None:
    """Nothing can be read of a link to one, or of a pipe, either."""
    (tmp_path / "empty").touch()
    (package / "py.typed").unlink()
    something(package / "py.typed", tmp_path / "empty")
    assert compare(package, FILES).stale == ("py.typed",)


# What was read before


@pytest.mark.parametrize("ahead", [0, 5, 2**33], ids=["now", "soon", "far"])
def test_what_an_import_of_the_old_source_writes_late(ahead: int, package: Path) -> None:
    """Into the new package, in the same second, of a source that is as long."""
    source = package / "trainers.py"
    source.write_text(f"{FILES['trainers.py']}# x\n", encoding="utf-8")
    os.utime(source, (source.stat().st_mtime + ahead,) * 2)
    for number in range(3):
        late = package / plant(package, FLAGS["by time"])
        bytecode = late.read_bytes()
        publish(package, {**FILES, "trainers.py": f"{FILES['trainers.py']}# {number}\n"})
        late.parent.mkdir()
        late.write_bytes(bytecode)
        assert imported(package) == ""


# What can't be removed, or seen


@pytest.mark.parametrize(
    ("mode", "why"),
    [
        (0o555, "/{}: bytecode, which can't be compared, can't be removed: Permission denied"),
        (0o311, ": Permission denied; nothing was changed"),  # Python runs what is in it
    ],
    ids=["read-only", "hidden"],
)
@pytest.mark.parametrize("options", [(), ("--check",)], ids=["write", "check"])
def test_bytecode_that_stays(options: tuple[str, ...], mode: int, why: str, package: Path) -> None:
    cache = (package / plant(package, FLAGS["by time"])).parent
    cache.chmod(mode)
    command = ("-m", "loss_compiler", "generate", "--schema", TINY, "--out", ".", *options)
    done = subprocess.run(
        [sys.executable, *command],
        cwd=package.parent,
        env=compiler_environment(),
        preexec_fn=ordinary,
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    cache.chmod(0o755)
    said = f"{cache}{why.format(f'trainers.{TAG}.pyc')}\n"
    assert (done.returncode, done.stdout, done.stderr) == (1, "", said)
