"""Code that nobody expects, and classes that the schema does not have, are found in the text."""

from __future__ import annotations

import re
from typing import Any

import pytest

from loss_compiler import compile as compiling
from loss_compiler.emit.guard import verify_package
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
        ("models.py", "class OobleckConfig(", "class Oobleck(", "results.py: has the classes"),
        ("models.py", "    kl: ", "    kl_: ", "BottleneckWeights has the fields ['kl_', 'qu"),
        ("models.py", ", le=3.4028234663852886e38", "", "kl has the limits {'ge': 0.0}: kl: "),
        ("models.py", "Number | None", "int | None", "kl has the types ['int']: kl: "),
        ("models.py", "Number | None", "Number", "Weights.kl refuses null: kl: "),
        ("models.py", ' = Field(default_factory=BottleneckWeights)', "", "weights is required: we"),
        ("models.py", '"encodec"', '"encodek"', "type has the choices [['encodek']]: type: "),
        ("models.py", 'alias="$schema"', 'alias="schema"', "has the alias 'schema': schema_uri: "),
        ("models.py", ' = "VAEBottleneck"', ' = "VAE"', "BottleneckType has the members"),
        ("models.py", "depth: Integer", "depth: Integer | None", "depth takes null: depth: "),
        ("models.py", "Integer = 3", "Integer = 4", "depth has the default 4: depth: "),
        ("models.py", "le=1024)]", "le=1024)] = 2", "filters has the default 2: filters: "),
        ("models.py", "= 3", "= Field(default_factory=int)", "depth has a default object: depth: "),
        ("models.py", '"snake", "elu"', '"elu", "snake"', "has the choices [['elu', 'snake']]: "),
        ("dispatch.py", "config.bottleneck", "eval(config)", "calls eval"),
        ("dispatch.py", "from typing import Final", "from sys import Final", "from sys"),
        ("dispatch.py", "assert ", "import os; assert ", "Import"),
        ("modules.py", " * self.kl_weight", " / self.kl_weight", "line ?: Div"),
        ("__init__.py", "def __dir__", "def register", "defines register"),
        ("modules.py", "import Tensor", "import ones as Tensor", "under the name Tensor"),
        ("modules.py", "value_of(info", "eval(info", "calls eval"),
        ("modules.py", "value_of(info", "(lambda: info)(info", "calls what it computed"),
        ("modules.py", "from torch import", "from os import", "imports from os"),
        ("planning.py", "import PathLike", "import PathLike, system", "imports from os"),
        ("modules.py", "def add_to", "def backward", "defines backward"),
        ("trainers.py", "frozenset(", "eval(", "calls eval"),
        ("trainers.py", "lambda _: 1.0", "lambda _: open(1)", "calls open"),
        ("objectives.py", "self.left_loss(", "self.right_loss(", "calls right_loss"),
        ("objectives.py", "self._found(", "eval(", "calls eval"),
        ("objectives.py", "parts.term(", "parts.make(", "calls make"),
        ("objectives.py", "terms import kinds", "terms import stft as kinds", "the name kinds"),
        ("objectives.py", ".tensors.terms import", ".cli.app import", "imports from runtime.cli.a"),
        ("objectives.py", "def add_to", "def backward", "defines backward"),
        ("objectives.py", " * self.fooling_weight", " / self.fooling_weight", "line ?: Div"),
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
