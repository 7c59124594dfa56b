"""What a package is called, and what its files say of where they come from."""

from __future__ import annotations

import keyword
import re
import shlex
import sys
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from ..source.problems import CompileError

_HEADER = ("Generated from ", "Do not edit; change ")
_GENERATED = re.compile(
    rf"(#|<!--) {_HEADER[0]}.*\n\1 {_HEADER[1]}"
    rf'|{{\r?\n  "\$comment": "{_HEADER[0]}.* {_HEADER[1]}'.encode()
)
"""How Python and Markdown begin, or JSON."""


@dataclass(frozen=True)
class Package:
    """A package to write.

    `version` is its `__version__`, or None for that of its schema; `overlays` are the names of the
    files that it is made from, or none if it is made from everything in the repository; `command`
    writes it again; `standalone` says whether the runtime is in it, or imported from the package
    loss_factory.
    """

    name: str
    version: str | None
    overlays: tuple[str, ...]
    command: str
    standalone: bool = False

    def header(self, *sources: str) -> tuple[str, str]:
        """Two lines for the head of a file that is made from `sources` in the repository."""
        sources = self.overlays or sources
        it = "it" if len(sources) == 1 else "them"
        return (
            f"{_HEADER[0]}{' and '.join(sources)}.",
            f"{_HEADER[1]}{it} and run: {self.command}",
        )


CANONICAL = Package(
    name="loss_factory",
    version="0.1.0",
    overlays=(),
    command="python -m nox -s generate",
    standalone=True,
)
"""The package that this repository ships."""

_TAKEN = sys.stdlib_module_names | {
    *(CANONICAL.name, "loss_compiler", "torch"),
    *("pydantic", "pydantic_core", "annotated_types", "typing_extensions", "typing_inspection"),
    *("sitecustomize", "usercustomize"),  # each Python that finds one imports it when it starts
    *("click", "rich", "markdown_it", "mdurl", "pygments"),
    *("datamodel_code_generator", "jinja2", "json_merge_patch", "jsonschema", "markupsafe", "ruff"),
    *(
        "argcomplete",
        "attr",
        "attrs",
        "black",
        "genson",
        "inflect",
        "isort",
        "jsonschema_specifications",
    ),
    *("referencing", "rpds", "tomli", "yaml"),
    *("functorch", "numpy", "omegaconf", "stable_audio_tools", "torchgen"),
}
"""Who imports one of these, or starts Python, would get the package for it."""

_NO_COMMENT = re.compile(r"[<>]|coding[:=]")  # the end of one in Markdown; a Python file's encoding


def package_of_overlays(
    name: str, overlays: Sequence[Path], *, standalone: bool = False
) -> Package:
    """The package `name`, made from `overlays`.

    Raises:
        CompileError: Python or its users could not tell it from another package.
    """
    if not re.fullmatch("[a-z][a-z0-9_]*", name) or keyword.iskeyword(name):
        expected = (
            "expected a letter, and then letters, digits and '_', all in lower-case ASCII and no "
            "Python keyword"
        )
        near = re.sub("[^a-z0-9]+", "_", name.lower()).strip("_0123456789")
        meant = f"; did you mean {near!r}?" if near and not keyword.iskeyword(near) else ""
        raise CompileError([f"--package: {expected}, not {name!a}{meant}"])
    if name in _TAKEN:
        raise CompileError([f"--package: {name!r} is another package; choose another name"])
    files = tuple(file.name for file in overlays)
    if repeated := {file for file in files if files.count(file) > 1}:
        message = f"more than one overlay has the name {min(repeated)!a}; rename one"
        raise CompileError([message])
    for file in files:
        if not file.isprintable() or _NO_COMMENT.search(file):
            raise CompileError([f"{file!a}: rename it; a file name can't hold such characters"])
    again = compile_command(files, name, "DIR", standalone=standalone)
    return Package(name, None, files, again, standalone)


def compile_command(
    overlays: Iterable[str], name: str, out: str, *, standalone: bool = False
) -> str:
    """What to type to compile `overlays` into the package `name` in the folder `out`."""
    # An option could be meant by a name that begins with "-".
    files = [f"./{each}" if each.startswith("-") else each for each in overlays]
    options = f"--package {name} --out {shlex.quote(out)}{' --standalone' if standalone else ''}"
    return f"loss-factory compile {shlex.join(files)} {options}"


def is_generated(content: bytes) -> bool:
    """Whether a file begins as those that the compiler writes."""
    return _GENERATED.match(content) is not None
