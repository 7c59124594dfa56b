"""Compares a package with that of its schema's twin: nothing but the intended values may differ."""

from __future__ import annotations

import ast
import hashlib
import json
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from markdown_it import MarkdownIt
from markdown_it.token import Token

from support.emitted import MODULES

from .twins import Meaning, Twin

_HOLD_TEXT = {*MODULES, "LOSSES.md", "losses.schema.json", "model_config.schema.json"}

_MARKDOWN = MarkdownIt("commonmark").enable(["table", "strikethrough"])


class Contents:
    """A compiled package: its files as they are, and as they read."""

    def __init__(self, files: Mapping[str, str]) -> None:
        self.files = files
        self.trees = {name: ast.parse(files[name]) for name in MODULES}
        self.model_config = json.loads(files["model_config.schema.json"])
        self.markdown = _MARKDOWN.parse(files["LOSSES.md"])
        self.sha256 = hashlib.sha256(files["losses.schema.json"].encode()).hexdigest()


def differences(package: Contents, twin: Twin, compiled: Contents) -> Iterator[str]:
    """What else differs from the `compiled` twin: Python, JSON, Markdown, and other files."""
    if package.files.keys() != compiled.files.keys():
        yield f"has other files: {sorted(package.files.keys() ^ compiled.files.keys())}"
        return
    exact = Meaning(twin.meaning, twin.derived, {compiled.sha256: package.sha256})
    for name, tree in package.trees.items():
        comparison = _Comparison(exact)
        comparison.nodes(_in_order(name, tree, str), _in_order(name, compiled.trees[name], exact))
        yield from (f"{name}: {each}" for each in comparison.found)
    in_json = Meaning({marker: _in_json(text) for marker, text in twin.meaning.items()})
    yield from _other_json(package.model_config, compiled.model_config, twin)
    yield from _other_markdown(package.markdown, compiled.markdown, exact, in_json)
    for name in package.files.keys() - _HOLD_TEXT:
        if package.files[name] != compiled.files[name]:
            yield f"{name} is another file"


def _in_order(name: str, tree: ast.Module, meaning: Any) -> ast.Module:
    """`tree` with what is sorted by name in the order of the names that are meant."""
    if name == "models.py":
        tree.body.sort(
            key=lambda each: meaning(each.name) if isinstance(each, ast.ClassDef) else ""
        )
    if name == "__init__.py":
        for node in ast.walk(tree):
            match node:
                case ast.ImportFrom(names=aliases):
                    aliases.sort(key=lambda alias: meaning(alias.name))
                case ast.Dict(keys=[*keys], values=values):
                    pairs = sorted(
                        zip(keys, values, strict=True),
                        key=lambda pair: (_literal(pair[1]), meaning(_literal(pair[0]))),
                    )
                    node.keys[:], node.values[:] = map(list, zip(*pairs, strict=True))
                case ast.Assign(value=ast.List(elts=elements)):
                    elements.sort(key=lambda each: meaning(ast.literal_eval(each)))
    return tree


def _literal(node: ast.expr | None) -> str:
    return str(node and ast.literal_eval(node))


class _Comparison:
    def __init__(self, meaning: Meaning) -> None:
        self.meaning = meaning
        self.found: list[str] = []

    def nodes(self, node: ast.AST, twin: ast.AST) -> None:
        """Note where `node` is not what `twin` means."""
        if type(node) is not type(twin):
            self.found.append(f"{_told(node)} for {_told(twin)}")
            return
        match node, twin:
            case ast.Expr(ast.Constant(str(text))), ast.Expr(ast.Constant(str(other))):
                if text.split() != self.meaning(other).split():
                    self.found.append(f"the docstring {text[:200]!r} for {other[:200]!r}")
                return
        for field in node._fields:
            self._values(getattr(node, field), getattr(twin, field), node)

    def _values(self, value: Any, twin: Any, node: ast.AST) -> None:
        match value, twin:
            case ast.AST(), ast.AST():
                self.nodes(value, twin)
            case list(), list() if len(value) == len(twin):
                for one, other in zip(value, twin, strict=True):
                    self._values(one, other, node)
            case _:
                meant = self.meaning(twin) if type(twin) is str else twin
                if type(value) is not type(meant) or repr(value) != repr(meant):
                    self.found.append(f"{value!r:.200} for {meant!r:.200} in {_told(node)}")


def _told(node: ast.AST) -> str:
    return ast.unparse(node)[:200]


def _other_json(value: Any, compiled: Any, twin: Twin) -> Iterator[str]:
    exact = Meaning(twin.meaning, twin.derived)
    in_json = Meaning({marker: _in_json(text) for marker, text in twin.meaning.items()})

    def meant(value: Any) -> Any:
        match value:
            case str():
                # The default of a property stands as JSON in the last lines of its description.
                lines = value.split("\n")
                texts = [
                    (in_json if each.startswith("Default: ") else exact)(each) for each in lines
                ]
                return "\n".join(texts)
            case dict():
                return {meant(key): meant(each) for key, each in value.items()}
            case list():
                return [meant(each) for each in value]
            case _:
                return value

    if value != meant(compiled):
        yield "model_config.schema.json says something else"


def _in_json(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)[1:-1]


def _other_markdown(
    tokens: Sequence[Token], twins: Sequence[Token], *meanings: Meaning
) -> Iterator[str]:
    """Headings, tables, cells, links: where they begin and end, and the words in them.

    A choice is shown as JSON says it, other text as it is.
    """
    if [each.type for each in tokens] != [each.type for each in twins]:
        yield "LOSSES.md is built in another way"
        return
    for token, other in zip(tokens, twins, strict=True):
        if _frame(token) != _frame(other):
            yield f"LOSSES.md has {token.content[:200]!r} for {other.content[:200]!r}"
            continue
        text, meant = _said(token), [meaning(_said(other)) for meaning in meanings]
        shown = {each for one in meant for each in _shown(one)}
        if text not in meant and not any(_is_said(_letters(text), each) for each in shown):
            yield f"LOSSES.md says {text[:200]!r} for {meant[0][:200]!r}"


def _frame(token: Token) -> list[str]:
    """What is no text and no code."""
    parts = ("text", "code_inline", "text_special", "softbreak")
    return [each.type for each in token.children or () if each.type not in parts]


def _said(token: Token) -> str:
    return "".join(each.content for each in token.children or ()) or token.content


def _shown(text: str) -> set[str]:
    """How prose, in which white space is no more than that, and code may show `text`."""
    return {_letters(_escaped(" ".join(text.split()))), _letters(_escaped(text))}


def _is_said(text: str, meant: str) -> bool:
    """A description that another one begins with isn't said twice."""
    begins = meant.removesuffix(text).removesuffix(".")
    return text == meant or (meant.endswith(text) and text.startswith(begins))


def _escaped(text: str) -> str:
    """`text` with what can't be printed escaped."""
    return "".join(
        each if each.isprintable() else each.encode("unicode_escape", "surrogatepass").decode()
        for each in text
    )


def _letters(text: str) -> str:
    """`text` but for spaces and for quotes, of which code has but one kind."""
    return re.sub("[`' ]", "", text)
