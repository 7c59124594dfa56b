"""The commands that measure a schema against the last released one, and that release it."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from loss_compiler.cli import main
from support.schemas import (
    CANONICAL,
    GROUPED_VAE,
    PACKAGE,
    ROOT,
    TINY,
    compile_overlays,
    edited,
    generate,
    run,
    traces,
    tree,
)

DEFAULT = ('"default": 1e-6', '"default": 1e-5')
NEW_TAG = ('"x-config-type": "vae"', '"x-config-type": "kl_vae"')
NULL_LABEL = '"label": { "type": ["string", "null"], "default": null, "description": "New." },'
NEW_KEY = ('"weights": {', f'{NULL_LABEL} "weights": {{')
REWORDED = ("Pulls the latents together.", "Pulls latents together.")

TABLE = (
    f"{'What changes for users since 0.1.0':^73}"
    + """
┏━━━━━━━━━━━━┳━━━━━━━━━━━━━━━━━━━━━━━┳━━━━━━━━━━━━━━━━━┳━━━━━━━┳━━━━━━━━┓
┃            ┃ where                 ┃ what            ┃ was   ┃ now    ┃
┡━━━━━━━━━━━━╇━━━━━━━━━━━━━━━━━━━━━━━╇━━━━━━━━━━━━━━━━━╇━━━━━━━╇━━━━━━━━┩
│ breaking   │ bottleneck.weights.kl │ default changed │ 1e-06 │ 1e-05  │
│ breaking   │ VAEBottleneck         │ tag changed     │ vae   │ kl_vae │
│ compatible │ bottleneck.label      │ new key         │       │ string │
└────────────┴───────────────────────┴─────────────────┴───────┴────────┘
1 description reads differently since 0.1.0
"""
)
REFUSALS = (
    "s.json:40:22: /$defs/BottleneckWeights/properties/kl/default: bottleneck.weights.kl: default "
    "changed (1e-06 → 1e-05), which breaks what 0.1.0 has; undo it, or set 'x-version' to '1.0.0'\n"
    "s.json:83:28: /$defs/BottleneckType/oneOf/0/x-config-type: VAEBottleneck: tag changed (vae → "
    "kl_vae), which breaks what 0.1.0 has; undo it, or set 'x-version' to '1.0.0'\n"
)


def version(new: str) -> tuple[str, str]:
    """The edit of the tiny schema's version."""
    return '"x-version": "0.1.0"', f'"x-version": "{new}"'


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The working directory, where the tiny schema 0.1.0 was released."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "released").mkdir()
    shutil.copy(TINY, tmp_path / "released" / "0.1.0.json")
    return tmp_path


def run_command(command: str, *edits: tuple[str, str], arguments: tuple[str, ...] = ()) -> Result:
    """Run a command on an edit of the tiny schema, in this process."""
    Path("s.json").write_text(edited(TINY, *edits), encoding="utf-8", newline="\n")
    return CliRunner().invoke(main, [command, "--schema", "s.json", *arguments])


def generated(*edits: tuple[str, str], check: bool = False) -> Result:
    """What `generate` does with an edit of the tiny schema."""
    return run_command(
        "generate", *edits, arguments=("--out", "out", *(["--check"] if check else []))
    )


def released(*edits: tuple[str, str]) -> Result:
    """What `release` does with an edit of the tiny schema, which was generated if that goes."""
    generated(*edits)
    return run_command("release", *edits, arguments=("--out", "out"))


# generate


def test_what_breaks_is_shown_and_refused(folder: Path) -> None:
    """As a real process, with all at once, and nothing is written."""
    text = edited(TINY, DEFAULT, NEW_TAG, NEW_KEY, REWORDED)
    Path("s.json").write_text(text, encoding="utf-8", newline="\n")
    before = traces(folder)
    arguments = ("--schema", "s.json", "--out", "out")
    done = generate(*arguments, cwd=folder)
    assert (done.returncode, done.stdout, done.stderr) == (1, TABLE, REFUSALS)
    checked = generate(*arguments, "--check", cwd=folder)
    assert (checked.returncode, checked.stdout, checked.stderr) == (1, TABLE, REFUSALS)
    assert traces(folder) == before


def test_a_minor_version_does_not_ask_for_it(folder: Path) -> None:
    done = generated(version("0.2.0"), DEFAULT, NEW_TAG, NEW_KEY, REWORDED)
    assert (done.exit_code, done.stdout, done.stderr) == (1, TABLE, REFUSALS)
    assert not (folder / "out").exists()


def test_a_major_version_asks_for_it(folder: Path) -> None:
    done = generated(version("1.0.0"), DEFAULT, NEW_TAG, NEW_KEY, REWORDED)
    assert (done.exit_code, done.stderr) == (0, "")
    assert done.stdout.startswith(f"{TABLE}new: out/{PACKAGE}/LOSSES.md\n")
    text = (folder / "out" / PACKAGE / "_version.py").read_text(encoding="utf-8")
    assert 'SCHEMA_VERSION: Final = "1.0.0"' in text


def test_what_is_compatible_is_shown_with_the_version_that_it_needs(folder: Path) -> None:
    """And generated, so that the next edit can be tried at once."""
    said = "x-version is still 0.1.0, which is released: a release needs 0.2.0\n"
    first = generated(NEW_KEY)
    assert (first.exit_code, first.stderr) == (0, "")
    assert "│ compatible │ bottleneck.label │ new key │     │ string │\n" in first.stdout
    assert f"┘\n{said}new: out/{PACKAGE}/LOSSES.md\n" in first.stdout
    checked = generated(NEW_KEY, check=True)
    assert (checked.exit_code, checked.stderr) == (0, "")
    assert f"┘\n{said}out/{PACKAGE}: nothing changed, " in checked.stdout
    raised = generated(NEW_KEY, version("0.1.1")).stdout
    assert "┘\nx-version is 0.1.1: a release needs 0.2.0\n" in raised
    assert "x-version" not in generated(NEW_KEY, version("0.2.0")).stdout


def test_descriptions_are_counted(folder: Path) -> None:
    done = generated(REWORDED, ("Samples the latents.", "Samples latents."))
    assert done.stdout.startswith(
        "2 descriptions read differently since 0.1.0\n"
        "x-version is still 0.1.0, which is released: a release needs 0.1.1\n"
        f"new: out/{PACKAGE}/LOSSES.md\n"
    )


def test_nothing_is_said_of_no_changes(folder: Path) -> None:
    assert generated().stdout.startswith(f"new: out/{PACKAGE}/LOSSES.md\n")
    assert generated(version("0.1.7")).stdout.startswith(f"changed: out/{PACKAGE}/LOSSES.md\n")


def test_an_older_version_is_a_mistake(folder: Path) -> None:
    for old in ("0.0.9", "0.0.10"):
        done = generated(version(old))
        assert done.exit_code == 1
        assert done.stderr == (
            "s.json:5:16: /x-version: expected 0.1.0, the last released version, or a later one\n"
        )
        assert not (folder / "out").exists()


def test_the_last_released_version_counts(folder: Path) -> None:
    """By its number, not by its name; other files in the folder don't matter."""
    for each, edit in (("0.9.0", DEFAULT), ("0.10.0", NEW_KEY), ("0.2.0", NEW_TAG)):
        text = edited(TINY, version(each), edit)
        (folder / "released" / f"{each}.json").write_text(text, encoding="utf-8")
    for name in ("README.md", ".0.99.0.json", "0.99.0.json~"):
        (folder / "released" / name).touch()
    done = generated(version("0.10.0"))
    assert done.stderr == (
        "s.json:22:21: /$defs/BottleneckLossConfig/properties: bottleneck.label: key removed "
        "(string), which breaks what 0.10.0 has; undo it, or set 'x-version' to '1.0.0'\n"
    )
    assert generated(version("0.10.0"), NEW_KEY).exit_code == 0


def test_long_values_are_cut(folder: Path) -> None:
    """And what can't be printed is escaped, in the table and in the message."""
    long = "\\u202e" + "x" * 100
    (folder / "released" / "0.1.0.json").write_text(
        edited(TINY, ('"const": "kl_loss"', f'"const": "{long}"')), encoding="utf-8"
    )
    done = generated()
    cut = "\\u202e" + "x" * 58 + "…"
    assert f"│ breaking │ KLLoss │ loss name changed │ {cut} │ kl_loss │\n" in done.stdout
    assert f"KLLoss: loss name changed ({cut} → kl_loss), which breaks" in done.stderr


# What is wrong with released schemas


def test_a_broken_released_schema(folder: Path) -> None:
    text = edited(TINY, ('"minimum": 0', '"minimum": 1'))
    (folder / "released" / "0.1.0.json").write_text(text, encoding="utf-8")
    done = generated()
    assert (done.exit_code, done.stdout) == (1, "")
    assert done.stderr == (
        "released/0.1.0.json:38:22: /$defs/BottleneckWeights/properties/kl/minimum: "
        "expected 0, not 1\n"
    )


def test_a_released_schema_of_another_version(folder: Path) -> None:
    shutil.copy(TINY, folder / "released" / "0.2.0.json")
    done = generated(DEFAULT)
    assert done.stderr == (
        "released/0.2.0.json:5:16: /x-version: expected '0.2.0', which the file is named after, "
        "not '0.1.0'\n"
    )


def test_released_schemas_with_other_names(folder: Path) -> None:
    for name in ("0.1.json", "v0.2.0.json", "01.0.0.json", f"{'9' * 5000}"[:200] + ".0.0.json"):
        shutil.copy(TINY, folder / "released" / name)
    done = generated()
    expected = "expected the name of a released schema, such as '1.2.0.json'\n"
    names = ("0.1.json", "01.0.0.json", "9" * 200 + ".0.0.json", "v0.2.0.json")
    assert done.stderr == "".join(f"released/{name}: {expected}" for name in names)


def test_released_is_no_folder(folder: Path) -> None:
    shutil.rmtree(folder / "released")
    (folder / "released").touch()
    assert generated().stderr == "released: can't be read: Not a directory\n"


def test_a_version_that_no_number_holds(folder: Path) -> None:
    done = generated(version(f"1.{'9' * 5000}.0"))
    assert done.exit_code == 1
    assert done.stderr.startswith(
        's.json:5:16: /x-version: expected a version such as "1.2.0", not the string "1.999'
    )


# release


def test_a_release_is_a_copy(folder: Path) -> None:
    """Byte for byte; a second time there is nothing to do, and it is measured against now."""
    done = released(version("0.2.0"), NEW_KEY)
    assert (done.exit_code, done.stderr) == (0, "")
    assert done.stdout.endswith("released: released/0.2.0.json\n")
    text = edited(TINY, version("0.2.0"), NEW_KEY).encode()
    assert tree(folder / "released") == {"0.1.0.json": TINY.read_bytes(), "0.2.0.json": text}
    again = released(version("0.2.0"), NEW_KEY)
    assert (again.exit_code, again.stdout) == (0, "0.2.0 is released already\n")
    assert "which breaks what 0.2.0 has" in generated(version("0.2.0")).stderr


def test_the_first_release(folder: Path) -> None:
    shutil.rmtree(folder / "released")
    assert released().stdout == "released: released/0.1.0.json\n"
    assert tree(folder / "released") == {"0.1.0.json": TINY.read_bytes()}


def test_a_release_has_line_ends_of_one_kind(folder: Path) -> None:
    text = edited(TINY, version("0.1.1"))
    Path("s.json").write_bytes(text.replace("\n", "\r\n").encode())
    for command in ("generate", "release"):
        done = CliRunner().invoke(main, [command, "--schema", "s.json", "--out", "out"])
        assert done.exit_code == 0
    assert (folder / "released" / "0.1.1.json").read_bytes() == text.encode()


@pytest.mark.parametrize(
    ("edits", "needed"),
    [
        (("0.1.0", NEW_KEY), "0.2.0"),
        (("0.1.9", NEW_KEY), "0.2.0"),
        (("0.1.0", REWORDED), "0.1.1"),
        (("0.1.0", ("[1e-4]", "[1e-3]")), "0.1.1"),
    ],
    ids=["new", "new, as a patch", "reworded", "examples"],
)
def test_a_release_needs_a_version_of_its_own(
    edits: tuple[str, tuple[str, str]], needed: str, folder: Path
) -> None:
    old, edit = edits
    done = released(version(old), edit)
    assert done.exit_code == 1
    assert done.stderr == (
        f"s.json:5:16: /x-version: 0.1.0 is released; expected {needed} or a later one\n"
    )
    assert tree(folder / "released") == {"0.1.0.json": TINY.read_bytes()}
    assert released(version(needed), edit).exit_code == 0


def test_a_release_refuses_what_breaks(folder: Path) -> None:
    done = released(version("0.2.0"), DEFAULT, NEW_TAG, NEW_KEY, REWORDED)
    assert (done.exit_code, done.stdout) == (1, TABLE)
    assert done.stderr == REFUSALS
    assert sorted(tree(folder / "released")) == ["0.1.0.json"]
    assert released(version("1.0.0"), DEFAULT, NEW_TAG, NEW_KEY, REWORDED).exit_code == 0
    assert sorted(tree(folder / "released")) == ["0.1.0.json", "1.0.0.json"]


def test_a_release_is_of_what_is_generated(folder: Path) -> None:
    """Or the hash that users have would be of another schema; nothing is recorded."""
    (folder / "released" / "0.1.0.json").unlink()
    package = folder / "out" / PACKAGE
    stale = f"{package}: not what s.json says; run first: python -m nox -s generate\n"
    first = run_command("release", arguments=("--out", "out"))
    assert (first.exit_code, first.stdout, first.stderr) == (1, "", stale)
    generated()
    edit = run_command("release", REWORDED, arguments=("--out", "out"))
    assert (edit.exit_code, edit.stdout, edit.stderr) == (1, "", stale)
    (package / "planning.py").unlink()
    damaged = run_command("release", arguments=("--out", "out"))
    assert (damaged.exit_code, damaged.stdout, damaged.stderr) == (1, "", stale)
    assert tree(folder / "released") == {}


def test_a_release_that_cannot_be_written(folder: Path) -> None:
    """A folder is where the copy would be staged, or the copy be."""
    shutil.rmtree(folder / "released")
    (folder / "released").symlink_to("nowhere")
    done = released()
    assert (done.exit_code, done.stdout) == (1, "")
    assert done.stderr == "released/0.1.0.json: can't be written: File exists\n"


# The repository's


def test_the_repository_releases_schema_and_configs(tmp_path: Path) -> None:
    """What `nox -s release` runs, in a copy of what it reads."""
    ignore = shutil.ignore_patterns("__pycache__")
    for name in ("schema", "templates", "tests/package/released", "tests/support"):
        shutil.copytree(ROOT / name, tmp_path / name, ignore=ignore)
    schema = tmp_path / "schema" / "losses.schema.json"
    old = f'"x-version": "{json.loads(CANONICAL.read_bytes())["x-version"]}"'
    schema.write_text(edited(schema, (old, '"x-version": "99.0.0"')), encoding="utf-8")
    environment = {"PYTHONPATH": str(tmp_path / "schema")}
    made = run("-m", "loss_compiler", "generate", cwd=tmp_path, environment=environment)
    assert (made.returncode, made.stderr) == (0, "")
    before = tree(tmp_path)
    for command in (("-m", "loss_compiler", "release"), ("tests/support/corpus.py",)):
        done = run(*command, cwd=tmp_path, environment=environment)
        assert (done.returncode, done.stderr) == (0, "")
    after = {name: text for name, text in tree(tmp_path).items() if "__pycache__" not in name}
    new = {"schema/released/99.0.0.json", "tests/package/released/99.0.0.jsonl"}
    assert after.keys() - before.keys() == new
    assert {name: after[name] for name in before} == before
    assert after["schema/released/99.0.0.json"] == schema.read_bytes()
    first, *lines = after["tests/package/released/99.0.0.jsonl"].decode().splitlines()
    assert first.startswith('{"released": "99.0.0", "sha256": "')
    assert len(lines) > 500


def test_overlays_are_not_measured_against_released_schemas(tmp_path: Path) -> None:
    """Their users have a version of their own; what they change is listed when they compile."""
    (tmp_path / "released").mkdir()
    (tmp_path / "released" / "broken.json").touch()
    shutil.copy(GROUPED_VAE, tmp_path / "lab.json")
    done = compile_overlays("lab.json", "--package", "lab", "--out", "out", cwd=tmp_path)
    assert (done.returncode, done.stderr) == (0, "")
    assert "What changes" not in done.stdout
