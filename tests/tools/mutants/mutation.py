"""The mutants of a package: mutmut writes them beside the originals, and a name chooses one.

To mutmut's mistakes this adds the check that is forgotten: each `raise`, each `yield` and each call
whose result nobody takes is left out once.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import libcst
from mutmut.mutation.file_mutation import MutatedFile, mutate_file_contents
from mutmut.mutation.mutators import mutation_operators

_NOTHING = "pass"


def _forgotten(statement: libcst.CSTNode) -> Iterator[libcst.CSTNode]:
    """Nothing, in place of a statement that refuses, reports or does something."""
    match statement:
        case libcst.Raise() | libcst.Expr(value=libcst.Call() | libcst.Yield()):
            yield libcst.Pass()


mutation_operators += [(libcst.BaseSmallStatement, _forgotten)]  # where mutmut looks for them


@dataclass(frozen=True)
class Mutant:
    """One small mistake in one function.

    `name` is mutmut's; module, function and `change`, which reads `old → new`, stay when other code
    changes. `file` is the mutated file; `lines` are those of the original function in it, of which
    `line` is the first that differs.
    """

    name: str
    module: str
    function: str
    change: str
    file: Path
    lines: range
    line: int

    @property
    def forgets(self) -> bool:
        """Whether it leaves a statement out."""
        return f"→ {_NOTHING}" in self.change

    @property
    def title(self) -> str:
        """How lists name it."""
        return f"{self.module} {self.function}: {self.change}"


def mutate(root: Path, files: Iterable[Path]) -> list[Mutant]:
    """Put mutants into `files`, which are imported from `root`; what they are."""
    mutants: list[Mutant] = []
    for file in files:
        module = ".".join(file.relative_to(root).with_suffix("").parts)
        mutated = mutate_file_contents(str(file), file.read_text(encoding="utf-8"))
        file.write_text(mutated.code, encoding="utf-8")
        mutants += _numbered(_mutants(mutated, module, file))
    return mutants


def _mutants(mutated: MutatedFile, module: str, file: Path) -> Iterator[Mutant]:
    lines = mutated.code.split("\n")
    spans = {
        name: range(span.start, span.end + 1)
        for name, span in mutated.line_span_by_function_name.items()
    }
    for name in mutated.mutant_names:
        mangled = name.rpartition("__mutmut_")[0]
        span = spans[f"{mangled}__mutmut_orig"]
        before = _text(lines, span, f"{mangled}__mutmut_orig")
        after = _text(lines, spans[name], name)
        first, change = _change(before, after)
        function = mangled.removeprefix("x_").removeprefix("xǁ").replace("ǁ", ".")
        yield Mutant(
            name=f"{module.removesuffix('.__init__')}.{name}",
            module=module,
            function=function,
            change=change,
            file=file,
            lines=span,
            line=span.start + first,
        )


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


def _numbered(mutants: Iterator[Mutant]) -> Iterator[Mutant]:
    """The same change twice in one function has a number the second time."""
    seen: dict[str, int] = {}
    for mutant in mutants:
        count = seen[mutant.title] = seen.get(mutant.title, 0) + 1
        again = f" ({count})" if count > 1 else ""
        yield replace(mutant, change=mutant.change + again)
