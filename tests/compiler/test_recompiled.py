"""A package that is compiled anew beside a process that has imported some of its modules."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pytest

from loss_compiler.compile import compile_schema
from loss_compiler.target.package import Package
from support.schemas import TINY, answer, compiled, edited, unpacked, written

pytestmark = pytest.mark.long

SWAP = """
from pathlib import Path
def swap():
    package, other = Path(question, "loss_factory"), Path(question, "other", "loss_factory")
    package.rename(Path(question, "before"))
    other.rename(package)
def swap_back():
    package = Path(question, "loss_factory")
    package.rename(Path(question, "other", "loss_factory"))
    Path(question, "before").rename(package)
def said(ask):
    try:
        return ask()
    except ImportError as error:
        return [error.name, str(error)]
import loss_factory
"""
"""Exchanges the package, as the compiler does, for one with another default."""


def refused(module: str) -> list[str]:
    why = f"(loss_factory.{module} is of another schema than what is loaded)"
    anew = "loss_factory was compiled anew while this process runs: restart it"
    return [f"loss_factory.{module}", f"{anew} {why}"]


@pytest.fixture
def out(tmp_path: Path) -> Path:
    """A source root with a package, and a folder with another one that is to take its place."""
    unpacked(compiled(TINY).files, tmp_path)
    other = written(tmp_path, edited(TINY, ('"default": 1e-6', '"default": 0.5')))
    unpacked(compile_schema(other).files, tmp_path / "other")
    return tmp_path


LATE = (
    "loss_factory.AutoencoderLossConfig.__name__",
    "loss_factory.plan_losses('vae').losses[0].weight",
    "loss_factory.create_bottleneck_loss('vae').kl_weight",
)


def asked(out: Path, early: str, late: str) -> object:
    """What a process gets that has asked for something before the exchange, and asks after it."""
    return answer(out, f"{SWAP}\n{early}\nswap()\nanswer = said(lambda: {late})", str(out))


@pytest.mark.parametrize("late", LATE, ids=["models", "plans", "modules"])
def test_nothing_is_loaded_but_the_version(late: str, out: Path) -> None:
    assert asked(out, "", late) == refused("models")


def test_models_are_loaded(out: Path) -> None:
    """`trainers` is the first module of another schema that the rest imports."""
    models = "loss_factory.AutoencoderLossConfig"
    late = "loss_factory.plan_losses('vae').losses[0].weight"
    assert asked(out, models, late) == refused("trainers")


def test_plans_are_loaded(out: Path) -> None:
    """Modules with other weights were made of these plans before."""
    late = "loss_factory.create_bottleneck_loss('vae').kl_weight"
    assert asked(out, "loss_factory.plan_losses", late) == refused("modules")


def test_what_is_loaded_goes_on(out: Path) -> None:
    """Also under names that nobody has asked for before."""
    late = (
        "[loss_factory.plan_losses('vae').losses[0].weight, loss_factory.ValueLossConfig.__name__]"
    )
    assert asked(out, "loss_factory.plan_losses", late) == [1e-6, "ValueLossConfig"]


def test_what_no_schema_changes_is_still_imported(out: Path) -> None:
    late = "[loss_factory.LossConfigError.__name__, loss_factory.ValueLoss.__name__]"
    assert asked(out, "", late) == ["LossConfigError", "ValueLoss"]


def test_a_module_that_was_refused_is_not_kept(out: Path) -> None:
    """Asked again, it is refused again, and taken once the schema is the loaded one."""
    code = (
        "loss_factory.plan_losses\n"
        "swap()\n"
        "ask = lambda: loss_factory.create_bottleneck_loss('vae').kl_weight\n"
        "answer = [said(ask), said(ask)]\n"
        "swap_back()\n"
        "answer.append(said(ask))"
    )
    *first, last = answer(out, f"{SWAP}\n{code}", str(out))
    assert first == [refused("modules")] * 2
    assert last == pytest.approx(1e-6)


def test_the_command_line_asks_for_the_tables_themselves(out: Path) -> None:
    late = "__import__('loss_factory.dispatch').dispatch.TABLES.schema_version"
    assert asked(out, "loss_factory.AutoencoderLossConfig", late) == refused("trainers")


def test_an_overlay_that_is_called_like_the_schema_that_is_loaded(out: Path) -> None:
    """The new package names it in each header."""
    [loaded] = re.findall("[0-9a-f]{64}", compiled(TINY).files["_version.py"])
    package = Package("loss_factory", None, (f"{loaded}.json",), "x", standalone=True)
    shutil.rmtree(out / "other")
    unpacked(compile_schema(out / "written.schema.json", (), package).files, out / "other")
    models = "loss_factory.AutoencoderLossConfig"
    late = "loss_factory.plan_losses('vae').losses[0].weight"
    assert asked(out, models, late) == refused("trainers")


def test_the_same_schema_may_be_compiled_again(out: Path) -> None:
    code = (
        "import shutil\n"
        "loss_factory.plan_losses\n"
        "other = Path(question, 'other', 'loss_factory')\n"
        "shutil.rmtree(other)\n"
        "shutil.copytree(Path(question, 'loss_factory'), other)\n"
        "swap()\n"
        "answer = loss_factory.create_bottleneck_loss('vae').kl_weight"
    )
    assert answer(out, f"{SWAP}\n{code}", str(out)) == pytest.approx(1e-6)


def test_a_package_in_an_archive_is_imported(out: Path) -> None:
    code = (
        "import shutil, sys\n"
        "archive = shutil.make_archive(question + '/all', 'zip', question, 'loss_factory')\n"
        "shutil.rmtree(Path(question, 'loss_factory'))\n"
        "sys.path[:] = [archive, *(each for each in sys.path if 'generated' not in each)]\n"
        "import loss_factory\n"
        "assert '.zip' in loss_factory.__file__\n"
        "answer = loss_factory.plan_losses('vae').losses[0].weight"
    )
    start = SWAP.replace("import loss_factory\n", "")
    assert answer(out, f"{start}\n{code}", str(out)) == 1e-6
