"""What the autoencoder trainer of stable-audio-tools reads from `loss_configs`.

`training/autoencoders.py` is too heavy to import. What it takes from the config it takes by literal
keys, so the installed file is parsed, and the keys are followed through the names they are given.
"""

from __future__ import annotations

import ast
import functools
from collections.abc import Iterable
from dataclasses import dataclass, field

from support.stable_audio.real import folder_of

KeyPath = tuple[str, ...]


@dataclass
class Reads:
    """What is read, by the path from the `loss_configs` object.

    `defaults` has what is taken where nothing is written. `passed_on` says which class gets an
    object as keyword arguments, and which arguments the trainer writes beside them; `compared` what
    a value is compared with. `subscripted` has what is read as `owner[key]`, and `looked_for` what
    the trainer asks for with `in`.
    """

    paths: set[KeyPath] = field(default_factory=set)
    defaults: dict[KeyPath, object] = field(default_factory=dict)
    passed_on: dict[KeyPath, dict[str, set[str]]] = field(default_factory=dict)
    compared: dict[KeyPath, set[str]] = field(default_factory=dict)
    subscripted: set[KeyPath] = field(default_factory=set)
    looked_for: set[KeyPath] = field(default_factory=set)

    @property
    def leaves(self) -> set[KeyPath]:
        """The paths that don't only lead to others."""
        return leaves(self.paths)


def leaves(paths: Iterable[KeyPath]) -> set[KeyPath]:
    """Those of `paths` that are not the beginning of others."""
    every = set(paths)
    return every - {path[:length] for path in every for length in range(len(path))}


@functools.cache
def reads(version: str) -> Reads:
    """What the trainer of one of `real.VERSIONS` reads."""
    file = folder_of(version) / "stable_audio_tools" / "training" / "autoencoders.py"
    scan = _Scan()
    scan.visit(ast.parse(file.read_text(encoding="utf-8"), filename=str(file)))
    return scan.found


class _Scan(ast.NodeVisitor):
    def __init__(self) -> None:
        self.found = Reads()
        self._named: dict[str, KeyPath] = {"loss_config": ()}

    def visit(self, node: ast.AST) -> None:
        if path := self._path_of(node):
            self.found.paths.add(path)
            if isinstance(node, ast.Subscript):
                self.found.subscripted.add(path)
        super().visit(node)

    def visit_Assign(self, node: ast.Assign) -> None:
        self.generic_visit(node)
        match node:
            case ast.Assign(targets=[ast.Name(id=name)], value=value):
                if path := self._path_of(value):
                    self._named[name] = path

    def visit_Call(self, node: ast.Call) -> None:
        self.generic_visit(node)
        match node:
            case ast.Call(ast.Attribute(attr="get"), [_, default]):
                if path := self._path_of(node):
                    self.found.defaults[path] = ast.literal_eval(default)
        beside = {each.arg for each in node.keywords if each.arg is not None}
        for keyword in node.keywords:
            if keyword.arg is None and (path := self._path_of(keyword.value)):
                name = ast.unparse(node.func).rpartition(".")[2]
                self.found.passed_on.setdefault(path, {})[name] = beside

    def visit_Compare(self, node: ast.Compare) -> None:
        self.generic_visit(node)
        match node:
            case ast.Compare(ast.Constant(str() as key), [ast.In()], [owner]):
                if (above := self._path_of(owner)) is not None:
                    self.found.paths.add((*above, key))
                    self.found.looked_for.add((*above, key))
            case ast.Compare(left, [ast.Eq()], [ast.Constant(str() as value)]):
                if path := self._path_of(left):
                    self.found.compared.setdefault(path, set()).add(value)

    def _path_of(self, node: ast.AST) -> KeyPath | None:
        """The path to what an expression means, if it is taken from the config."""
        match node:
            case ast.Name(id=name):
                return self._named.get(name)
            case ast.Attribute(ast.Name("self"), "loss_config"):
                return ()
            case ast.IfExp(body=value):
                return self._path_of(value)
            case ast.Subscript(owner, ast.Constant(str() as key)) | ast.Call(
                ast.Attribute(owner, "get"), [ast.Constant(str() as key), *_]
            ):
                above = self._path_of(owner)
                return None if above is None else (*above, key)
            case _:
                return None
