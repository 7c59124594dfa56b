"""From the IR to the text of every file of the package, in memory."""

from __future__ import annotations

import hashlib
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from .ir import Schema, Weight
from .models import generate_models
from .pytext import cell, code_cell, docstring, literal
from .source import SchemaSource

_ROOT = Path(__file__).parents[2]
_TEMPLATES = _ROOT / "templates"
_SUPPORT = _TEMPLATES / "support"
_SHARED = Path(__file__).parent / "shared"

COMMAND = "python -m nox -s generate"
SCHEMA_FILE = "losses.schema.json"
RENDERED_MODULES = ("__init__.py", "dispatch.py", "models.py", "modules.py")
"""The modules that hold schema text; the others are copied."""


def render_package(schema: Schema, source: SchemaSource) -> dict[str, str]:
    """Every file of the package by its name, unformatted."""
    files = {SCHEMA_FILE: source.text, "py.typed": ""}
    values = {
        "schema": schema,
        "models": generate_models(schema),
        "sha256": hashlib.sha256(source.text.encode()).hexdigest(),
    }
    environment = _environment()
    for name in (*RENDERED_MODULES, "LOSSES.md"):
        template = f"{name}.jinja"
        body = environment.get_template(template).render(values)
        files[name] = _header(name, f"schema/{SCHEMA_FILE}", f"templates/{template}") + body
    for file in sorted(_SUPPORT.glob("*.py")):
        files[file.name] = _header(file.name, f"templates/support/{file.name}") + _text(file)
    for file in sorted(_SHARED.glob("[!_]*.py")):
        origin = f"schema/loss_compiler/shared/{file.name}"
        files[f"_{file.name}"] = _header(file.name, origin) + _text(file)
    return files


def _environment() -> Environment:
    environment = Environment(
        loader=FileSystemLoader(_TEMPLATES),
        undefined=StrictUndefined,
        autoescape=False,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    environment.filters |= {
        "cell": cell,
        "code_cell": code_cell,
        "docstring": docstring,
        "literal": literal,
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


def _header(name: str, *sources: str) -> str:
    lines = [
        f"Generated from {' and '.join(sources)}.",
        f"Do not edit; change {'it' if len(sources) == 1 else 'them'} and run: {COMMAND}",
    ]
    if name.endswith(".md"):
        return "".join(f"<!-- {line} -->\n" for line in lines) + "\n"
    return "".join(f"# {line}\n" for line in lines) + "\n"


def _text(file: Path) -> str:
    return file.read_text(encoding="utf-8").replace("\r\n", "\n")
