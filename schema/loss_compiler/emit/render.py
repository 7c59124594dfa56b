"""From the IR to the text of every file of the package, in memory."""

from __future__ import annotations

import functools
import hashlib
from collections.abc import Iterable
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from ..meaning.ir import Schema, Weight
from ..source.json_text import written
from ..source.locations import SHARED, SUPPORT, TEMPLATES
from ..source.syntax import MAX_FLOAT32
from ..target.package import Package
from .escaping import cell, code, code_cell, docstring, literal, paragraph
from .model_config import model_config_schema
from .models import generate_models
from .reference import refer

SCHEMA_FILE = "losses.schema.json"
MODEL_CONFIG_FILE = "model_config.schema.json"
RENDERED_MODULES = (
    *("__init__.py", "__main__.py", "_version.py", "dispatch.py", "models.py", "modules.py"),
    "trainers.py",
)
"""The modules that hold schema text; the others are copied."""


def render_package(schema: Schema, text: str, package: Package) -> dict[str, str]:
    """Every file of `package` by its name, unformatted; `text` is that of the schema."""
    files = {SCHEMA_FILE: text, "py.typed": ""}
    values = {
        "schema": schema,
        "package": package,
        "models": generate_models(schema),
        "reference": refer(schema),
        "max_float32": MAX_FLOAT32,
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
    for file in sorted(SUPPORT.rglob("*.py")):
        name = file.relative_to(SUPPORT).as_posix()
        header = package.header(f"templates/support/{name}")
        files[name] = _commented(name, header) + file.read_text(encoding="utf-8")
    for file in sorted(SHARED.glob("[!_]*.py")):
        header = package.header(f"schema/loss_compiler/shared/{file.name}")
        files[f"_{file.name}"] = _commented(file.name, header) + file.read_text(encoding="utf-8")
    return files


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
        "cell": cell,
        "code": code,
        "code_cell": code_cell,
        "docstring": docstring,
        "literal": literal,
        "paragraph": paragraph,
        "reading": _reading,
    }
    return environment


def _reading(weight: Weight) -> str:
    """The expression that reads `weight` from `config`, or None where a section is off."""
    guards: list[str] = []
    expression = "config"
    for step in weight.steps[:-1]:
        expression = f"{expression}.{step.name}"
        if step.nullable:
            guards.append(f"{expression} is None")
    expression = f"{expression}.{weight.steps[-1].name}"
    return f"None if {' or '.join(guards)} else {expression}" if guards else expression


def _commented(name: str, lines: Iterable[str]) -> str:
    """`lines` as comments of the file `name`."""
    match Path(name).suffix:
        case ".md":
            comment = "<!-- {} -->"
        case _:
            comment = "# {}"
    return "".join(f"{comment.format(line)}\n" for line in lines) + "\n"
