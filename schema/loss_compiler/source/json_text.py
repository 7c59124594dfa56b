"""JSON as text: two spaces a level, and what fits into a line in one line."""

from __future__ import annotations

import json
from decimal import Decimal

from ..shared.jsontext import Json

INDENT = "  "
_WIDTH = 100


def written(value: Json, margin: str = "", before: int = 0, indent: str = INDENT) -> str:
    """`value` as text.

    Args:
        value: any JSON value.
        margin: the white space that its line begins with.
        before: how many characters stand before it in its line, and a comma after it.
        indent: one level of indentation.
    """
    flat = flat_text(value)
    if not value or not isinstance(value, dict | list) or before + len(flat) <= _WIDTH:
        return flat
    inner = margin + indent
    column = len(inner) + 1
    if isinstance(value, dict):
        keys = [f"{flat_text(key)}: " for key in value]
        members = [
            key + written(each, inner, column + len(key), indent)
            for key, each in zip(keys, value.values(), strict=True)
        ]
    else:
        members = [written(each, inner, column, indent) for each in value]
    opening, closing = "{}" if isinstance(value, dict) else "[]"
    body = ",\n".join(inner + member for member in members)
    return f"{opening}\n{body}\n{margin}{closing}"


def flat_text(value: Json) -> str:
    """`value` in one line."""
    if isinstance(value, dict) and value:
        members = [f"{flat_text(key)}: {flat_text(each)}" for key, each in value.items()]
        return f"{{ {', '.join(members)} }}"
    if isinstance(value, list):
        return f"[{', '.join(map(flat_text, value))}]"
    text = json.dumps(value, ensure_ascii=False)
    if not isinstance(value, float) or 1e-3 <= abs(value) < 1e16 or not value:
        return text
    return f"{Decimal(text):e}".replace("e+", "e")  # 1e-4, and not 0.0001 or 1e-04
