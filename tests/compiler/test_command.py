"""The command that compiles a schema: its output, its exit code, what it writes and spares."""

from __future__ import annotations

import difflib
import errno
import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from loss_compiler.compile import compile_schema
from loss_compiler.source.problems import CompileError
from loss_compiler.target.publish import compare, publish
from support.schemas import (
    CANONICAL,
    PACKAGE,
    ROOT,
    TINY,
    VARIED,
    answer,
    compiled,
    compiler_environment,
    document,
    edited,
    generate,
    package_files,
    traces,
    tree,
    unpacked,
    written,
)

TINY_TABLE = (
    f"{'Losses of schema 0.1.0':^87}"
    + """
┏━━━━━━━━━━━━━━━┳━━━━━┳━━━━━━━━━━┳━━━━━━━━━━━┳━━━━━━━━━━━━━━━━━━━━━━━┳━━━━━━━━━━━━━━━━┓
┃ bottleneck    ┃ tag ┃ info key ┃ loss name ┃ config path           ┃ default weight ┃
┡━━━━━━━━━━━━━━━╇━━━━━╇━━━━━━━━━━╇━━━━━━━━━━━╇━━━━━━━━━━━━━━━━━━━━━━━╇━━━━━━━━━━━━━━━━┩
│ VAEBottleneck │ vae │ kl       │ kl_loss   │ bottleneck.weights.kl │          1e-06 │
└───────────────┴─────┴──────────┴───────────┴───────────────────────┴────────────────┘
"""
)
HINT = "The package is not what the schema says; run: python -m nox -s generate\n"


@pytest.fixture
def out(tmp_path: Path) -> Path:
    """A source root with the package of the tiny schema."""
    return unpacked(compiled(TINY).files, tmp_path / "generated")


def files() -> list[str]:
    """The names of a package's files."""
    return sorted(compiled(TINY).files)


def up_to_date() -> str:
    """The line that reports that nothing changed."""
    return f"generated/{PACKAGE}: nothing changed, {len(files())} files are up to date\n"


def lines(what: str, names: list[str], out: str = "generated") -> str:
    """The lines that report what was done to files."""
    return "".join(f"{what}: {out}/{PACKAGE}/{name}\n" for name in names)


# Writing


def test_the_first_run_writes_everything(tmp_path: Path) -> None:
    done = generate("--schema", TINY, "--out", "new/generated", cwd=tmp_path)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout == lines("new", files(), "new/generated") + TINY_TABLE
    assert tree(tmp_path / "new" / "generated" / PACKAGE) == package_files(TINY)
    assert os.listdir(tmp_path / "new") == ["generated"]


def test_nothing_that_cannot_be_printed_is_printed(tmp_path: Path) -> None:
    done = generate("--schema", TINY, "--out", "a\x1b[31m\u202eb", cwd=tmp_path)
    first, *_ = done.stdout.split("\n")
    assert first == f"new: a\\x1b[31m\\u202eb/{PACKAGE}/LOSSES.md"
    again = generate("--schema", TINY, "--out", "a\x1b[31m\u202eb", cwd=tmp_path)
    assert again.stdout == (
        f"a\\x1b[31m\\u202eb/{PACKAGE}: nothing changed, "
        f"{len(compiled(TINY).files)} files are up to date\n{TINY_TABLE}"
    )


def test_the_second_run_touches_nothing(out: Path) -> None:
    before = traces(out.parent)
    done = generate("--schema", TINY, "--out", "generated", cwd=out.parent)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout == up_to_date() + TINY_TABLE
    assert traces(out.parent) == before


def test_what_is_missing_stale_or_orphaned_is_put_right(out: Path) -> None:
    package = out / PACKAGE
    (package / "planning.py").unlink()
    (package / "LOSSES.md").write_text("edited by hand\n", encoding="utf-8")
    (package / "old").mkdir()
    shutil.copy(package / "dispatch.py", package / "old" / "losses.py")
    (package / "__pycache__").mkdir()
    (package / "__pycache__" / "dispatch.cpython-311.pyc").touch()
    (out / "other").mkdir()
    done = generate("--schema", TINY, "--out", "generated", cwd=out.parent)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout == (
        lines("new", ["planning.py"])
        + lines("changed", ["LOSSES.md"])
        + lines("removed", ["old", "old/losses.py"])
        + TINY_TABLE
    )
    assert tree(package) == package_files(TINY)
    assert [each.name for each in package.iterdir() if each.is_dir()] == ["runtime"]
    assert sorted(os.listdir(out)) == [PACKAGE, "other"]
    assert os.listdir(out.parent) == ["generated"]


def test_the_table_shows_every_name_in_full(tmp_path: Path) -> None:
    """Also where it is not shown on a terminal and COLUMNS says otherwise."""
    environment = {"COLUMNS": "20"}
    done = generate("--out", tmp_path / "generated", cwd=tmp_path, environment=environment)
    _, title, table = done.stdout.partition(f"Losses of {compiled(CANONICAL).schema.title}")
    assert title
    rows = [line.split("│")[1:-1] for line in table.split("\n") if line.startswith("│")]
    shown = [tuple(cell.strip() for cell in row) for row in rows]
    expected: list[tuple[str, ...]] = []
    for bottleneck in compiled(CANONICAL).schema.bottlenecks:
        first = (bottleneck.class_name, bottleneck.config_type)
        for loss in bottleneck.losses:
            default = f"{loss.weight.default:g}"
            expected.append((*first, loss.key, loss.name, loss.weight.path, default))
            first = ("", "")
        if not bottleneck.losses:
            expected.append((*first, "", "no losses", "", ""))
    assert shown == expected
    assert "…" not in table


# Checking


def test_a_check_of_what_is_up_to_date(out: Path) -> None:
    before = traces(out.parent)
    done = generate("--schema", TINY, "--out", "generated", "--check", cwd=out.parent)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout == up_to_date()
    assert traces(out.parent) == before


def test_a_check_tells_missing_stale_and_orphaned_apart(out: Path) -> None:
    package = out / PACKAGE
    (package / "planning.py").unlink()
    (package / "py.typed").write_text("partial\n", encoding="utf-8")
    dispatch = package / "dispatch.py"
    dispatch.write_text(dispatch.read_text("utf-8").replace('name="kl_loss"', 'name="kl"'), "utf-8")
    shutil.copy(package / "trainers.py", package / "extra.py")
    (package / "__pycache__").mkdir()
    before = traces(out.parent)
    done = generate("--schema", TINY, "--out", "generated", "--check", cwd=out.parent)
    assert done.returncode == 1
    assert done.stderr == (
        lines("missing", ["planning.py"])
        + lines("stale", ["dispatch.py", "py.typed"])
        + lines("orphaned", ["extra.py"])
        + HINT
    )
    assert [line for line in done.stdout.split("\n") if line.startswith(("-", "+"))] == [
        "--- on disk/dispatch.py",
        "+++ compiled/dispatch.py",
        '-    name="kl",',
        '+    name="kl_loss",',
        "--- on disk/py.typed",
        "+++ compiled/py.typed",
        "-partial",
    ]
    assert traces(out.parent) == before


def test_a_check_of_nothing(tmp_path: Path) -> None:
    done = generate("--schema", TINY, "--out", "generated", "--check", cwd=tmp_path)
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr == lines("missing", files()) + HINT
    assert os.listdir(tmp_path) == []


def test_the_committed_package_is_up_to_date() -> None:
    """It may have changed since the last release, of which the command tells first."""
    done = generate("--check", cwd=ROOT)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.endswith(up_to_date())


# Refusing


def test_a_broken_schema_changes_nothing(out: Path) -> None:
    written(out.parent, edited(TINY, ('"minimum": 0', '"minimum": 1'), ('"VAE"', '"Vae"')))
    before = traces(out.parent)
    done = generate("--schema", "../written.schema.json", "--out", ".", cwd=out)
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr == (
        "../written.schema.json:38:22: /$defs/BottleneckWeights/properties/kl/minimum: "
        "expected 0, not 1\n"
        "../written.schema.json:82:20: /$defs/BottleneckType/oneOf/0/title: "
        "expected an enum member in capitals such as 'DAC_RVQ', not the string \"Vae\"\n"
    )
    assert traces(out.parent) == before


def test_a_broken_schema_creates_nothing(tmp_path: Path) -> None:
    done = generate("--schema", "gone.json", "--out", "generated", cwd=tmp_path)
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr == "gone.json: can't be read: No such file or directory\n"
    assert os.listdir(tmp_path) == []


def test_what_cannot_be_written_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    before = traces(tmp_path)
    done = generate("--schema", TINY, "--out", "file/generated", cwd=tmp_path)
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr == f"{tmp_path}/file/generated: Not a directory; nothing was changed\n"
    assert traces(tmp_path) == before


def _be_a_file(package: Path) -> None:
    package.write_text("mine\n", encoding="utf-8")


def _be_a_link(package: Path) -> None:
    unpacked(compiled(TINY).files, package.parents[1] / "elsewhere")
    package.symlink_to(package.parents[1] / "elsewhere" / PACKAGE)


def _be_a_dangling_link(package: Path) -> None:
    package.symlink_to("nowhere")


NO_FOLDER = "expected a folder; remove it or choose another --out"


@pytest.mark.parametrize("action", [compare, publish])
@pytest.mark.parametrize("make", [_be_a_file, _be_a_link, _be_a_dangling_link])
def test_what_is_no_folder_is_spared(
    make: Callable[[Path], None], action: Callable[[Path, dict[str, str]], object], tmp_path: Path
) -> None:
    target = tmp_path / "generated" / PACKAGE
    target.parent.mkdir()
    make(target)
    before = traces(tmp_path)
    with pytest.raises(CompileError) as caught:
        action(target, compiled(VARIED).files)
    assert caught.value.lines == (f"{target}: {NO_FOLDER}",)
    assert traces(tmp_path) == before


def test_an_empty_folder_is_filled(tmp_path: Path) -> None:
    (tmp_path / PACKAGE).mkdir()
    changes = publish(tmp_path / PACKAGE, compiled(TINY).files)
    assert list(changes.missing) == files()
    assert tree(tmp_path / PACKAGE) == package_files(TINY)


# Interruptions


@pytest.mark.parametrize("schema", [TINY, VARIED], ids=["nothing to do", "something to do"])
def test_what_a_killed_run_left_is_cleared_away(schema: Path, out: Path) -> None:
    """But not what belongs to another package in the same folder, or to somebody else."""
    spared = [".loss_factory2.stage-12345", ".other.stage-12345", "loss_factory.stage-12345"]
    for name in (f".{PACKAGE}.stage-12345", f".{PACKAGE}.stage-67890", *spared):
        unpacked({"dispatch.py": "half"}, out / name)
    unpacked({"dispatch.py": "old"}, out / f".{PACKAGE}.stage-67890", "replaced")
    (out / f".{PACKAGE}.stage-1").mkdir()
    publish(out / PACKAGE, compiled(schema).files)
    assert tree(out / PACKAGE) == package_files(schema)
    assert sorted(os.listdir(out)) == sorted([PACKAGE, *spared])
    assert os.listdir(out.parent) == ["generated"]


@pytest.mark.parametrize(
    ("exchange", "first"),
    [(True, False), (False, False), (True, True)],
    ids=["exchanged", "renamed", "first run"],
)
def test_a_kill_at_any_moment_leaves_old_or_new(
    exchange: bool, first: bool, tmp_path: Path
) -> None:
    """SIGKILL at every event of publishing: never a mixture, and the next run heals it.

    Where the system can't exchange two folders in one step, there may be no package in between. The
    first run has nothing to replace: all of the package is there then, or nothing.
    """
    old, new = None if first else some_files(TINY), some_files(VARIED)
    rounds = disturbed(tmp_path, old, exchange, "kill")
    found = [each["found"] for each in rounds]
    possible = [old, new, *([] if exchange else [None])]
    assert all(each in possible for each in found)
    assert all(each["healed"] == new for each in rounds)
    assert all(each["left"] == ["generated", f"generated/{PACKAGE}"] for each in rounds)
    beside = {name for each in rounds for name in each["beside"]} - {PACKAGE}
    assert beside
    assert all(re.fullmatch(rf"\.{PACKAGE}\.stage-\d+", name) for name in beside)
    assert found[0] == old
    assert found[-2] == found[-1] == new
    assert len(rounds) > len(new)


@pytest.mark.parametrize("first", [False, True], ids=["later", "first run"])
def test_a_folder_that_is_removed_at_any_moment(first: bool, tmp_path: Path) -> None:
    """There is no package then, or all of the new one; and no traceback."""
    new = some_files(VARIED)
    rounds = disturbed(tmp_path, None if first else some_files(TINY), True, "remove")
    assert all(each["found"] in (None, new) for each in rounds)
    assert all(each["healed"] == new for each in rounds)
    assert all(each["left"] == ["generated", f"generated/{PACKAGE}"] for each in rounds)
    assert len(rounds) > len(new)


def some_files(schema: Path) -> dict[str, str]:
    """Files of a package: enough of them for everything that can happen to one."""
    names = (
        "__init__.py",
        "runtime/__init__.py",
        "runtime/cli/app.py",
        "dispatch.py",
        "models.py",
        "py.typed",
    )
    return {name: compiled(schema).files[name] for name in names}


def disturbed(folder: Path, old: dict[str, str] | None, exchange: bool, fate: str) -> Any:
    """The rounds that disturbed_publishing.py plays, with the varied schema's files to publish."""
    order = {
        "root": str(folder / "root"),
        "old": old,
        "new": some_files(VARIED),
        "exchange": exchange,
        "fate": fate,
    }
    done = subprocess.run(
        [sys.executable, Path(__file__).with_name("disturbed_publishing.py")],
        env=compiler_environment(),
        input=json.dumps(order),
        capture_output=True,
        encoding="utf-8",
        check=True,
    )
    return json.loads(done.stdout)


@pytest.mark.parametrize("interrupted", [False, True], ids=["fails", "interrupted"])
def test_a_swap_that_ends_halfway_puts_the_old_package_back(
    interrupted: bool, out: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Mocked: a system that can't exchange two folders, and on which the second rename fails."""
    rename = Path.rename

    def failing(self: Path, target: Path) -> Path:
        if self.name == PACKAGE and self.parent != out:  # from the staging folder into place
            if interrupted:
                raise KeyboardInterrupt
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), str(self))
        return rename(self, target)

    monkeypatch.setattr("ctypes.CDLL", lambda *_, **__: object())
    monkeypatch.setattr(Path, "rename", failing)
    with pytest.raises(KeyboardInterrupt if interrupted else CompileError) as caught:
        publish(out / PACKAGE, compiled(VARIED).files)
    message = f"{out / PACKAGE}: No space left on device; nothing was changed"
    assert str(caught.value) == ("" if interrupted else message)
    assert tree(out / PACKAGE) == package_files(TINY)
    assert os.listdir(out) == [PACKAGE]
    assert os.listdir(out.parent) == ["generated"]


def test_an_old_package_that_cant_be_put_back(out: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Mocked: as above, but that fails as well. It doesn't say that nothing was changed."""
    rename = Path.rename

    def failing(self: Path, target: Path) -> Path:
        if self.parent != out:  # neither of them gets into place
            raise OSError(errno.EIO, os.strerror(errno.EIO), str(self))
        return rename(self, target)

    monkeypatch.setattr("ctypes.CDLL", lambda *_, **__: object())
    with monkeypatch.context() as broken:
        broken.setattr(Path, "rename", failing)
        with pytest.raises(CompileError) as caught:
            publish(out / PACKAGE, compiled(VARIED).files)
    gone = "Input/output error; the package is gone, so run this again"
    assert caught.value.lines == (f"{out / PACKAGE}: {gone}",)
    publish(out / PACKAGE, compiled(VARIED).files)
    assert tree(out / PACKAGE) == package_files(VARIED)
    assert os.listdir(out) == [PACKAGE]


@pytest.mark.long
def test_five_runs_at_once(tmp_path: Path) -> None:
    """All succeed, and what is there in the end is what one of them wrote."""
    out = tmp_path / "generated"
    processes = [
        subprocess.Popen(
            [sys.executable, "-m", "loss_compiler", "generate", "--schema", schema, "--out", out],
            env=compiler_environment(),
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
        )
        for schema in (TINY, VARIED, TINY, VARIED, TINY)
    ]
    outcomes = [(process.communicate()[1], process.returncode) for process in processes]
    waiting = f"waiting for another run that writes into {out}\n".encode()
    assert all(said in (b"", waiting) and code == 0 for said, code in outcomes), outcomes
    assert tree(out / PACKAGE) in (package_files(TINY), package_files(VARIED))
    assert os.listdir(out) == [PACKAGE]
    assert os.listdir(tmp_path) == ["generated"]


def test_many_runs_at_once(tmp_path: Path) -> None:
    """None of them trips over what another one is doing."""
    code = (
        "import json, pathlib, sys\n"
        "from loss_compiler.target.publish import publish\n"
        "files = json.load(sys.stdin)\n"
        "for _ in range(40):\n"
        "    publish(pathlib.Path('generated', 'loss_factory'), files)\n"
    )
    processes = [
        subprocess.Popen(
            [sys.executable, "-c", code],
            cwd=tmp_path,
            env=compiler_environment(),
            stdin=subprocess.PIPE,
            stderr=subprocess.PIPE,
            encoding="utf-8",
        )
        for _ in range(3)
    ]
    for process, schema in zip(processes, (TINY, VARIED, TINY), strict=True):
        assert process.stdin is not None
        json.dump(compiled(schema).files, process.stdin)
        process.stdin.close()
        process.stdin = None
    outcomes = [(process.communicate()[1], process.returncode) for process in processes]
    assert [code for _, code in outcomes] == [0, 0, 0]
    said = {line for errors, _ in outcomes for line in errors.splitlines()}
    assert said <= {"waiting for another run that writes into generated"}
    assert tree(tmp_path / "generated" / PACKAGE) in (package_files(TINY), package_files(VARIED))
    assert os.listdir(tmp_path / "generated") == [PACKAGE]
    assert os.listdir(tmp_path) == ["generated"]


# A new bottleneck


def _with_a_new_bottleneck() -> dict[str, Any]:
    """The canonical schema with a bottleneck more, which has two weights of its own, and KL."""
    schema = document(CANONICAL)
    definitions = schema["$defs"]
    for name, default in (("sphere", 0.5), ("entropy", 0.125)):
        definitions["BottleneckWeights"]["properties"][name] = {
            "type": ["number", "null"],
            "minimum": 0,
            "maximum": 3.4028234663852886e38,
            "default": default,
            "description": f"Weight of the {name} loss.",
        }
        definitions[f"{name.capitalize()}Loss"] = {
            "description": f"Pulls towards {name}.",
            "allOf": [{"$ref": "#/$defs/ValueLossConfig"}],
            "properties": {
                "key": {"const": f"sphere/{name}"},
                "name": {"const": f"{name}_loss"},
                "weight": {"$ref": f"#/$defs/BottleneckWeights/properties/{name}"},
            },
        }
    definitions["BottleneckType"]["oneOf"].append(
        {
            "const": "SphereBottleneck",
            "title": "SPHERE",
            "x-config-type": "sphere_vae",
            "description": "Keeps the latents on a sphere.",
        }
    )
    names = ("SphereLoss", "KLLoss", "EntropyLoss")
    definitions["LossMapping"]["properties"]["SphereBottleneck"] = {
        "type": "array",
        "prefixItems": [{"$ref": f"#/$defs/{name}"} for name in names],
        "items": False,
        "minItems": 3,
    }
    return schema


def test_a_new_bottleneck_is_an_edit_of_one_file(tmp_path: Path) -> None:
    out = unpacked(compiled(CANONICAL).files, tmp_path / "generated")
    schema = written(tmp_path, _with_a_new_bottleneck())
    done = generate("--schema", schema, "--out", "generated", cwd=tmp_path)
    changed = [
        "LOSSES.md",
        "_version.py",
        "dispatch.py",
        "losses.schema.json",
        "model_config.schema.json",
        "models.py",
        "modules.py",
    ]
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.startswith(lines("changed", changed) + " ")

    result = answer(
        out,
        "import warnings\n"
        "from loss_factory import BottleneckType, plan_losses\n"
        "plans = [plan_losses(name, question) for name in ('SphereBottleneck', 'sphere_vae')]\n"
        "plans += [plan_losses(BottleneckType.SPHERE, question), plan_losses('vae')]\n"
        "answer = [plan.model_dump(mode='json') for plan in plans]",
        {"bottleneck": {"weights": {"sphere": 2, "kl": 0.25}}},
    )
    sphere = {
        "losses": [
            {"key": "sphere/sphere", "weight": 2.0, "name": "sphere_loss"},
            {"key": "kl", "weight": 0.25, "name": "kl_loss"},
            {"key": "sphere/entropy", "weight": 0.125, "name": "entropy_loss"},
        ],
        "bottleneck_type": "SphereBottleneck",
    }
    vae = {
        "losses": [{"key": "kl", "weight": 1e-6, "name": "kl_loss"}],
        "bottleneck_type": "VAEBottleneck",
    }
    assert result == [sphere, sphere, sphere, vae]


def test_a_new_bottleneck_is_a_small_diff(tmp_path: Path) -> None:
    """Lines are added; none is removed or changed, but for the one with the schema's hash.

    Where a table has a column for each loss, each of its lines goes on; where a weight says which
    bottlenecks use it, one more stands there.
    """
    new = compile_schema(written(tmp_path, _with_a_new_bottleneck())).files
    for name, text in compiled(CANONICAL).files.items():
        if name == "losses.schema.json":
            continue
        old, lines_now = text.split("\n"), new[name].split("\n")
        gone = [line[2:] for line in difflib.ndiff(old, lines_now) if line.startswith("- ")]
        if name == "LOSSES.md":
            table = old[old.index("## Losses by bottleneck") + 2 :]
            gone = [line for line in gone if line not in table[: table.index("")]]
            longer = [
                each for each in lines_now if each.startswith(tuple(table[: table.index("")]))
            ]
            assert len(longer) == table.index("")
        if name == "model_config.schema.json":
            now = {line.replace(", sphere_vae", "") for line in lines_now}
            gone = [line for line in gone if line not in now]
        hashes = ["SCHEMA_SHA256: Final"] if name == "_version.py" else []
        assert [line.split(" = ")[0] for line in gone] == hashes, name
