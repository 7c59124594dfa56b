"""A package of an overlay imports the runtime of loss_factory, or has one in it: `--standalone`."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from support.overlays import file_of
from support.schemas import answer, compile_overlays, python_with, tree

pytestmark = pytest.mark.long

LAB = ("grouped_vae.overlay.json", "--package", "lab_losses", "--out", "src")
FORMS = {"small": (), "standalone": ("--standalone",)}

NEEDED = (
    "lab_losses was compiled for runtime 4 of Loss Factory, and loss_factory.runtime is runtime 3"
)
HOW_TO_GO_ON = (
    "compile lab_losses again with the loss-factory that is installed, install the loss-factory "
    "that it was compiled with, or compile it with --standalone"
)

TRAIN = """
import sys
{before}
import torch
import lab_losses
config = {{"bottleneck": {{"weights": {{"kl_w": 2}}}}}}
losses = lab_losses.create_bottleneck_loss("grouped_vae", config)
latents = torch.nn.Parameter(torch.ones(3))
optimizer = torch.optim.SGD([latents], lr=0.125)
total, each = losses({{"kl_w": latents.square().sum(), "kl_spatial": latents.sum()}})
total.backward()
optimizer.step()
plan = lab_losses.plan_losses("grouped_vae")
answer = {{
    "plan": [[loss.key, loss.name] for loss in plan.losses],
    "latents": [round(float(x), 6) for x in latents.detach()],
    "logged": list(each),
    "runtime": type(losses).__mro__[1].__module__,
    "others": "loss_factory" in sys.modules,
}}
"""


@pytest.fixture(scope="module")
def lab(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with an overlay, and packages of it in both forms."""
    folder = tmp_path_factory.mktemp("lab")
    shutil.copy(file_of("grouped_vae"), folder)
    for form, options in FORMS.items():
        done = compile_overlays(*LAB[:-1], form, *options, cwd=folder)
        assert (done.returncode, done.stderr) == (0, "")
    return folder


@pytest.mark.parametrize("form", FORMS)
def test_both_forms_plan_and_train(form: str, lab: Path) -> None:
    alone = form == "standalone"
    before = "sys.modules['loss_factory'] = None" if alone else ""
    found = answer(lab / form, TRAIN.format(before=before))
    assert found["plan"] == [["kl_w", "kl_w_loss"], ["kl_spatial", "kl_spatial_loss"]]
    assert found["logged"] == ["kl_w_loss", "kl_spatial_loss"]
    assert found["latents"][0] == pytest.approx(1 - 0.125 * 4, abs=0.01)
    owner = "lab_losses" if alone else "loss_factory"
    assert found["runtime"] == f"{owner}.runtime.tensors.bottleneck_loss"
    assert found["others"] is True  # None, where it is not to be found


def test_the_small_form_is_few_files(lab: Path) -> None:
    files = tree(lab / "small" / "lab_losses")
    assert len(files) <= 16
    assert not any("/" in name for name in files)
    standalone = tree(lab / "standalone" / "lab_losses")
    assert {name for name in standalone if "/" not in name} == set(files)


def test_two_packages_share_a_runtime(lab: Path) -> None:
    code = (
        "import lab_losses, loss_factory\n"
        "answer = [[loss.name for loss in package.plan_losses('vae').losses]\n"
        "          for package in (lab_losses, loss_factory)]\n"
        "assert lab_losses.LossConfigError is loss_factory.LossConfigError\n"
        "assert lab_losses.BottleneckType is not loss_factory.BottleneckType\n"
        "for package in (lab_losses, loss_factory):\n"
        "    try: package.plan_losses('vae', {'kl_w': 1, 'x': 1})\n"
        "    except package.LossConfigError as error: answer.append(str(error).split('; ')[1])"
    )
    *plans, ours, theirs = answer(lab / "small", code)
    assert plans == [["kl_loss"], ["kl_loss"]]
    assert ours == "it belongs at /bottleneck/weights/kl_w"
    assert theirs == "did you mean 'kl'?" or "kl_w" not in theirs


@pytest.mark.parametrize("form", FORMS)
def test_check_knows_both_forms(form: str, lab: Path) -> None:
    done = compile_overlays(*LAB[:-1], form, *FORMS[form], "--check", cwd=lab)
    assert (done.returncode, done.stderr) == (0, "")
    (other,) = (options for each, options in FORMS.items() if each != form)
    done = compile_overlays(*LAB[:-1], form, *other, "--check", cwd=lab)
    assert done.returncode == 1
    again = f"--package lab_losses --out {form}{' --standalone' if other else ''}\n"
    assert done.stderr.endswith(again) or again in done.stdout + done.stderr


def test_check_of_the_other_form_says_which_one_it_is(lab: Path) -> None:
    assert compile_overlays(*LAB, "--standalone", cwd=lab).returncode == 0
    done = compile_overlays(*LAB, "--check", cwd=lab)
    assert done.returncode == 1
    assert done.stderr.endswith("\nIt holds a runtime: to keep that, say --standalone.\n")


def test_one_form_replaces_the_other(lab: Path, tmp_path: Path) -> None:
    shutil.copy(file_of("grouped_vae"), tmp_path)
    shutil.copytree(lab / "standalone", tmp_path / "src")
    for form in ("small", "standalone"):
        done = compile_overlays(*LAB, *FORMS[form], cwd=tmp_path)
        assert (done.returncode, done.stderr) == (0, "")
        assert tree(tmp_path / "src" / "lab_losses") == tree(lab / form / "lab_losses")


def test_a_standalone_package_says_how_it_was_compiled(lab: Path) -> None:
    for name, content in tree(lab / "standalone" / "lab_losses").items():
        if name != "py.typed" and not name.endswith("losses.schema.json"):
            assert b"--package lab_losses --out DIR --standalone" in content, name


@pytest.mark.parametrize("form", FORMS)
def test_another_runtime_is_one_clear_error(form: str, lab: Path, tmp_path: Path) -> None:
    """It is told before anything else of the runtime is imported."""
    package = Path(shutil.copytree(lab / form, tmp_path / form)) / "lab_losses"
    start = (package / "__init__.py").read_text(encoding="utf-8")
    assert start.count("require_runtime(__name__, 3)") == 1
    start = start.replace("require_runtime(__name__, 3)", "require_runtime(__name__, 4)")
    (package / "__init__.py").write_text(start, encoding="utf-8")
    code = (
        "import sys\n"
        "try: import lab_losses\n"
        "except ImportError as error: print(error, error.name)\n"
        "print([name for name in sys.modules if '.runtime.' in name and 'lazy' not in name])"
    )
    done = python_with(package.parent, code)
    needed = NEEDED if form == "small" else NEEDED.replace("loss_factory.", "lab_losses.")
    assert (done.stdout, done.stderr) == (f"{needed}: {HOW_TO_GO_ON} lab_losses\n[]\n", "")


def test_without_loss_factory_the_traceback_says_what_to_install(lab: Path) -> None:
    done = python_with(
        lab / "small", "import sys; sys.modules['loss_factory'] = None; import lab_losses"
    )
    assert done.returncode == 1
    *_, line, _, error = done.stderr.splitlines()
    assert line.endswith("# pip install . in its clone, or --standalone")
    assert error.startswith("ModuleNotFoundError: ")
    assert "loss_factory" in error
