"""Schema text as Python's, Markdown's and XML's: nothing in it means more there than it says."""

from __future__ import annotations

import pytest

from loss_compiler.emit.escaping import cell, code, code_cell, docstring, paragraph

WORD = "x" * 10


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        ("", ['""""""']),
        (' a\n"b" \\c\u202e ', ['"""a \\"b\\" \\\\c\\u202e"""']),
        ("x" * 90, [f'"""{"x" * 90}"""']),
        ("x" * 91, [f'"""{"x" * 91}', '    """']),
        (" ".join([WORD] * 9), [f'"""{" ".join([WORD] * 8)}', f"    {WORD}", '    """']),
        (f"{'x' * 81} {'x' * 11}", [f'"""{"x" * 81} {"x" * 11}', '    """']),
        (f"{'x' * 81} {'x' * 12}", [f'"""{"x" * 81}', f"    {'x' * 12}", '    """']),
        (f"{'x' * 60}-{'x' * 60}", [f'"""{"x" * 60}-{"x" * 60}', '    """']),
    ],
    ids=lambda each: each[:20] if isinstance(each, str) else "",
)
def test_docstrings(text: str, lines: list[str]) -> None:
    """No word and nothing with a hyphen is broken, and all stays within 100 columns if it can."""
    assert docstring(text, 4).split("\n") == lines
    assert docstring("x" * 94) == f'"""{"x" * 94}"""'


@pytest.mark.parametrize(
    ("description", "paragraph_"),
    [
        ("# No heading", "\\# No heading"),
        ("X, a letter", "X, a letter"),
        ("- no list", "\\- no list"),
        ("1986. No list", "1986\\. No list"),
        ("12) no list", "12\\) no list"),
        ("~~~ no fence", "\\~\\~\\~ no fence"),
        ("not ~~struck~~ ~out~", "not \\~\\~struck\\~\\~ \\~out\\~"),
        ("no &lt;b&gt; &amp; no &#60;", "no &amp;lt;b&amp;gt; &amp;amp; no &amp;#60;"),
        ("no $a$, $$b$$ or $`c`$", "no \\$a\\$, \\$\\$b\\$\\$ or \\$`c`\\$"),
        ("`~~a~~ &lt; $b$`", "`~~a~~ &lt; $b$`"),
        ("``` no fence", "\\`\\`\\` no fence"),
        ("```` no fence", "\\`\\`\\`\\` no fence"),
        ("> no quote <br>\n\n[x](y) *a* _b_", "\\> no quote \\<br\\> \\[x\\](y) \\*a\\* \\_b\\_"),
        ("`a|b` and `c", "\\`a\\|b\\` and \\`c"),
        ("`a|b` and\t\u202e", "`a|b` and \\\\u202e"),
    ],
)
def test_paragraphs(description: str, paragraph_: str) -> None:
    assert paragraph(description) == paragraph_


@pytest.mark.parametrize(
    ("text", "in_cell"),
    [
        ("a|b ~~c~~\n`g|h ~~i~~`", "a\\|b \\~\\~c\\~\\~ `g\\|h ~~i~~`"),
        ("``a``|`b", "\\`\\`a\\`\\`\\|\\`b"),
        ("# a\u202e", "# a\\\\u202e"),
    ],
)
def test_cells(text: str, in_cell: str) -> None:
    assert cell(text) == in_cell


def test_code() -> None:
    assert code("a|`b`\n") == "`a|'b'\\n`"
    assert code_cell("a|`b`\n") == "`a\\|'b'\\n`"
