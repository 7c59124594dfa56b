"""What the class generator or a template does wrong in silence is found in the finished text."""

from __future__ import annotations

import pytest

from compiler.schemas import VARIED, compiled
from loss_compiler.render import RENDERED_MODULES
from loss_compiler.verify import verify_package


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
        ("models.py", "class OobleckConfig(", "class OobleckConfig1(", "has the classes"),
        ("models.py", "    kl: ", "    kl_: ", "has the fields"),
        ("models.py", ", le=3.4028234663852886e38", "", "has the limits"),
        ("models.py", "Number | None", "int | None", "has the types"),
        ("models.py", "Number | None", "Number", "refuses null"),
        ("models.py", ' = Field(default_factory=BottleneckWeights)', "", "is required"),
        ("models.py", '"encodec"', '"encodek"', "has the choices"),
        ("models.py", 'alias="$schema"', 'alias="schema"', "has the alias"),
        ("models.py", ' = "VAEBottleneck"', ' = "VAE"', "BottleneckType has the members"),
        ("dispatch.py", 'key="kl"', 'key="k1"', "has the losses"),
        ("dispatch.py", "config.bottleneck", "eval(config)", "calls eval"),
        ("dispatch.py", "from typing import Final", "from os import system as Final", "from os"),
        ("dispatch.py", "assert ", "import os; assert ", "Import"),
        ("__init__.py", "def __dir__", "def register", "defines register"),
    ],
)  # fmt: skip
def test_a_surprise_is_refused(name: str, old: str, new: str, message: str) -> None:
    with pytest.raises(RuntimeError, match=message):
        verify_with(name, old, new)
