"""Hostile schemas, overlays and folders: a slice of what the fuzzer tries, and whether it sees."""

from __future__ import annotations

import json
import os
import socket
import subprocess
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest

from loss_compiler import cli, compile
from loss_compiler.emit import render
from loss_compiler.target.publish import publish
from support.emitted import foreign
from support.schemas import TINY, compiled, document, written
from tools.fuzz import damage, folders, overlays, schemas
from tools.fuzz.compared import Contents, differences
from tools.fuzz.engine import tried
from tools.fuzz.folders import Publishing
from tools.fuzz.refusals import ill_told
from tools.fuzz.running import planned
from tools.fuzz.twins import Twin
from tools.fuzz.watch import watching

CASES = {"schemas": 120, "damage": 120, "overlays": 60, "folders": 80}


@pytest.mark.parametrize("part", [2, pytest.param(1, marks=pytest.mark.long)])
@pytest.mark.parametrize(
    "module", [damage, folders, overlays, schemas], ids=lambda each: each.__name__
)
def test_a_slice_finds_nothing(module: Any, part: int, tmp_path: Path) -> None:
    target = module.target(tmp_path)
    cases = CASES[target.name] // part
    outcome = tried(target, 6, cases=cases)
    assert outcome.finding is None
    assert outcome.cases == cases
    assert len(outcome.classes) > 1


# Each check sees what it is there for: here text reaches the output bare


def bare(value: object, indent: int = 0) -> str:
    """A filter that lets code through."""
    return value if type(value) is str and CODE in value else ascii(value)


def bare_docstring(text: str, indent: int = 0) -> str:
    """The same for docstrings."""
    return f'"""{text}"""'


CODE = "canary()"
END = '"""+canary()+"""'

BROKEN: dict[str, tuple[Callable[..., str], str, str]] = {
    "literal": (bare, CODE, "Harmless."),
    "docstring": (bare_docstring, "kl", END),
    "cell": (str, "kl", "a | b"),
    "code_cell": (str, "<b>", "Harmless."),
    "xml": (str, "kl", "Harmless."),
}
"""Filters of the templates that do nothing, and the key and description of a loss that show it."""


@pytest.fixture
def broken(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Callable[[str], Contents]:
    """Compiles a hostile schema with one filter broken, and without the compiler's last look."""

    def contents(name: str) -> Contents:
        replacement, key, description = BROKEN[name]
        monkeypatch.setattr(compile, "verify_package", lambda *_: None)
        filters = {**render._environment().filters, name: replacement}
        monkeypatch.setattr(render._environment(), "filters", filters)
        schema = document(TINY)
        loss = schema["$defs"]["KLLoss"]
        loss["properties"]["key"]["const"] = key
        loss["properties"]["name"]["const"] = "</text><text>" if name == "xml" else "kl_loss"
        loss["description"] = description
        found = Contents(compile.compile_schema(written(tmp_path, schema)).files)
        monkeypatch.undo()
        return found

    return contents


@pytest.mark.parametrize("name", ["literal", "docstring"])
def test_the_list_of_emitted_python_sees_code(name: str, broken: Callable[[str], Contents]) -> None:
    trees = broken(name).trees
    assert any("canary" in each for module, tree in trees.items() for each in foreign(module, tree))


@pytest.mark.parametrize("name", ["literal", "docstring"])
def test_the_canary_runs_if_it_can(
    name: str, broken: Callable[[str], Contents], tmp_path: Path
) -> None:
    files = broken(name).files
    with watching(tmp_path) as watch, suppress(TypeError, ValueError):  # it is no text
        planned(files)
    assert "the canary ran" in watch.surprises


@pytest.mark.parametrize(
    ("name", "where"),
    [
        ("literal", "dispatch.py"),
        ("docstring", "dispatch.py"),
        ("cell", "LOSSES.md"),
        ("code_cell", "LOSSES.md"),
    ],
)
def test_the_comparison_with_the_twin_sees_it(
    name: str, where: str, broken: Callable[[str], Contents], tmp_path: Path
) -> None:
    contents = broken(name)
    twin = Twin(json.loads(contents.files["losses.schema.json"]))
    compiled_twin = Contents(compile.compile_schema(written(tmp_path, twin.document)).files)
    assert any(each.startswith(where) for each in differences(contents, twin, compiled_twin))


def test_a_value_that_is_another_one_is_seen(tmp_path: Path) -> None:
    package = compiled(TINY).files
    twin = Twin(document(TINY))
    compiled_twin = Contents(compile.compile_schema(written(tmp_path, twin.document)).files)
    assert not list(differences(Contents(package), twin, compiled_twin))
    for name, old, new in (
        ("dispatch.py", '"kl_loss"', '"k1_loss"'),
        ("dispatch.py", "1e-06", "1e-07"),
        ("models.py", "Weight of the KL", "Weight of the K1"),
        ("model_config.schema.json", "Samples the latents", "Samples the 1atents"),
        ("LOSSES.md", "`kl_loss`", "`k1_loss`"),
        ("planning.py", "def ", "def  "),
    ):
        assert old in package[name]
        changed = Contents({**package, name: package[name].replace(old, new)})
        assert list(differences(changed, twin, compiled_twin)), name


@pytest.mark.parametrize(
    ("action", "seen"),
    [
        (lambda: os.system("true"), "os.system"),
        (lambda: subprocess.run(["true"], check=True), "subprocess.Popen"),
        (lambda: open("/etc/hostname").close(), "open"),
        (lambda: open(__file__, "a").close(), "open"),
        (lambda: socket.socket().close(), "socket.__new__"),
        (lambda: __import__("canary_module"), "import"),
        (lambda: os.mkdir("/nowhere/below"), "os.mkdir"),
        (lambda: os.rename("/nowhere", "/elsewhere"), "os.rename"),
        (lambda: os.symlink("/nowhere", "/nowhere/link"), "os.symlink"),
    ],
)
def test_the_watch_sees(action: Callable[[], object], seen: str, tmp_path: Path) -> None:
    with watching(tmp_path) as watch, suppress(OSError, ImportError):
        action()
    assert [each.split(":")[0] for each in watch.surprises] == [seen]


@pytest.mark.parametrize(
    "line",
    [
        "s.json: something is wrong",
        "s.json:0:1: (root): wrong",
        "s.json:9:1: (root): wrong",
        "t.json:1:1: (root): wrong",
        "s.json:1:3: (root): wrong",
        "s.json:1:2: /b: wrong",
        "s.json:1:2: /a: wr\x1bong",
        "Traceback (most recent call last):",
    ],
)
def test_an_error_without_its_place_is_seen(line: str) -> None:
    assert list(ill_told([line], "s.json", '{"a": 1, "b": 2}'))


def test_an_error_with_its_place() -> None:
    lines = ["s.json:1:2: /a: wrong", "s.json:1:15: /b: wrong", "s.json:1:1: /c: missing"]
    assert not list(ill_told(lines, "s.json", '{"a": 1, "b": 2}'))
    assert list(ill_told([], "s.json", "{}"))


def test_a_file_written_elsewhere_is_seen(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def careless(target: Path, files: dict[str, str]) -> object:
        (target.parent / "extra").write_text("", encoding="utf-8")
        return publish(target, files)

    compiled(TINY)  # the compiler imports things once, which a watch would see
    monkeypatch.setattr(cli, "publish", careless)
    with pytest.raises(AssertionError, match="changed: 'out/extra'"):
        folders.checked(tmp_path, Publishing("none", (), "out"))
