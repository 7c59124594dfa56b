"""What the class generator or a template does wrong in silence is found in the finished text."""

from __future__ import annotations

import re
from typing import Any

import pytest
from loss_compiler.emit.verify import verify_package

from loss_compiler import compile as compiling
from loss_compiler.emit.render import RENDERED_MODULES, render_package
from support.schemas import TINY, VARIED, compiled


def verify_with(name: str, old: str, new: str) -> None:
    """Verify the package of the varied schema with one thing in one of its files changed."""
    package = compiled(VARIED)
    assert old in package.files[name]
    files = {**package.files, name: package.files[name].replace(old, new, 1)}
    verify_package(files, package.schema, RENDERED_MODULES)


def test_what_was_rendered_is_as_it_should_be() -> None:
    verify_with("models.py", "class ", "class ")


@pytest.mark.parametrize(
    ("name", "old", "new", "message"),
    [
        ("models.py", "class OobleckConfig(", "class OobleckConfig1(", ".py: has the classes"),
        ("models.py", "    kl: ", "    kl_: ", "BottleneckWeights has the fields ['kl_', 'qu"),
        ("models.py", ", le=3.4028234663852886e38", "", "kl has the limits {'ge': 0.0}: kl: "),
        ("models.py", "Number | None", "int | None", "kl has the types ['int']: kl: "),
        ("models.py", "Number | None", "Number", "Weights.kl refuses null: kl: "),
        ("models.py", ' = Field(default_factory=BottleneckWeights)', "", "weights is required: we"),
        ("models.py", '"encodec"', '"encodek"', "type has the choices [['encodek']]: type: "),
        ("models.py", 'alias="$schema"', 'alias="schema"', "has the alias 'schema': schema_uri: "),
        ("models.py", ' = "VAEBottleneck"', ' = "VAE"', "BottleneckType has the members"),
        ("models.py", "depth: int =", "depth: int | None =", "Config.depth takes null: depth: "),
        ("models.py", "depth: int = 3", "depth: int = 4", "depth has the default 4: depth: "),
        ("models.py", "le=1024)]", "le=1024)] = 2", "filters has the default 2: filters: "),
        ("models.py", "= 3", "= Field(default_factory=int)", "depth has a default object: depth: "),
        ("models.py", '"snake", "elu"', '"elu", "snake"', "has the choices [['elu', 'snake']]: "),
        ("dispatch.py", 'key="kl"', 'key="k1"', "dispatch.py: has the losses"),
        ("dispatch.py", "weights.kl),", "weights.kl), scale=2.0,", "weights.kl', 1e-06, 2.0), ("),
        ("dispatch.py", "config.bottleneck", "eval(config)", "calls eval"),
        ("dispatch.py", "from typing import Final", "from os import system as Final", "from os"),
        ("dispatch.py", "assert ", "import os; assert ", "Import"),
        ("modules.py", " * self.kl_weight", " / self.kl_weight", "line ?: Div"),
        ("__init__.py", "def __dir__", "def register", "defines register"),
        ("modules.py", "class VAEBottleneckLoss", "class VAELoss", "has the classes"),
        ("modules.py", " kl_weight: float", " k1_weight: float", "another module"),
        ("modules.py", ', kl_weight)', ', 1.0)', "'kl_weight', 1.0)"),
        ("modules.py", '("kl_weight", kl_weight)', '("x", spectral_weight)', "('x', spectral_"),
        ("modules.py", "The losses of VAE", "The loss of VAE", "The loss of VAEBottleneck."),
        ("modules.py", 'missing: Missing = "error"', 'missing: Missing = "skip"', "'skip'"),
        ("modules.py", "__init__(missing)", '__init__("skip")', "__init__('skip')"),
        ("modules.py", "_type = BottleneckType.VAE", "_type = BottleneckType.TANH", "TANH"),
        ("modules.py", 'if "kl" not in info', 'if "k1" not in info', "'k1' not in info"),
        ("modules.py", '_leave_out(info, "kl"', '_leave_out(info, "k1"', "_leave_out(info, 'k1'"),
        ("modules.py", " * self.kl_weight", " * self.kl_weight * 2", "kl_weight * 2"),
        ("modules.py", 'value_of(info, "kl", ', 'value_of(info, "k1", ', "value_of(info, 'k1'"),
        ("modules.py", 'total += losses["kl_loss"]', 'total += losses["k1_loss"]', "k1_loss"),
        ("modules.py", "as_total(total), losses", "as_total(0), losses", "as_total(0)"),
        ("modules.py", "total: Tensor | int = 0", "total: Tensor | int = 5", "= 5"),
        ("modules.py", "zeros(())", "zeros((3))", "another module:\n-         return (zeros(())"),
        ("modules.py", "(BottleneckLoss):", "(Mapping):", "(Mapping)"),
        ("modules.py", "Tensor, zeros", "Tensor, ones as zeros", "under the name zeros"),
        ("modules.py", "VAE: VAEBottleneckLoss", "VAE: TanhBottleneckLoss", "has the table"),
        ("modules.py", "as_total(total)", "eval(total)", "calls eval"),
        ("modules.py", "as_total(total)", "(lambda: total)()", "calls what it computed"),
        ("modules.py", "from torch import", "from os import", "imports from os"),
        ("modules.py", "def forward", "def backward", "defines backward"),
        ("trainers.py", "(None,)", "(True,)", "has the trainers"),
        ("trainers.py", '("channels",)', '()', "has the trainers"),
        ("trainers.py", "assumed=False", "assumed=True", "has the trainers"),
        ("trainers.py", "frozenset(", "eval(", "calls eval"),
    ],
)  # fmt: skip
def test_a_surprise_is_refused(name: str, old: str, new: str, message: str) -> None:
    with pytest.raises(RuntimeError, match=re.escape(message)):
        verify_with(name, old, new)


def test_what_is_wrong_does_not_compile(monkeypatch: pytest.MonkeyPatch) -> None:
    def render(*arguments: Any) -> dict[str, str]:
        return render_package(*arguments) | {"trainers.py": "import os\n"}

    monkeypatch.setattr(compiling, "render_package", render)
    with pytest.raises(RuntimeError, match=r"says:\ntrainers\.py: line 1: Import"):
        compiling.compile_schema(TINY)
