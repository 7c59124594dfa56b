"""What importing the package brings in, and what it says when torch is not there."""

from __future__ import annotations

import hashlib
import importlib
import importlib.metadata
import importlib.resources
import json
import subprocess
import sys
from pathlib import Path

import pytest

from support.installing import pip_install
from support.under_test import PACKAGE

package = importlib.import_module(PACKAGE)

PUBLIC = (
    "AutoencoderLossConfig",
    "BottleneckLossConfig",
    "BottleneckType",
    "BottleneckWeights",
    "LossConfigError",
    "LossFactoryResult",
    "MissingLossValueError",
    "MultiLoss",
    "SCHEMA_SHA256",
    "SCHEMA_VERSION",
    "UnknownBottleneckError",
    "UnusedWeightWarning",
    "ValueLoss",
    "ValueLossConfig",
    "__version__",
    "create_loss_modules_from_bottleneck",
    "load_config",
    "plan_losses",
)
NEED_TORCH = ("MultiLoss", "ValueLoss", "create_loss_modules_from_bottleneck")

WITHOUT_TORCH = """
import sys

class NoTorch:
    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] == "torch":
            raise ModuleNotFoundError(f"No module named {name!r}", name=name)

sys.meta_path.insert(0, NoTorch())
"""


def run(folder: Path, code: str) -> str:
    """What a fresh interpreter prints when it runs `code` in an empty folder.

    The code calls the package under test PACKAGE.
    """
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", code.replace("PACKAGE", PACKAGE)],
        cwd=folder,
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


USES = {
    "importing": "import PACKAGE",
    "listing": "import PACKAGE; dir(PACKAGE); PACKAGE.__all__",
    "validating": "from PACKAGE import AutoencoderLossConfig as A; A.model_validate({})",
    "planning": """
from PACKAGE import plan_losses
print(plan_losses("vae", {"bottleneck": {"weights": {"kl": 1e-4}}}).model_dump_json())
""",
    "planning for an instance": """
from PACKAGE import plan_losses
class VAEBottleneck: pass
plan_losses(VAEBottleneck())
""",
    "refusing": """
from PACKAGE import LossConfigError, plan_losses
try:
    plan_losses("vae", {"botleneck": {}})
except LossConfigError as error:
    print(error)
""",
    "loading": """
from pathlib import Path
from PACKAGE import load_config
Path("config.json").write_text('{"time": {}}')
print(load_config("config.json"))
""",
}


@pytest.mark.parametrize("code", USES.values(), ids=USES)
def test_torch_is_not_imported(tmp_path: Path, code: str) -> None:
    assert run(tmp_path, f"{code}\nimport sys\nprint('torch' in sys.modules)").endswith("False")


def test_torch_is_imported_for_modules(tmp_path: Path) -> None:
    """So that the test above can fail."""
    code = "from PACKAGE import ValueLoss\nimport sys\nprint('torch' in sys.modules)"
    assert run(tmp_path, code) == "True"


@pytest.mark.parametrize("code", USES.values(), ids=USES)
def test_all_of_it_works_without_torch(tmp_path: Path, code: str) -> None:
    run(tmp_path, WITHOUT_TORCH + code)


@pytest.mark.parametrize("name", NEED_TORCH)
@pytest.mark.parametrize(
    "code", ["import PACKAGE; PACKAGE.{}", "from PACKAGE import {}"], ids=["attribute", "from"]
)
def test_without_torch_an_error_says_what_to_install(tmp_path: Path, code: str, name: str) -> None:
    attempt = f"""
try:
    {code.format(name)}
except ImportError as error:
    print(type(error).__name__, error.name, error)
"""
    message = run(tmp_path, WITHOUT_TORCH + attempt)
    needs = f"{PACKAGE}.{name} needs torch; install it with: {pip_install('torch')}"
    assert message == f"ImportError torch {needs}"


def test_without_torch_a_star_imports_the_rest(tmp_path: Path) -> None:
    """And `dir` lists the rest."""
    code = "import PACKAGE; from PACKAGE import *; plan_losses; print(*dir(PACKAGE))"
    names = {*run(tmp_path, WITHOUT_TORCH + code).split()}
    assert names.isdisjoint(NEED_TORCH)
    assert names >= {*PUBLIC} - {*NEED_TORCH}
    assert {*run(tmp_path, code).split()} >= {*PUBLIC}
    nothing = "import sys; sys.modules['torch'] = None; "
    assert {*run(tmp_path, nothing + code).split()} == names


def test_a_torch_that_is_broken_is_not_one_that_is_missing(tmp_path: Path) -> None:
    broken = WITHOUT_TORCH.replace("{name!r}", "mpmath").replace("name=name", "name='mpmath'")
    attempt = """
import PACKAGE
try:
    PACKAGE.ValueLoss
except ImportError as error:
    print(error)
"""
    assert run(tmp_path, broken + attempt) == "No module named mpmath"


@pytest.mark.parametrize("name", PUBLIC)
def test_a_public_name_is_there(name: str) -> None:
    assert name in package.__all__
    assert name in dir(package)
    assert getattr(package, name) is not None


def test_all_names_are_there_once() -> None:
    assert len(set(package.__all__)) == len(package.__all__)
    assert set(package.__all__) <= set(dir(package))
    for name in package.__all__:
        assert hasattr(package, name)


def test_dir_has_each_name_once() -> None:
    assert package.ValueLoss is package.ValueLoss
    names = dir(package)
    assert len(set(names)) == len(names)


FIRST_USES = {
    "TypeAdapter": "from pydantic import TypeAdapter; TypeAdapter(A).validate_python({})",
    "a part as JSON": "from pydantic_core import to_json; to_json(A().bottleneck.weights)",
    "a part in a field of any type": """
from typing import Any
from pydantic import BaseModel
class Mine(BaseModel):
    part: Any
Mine(part=A.model_validate({"bottleneck": {}}).bottleneck).model_dump()
""",
    "signature": "import inspect; assert 'bottleneck' in inspect.signature(A).parameters",
}


@pytest.mark.parametrize("use", FIRST_USES.values(), ids=FIRST_USES)
def test_models_are_complete_from_the_beginning(tmp_path: Path, use: str) -> None:
    run(tmp_path, f"from PACKAGE import AutoencoderLossConfig as A\n{use}")


def test_an_unknown_name_is_an_attribute_error(tmp_path: Path) -> None:
    name = "MultiLos"
    with pytest.raises(AttributeError) as refusal:
        getattr(package, name)
    assert str(refusal.value) == f"module {PACKAGE!r} has no attribute 'MultiLos'"
    code = "import PACKAGE, sys; print(hasattr(PACKAGE, 'x'), 'torch' in sys.modules)"
    assert run(tmp_path, code) == "False False"


def test_the_schema_is_the_one_that_was_compiled() -> None:
    shipped = importlib.resources.files(PACKAGE).joinpath("losses.schema.json").read_bytes()
    assert hashlib.sha256(shipped).hexdigest() == package.SCHEMA_SHA256
    assert json.loads(shipped)["x-version"] == package.SCHEMA_VERSION


@pytest.mark.usefixtures("_loss_factory_only")
def test_the_version_is_the_distributions() -> None:
    assert package.__version__ == importlib.metadata.version("loss-factory")


def test_the_package_says_that_it_is_typed() -> None:
    assert importlib.resources.files(PACKAGE).joinpath("py.typed").is_file()


@pytest.mark.usefixtures("_loss_factory_only")
def test_the_distribution_needs_pydantic_and_nothing_else() -> None:
    required = importlib.metadata.requires("loss-factory")
    assert required is not None
    assert [each for each in required if "extra ==" not in each] == ["pydantic<3,>=2.11"]
    assert any(each.startswith("torch") and "extra == 'torch'" in each for each in required)
