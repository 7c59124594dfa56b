"""The command that compiles overlays: its output, its exit code, what it writes and spares."""

from __future__ import annotations

import functools
import json
import os
import re
import shlex
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from loss_compiler.cli import main
from loss_compiler.compile import compile_schema
from loss_compiler.target.package import Package, package_of_overlays
from support.schemas import (
    CANONICAL,
    GROUPED_VAE,
    compile_overlays,
    document,
    traces,
    tree,
    unpacked,
)

LAB = ("lab.json", "--package", "lab_losses", "--out", "src")
HINT = "The package is not what the schema says; run: loss-factory compile "
REFUSED_NAME = (
    "expected a letter, and then letters, digits and '_', all in lower-case ASCII and no Python "
    "keyword"
)


@functools.cache
def compiled_lab() -> dict[str, str]:
    """The files of the package lab_losses, made from lab.json as the fixture has it."""
    return package_of(GROUPED_VAE)


def package_of(overlay: Path) -> dict[str, str]:
    """The files of the package lab_losses, made from `overlay` under the name lab.json."""
    package = package_of_overlays("lab_losses", [Path("lab.json")])
    return compile_schema(CANONICAL, [overlay], package).files


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with the overlay lab.json."""
    shutil.copy(GROUPED_VAE, tmp_path / "lab.json")
    return tmp_path


@pytest.fixture
def lab(folder: Path) -> Path:
    """The same with its package in src."""
    unpacked(compiled_lab(), folder / "src", "lab_losses")
    return folder


def edit(overlay: Path, change: Callable[[Any], None]) -> None:
    """Change the JSON of an overlay."""
    changed = document(overlay)
    change(changed)
    overlay.write_text(json.dumps(changed, indent=2), encoding="utf-8")


def set_default(overlay: Any) -> None:
    """Another default for the weight kl_w of the overlay."""
    overlay["$defs"]["BottleneckWeights"]["properties"]["kl_w"]["default"] = 0.125


def as_bytes(files: dict[str, str]) -> dict[str, bytes]:
    """What `tree` finds where `files` lie."""
    return {name: text.encode() for name, text in files.items()}


def listed(what: str, names: list[str], out: str = "src/lab_losses") -> str:
    """The lines that report what was done to files."""
    return "".join(f"{what}: {out}/{name}\n" for name in names)


def in_process(folder: Path, monkeypatch: pytest.MonkeyPatch, *arguments: str) -> Result:
    """Run the command in this process: for messages of which there are many."""
    monkeypatch.chdir(folder)
    return CliRunner().invoke(main, ["compile", *arguments], prog_name="loss-factory")


# Writing


def test_the_first_run_writes_everything(folder: Path) -> None:
    done = compile_overlays(*LAB[:-1], "new/src", cwd=folder)
    files = compiled_lab()
    assert (done.returncode, done.stderr) == (0, "")
    listing = listed("new", sorted(files), "new/src/lab_losses")
    assert done.stdout.startswith(listing)
    title, *table = done.stdout.removeprefix(listing).split("\n")
    assert title.strip() == "Losses of grouped-vae 1.0.0"
    assert [line.split("│")[1].strip() for line in table if "_spatial_loss" in line] == [""]
    [row] = [line.split("│") for line in table if "GroupedVAEBottleneck" in line]
    assert [cell.strip() for cell in row[1:-1]] == [
        "GroupedVAEBottleneck",
        "grouped_vae",
        "kl_w",
        "kl_w_loss",
        "bottleneck.weights.kl_w",
        "1e-06",
    ]
    assert tree(folder / "new" / "src" / "lab_losses") == as_bytes(files)
    assert os.listdir(folder / "new" / "src") == ["lab_losses"]


def test_the_second_run_touches_nothing(lab: Path) -> None:
    before = traces(lab)
    done = compile_overlays(*LAB, cwd=lab)
    assert (done.returncode, done.stderr) == (0, "")
    up_to_date = f"src/lab_losses: nothing changed, {len(compiled_lab())} files are up to date"
    first, title, *_ = done.stdout.split("\n")
    assert (first, title.strip()) == (up_to_date, "Losses of grouped-vae 1.0.0")
    assert traces(lab) == before


def test_an_edit_of_the_overlay_changes_what_follows_from_it(lab: Path) -> None:
    edit(lab / "lab.json", set_default)
    done = compile_overlays(*LAB, cwd=lab)
    schemas = ["losses.schema.json", "model_config.schema.json"]
    names = ["LOSSES.md", "_version.py", "dispatch.py", *schemas, "models.py"]
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.startswith(listed("changed", names) + " ")
    assert tree(lab / "src" / "lab_losses") == as_bytes(package_of(lab / "lab.json"))


def test_packages_lie_beside_each_other(lab: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """One is compiled into a folder with another one, and with modules written by hand."""
    (lab / "src" / "trainer").mkdir()
    (lab / "src" / "trainer" / "__init__.py").write_text("print('mine')\n", encoding="utf-8")
    before = traces(lab / "src")
    done = in_process(lab, monkeypatch, "lab.json", "--package", "lab", "--out", "src")
    assert (done.exit_code, done.stderr) == (0, "")
    after = traces(lab / "src")
    assert {path: found for path, found in after.items() if path in before} == before
    assert sorted(os.listdir(lab / "src")) == ["lab", "lab_losses", "trainer"]
    assert tree(lab / "src" / "lab").keys() == tree(lab / "src" / "lab_losses").keys()


def test_where_the_command_is_run_does_not_matter(
    lab: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nor how its files and folders are named: the package is the same."""
    (lab / "below").mkdir()
    for overlay, out in (
        ("../lab.json", "../src"),
        (f"{lab}/lab.json", f"{lab}/src"),
        (f"{lab}/below/../lab.json", f"{lab}/below/.././src/"),
    ):
        arguments = (overlay, "--package", "lab_losses", "--out", out, "--check")
        done = in_process(lab / "below", monkeypatch, *arguments)
        assert (done.exit_code, done.stderr) == (0, "")


# Checking


def test_a_check_of_what_is_up_to_date(lab: Path) -> None:
    before = traces(lab)
    done = compile_overlays(*LAB, "--check", cwd=lab)
    assert (done.returncode, done.stderr) == (0, "")
    count = len(compiled_lab())
    assert done.stdout == f"src/lab_losses: nothing changed, {count} files are up to date\n"
    assert traces(lab) == before


def test_a_check_tells_missing_stale_and_orphaned_apart(lab: Path) -> None:
    package = lab / "src" / "lab_losses"
    (package / "planning.py").unlink()
    shutil.copy(package / "trainers.py", package / "old.py")
    dispatch = (package / "dispatch.py").read_text(encoding="utf-8")
    changed = dispatch.replace('name="kl_w_loss"', 'name="kl_w"')
    (package / "dispatch.py").write_text(changed, encoding="utf-8")
    before = traces(lab)
    done = compile_overlays(*LAB, "--check", cwd=lab)
    assert done.returncode == 1
    assert done.stderr == (
        listed("missing", ["planning.py"])
        + listed("stale", ["dispatch.py"])
        + listed("orphaned", ["old.py"])
        + f"{HINT}lab.json --package lab_losses --out src\n"
    )
    assert [line for line in done.stdout.split("\n") if line.startswith(("-", "+"))] == [
        "--- on disk/dispatch.py",
        "+++ compiled/dispatch.py",
        '-    name="kl_w",',
        '+    name="kl_w_loss",',
    ]
    assert traces(lab) == before


def test_a_check_of_nothing(folder: Path) -> None:
    before = traces(folder)
    done = compile_overlays(*LAB, "--check", cwd=folder)
    assert (done.returncode, done.stdout) == (1, "")
    hint = f"{HINT}lab.json --package lab_losses --out src\n"
    assert done.stderr == listed("missing", sorted(compiled_lab())) + hint
    assert traces(folder) == before


def test_the_command_that_a_check_names_puts_it_right(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With names that a shell would take apart."""
    overlay = folder / "our lab's" / "$HOME & more.json"
    overlay.parent.mkdir()
    shutil.move(folder / "lab.json", overlay)
    options = ("--package", "lab_losses", "--out", "a b/src")
    done = compile_overlays("our lab's/$HOME & more.json", *options, "--check", cwd=folder)
    assert done.returncode == 1
    hint = done.stderr.removesuffix("\n").split("\n")[-1]
    assert hint.startswith(HINT)
    again = shlex.split(hint.removeprefix(HINT))
    assert again == ["our lab's/$HOME & more.json", *options]
    assert in_process(folder, monkeypatch, *again).exit_code == 0
    assert in_process(folder, monkeypatch, *again, "--check").exit_code == 0


# Refusing


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ([], "Error: Missing argument 'OVERLAY...'."),
        (["--package", "lab", "--out", "src"], "Error: Missing argument 'OVERLAY...'."),
        (["lab.json", "--out", "src"], "Error: Missing option '--package'."),
        (["lab.json", "--package", "lab"], "Error: Missing option '--out'."),
        (
            ["lab.json", "--package", "lab", "--out", "lab.json"],
            "Error: Invalid value for '--out': Directory 'lab.json' is a file.",
        ),
    ],
)
def test_what_is_left_out_is_asked_for(arguments: list[str], message: str, folder: Path) -> None:
    before = traces(folder)
    done = compile_overlays(*arguments, cwd=folder)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.split("\n")[0] == "Usage: loss-factory compile [OPTIONS] OVERLAY..."
    assert done.stderr.split("\n")[-2] == message
    assert traces(folder) == before


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("class", f"{REFUSED_NAME}, not 'class'"),
        ("import", f"{REFUSED_NAME}, not 'import'"),
        ("lab.losses", f"{REFUSED_NAME}, not 'lab.losses'; did you mean 'lab_losses'?"),
        ("lab-losses", f"{REFUSED_NAME}, not 'lab-losses'; did you mean 'lab_losses'?"),
        ("lab/losses", f"{REFUSED_NAME}, not 'lab/losses'; did you mean 'lab_losses'?"),
        ("..", f"{REFUSED_NAME}, not '..'"),
        ("", f"{REFUSED_NAME}, not ''"),
        ("lab ", f"{REFUSED_NAME}, not 'lab '; did you mean 'lab'?"),
        ("lab\n", f"{REFUSED_NAME}, not 'lab\\n'; did you mean 'lab'?"),
        ("Lab", f"{REFUSED_NAME}, not 'Lab'; did you mean 'lab'?"),
        ("labLosses", f"{REFUSED_NAME}, not 'labLosses'; did you mean 'lablosses'?"),
        ("1lab", f"{REFUSED_NAME}, not '1lab'; did you mean 'lab'?"),
        ("_lab", f"{REFUSED_NAME}, not '_lab'; did you mean 'lab'?"),
        ("läb", f"{REFUSED_NAME}, not 'l\\xe4b'; did you mean 'l_b'?"),
        ("l\u0430b", f"{REFUSED_NAME}, not 'l\\u0430b'; did you mean 'l_b'?"),  # a Cyrillic letter
        ("torch", "'torch' is another package; choose another name"),
        ("pydantic", "'pydantic' is another package; choose another name"),
        ("loss_factory", "'loss_factory' is another package; choose another name"),
        ("loss_compiler", "'loss_compiler' is another package; choose another name"),
        ("json", "'json' is another package; choose another name"),
        ("enum", "'enum' is another package; choose another name"),
        *(
            (name, f"{name!r} is another package; choose another name")
            for name in ("sitecustomize", "usercustomize", "rich", "click", "markupsafe", "yaml")
        ),
        ("tomllib", "'tomllib' is another package; choose another name"),
    ],
)
def test_a_name_that_no_package_can_have(
    name: str, message: str, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = traces(folder)
    done = in_process(folder, monkeypatch, "lab.json", "--package", name, "--out", "src")
    assert (done.exit_code, done.stdout) == (1, "")
    assert done.stderr == f"--package: {message}\n"
    assert traces(folder) == before


@pytest.mark.parametrize("name", ["a", "lab2_", "match"])
def test_a_name_that_a_package_can_have(
    name: str, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    done = in_process(folder, monkeypatch, "lab.json", "--package", name, "--out", "src")
    assert (done.exit_code, done.stderr) == (0, "")
    assert os.listdir(folder / "src") == [name]


def test_what_a_package_says_of_the_overlays_that_it_is_made_from() -> None:
    package = package_of_overlays("lab_losses", [Path("above", "lab.json"), Path("-my lab.json")])
    command = "loss-factory compile lab.json './-my lab.json' --package lab_losses --out DIR"
    assert package == Package(
        name="lab_losses", version=None, overlays=("lab.json", "-my lab.json"), command=command
    )
    assert package.header("schema/losses.schema.json") == (
        "Generated from lab.json and -my lab.json.",
        f"Do not edit; change them and run: {command}",
    )


def test_a_bad_name_ends_the_real_command_as_well(folder: Path) -> None:
    before = traces(folder)
    done = compile_overlays("lab.json", "--package", "torch", "--out", "src", cwd=folder)
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr == "--package: 'torch' is another package; choose another name\n"
    assert traces(folder) == before


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("a\nimport os.json", r"a\nimport os.json"),
        ("a\rb.json", r"a\rb.json"),
        ("a\x85b.json", r"a\x85b.json"),
        ("a\u2028b.json", r"a\u2028b.json"),
        ("a\u202eb.json", r"a\u202eb.json"),  # turns the text behind it round
        ("a\x0cb.json", r"a\x0cb.json"),
        ("a\x1b[31m.json", r"a\x1b[31m.json"),
        ("--> a.json", "--> a.json"),
        ("a<b.json", "a<b.json"),
        ("coding:lab.json", "coding:lab.json"),  # of a Python file, in its first lines
        ("x-coding=latin-1.json", "x-coding=latin-1.json"),
        ("\udcff.json", r"\udcff.json"),  # no UTF-8
    ],
)
def test_a_file_name_that_no_comment_can_hold(
    name: str, shown: str, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Below a path without a dash in front, which would make an option of it."""
    (folder / "lab.json").rename(folder / name)
    before = traces(folder)
    done = in_process(folder, monkeypatch, f"./{name}", "--package", "lab", "--out", "src")
    assert (done.exit_code, done.stdout) == (1, "")
    assert done.stderr == f"'{shown}': rename it; a file name can't hold such characters\n"
    assert traces(folder) == before


def test_a_folder_may_have_any_name(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The comments in the package don't hold it."""
    shown = "läb 'α'.json"
    below = folder / "a\n<b>"
    below.mkdir()
    (folder / "lab.json").rename(below / shown)
    done = in_process(
        folder, monkeypatch, f"{below}/{shown}", "--package", "lab", "--out", f"{below}/src"
    )
    assert (done.exit_code, done.stderr) == (0, "")
    text = (below / "src" / "lab" / "planning.py").read_text(encoding="utf-8")
    assert text.split("\n")[:3] == [
        f"# Generated from {shown}.",
        "# Do not edit; change it and run: loss-factory compile "
        f"{shlex.quote(shown)} --package lab --out DIR",
        "",
    ]


def test_what_cannot_be_written_is_an_error(folder: Path) -> None:
    (folder / "file").touch()
    before = traces(folder)
    done = compile_overlays("lab.json", "--package", "lab", "--out", "file/src", cwd=folder)
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr == f"{folder}/file/src: Not a directory; nothing was changed\n"
    assert traces(folder) == before


def test_a_check_of_what_cannot_be_written(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """It says what is missing, as for a folder that is not there."""
    (folder / "file").touch()
    before = traces(folder)
    out = ("--package", "lab_losses", "--out", "file/src", "--check")
    done = in_process(folder, monkeypatch, "lab.json", *out)
    assert (done.exit_code, done.stdout) == (1, "")
    assert done.stderr.endswith(f"{HINT}lab.json --package lab_losses --out file/src\n")
    assert traces(folder) == before


# Broken overlays


def _missing(overlay: Path) -> None:
    overlay.unlink()


def _a_folder(overlay: Path) -> None:
    overlay.unlink()
    overlay.mkdir()


def _no_utf_8(overlay: Path) -> None:
    overlay.write_bytes(b'{"x-name": "L\xe4rm"}')


def _cut_off(overlay: Path) -> None:
    overlay.write_text('{\n  "x-name": "lab",\n', encoding="utf-8")


def _a_whole_schema(overlay: Path) -> None:
    shutil.copy(CANONICAL, overlay)


def _for_another_version(overlay: Path) -> None:
    edit(overlay, lambda changed: changed["x-extends"].update({"x-version": "1.0.0"}))


def _with_losses_of_nobody(overlay: Path) -> None:
    edit(overlay, lambda changed: changed["$defs"].pop("LossMapping"))


@pytest.mark.parametrize(
    ("breaking", "message"),
    [
        (_missing, ": can't be read: No such file or directory\n"),
        (_a_folder, ": can't be read: Is a directory\n"),
        (_no_utf_8, ": expected UTF-8 text; invalid continuation byte at byte 13\n"),
        (_cut_off, ":3:1: "),
        (_a_whole_schema, r":1:1: \(root\): 'x-extends' is missing"),
        (_for_another_version, r":\d+:\d+: /x-extends/x-version: expected '0.1.0'"),
        (_with_losses_of_nobody, r":\d+:\d+: /\$defs/"),
    ],
)
@pytest.mark.parametrize("check", [[], ["--check"]], ids=["write", "check"])
def test_a_broken_overlay_changes_nothing(
    breaking: Callable[[Path], None],
    message: str,
    check: list[str],
    lab: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    breaking(lab / "lab.json")
    before = traces(lab)
    done = in_process(lab, monkeypatch, *LAB, *check)
    assert (done.exit_code, done.stdout) == (1, "")
    assert re.match(r"lab\.json" + message, done.stderr)
    assert traces(lab) == before


def test_a_broken_overlay_ends_the_real_command(lab: Path) -> None:
    _for_another_version(lab / "lab.json")
    before = traces(lab)
    done = compile_overlays(*LAB, cwd=lab)
    assert (done.returncode, done.stdout) == (1, "")
    assert re.match(r"lab\.json:\d+:\d+: /x-extends/x-version: expected '0.1.0'", done.stderr)
    assert done.stderr.count("\n") == 1
    assert traces(lab) == before


def test_a_broken_overlay_creates_nothing(folder: Path) -> None:
    done = compile_overlays("gone.json", *LAB[1:], cwd=folder)
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr == "gone.json: can't be read: No such file or directory\n"
    assert os.listdir(folder) == ["lab.json"]


def test_the_second_of_two_overlays_is_broken(lab: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The message names the file in which the mistake is."""
    upper = {"x-extends": {"x-name": "grouped-vae", "x-version": "1.0.0"}, "x-name": "upper"}
    (lab / "upper.json").write_text(json.dumps(upper), encoding="utf-8")
    before = traces(lab)
    done = in_process(lab, monkeypatch, "lab.json", "upper.json", *LAB[1:])
    assert (done.exit_code, done.stdout) == (1, "")
    assert done.stderr.startswith("upper.json:1:1: (root): 'x-version' is missing")
    assert traces(lab) == before


def test_it_says_what_an_overlay_changes(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    overlay = json.loads((folder / "lab.json").read_text("utf-8"))
    trainer = "stable-audio-tools 0.0.20"
    first = {"generator": {"LossMapping": {"before": "FoolingLoss"}}}
    overlay["x-trainers"] = {trainer: {"objective": first}}
    overlay["$defs"]["JepaArguments"] = {"properties": {"mask_rate": None}}
    overlay["$defs"]["BottleneckWeights"]["properties"] |= {"kl": {"default": 1e-4}}
    overlay["$defs"]["LossMapping"]["properties"] |= {
        "TanhBottleneck": {"prefixItems": [{"$ref": "#/$defs/KLLoss"}]}
    }
    (folder / "lab.json").write_text(json.dumps(overlay), encoding="utf-8")
    done = in_process(folder, monkeypatch, *LAB)
    start = done.stdout.index("The overlays change")
    assert done.stdout[start:].split("\n")[:6] == [
        "The overlays change what they extend:",
        f'  /x-trainers/{trainer}/objective/generator/LossMapping/before: "FoolingLoss"',
        "  /$defs/BottleneckWeights/properties/kl/default: 1e-06 → 0.0001",
        "  /$defs/JepaArguments/properties/mask_rate: removed",
        "  /$defs/LossMapping/properties/TanhBottleneck/maxItems: removed",
        done.stdout[start:].split("\n")[5],
    ]
    assert "GroupedVAE" not in done.stdout[start : done.stdout.index("Losses of", start)]


def test_an_overlay_that_only_adds_changes_nothing_else(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert "The overlays change" not in in_process(folder, monkeypatch, *LAB).stdout


def test_two_overlays_of_one_name(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (folder / "other").mkdir()
    shutil.copy(folder / "lab.json", folder / "other")
    done = in_process(folder, monkeypatch, "other/lab.json", *LAB)
    message = "more than one overlay has the name 'lab.json'; rename one\n"
    assert (done.exit_code, done.stderr) == (1, message)


def test_a_folder_whose_variable_is_not_set(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    done = in_process(folder, monkeypatch, "lab.json", "--package", "lab_losses", "--out", "")
    assert done.exit_code == 2
    assert "expected the name of a folder" in done.stderr
    assert os.listdir(folder) == ["lab.json"]
