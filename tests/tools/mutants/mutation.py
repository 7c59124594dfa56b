"""The mutants of a package: mutmut writes them beside the originals, and a name chooses one.

To mutmut's mistakes this adds the check that is forgotten: each `raise`, each `yield` and each call
whose result nobody takes is left out once.
"""

from __future__ import annotations

import difflib
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import libcst
from libcst import (
    BaseString,
    Call,
    ClassDef,
    CSTNode,
    FunctionDef,
    IndentedBlock,
    Match,
    Module,
    Pass,
)
from mutmut.mutation.file_mutation import (
    MutatedFile,
    Mutation,
    combine_mutations_to_source,
    create_mutations,
)
from mutmut.mutation.mutators import mutation_operators

from tools.mutants.lists import LEFT_OUT, Mistake


def _forgotten(statement: CSTNode) -> Iterator[CSTNode]:
    """Nothing, in place of a statement that refuses, reports or does something."""
    match statement:
        case libcst.Raise() | libcst.Expr(value=libcst.Call() | libcst.Yield()):
            yield Pass()


mutation_operators += [(libcst.BaseSmallStatement, _forgotten)]  # where mutmut looks for them


@dataclass(frozen=True)
class Mutant:
    """One small mistake in one function, as it is written.

    `name` is mutmut's; `change` reads `old → new`. `file` is the mutated file; `lines` are those of
    the original function in it, of which `line` is the first that differs.
    """

    name: str
    mistake: Mistake
    change: str
    file: Path
    lines: range
    line: int

    @property
    def title(self) -> str:
        """How people read what it is."""
        return f"{self.mistake.place}: {self.change}"


Choice = Callable[[Sequence[Mistake]], Collection[Mistake]]


@dataclass(frozen=True)
class _Draft:
    """A file, and all mistakes that can be made in it, in the order of the code."""

    file: Path
    module: str
    parsed: Module
    mistakes: Mapping[Mistake, Mutation]

    def mutants(self, chosen: Collection[Mistake]) -> Iterator[Mutant]:
        """Write those of the mistakes that are chosen into the file; what they are there."""
        kept = [each for each in self.mistakes if each in chosen]
        if kept:
            mutations = [self.mistakes[each] for each in kept]
            mutated = combine_mutations_to_source(self.parsed, mutations)
            self.file.write_text(mutated.code, encoding="utf-8")
            yield from self._written(mutated, kept)

    def _written(self, mutated: MutatedFile, mistakes: Iterable[Mistake]) -> Iterator[Mutant]:
        lines = mutated.code.split("\n")
        spans = {
            name: range(span.start, span.end + 1)
            for name, span in mutated.line_span_by_function_name.items()
        }
        for name, mistake in zip(mutated.mutant_names, mistakes, strict=True):
            original = f"{name.rpartition('__mutmut_')[0]}__mutmut_orig"
            first, change = _change(
                _text(lines, spans[original], original), _text(lines, spans[name], name)
            )
            yield Mutant(
                name=f"{self.module.removesuffix('.__init__')}.{name}",
                mistake=mistake,
                change=change,
                file=self.file,
                lines=spans[original],
                line=spans[original].start + first,
            )


def mutate(root: Path, files: Iterable[Path], choose: Choice) -> tuple[list[Mistake], list[Mutant]]:
    """Put mistakes into `files`, which are imported from `root`.

    Returns all that can be made there, and of those the ones that `choose` takes, as written.
    """
    drafts = [_drafted(root, file) for file in files]
    mistakes = [mistake for draft in drafts for mistake in draft.mistakes]
    chosen = frozenset(choose(mistakes))
    return mistakes, [mutant for draft in drafts for mutant in draft.mutants(chosen)]


def _drafted(root: Path, file: Path) -> _Draft:
    module = ".".join(file.relative_to(root).with_suffix("").parts)
    parsed, mutations, _, _ = create_mutations(str(file), file.read_text(encoding="utf-8"))
    by_function: dict[CSTNode | None, list[Mutation]] = {}
    for mutation in mutations:
        by_function.setdefault(mutation.contained_by_top_level_function, []).append(mutation)
    mistakes: dict[Mistake, Mutation] = {}
    for node, function in _functions(parsed):
        ordinals: dict[str, int] = {}
        for mutation in by_function.get(node, ()):
            kind = _kind(mutation.original_node, mutation.mutated_node)
            ordinals[kind] = ordinals.get(kind, 0) + 1
            mistakes[Mistake(module, function, kind, ordinals[kind])] = mutation
    return _Draft(file, module, parsed, mistakes)


def _functions(module: Module) -> Iterator[tuple[FunctionDef, str]]:
    """The functions that mutmut mutates, with their names, in its order."""
    for statement in module.body:
        match statement:
            case FunctionDef():
                yield statement, statement.name.value
            case ClassDef(body=IndentedBlock(body=members)):
                for each in members:
                    if isinstance(each, FunctionDef):
                        yield each, f"{statement.name.value}.{each.name.value}"


def _kind(old: CSTNode, new: CSTNode) -> str:
    """What kind of mistake it is to write `new` in place of `old`."""
    match old, new:
        case _, Pass():
            return LEFT_OUT
        case Call(args=before), Call(args=after) if len(after) < len(before):
            return "an argument left out"
        case Call(func=before), Call(func=after) if before is after:
            return "another argument"
        case Match(), _:
            return "a case left out"
        case BaseString(), _:
            return "another string"
        case _:
            return f"another {type(old).__name__}"


def _text(lines: list[str], span: range, name: str) -> list[str]:
    """A function's lines; its name is the same in all its mutants."""
    return [line.replace(name, "_", 1) for line in lines[span.start - 1 : span.stop - 1]]


def _change(before: list[str], after: list[str]) -> tuple[int, str]:
    """The first line that differs, and the lines that do."""
    blocks = [
        block
        for block in difflib.SequenceMatcher(None, before, after, autojunk=False).get_opcodes()
        if block[0] != "equal"
    ]
    first, old_end, new_first, new_end = blocks[0][1], blocks[-1][2], blocks[0][3], blocks[-1][4]
    old, new = (
        " ".join(" ".join(part).split())
        for part in (before[first:old_end], after[new_first:new_end])
    )
    return first, f"{old} → {new}"
