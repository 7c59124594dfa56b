"""Schema text as Python and Markdown text that can't be anything else."""

from __future__ import annotations

import re
import textwrap
from collections.abc import Iterator

from ..shared.wording import one_line

LINE_LENGTH = 100


def literal(value: object) -> str:
    """`value`, made of strings, numbers, booleans and None, as a Python literal in ASCII."""
    return ascii(value)


def docstring(text: str, indent: int = 0) -> str:
    """`text` as a wrapped docstring; its lines but the first begin with `indent` spaces."""
    escaped = one_line(" ".join(text.split()).replace("\\", "\\\\").replace('"', '\\"'))
    if indent + len(escaped) + 6 <= LINE_LENGTH:
        return f'"""{escaped}"""'
    lines = textwrap.wrap(
        f'"""{escaped}', LINE_LENGTH - indent, break_long_words=False, break_on_hyphens=False
    )
    return f"\n{' ' * indent}".join([*lines, '"""'])


def anchor(heading: str) -> str:
    """What GitHub calls the place of a heading in links."""
    return re.sub(r"[^a-z0-9_-]", "", heading.lower())


def cell(text: str) -> str:
    """`text` in a cell of a Markdown table; what stands in backticks stays code."""
    return "".join(
        code_cell(part) if is_code else _prose(part) for is_code, part in _code_and_prose(text)
    )


def code_cell(text: str) -> str:
    """`text` as code in a cell of a Markdown table."""
    return code(text).replace("|", "\\|")


def paragraph(text: str) -> str:
    """`text` as a paragraph of Markdown in one line; what stands in backticks stays code."""
    markdown = "".join(
        code(part) if is_code else _prose(part) for is_code, part in _code_and_prose(text)
    )
    # What begins a heading, a list or an ordered list.
    return re.sub(r"^(\d*)([#+=.)-])", r"\1\\\2", markdown)


def code(text: str) -> str:
    """`text` as code in Markdown, outside of tables."""
    return "`" + one_line(text).replace("`", "'") + "`"


def _code_and_prose(text: str) -> Iterator[tuple[bool, str]]:
    """The parts of `text`, and whether each is code; backticks that hold nothing are prose."""
    parts = one_line(" ".join(text.split())).split("`")
    if len(parts) % 2 == 0:  # a backtick that opens nothing
        yield False, "`".join(parts)
        return
    for index, part in enumerate(parts):
        is_code = index % 2 == 1 and part != ""
        yield is_code, part if is_code or index % 2 == 0 else "``"


def _prose(text: str) -> str:
    """`text` without anything that Markdown, HTML or GitHub's formulas would read in it."""
    escaped = "".join(f"\\{char}" if char in "\\`|<>[]*_~$" else char for char in text)
    return escaped.replace("&", "&amp;")
