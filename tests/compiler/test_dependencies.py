"""What the code imports: the standard library, and what its distribution or an extra asks for."""

from __future__ import annotations

import ast
import os
import subprocess
import sys
from collections.abc import Iterable
from importlib.metadata import packages_distributions, requires
from pathlib import Path

import pytest
import tomllib
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).parents[2]
PACKAGE = ROOT / "generated" / "loss_factory"
COMPILER = ROOT / "schema" / "loss_compiler"
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]

COMES_WITH = {"pydantic-core": "pydantic", "referencing": "jsonschema"}
"""Distributions that are imported, too, because another one can't be had without them."""


def asked_for(extra: str) -> set[str]:
    """The distributions that an extra names."""
    return {Requirement(each).name for each in PROJECT["optional-dependencies"][extra]}


def needed_by(distribution: str) -> set[str]:
    """Those that a distribution always needs in this environment, by their normalised names."""
    parsed = map(Requirement, requires(distribution) or [])
    return {
        canonicalize_name(each.name)
        for each in parsed
        if each.marker is None or each.marker.evaluate({"extra": ""})
    }


def imported(files: Iterable[Path]) -> set[str]:
    """The first names of the modules that are imported from elsewhere, wherever that happens."""
    found: set[str] = set()
    for file in files:
        for node in ast.walk(ast.parse(file.read_bytes())):
            match node:
                case ast.Import():
                    found |= {alias.name.partition(".")[0] for alias in node.names}
                case ast.ImportFrom(module=str(name), level=0):
                    found.add(name.partition(".")[0])
    return found


def distributions(files: Iterable[Path]) -> set[str]:
    """The distributions that are imported from; the standard library and what is ours are none."""
    owners = packages_distributions()
    modules = imported(files) - sys.stdlib_module_names - {"loss_factory"}
    found = {canonicalize_name(each) for module in modules for each in owners.get(module, [module])}
    return {COMES_WITH.get(each, each) for each in found}


@pytest.mark.parametrize(("distribution", "owner"), COMES_WITH.items())
def test_one_comes_with_the_other(distribution: str, owner: str) -> None:
    assert distribution in needed_by(owner)


def test_the_package_needs_pydantic_and_torch() -> None:
    assert {Requirement(each).name for each in PROJECT["dependencies"]} == {"pydantic"}
    assert distributions(
        file for file in PACKAGE.rglob("*.py") if "cli" not in file.relative_to(PACKAGE).parts
    ) == {"pydantic", "torch"} | asked_for("yaml")


def test_the_command_line_needs_its_extra() -> None:
    """And reads YAML with that, in a room below it."""
    found = distributions((PACKAGE / "runtime" / "cli").glob("*.py"))
    assert found | asked_for("yaml") == asked_for("cli")


def test_the_compiler_needs_its_extra() -> None:
    """And what compiler and package share needs nothing; the command line reads YAML, too."""
    found = distributions(COMPILER.rglob("*.py"))
    assert found | asked_for("yaml") == asked_for("compiler") | {"pydantic"}
    assert distributions((COMPILER / "shared").glob("*.py")) == set()


WITHOUT = """
import sys

class Absent:
    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] in {0!r}:
            raise ModuleNotFoundError("No module named " + repr(name), name=name)

sys.meta_path.insert(0, Absent())

import loss_factory

for name in sorted(loss_factory._MODULES):
    try:
        getattr(loss_factory, name)
    except ImportError as error:
        print(name, error.name)
print([loss.name for loss in loss_factory.plan_losses("vae").losses])
"""
"""Uses the package where some modules are not installed."""

NO_NUMPY = ("-W", "ignore:Failed to initialize NumPy:UserWarning")
"""torch warns of that."""

NEED_TORCH = (
    "Adversarial torch\nBottleneckLoss torch\nLossDetails torch\nMultiLoss torch\n"
    "Objective torch\nValueLoss torch\n"
    "create_bottleneck_loss torch\ncreate_loss_modules_from_bottleneck torch\n"
    "create_objective torch\nnon_finite torch\n"
)


@pytest.mark.parametrize(
    ("names", "missing"), [(["pydantic"], NEED_TORCH), (["pydantic", "torch"], "")]
)
def test_nothing_else_has_to_be_installed(names: list[str], missing: str, tmp_path: Path) -> None:
    """Every public name is there with pydantic and torch, and what those need."""
    distributions = set(names)
    while more := {each for name in distributions for each in needed_by(name)} - distributions:
        distributions |= more
    others = {
        module
        for module, owners in packages_distributions().items()
        if distributions.isdisjoint(map(canonicalize_name, owners))
    }
    done = subprocess.run(
        [sys.executable, *NO_NUMPY, "-c", WITHOUT.format(others - {"loss_factory"})],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(PACKAGE.parent)},
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout == f"{missing}['kl_loss']\n"
