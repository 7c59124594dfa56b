"""From a schema file to the files of a package, in memory."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from .analyse import analyse, contradictions
from .dialect import dialect_problems, json_schema_problems
from .formatting import format_package
from .ir import Schema
from .render import RENDERED_MODULES, render_package
from .source import read_schema
from .verify import verify_package


@dataclass(frozen=True)
class Compiled:
    """What a schema means, and the text of every file of its package."""

    schema: Schema
    files: dict[str, str]


def compile_schema(file: Path) -> Compiled:
    """Compile the schema in `file`.

    Raises:
        CompileError: the schema is wrong; every mistake of the first stage that found some.
    """
    source = read_schema(file)
    document: Any = source.json.value
    for check in (dialect_problems, json_schema_problems, contradictions):
        if problems := check(document):
            raise source.error(problems)
    schema = analyse(document)
    files = format_package(render_package(schema, source))
    verify_package(files, schema, RENDERED_MODULES)
    return Compiled(schema, files)
