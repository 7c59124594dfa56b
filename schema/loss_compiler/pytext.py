"""Schema text as Python and Markdown text that can't be anything else."""

from __future__ import annotations

import json
import textwrap

_WIDTH = 100


def literal(value: str | float | bool | None) -> str:
    """`value` as a Python literal in ASCII."""
    return json.dumps(value) if type(value) is str else repr(value)


def docstring(text: str, indent: int = 0) -> str:
    """`text` as a wrapped docstring; its lines but the first begin with `indent` spaces."""
    escaped = _printable(" ".join(text.split()).replace("\\", "\\\\").replace('"', '\\"'))
    if indent + len(escaped) + 6 <= _WIDTH:
        return f'"""{escaped}"""'
    lines = textwrap.wrap(
        f'"""{escaped}', _WIDTH - indent, break_long_words=False, break_on_hyphens=False
    )
    return f"\n{' ' * indent}".join([*lines, '"""'])


def cell(text: str) -> str:
    """`text` in a cell of a Markdown table."""
    escaped = _printable(" ".join(text.split()))
    for char in "\\|<>[]*_":
        escaped = escaped.replace(char, f"\\{char}")
    return escaped


def code_cell(text: str) -> str:
    """`text` as code in a cell of a Markdown table."""
    return f"`{_printable(text).replace('`', chr(39)).replace('|', chr(92) + '|')}`"


def _printable(text: str) -> str:
    return "".join(
        char if char.isprintable() else char.encode("unicode_escape").decode("ascii")
        for char in text
    )
