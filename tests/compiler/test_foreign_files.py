"""Files that the compiler did not write: a folder that holds some is refused and stays as it is."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from loss_compiler.compile import compile_schema
from loss_compiler.source.problems import CompileError
from loss_compiler.target.package import package_of_overlays
from loss_compiler.target.publish import Changes, compare, publish
from support.schemas import (
    GROUPED_VAE,
    PACKAGE,
    TINY,
    VARIED,
    compile_overlays,
    compiled,
    generate,
    package_files,
    traces,
    tree,
    unpacked,
)

HEADER = "# Generated from x.\n# Do not edit; change it and run: x\n"
JSON = '{\n  "$comment": "Generated from x. Do not edit; change it and run: x"\n}\n'


@pytest.fixture
def package(tmp_path: Path) -> Path:
    """The folder of the package of the tiny schema."""
    return unpacked(compiled(TINY).files, tmp_path) / PACKAGE


def write(folder: Path, files: Mapping[str, str]) -> None:
    """Write `files`, by their path in `folder`."""
    for name, text in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text, encoding="utf-8")


def refusal(target: Path, names: str) -> str:
    """The line that refuses the folder `target`."""
    why = f"holds files that Loss Factory did not write ({names})"
    return f"{target}: {why}; move them away"


# What is foreign


@pytest.mark.parametrize("action", [compare, publish])
@pytest.mark.parametrize(
    ("files", "names"),
    [
        ({"extra.py": ""}, "extra.py"),
        ({"extra.py": "print('mine')\n"}, "extra.py"),
        ({"LOSSES.txt": "mine"}, "LOSSES.txt"),
        ({"old/dispatch.py": "print('mine')\n"}, "old/dispatch.py"),
        ({"old/py.typed": ""}, "old/py.typed"),
        ({"runtime/mine.py": "print('mine')\n"}, "runtime/mine.py"),
        ({"runtime/old/py.typed": ""}, "runtime/old/py.typed"),
        ({".hidden": ""}, ".hidden"),
        ({"extra.py": HEADER.removesuffix("\n").split("\n")[0]}, "extra.py"),
        ({"extra.py": "".join(HEADER.splitlines(keepends=True)[::-1])}, "extra.py"),
        ({"extra.py": f"\n{HEADER}"}, "extra.py"),
        ({"extra.py": f"import os\n{HEADER}"}, "extra.py"),
        ({"b.py": "", "a.py": "", "ours.py": HEADER}, "a.py, b.py"),
        ({"b.py": "", "c.py": "", "a.py": ""}, "a.py, b.py, c.py"),
        ({"b.py": "", "d.py": "", "c.py": "", "a.py": ""}, "a.py, b.py, c.py, …"),
        ({"extra.json": "{}"}, "extra.json"),
        ({"extra.json": JSON.replace("$comment", "comment")}, "extra.json"),
        ({"extra.json": JSON.replace("Do not edit", "Do edit")}, "extra.json"),
        ({"extra.json": JSON.replace(". Do", '.",\n  "title": "Do')}, "extra.json"),
        ({"extra.json": JSON.replace("  ", "")}, "extra.json"),
        ({f"{index}.py": "" for index in range(12)}, "0.py, 1.py, 10.py, …"),
        ({"a\nb\x1b[31m.py": ""}, "a\\nb\\x1b[31m.py"),
    ],
    ids=lambda value: ascii(sorted(value)) if isinstance(value, dict) else "",
)
def test_a_file_of_somebody_else_in_a_package(
    files: Mapping[str, str],
    names: str,
    action: Callable[[Path, dict[str, str]], object],
    package: Path,
) -> None:
    write(package, files)
    before = traces(package.parent)
    with pytest.raises(CompileError) as caught:
        action(package, compiled(VARIED).files)
    assert caught.value.lines == (refusal(package, names),)
    assert traces(package.parent) == before


@pytest.mark.parametrize("action", [compare, publish])
@pytest.mark.parametrize(
    ("files", "names"),
    [
        ({"dispatch.py": "print('mine')\n"}, "dispatch.py"),
        ({"py.typed": ""}, "py.typed"),
        ({"losses.schema.json": "{}"}, "losses.schema.json"),
        ({"__init__.py": "", "models.py": "class Model: ...\n"}, "__init__.py, models.py"),
        ({"__pycache__/dispatch.cpython-311.pyc": HEADER, "planning.py": ""}, "planning.py"),
        ({"LOSSES.md": HEADER, "dispatch.py": HEADER, "models.py": "mine\n"}, "models.py"),
        ({"runtime/__init__.py": HEADER, "__init__.py": "mine\n"}, "__init__.py"),
    ],
    ids=lambda value: ascii(sorted(value)) if isinstance(value, dict) else "",
)
def test_a_package_of_somebody_else(
    files: Mapping[str, str],
    names: str,
    action: Callable[[Path, dict[str, str]], object],
    tmp_path: Path,
) -> None:
    """Its files may have the names of ours, and some may be copies of compiled ones."""
    target = tmp_path / PACKAGE
    write(target, files)
    before = traces(tmp_path)
    with pytest.raises(CompileError) as caught:
        action(target, compiled(TINY).files)
    assert caught.value.lines == (refusal(target, names),)
    assert traces(tmp_path) == before


@pytest.mark.parametrize("action", [compare, publish])
def test_what_is_no_text_is_foreign(
    action: Callable[[Path, dict[str, str]], object], package: Path
) -> None:
    """A file in no encoding, a link to a compiled file, a pipe, which nobody waits for."""
    (package / "binary").write_bytes(b"\xff\xfe\x00\n\n")
    (package / "link").symlink_to("dispatch.py")
    os.mkfifo(package / "pipe")
    before = traces(package.parent)
    with pytest.raises(CompileError) as caught:
        action(package, compiled(TINY).files)
    assert caught.value.lines == (refusal(package, "binary, link, pipe"),)
    assert traces(package.parent) == before


def a_file(path: Path) -> None:
    """Also one that begins as a compiled file does: none is called like a folder."""
    path.write_text(HEADER, encoding="utf-8")


def a_link_to_a_folder(path: Path) -> None:
    elsewhere = path.parents[1] / "elsewhere"
    elsewhere.mkdir()
    path.symlink_to(elsewhere)


def a_link_to_nothing(path: Path) -> None:
    path.symlink_to("nothing")


@pytest.mark.parametrize("action", [compare, publish])
@pytest.mark.parametrize("something", [a_file, a_link_to_a_folder, a_link_to_nothing])
def test_something_else_in_the_place_of_a_folder(
    something: Callable[[Path], None],
    action: Callable[[Path, dict[str, str]], object],
    package: Path,
) -> None:
    shutil.rmtree(package / "runtime")
    something(package / "runtime")
    before = traces(package.parent)
    with pytest.raises(CompileError) as caught:
        action(package, compiled(TINY).files)
    assert caught.value.lines == (refusal(package, "runtime"),)
    assert traces(package.parent) == before


def test_a_link_out_of_the_package_is_replaced_and_not_followed(package: Path) -> None:
    elsewhere = package.parent / "elsewhere.py"
    elsewhere.write_text("print('mine')\n", encoding="utf-8")
    (package / "planning.py").unlink()
    (package / "planning.py").symlink_to(elsewhere)
    assert publish(package, compiled(TINY).files).stale == ("planning.py",)
    assert tree(package) == package_files(TINY)
    assert not (package / "planning.py").is_symlink()
    assert elsewhere.read_text(encoding="utf-8") == "print('mine')\n"


# What is ours


@pytest.mark.parametrize(
    ("files", "orphaned"),
    [
        ({"old.py": HEADER}, ["old.py"]),
        ({"OLD.md": "<!-- Generated from x. -->\n<!-- Do not edit; change it -->\n"}, ["OLD.md"]),
        ({"old/dispatch.py": f"{HEADER}x = 1\n"}, ["old", "old/dispatch.py"]),
        ({"runtime/old.py": HEADER}, ["runtime/old.py"]),
        ({"runtime/old/old.py": HEADER}, ["runtime/old", "runtime/old/old.py"]),
        ({"old.py": HEADER.replace("\n", "\r\n")}, ["old.py"]),
        ({"old.json": JSON}, ["old.json"]),
        ({"old.json": JSON.replace("\n", "\r\n")}, ["old.json"]),
        ({"model_config.schema.json": "{}"}, []),
        ({"dispatch.py": "print('edited')\n"}, []),
        ({"py.typed": "partial\n", "losses.schema.json": "{}"}, []),
        ({"__pycache__/old.cpython-311.pyc": "", "old/__pycache__/old.pyc": ""}, ["old"]),
    ],
    ids=lambda value: ascii(sorted(value)) if isinstance(value, dict) else "",
)
def test_what_the_compiler_wrote_is_replaced(
    files: Mapping[str, str], orphaned: list[str], package: Path
) -> None:
    """Also what it writes no more, and what was edited by hand since."""
    write(package, files)
    assert list(compare(package, compiled(TINY).files).orphaned) == orphaned
    changes = publish(package, compiled(TINY).files)
    assert list(changes.orphaned) == orphaned
    assert sorted(changes.stale) == sorted(files.keys() & compiled(TINY).files)
    assert changes.missing == ()
    assert {name for name in tree(package) if "__pycache__" not in name} == {*compiled(TINY).files}


def test_nothing_is_left_of_what_is_replaced(tmp_path: Path) -> None:
    for text in (HEADER, f"{HEADER}x = 1\n"):
        publish(tmp_path / "lab", {"a.py": text, "b/c.py": text, "b/d.py": text})
        files = ("lab/a.py", "lab/b/c.py", "lab/b/d.py")
        assert tree(tmp_path) == dict.fromkeys(files, text.encode())


def test_what_is_no_text_has_no_lines_in_the_diff(tmp_path: Path) -> None:
    """Such as a folder and a link in the place of files; of other bytes as much as can be shown."""
    write(tmp_path, {"_version.py": HEADER})
    (tmp_path / "edited.py").write_bytes(b"a\r\n\xff\nc")
    (tmp_path / "folder.py").mkdir()
    (tmp_path / "link.py").symlink_to("_version.py")
    names = ("edited.py", "folder.py", "link.py")
    assert compare(
        tmp_path, {"_version.py": HEADER, **dict.fromkeys(names, "a\nb\nc\n")}
    ) == Changes(
        missing=(),
        stale=names,
        orphaned=(),
        diff="--- on disk/edited.py\n+++ compiled/edited.py\n@@ -1,3 +1,4 @@\n"
        "-a\r\n-\ufffd\n+a\n+b\n c\n+\n"
        "--- on disk/folder.py\n+++ compiled/folder.py\n@@ -1 +1,4 @@\n+a\n+b\n+c\n \n"
        "--- on disk/link.py\n+++ compiled/link.py\n@@ -1 +1,4 @@\n+a\n+b\n+c\n \n",
    )


@pytest.mark.parametrize("telling", ["__init__.py", "_version.py"])
def test_one_compiled_file_tells_that_the_package_is_ours(telling: str, package: Path) -> None:
    """The others may have lost the lines that say so."""
    for name in compiled(TINY).files:
        if name != telling:
            (package / name).write_text("edited\n", encoding="utf-8")
    changes = publish(package, compiled(TINY).files)
    assert sorted(changes.stale) == sorted(compiled(TINY).files.keys() - {telling})
    assert tree(package) == package_files(TINY)


def test_empty_folders_that_are_left_over_are_removed(package: Path) -> None:
    (package / "old" / "below").mkdir(parents=True)
    changes = publish(package, compiled(TINY).files)
    assert changes.orphaned == ("old", "old/below")
    assert tree(package).keys() == compiled(TINY).files.keys()


def test_a_package_of_other_overlays_is_replaced(package: Path) -> None:
    other = compile_schema(VARIED, (), package_of_overlays(PACKAGE + "2", [Path("lab.json")]))
    changes = publish(package, other.files)
    assert set(changes.stale) == other.files.keys() - {"py.typed"}
    assert tree(package) == {name: text.encode() for name, text in other.files.items()}


# The commands


@pytest.mark.parametrize("check", [[], ["--check"]], ids=["write", "check"])
def test_generate_refuses_foreign_files(check: list[str], package: Path) -> None:
    write(package, dict.fromkeys(("d.py", "c/c.py", "b.py", "a.txt"), "mine\n"))
    before = traces(package.parent)
    done = generate("--schema", VARIED, "--out", ".", *check, cwd=package.parent)
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr == refusal(package, "a.txt, b.py, c/c.py, …") + "\n"
    assert traces(package.parent) == before


@pytest.mark.parametrize("check", [[], ["--check"]], ids=["write", "check"])
def test_compile_refuses_foreign_files(check: list[str], tmp_path: Path) -> None:
    """Here a package that somebody wrote by hand, named by mistake."""
    shutil.copy(GROUPED_VAE, tmp_path / "lab.json")
    target = tmp_path / "src" / "trainer"
    write(target, {"__init__.py": "", "losses.py": "print('mine')\n"})
    before = traces(tmp_path)
    options = ("--package", "trainer", "--out", "src")
    done = compile_overlays("lab.json", *options, *check, cwd=tmp_path)
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr == refusal(target, "__init__.py, losses.py") + "\n"
    assert traces(tmp_path) == before


def test_what_is_only_called_like_a_stage_is_spared(package: Path, tmp_path: Path) -> None:
    """Folders of somebody's, a link out of the folder, a pipe, which nobody waits for."""
    beside = tmp_path / f".{PACKAGE}.stage-"
    write(tmp_path, {f"{beside.name}-2/mine": "mine", "elsewhere/mine": "mine"})
    write(tmp_path, {f"{beside.name}5/{PACKAGE}/dispatch.py": "half", f"{beside.name}5/mine": ""})
    beside.with_name(f"{beside.name}7").symlink_to("elsewhere")
    os.mkfifo(beside.with_name(f"{beside.name}8"))
    before = {name: each for name, each in traces(tmp_path).items() if not name.startswith(PACKAGE)}
    publish(package, compiled(VARIED).files)
    assert tree(package) == package_files(VARIED)
    after = traces(tmp_path)
    assert {name: after.get(name) for name in before} == before
