"""Schema text as Python and Markdown text that can't be anything else."""

from __future__ import annotations

import textwrap

LINE_LENGTH = 100


def literal(value: object) -> str:
    """`value`, made of strings, numbers, booleans and None, as a Python literal in ASCII."""
    return ascii(value)


def docstring(text: str, indent: int = 0) -> str:
    """`text` as a wrapped docstring; its lines but the first begin with `indent` spaces."""
    escaped = _printable(" ".join(text.split()).replace("\\", "\\\\").replace('"', '\\"'))
    if indent + len(escaped) + 6 <= LINE_LENGTH:
        return f'"""{escaped}"""'
    lines = textwrap.wrap(
        f'"""{escaped}', LINE_LENGTH - indent, break_long_words=False, break_on_hyphens=False
    )
    return f"\n{' ' * indent}".join([*lines, '"""'])


def cell(text: str) -> str:
    """`text` in a cell of a Markdown table; what stands in backticks stays code."""
    parts = _printable(" ".join(text.split())).split("`")
    if len(parts) % 2 == 0:  # a backtick that opens nothing
        return _prose("`".join(parts)).replace("`", "\\`")
    return "".join(
        code_cell(part) if index % 2 else _prose(part) for index, part in enumerate(parts)
    )


def code_cell(text: str) -> str:
    """`text` as code in a cell of a Markdown table."""
    return "`" + _printable(text).replace("`", "'").replace("|", "\\|") + "`"


def _prose(text: str) -> str:
    return "".join(f"\\{char}" if char in "\\|<>[]*_" else char for char in text)


def _printable(text: str) -> str:
    return "".join(
        char if char.isprintable() else char.encode("unicode_escape").decode("ascii")
        for char in text
    )
