"""From the IR to the text of every file of the package, in memory."""

from __future__ import annotations

import functools
import hashlib
import re
from collections.abc import Iterable
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from ..meaning.ir import Place, Schema, Weight
from ..source.json_text import written
from ..source.locations import RUNTIME, SHARED, TEMPLATES
from ..source.paths import Step
from ..source.syntax import MAX_FLOAT32
from ..target.extras import COMMAND_LINE, TORCH
from ..target.package import CANONICAL, Package
from .escaping import anchor, cell, code, code_cell, docstring, literal, paragraph
from .model_config import model_config_schema
from .models import generate_models
from .reference import refer

SCHEMA_FILE = "losses.schema.json"
MODEL_CONFIG_FILE = "model_config.schema.json"
RENDERED_MODULES = (
    *("__init__.py", "__main__.py", "_version.py", "dispatch.py", "factories.py", "models.py"),
    *("modules.py", "objectives.py", "planning.py", "results.py", "trainers.py"),
)
"""The modules that the schema decides; those of the runtime are copied."""

_RUNTIME_VERSION = re.compile(r"^RUNTIME = ([0-9]+)$", re.MULTILINE)


def render_package(schema: Schema, text: str, package: Package) -> dict[str, str]:
    """Every file of `package` by its name, unformatted; `text` is that of the schema."""
    files = {SCHEMA_FILE: text, "py.typed": ""}
    values = {
        "schema": schema,
        "package": package,
        "models": generate_models(schema),
        "reference": refer(schema),
        "max_float32": MAX_FLOAT32,
        "runtime": ".runtime" if package.standalone else f"{CANONICAL.name}.runtime",
        "runtime_version": _runtime_version(),
        "torch": TORCH,
        "command_line": COMMAND_LINE,
        "sha256": hashlib.sha256(text.encode()).hexdigest(),
    }
    comment = " ".join(package.header(f"schema/{SCHEMA_FILE}"))
    model_config = model_config_schema(schema, comment)
    files[MODEL_CONFIG_FILE] = written(model_config) + "\n"
    environment = _environment()
    for name in (*RENDERED_MODULES, "LOSSES.md"):
        template = f"{name}.jinja"
        header = package.header(f"schema/{SCHEMA_FILE}", f"templates/{template}")
        files[name] = _commented(name, header) + environment.get_template(template).render(values)
    return files | (_runtime(package) if package.standalone else {})


def _runtime(package: Package) -> dict[str, str]:
    """The runtime's modules by their names in `package`, and those it shares with the compiler."""
    sources = {
        f"{name}/{file.relative_to(folder).as_posix()}": file
        for name, folder, pattern in (
            ("runtime", RUNTIME, "**/*.py"),
            ("runtime/text", SHARED, "[!_]*.py"),
        )
        for file in sorted(folder.glob(pattern))
    }
    return {
        name: _commented(name, package.header(_place_of(file))) + file.read_text(encoding="utf-8")
        for name, file in sources.items()
    }


def _place_of(file: Path) -> str:
    """Where a file of the runtime lies in the repository."""
    if file.is_relative_to(SHARED):
        return f"schema/loss_compiler/shared/{file.name}"
    return f"templates/runtime/{file.relative_to(RUNTIME).as_posix()}"


def _runtime_version() -> int:
    """The runtime that packages are compiled for: what templates/runtime says it is."""
    found = _RUNTIME_VERSION.search((RUNTIME / "__init__.py").read_text(encoding="utf-8"))
    assert found is not None, "the runtime says which one it is"
    return int(found[1])


@functools.cache
def _environment() -> Environment:
    environment = Environment(
        loader=FileSystemLoader(TEMPLATES),
        undefined=StrictUndefined,
        autoescape=False,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    environment.filters |= {
        "anchor": anchor,
        "cell": cell,
        "code": code,
        "code_cell": code_cell,
        "docstring": docstring,
        "literal": literal,
        "paragraph": paragraph,
        "reading": _reading,
    }
    return environment


def _reading(number: Weight | Place, default: float | None = None) -> str:
    """The expression that reads `number` from `config`, or None where a section is off.

    `default` takes the place of null in a section that is there.
    """
    guards: list[str] = []
    expression = "config"
    for step in number.steps[:-1]:
        expression = _member(expression, step)
        if step.nullable:
            guards.append(f"{expression} is None")
    expression = _member(expression, number.steps[-1])
    if default is not None:
        expression = f"{literal(default)} if {expression} is None else {expression}"
    return f"None if {' or '.join(guards)} else {expression}" if guards else expression


def _member(owner: str, step: Step) -> str:
    """The expression that reads what `owner` holds; of what is deprecated, Pydantic would warn."""
    return f"vars({owner})[{literal(step.name)}]" if step.deprecated else f"{owner}.{step.name}"


def _commented(name: str, lines: Iterable[str]) -> str:
    """`lines` as comments of the file `name`."""
    match Path(name).suffix:
        case ".md":
            comment = "<!-- {} -->"
        case _:
            comment = "# {}"
    return "".join(f"{comment.format(line)}\n" for line in lines) + "\n"
