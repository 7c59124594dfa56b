"""The wheel that people install, built by the real backend; what it does where it is alone."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import zipfile
from concurrent.futures import ThreadPoolExecutor
from configparser import ConfigParser
from email.message import Message
from email.parser import Parser
from pathlib import Path
from typing import Any

import pytest
import tomllib
from packaging.dependency_groups import resolve_dependency_groups
from packaging.requirements import Requirement

from loss_compiler.compile import compile_schema
from loss_compiler.target.package import package_of_overlays
from support.installing import pip_install
from support.overlays import NAMES, layers
from support.schemas import CANONICAL, OVERLAYS, PACKAGE, ROOT, document, run, tree

SOURCES = {
    "loss_factory": "generated/loss_factory",
    "loss_compiler": "schema/loss_compiler",
    "loss_compiler/templates": "templates",
}
"""Folders in the wheel, and what they are in the repository."""

SCHEMAS = ("dialect.schema.json", "losses.schema.json")


@pytest.fixture(scope="module")
def source(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy to build from, with what may lie about: building leaves nothing in the repository."""
    source = tmp_path_factory.mktemp("source")
    for name in ("pyproject.toml", "README.md", "LICENSE"):
        shutil.copy(ROOT / name, source / name)
    for name in ("generated", "schema", "templates"):
        ignore = shutil.ignore_patterns("__pycache__", ".*")
        shutil.copytree(ROOT / name, source / name, ignore=ignore)
    folders = ("generated/loss_factory", "schema/loss_compiler", "schema/loss_compiler/shared")
    for folder in (*folders, "templates/runtime"):
        cache = source / folder / "__pycache__"
        cache.mkdir()
        (cache / "left.cpython-310.pyc").touch()
    for name in ("tests/examples/README.md", "notes/schema/old.json"):
        (source / name).parent.mkdir(parents=True)
        (source / name).touch()
    return source


def built(source: Path, target: str) -> Path:
    """What hatchling builds: a wheel, or an sdist."""
    done = run("-m", "hatchling", "build", "-t", target, "-d", f"dist/{target}", cwd=source)
    assert done.returncode == 0, done.stderr
    [file] = (source / "dist" / target).iterdir()
    return file


@pytest.fixture(scope="module")
def wheel(source: Path) -> Path:
    return built(source, "wheel")


def contents(wheel: Path) -> dict[str, bytes]:
    """Every file of the wheel by its name; what it says about itself is in "about"."""
    about = f"{PACKAGE}-{wheel.stem.split('-')[1]}.dist-info/"
    with zipfile.ZipFile(wheel) as archive:
        names = archive.namelist()
        assert len(names) == len(set(names))
        found = {name: archive.read(name) for name in names}
    return {
        f"about/{name.removeprefix(about)}" if name.startswith(about) else name: content
        for name, content in found.items()
    }


def metadata(wheel: Path) -> Message:
    """Its name, what it needs, and so on."""
    return Parser().parsestr(contents(wheel)["about/METADATA"].decode())


def requirements(wheel: Path, extra: str | None) -> dict[str, Requirement]:
    """What it needs by name: always, or for an extra only."""
    found = map(Requirement, metadata(wheel).get_all("Requires-Dist") or [])
    needed = [each for each in found if (str(each.marker) if each.marker else None) == (
        None if extra is None else f'extra == "{extra}"'
    )]  # fmt: skip
    return {each.name: each for each in needed}


WITHOUT = """
import sys

class Absent:
    def find_spec(self, name, path=None, target=None):
        if name == {0!r}:
            raise ModuleNotFoundError("No module named " + repr(name), name=name)

sys.meta_path.insert(0, Absent())

from loss_compiler.entry import main

main()
"""
"""Runs the command where one module is not importable."""


# What it holds


def test_it_runs_everywhere(wheel: Path) -> None:
    name, version, *tags = wheel.stem.split("-")
    assert (name, tags) == (PACKAGE, ["py3", "none", "any"])
    constants: dict[str, str] = {}
    text = (ROOT / "generated" / PACKAGE / "_version.py").read_text(encoding="utf-8")
    exec(text, constants)
    assert version == constants["__version__"]


def test_it_holds_package_and_compiler_and_nothing_else(wheel: Path) -> None:
    """The compiler with its data: templates, dialect and canonical schema."""
    expected = {
        f"{folder}/{name}": content
        for folder, source in SOURCES.items()
        for name, content in tree(ROOT / source).items()
        if "__pycache__" not in name
    }
    expected |= {f"loss_compiler/{name}": (ROOT / "schema" / name).read_bytes() for name in SCHEMAS}
    found = contents(wheel)
    about = {name for name in found if name.startswith("about/")}
    assert about == {
        "about/METADATA",
        "about/RECORD",
        "about/WHEEL",
        "about/entry_points.txt",
        "about/licenses/LICENSE",
    }
    assert sorted(found.keys() - about) == sorted(expected)
    assert {name: found[name] for name in expected} == expected
    for name in (
        "loss_factory/__init__.py",
        "loss_factory/py.typed",
        "loss_factory/losses.schema.json",
        "loss_factory/LOSSES.md",
        "loss_compiler/cli.py",
        "loss_compiler/shared/jsontext.py",
        "loss_compiler/templates/dispatch.py.jinja",
        "loss_compiler/templates/runtime/plan/resolve.py",
    ):
        assert name in found


def test_an_sdist_holds_what_the_wheel_is_built_from(
    wheel: Path, source: Path, tmp_path: Path
) -> None:
    """And no page from below the tests, say."""
    shutil.unpack_archive(built(source, "sdist"), tmp_path, filter="data")
    [unpacked] = tmp_path.iterdir()
    assert {each.name for each in unpacked.iterdir()} == {
        *("generated", "schema", "templates", "pyproject.toml", "README.md", "LICENSE"),
        "PKG-INFO",
    }
    assert contents(built(unpacked, "wheel")) == contents(wheel)


def test_it_has_the_command(wheel: Path) -> None:
    scripts = ConfigParser()
    scripts.read_string(contents(wheel)["about/entry_points.txt"].decode())
    assert {name: dict(scripts[name]) for name in scripts.sections()} == {
        "console_scripts": {"loss-factory": "loss_compiler.entry:main"}
    }


# What it needs


def test_it_needs_pydantic_alone(wheel: Path) -> None:
    about = metadata(wheel)
    assert about["Name"] == "loss-factory"
    assert about["License-Expression"] == "MIT"
    assert about["Requires-Python"] == ">=3.10"
    assert about.get_all("Provides-Extra") == ["cli", "compiler", "torch", "yaml"]
    assert requirements(wheel, None).keys() == {"pydantic"}
    assert requirements(wheel, "torch").keys() == {"torch"}
    assert requirements(wheel, "yaml").keys() == {"ruamel-yaml"}
    assert requirements(wheel, "cli").keys() == {"click", "rich", "ruamel-yaml"}
    counts = [
        len(requirements(wheel, extra)) for extra in (None, "cli", "torch", "yaml", "compiler")
    ]
    assert sum(counts) == len(about.get_all("Requires-Dist") or [])


def test_the_extra_takes_what_the_repository_compiles_with(wheel: Path) -> None:
    """No requirement more and none less, and each takes the version in the dependency group."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    names = resolve_dependency_groups(project["dependency-groups"], "compiler")
    group = [Requirement(each) for each in names]
    needed = requirements(wheel, "compiler") | requirements(wheel, None)
    assert {each.name for each in group} == needed.keys()
    for pinned in group:
        [pin] = pinned.specifier
        assert pin.operator == "=="
        assert pin.version in needed[pinned.name].specifier, pinned.name


def test_what_writes_the_code_is_pinned(wheel: Path) -> None:
    """So that the installed command writes what the repository does, whenever it is installed."""
    needed = requirements(wheel, "compiler")
    pins = {"==": {name for name, each in needed.items() if "==" in str(each.specifier)}}
    assert pins["=="] >= {"datamodel-code-generator", "jinja2", "json-merge-patch", "ruff"}


# Where it is installed


def environment(folder: Path) -> Path:
    """A virtual environment in `folder` that holds nothing, not even pip; its programs."""
    done = run("-m", "venv", "--without-pip", folder, cwd=folder.parent)
    assert done.returncode == 0, done.stderr
    return folder / "bin"


def install(programs: Path, wheel: Path, extra: str, group: str) -> None:
    """Install the wheel with an extra beside what a group locks: nothing else is needed."""
    pip = ("-m", "pip", "--python", programs / "python", "install", "--quiet")
    locked = ("--no-deps", "--only-binary=:all:", "--require-hashes")
    lock = ROOT / ".ci" / "locks" / f"{group}.txt"
    for arguments in ((*locked, "-r", lock), ("--no-index", f"{wheel}{extra}")):
        done = run(*pip, *arguments, cwd=programs)
        assert done.returncode == 0, done.stderr


def installed(program: Path, *arguments: str, cwd: Path) -> subprocess.CompletedProcess[str]:
    """Run a program of a virtual environment, outside the repository."""
    kept = {key: value for key, value in os.environ.items() if not key.startswith("PYTHON")}
    return subprocess.run(
        [program, *arguments],
        cwd=cwd,
        env=kept | {"PYTHONIOENCODING": "utf-8"},
        capture_output=True,
        encoding="utf-8",
        check=False,
    )


@pytest.fixture(scope="module")
def with_compiler(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The programs of an environment with the wheel and its extra."""
    programs = environment(tmp_path_factory.mktemp("with") / "environment")
    install(programs, wheel, "[compiler]", "compiler")
    return programs


STANDALONE = ("vq_scale",)
"""The packages that are compiled with the runtime in them."""


@pytest.fixture(scope="module")
def compiled(
    with_compiler: Path, tmp_path_factory: pytest.TempPathFactory
) -> tuple[Path, dict[str, subprocess.CompletedProcess[str]]]:
    """A folder outside the repository where the command compiled every overlay into `src`."""
    folder = tmp_path_factory.mktemp("elsewhere")
    for file in OVERLAYS.glob("*.overlay.json"):
        shutil.copy(file, folder)

    def run_for(name: str) -> subprocess.CompletedProcess[str]:
        files = [file.name for file in layers(name)]
        form = ["--standalone"] if name in STANDALONE else []
        arguments = ("compile", *files, "--package", f"{name}_losses", "--out", "src", *form)
        return installed(with_compiler / "loss-factory", *arguments, cwd=folder)

    with ThreadPoolExecutor() as pool:
        return folder, dict(zip(NAMES, pool.map(run_for, NAMES), strict=True))


@pytest.mark.long
def test_it_compiles_every_overlay_where_there_is_no_repository(
    with_compiler: Path, compiled: tuple[Path, dict[str, subprocess.CompletedProcess[str]]]
) -> None:
    """Bit for bit as in the repository; and what comes out plans."""
    folder, outcomes = compiled
    versions: dict[str, str] = {}
    for overlay, done in outcomes.items():
        package, files = f"{overlay}_losses", layers(overlay)
        said = [line for line in done.stderr.splitlines() if not line.startswith("waiting for ")]
        assert (done.returncode, said) == (0, []), package
        target = package_of_overlays(package, files, standalone=overlay in STANDALONE)
        expected = compile_schema(CANONICAL, files, target)
        found = {name: each.decode() for name, each in tree(folder / "src" / package).items()}
        different = {name for name in found | expected.files if found[name] != expected.files[name]}
        assert different == set(), package
        versions[package] = expected.schema.version
    assert versions["grouped_vae_losses"] == "1.0.0"
    assert sorted(os.listdir(folder / "src")) == sorted(versions)

    code = (
        "import importlib, json, sys\n"
        "sys.path.insert(0, 'src')\n"
        "answer = {}\n"
        "for name in sys.argv[1:]:\n"
        "    package = importlib.import_module(name)\n"
        "    plans = [package.plan_losses(each).losses for each in package.BottleneckType]\n"
        "    keys = sorted({loss.key for plan in plans for loss in plan})\n"
        "    answer[name] = [package.__version__, keys]\n"
        "found = [name for name in sys.modules if name.startswith('loss_compiler')]\n"
        "print(json.dumps([answer, found]))\n"
    )
    done = installed(with_compiler / "python", "-c", code, *versions, cwd=folder)
    assert (done.returncode, done.stderr) == (0, "")
    answer, imported = json.loads(done.stdout)
    assert {name: version for name, (version, _) in answer.items()} == versions
    assert {"kl", "kl_w", "kl_spatial"} <= set(answer["grouped_vae_losses"][1])
    assert imported == []


def with_losses(tag: str, **changes: object) -> dict[str, Any]:
    """One of the example's configs with other sections of `loss_configs`."""
    config = document(ROOT / "tests" / "examples" / "configs" / f"{tag}.json")
    config["training"]["loss_configs"] |= changes
    return config


@pytest.mark.long
@pytest.mark.parametrize(
    ("overlay", "config", "weights"),
    [
        ("grouped_vae", with_losses("grouped_vae"), {"kl_w_loss": 1e-5, "kl_spatial_loss": 1e-3}),
        (
            "vq_scale",
            with_losses("dac_rvq_vae", bottleneck={"weights": {"kl": 0.5, "rvq": 2.0}}),
            {"kl_loss": 0.5, "codebook_loss": 2.0, "commitment_loss": 0.5},
        ),
    ],
)
def test_the_example_trains_with_what_it_compiled(
    overlay: str,
    config: dict[str, Any],
    weights: dict[str, float],
    compiled: tuple[Path, dict[str, subprocess.CompletedProcess[str]]],
    tmp_path: Path,
) -> None:
    """In both forms; the one that holds its runtime, where loss_factory is not to be had."""
    if overlay in STANDALONE:
        nothing = "raise ImportError('not here')\n"
        (tmp_path / "loss_factory.py").write_text(nothing, encoding="utf-8")
    (tmp_path / "config.json").write_text(json.dumps(config), encoding="utf-8")
    done = run(
        ROOT / "tests" / "examples" / "train_autoencoder.py",
        *("--config", "config.json", "--losses", f"{overlay}_losses", "--steps", "2"),
        *("--batch-size", "2", "--out", "run"),
        cwd=tmp_path,
        environment={"PYTHONPATH": f"{tmp_path}{os.pathsep}{compiled[0] / 'src'}"},
    )
    assert (done.returncode, done.stderr) == (0, "")
    log = (tmp_path / "run" / "log.jsonl").read_text("utf-8").splitlines()
    for losses in (json.loads(line)["losses"] for line in log):
        own = {name: loss["weight"] for name, loss in losses.items() if name in weights}
        assert own == weights
        for loss in losses.values():
            assert loss["weighted"] == pytest.approx(loss["weight"] * loss["value"])
    assert len(log) == 2


@pytest.mark.long
def test_the_installed_command_has_no_repository(with_compiler: Path, tmp_path: Path) -> None:
    """It can't compile the package loss_factory anew; its help doesn't offer that."""
    command = with_compiler / "loss-factory"
    told = installed(command, "--help", cwd=tmp_path)
    assert (told.returncode, told.stderr) == (0, "")
    assert told.stdout.startswith("Usage: loss-factory ")
    assert "\n  compile " in told.stdout
    assert "\n  generate " not in told.stdout
    done = installed(command, "generate", cwd=tmp_path)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.endswith("Error: No such command 'generate'.\n")
    assert os.listdir(tmp_path) == []


def test_without_its_libraries_the_command_says_what_to_install(
    wheel: Path, tmp_path: Path
) -> None:
    programs = environment(tmp_path / "environment")
    install(programs, wheel, "", "package")
    for arguments in ((), ("--help",), ("compile", "lab.json")):
        done = installed(programs / "loss-factory", *arguments, cwd=tmp_path)
        assert (done.returncode, done.stdout) == (2, "")
        assert done.stderr == (
            f"loss-factory needs click and rich; install them with: {pip_install('cli')}\n"
        )


def without(library: str, *arguments: str, cwd: Path) -> tuple[int, str, str]:
    """What comes of a command where `library` is not importable."""
    done = run("-c", WITHOUT.format(library), *arguments, cwd=cwd)
    return done.returncode, done.stdout, done.stderr


COMPILERS_LIBRARIES = (
    *("datamodel_code_generator", "jinja2", "json_merge_patch", "jsonschema", "ruff"),
)


@pytest.mark.parametrize("library", COMPILERS_LIBRARIES)
def test_a_library_of_the_compiler_may_be_missing(library: str, tmp_path: Path) -> None:
    """The other commands work, and the list of commands says which one doesn't."""
    code, out, error = without(library, "compile", "lab.json", "--package", "x", cwd=tmp_path)
    hint = f"needs {library}; install it with: {pip_install('compiler')}"
    assert (code, out, error) == (2, "", f"loss-factory compile {hint}\n")
    code, out, error = without(library, "--help", cwd=tmp_path)
    assert (code, error) == (0, "")
    assert f"\n  compile         (needs {library})\n" in out
    assert "\n  check           Find every mistake" in out


@pytest.mark.parametrize("library", ["click", "rich"])
def test_a_library_of_the_command_line_may_be_missing(library: str, tmp_path: Path) -> None:
    code, out, error = without(library, "bottlenecks", cwd=tmp_path)
    hint = f"needs click and rich; install them with: {pip_install('cli')}"
    assert (code, out, error) == (2, "", f"loss-factory {hint}\n")


def test_a_module_of_the_compiler_is_no_library(tmp_path: Path) -> None:
    """What is broken in itself is shown as it is."""
    done = run("-c", WITHOUT.format("loss_compiler.target.publish"), "compile", cwd=tmp_path)
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr.endswith(
        "ModuleNotFoundError: No module named 'loss_compiler.target.publish'\n"
    )
    assert "pip install" not in done.stderr
