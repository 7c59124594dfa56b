"""A package that was compiled from overlays: it stands alone, and says where it comes from."""

from __future__ import annotations

import hashlib
import json
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from loss_compiler.compile import compile_schema
from loss_compiler.target.package import package_of_overlays
from support.installing import pip_install
from support.schemas import (
    CANONICAL,
    GROUPED_VAE,
    compiled,
    document,
    generate,
    tree,
    unpacked,
    written,
)

NAME = "lab_losses"
WITHOUT_HEADER = ("losses.schema.json", "py.typed")

UPPER = {
    "x-extends": {"x-name": "grouped-vae", "x-version": "1.0.0"},
    "x-name": "upper",
    "x-version": "2.3.4",
    "$defs": {"BottleneckWeights": {"properties": {"kl_w": {"default": 0.125}}}},
}

ALONE = """
import json, sys

out, *absent = json.loads(sys.argv[1])

class Absent:
    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] in absent:
            raise ModuleNotFoundError(f"No module named {name!r}", name=name)

sys.meta_path.insert(0, Absent())
sys.path.insert(0, out)
"""
"""Makes the packages in a folder importable and some others not."""


@pytest.fixture(scope="module")
def out(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A source root with the package of two overlays that lie in two folders."""
    folder = tmp_path_factory.mktemp("overlays")
    upper = folder / "upper lab.json"
    upper.write_text(json.dumps(UPPER), encoding="utf-8")
    overlays = [GROUPED_VAE, upper]
    package = package_of_overlays(NAME, overlays, standalone=True)
    files = compile_schema(CANONICAL, overlays, package).files
    return unpacked(files, tmp_path_factory.mktemp("out"), NAME)


def alone(out: Path, code: str, *absent: str) -> Any:
    """What `code` assigns to `answer`, without the compiler, loss_factory and what is `absent`.

    Python is isolated, so that nothing but its environment and `out` is importable.
    """
    question = json.dumps([str(out), "loss_factory", "loss_compiler", *absent])
    done = subprocess.run(
        [sys.executable, "-IB", "-c", f"{ALONE}\n{code}\nprint(json.dumps(answer))", question],
        cwd=out,
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


# What it says of itself


def test_each_file_says_where_it_comes_from(out: Path) -> None:
    """Overlays and command, whatever file of the compiler it is made from."""
    command = "loss-factory compile grouped_vae.overlay.json 'upper lab.json'"
    header = [
        "Generated from grouped_vae.overlay.json and upper lab.json.",
        f"Do not edit; change them and run: {command} --package {NAME} --out DIR --standalone",
    ]
    files = {name: content.decode() for name, content in tree(out / NAME).items()}
    assert files.keys() == compiled(CANONICAL).files.keys()
    for name, text in files.items():
        first, second, third, *_ = [*text.split("\n"), "", ""]
        if name in WITHOUT_HEADER:
            assert "Generated from" not in text, name
        elif name.endswith(".json"):
            assert [first, second] == ["{", f'  "$comment": "{" ".join(header)}",'], name
        elif name.endswith(".md"):
            assert [first, second] == [f"<!-- {line} -->" for line in header], name
            assert third == "", name
        else:
            assert [first, second] == [f"# {line}" for line in header], name
            assert third == "", name


def test_no_file_names_a_path_or_another_package(out: Path) -> None:
    for name, content in tree(out / NAME).items():
        if name == "runtime/__init__.py":
            continue  # which says what to do if a package was compiled for another runtime
        text = content.decode()
        code = text if name in WITHOUT_HEADER else text.split("\n", 2)[2]
        code = code.replace("loss-factory", "")  # the name of a trainer, too
        assert not re.search(r"loss_factory|loss_compiler|nox|templates/", code), name
        for place in (out, GROUPED_VAE.parent, "tests/examples"):
            assert str(place) not in text, name


def test_its_version_is_that_of_the_highest_overlay(out: Path) -> None:
    found = alone(
        out,
        f"import {NAME} as package\n"
        "answer = [package.__version__, package.SCHEMA_VERSION, package.SCHEMA_SHA256]",
    )
    sha256 = hashlib.sha256((out / NAME / "losses.schema.json").read_bytes()).hexdigest()
    assert found == ["2.3.4", "2.3.4", sha256]


def test_the_version_of_loss_factory_is_its_own(tmp_path: Path) -> None:
    """A new schema is not a release yet."""
    schema = document(CANONICAL) | {"x-version": "7.8.9"}
    files = compile_schema(written(tmp_path, schema)).files
    own = compiled(CANONICAL).files["_version.py"].split("SCHEMA_VERSION")[0]
    assert files["_version.py"].startswith(f'{own}SCHEMA_VERSION: Final = "7.8.9"')


# Its schema


def test_its_schema_is_whole(out: Path) -> None:
    """No overlay any more, but everything that the two and the canonical schema say."""
    schema = document(out / NAME / "losses.schema.json")
    canonical = document(CANONICAL)
    Draft202012Validator.check_schema(schema)
    assert "x-extends" not in schema
    assert (schema["x-name"], schema["x-version"]) == ("upper", "2.3.4")
    assert list(schema) == list(canonical)
    weights = schema["$defs"]["BottleneckWeights"]["properties"]
    kl_w = dict(weights["kl"]) | {"default": 0.125, "description": weights["kl_w"]["description"]}
    kl_w.pop("examples")
    kl_w.pop("x-also")
    assert weights["kl_w"] == kl_w
    assert weights.items() > canonical["$defs"]["BottleneckWeights"]["properties"].items()
    for config, valid in (({"kl_w": 1}, True), ({"kl_w": -1}, False), ({"kl_v": 1}, False)):
        validator = Draft202012Validator(schema)
        assert validator.is_valid({"bottleneck": {"weights": config}}) == valid


def test_its_schema_compiles_to_the_same_code(out: Path, tmp_path: Path) -> None:
    """But for the headers, and the name and version of the package."""
    schema = out / NAME / "losses.schema.json"
    done = generate("--schema", schema, "--out", tmp_path, cwd=tmp_path)
    assert (done.returncode, done.stderr) == (0, "")
    assert "Losses of upper 2.3.4" in done.stdout
    own, again = tree(out / NAME), tree(tmp_path / "loss_factory")
    assert own.keys() == again.keys()
    expected = {
        "_version.py": [('__version__ = "2.3.4"', '__version__ = "0.1.0"')],
        "__main__.py": [
            ("`python -m lab_losses`", "`python -m loss_factory`"),
            ('"python -m lab_losses"', '"python -m loss_factory"'),
        ],
    }
    for name, content in own.items():
        lines = [each.decode().split("\n") for each in (content, again[name])]
        mine, theirs = lines if name in WITHOUT_HEADER else (each[2:] for each in lines)
        text = "\n".join(mine)
        for old, new in expected.get(name, ()):
            assert text.count(old) == 1, name
            text = text.replace(old, new)
        assert text == "\n".join(theirs), name


# It stands alone


def test_it_plans_without_loss_factory_and_torch(out: Path, tmp_path: Path) -> None:
    config = tmp_path / "config.json"
    config.write_text('{"bottleneck": {"weights": {"kl_w": 3}}}', encoding="utf-8")
    found = alone(
        out,
        f"import {NAME} as package\n"
        f"given = package.load_config({str(config)!r})\n"
        "plans = [package.plan_losses('grouped_vae', each) for each in (None, given)]\n"
        "answer = [[(loss.name, loss.weight) for loss in plan.losses] for plan in plans]",
        "torch",
    )
    assert found == [
        [["kl_w_loss", 0.125], ["kl_spatial_loss", 1e-4]],
        [["kl_w_loss", 3.0], ["kl_spatial_loss", 1e-4]],
    ]


def test_what_needs_torch_says_what_to_install(out: Path) -> None:
    """Torch itself, whatever distribution the package is in; `import *` doesn't ask for it."""
    found = alone(
        out,
        f"import {NAME} as package\n"
        "answer = {}\n"
        "for name in package._MODULES:\n"
        "    try:\n"
        "        getattr(package, name)\n"
        "    except ImportError as error:\n"
        "        answer[name] = [str(error), error.name]\n"
        "assert not {*answer} & {*package.__all__}\n",
        "torch",
    )
    names = (
        "Adversarial",
        "BottleneckLoss",
        "LossDetails",
        "MultiLoss",
        "Objective",
        "ValueLoss",
        "create_bottleneck_loss",
        "create_loss_modules_from_bottleneck",
        "create_objective",
        "non_finite",
    )
    assert found == {
        name: [f"{NAME}.{name} needs torch; install it with: {pip_install('torch')}", "torch"]
        for name in names
    }


def test_it_makes_modules_without_loss_factory(out: Path) -> None:
    """A class of somebody's own is known by its name; every module of the package is imported."""
    modules = sorted(
        name.removesuffix(".py").replace("/", ".")
        for name in tree(out / NAME)
        if name.endswith(".py") and name != "__main__.py"  # which runs the command line
    )
    found = alone(
        out,
        "import importlib, torch\n"
        f"import {NAME} as package\n"
        f"for module in {modules!r}:\n"
        f"    importlib.import_module('{NAME}.' + module)\n"
        "class GroupedVAEBottleneck(torch.nn.Module): ...\n"
        "config = {'bottleneck': {'weights': {'kl_spatial': 0.5}}}\n"
        "module = package.create_bottleneck_loss(GroupedVAEBottleneck(), config)\n"
        "info = {'kl_w': torch.tensor(8.0), 'kl_spatial': torch.tensor(4.0)}\n"
        "total, losses = module(info)\n"
        "answer = [total.item(), {name: loss.item() for name, loss in losses.items()},\n"
        "          type(module).__module__, 'loss_factory' in sys.modules]",
    )
    losses = {"kl_w_loss": 1.0, "kl_spatial_loss": 2.0}
    assert found == [3.0, losses, f"{NAME}.modules", False]
