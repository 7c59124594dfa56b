# Generated from templates/runtime/__init__.py.
# Do not edit; change it and run: python -m nox -s generate

"""What each package that Loss Factory compiles is built on: plain Python that no schema changes.

Its rooms are text, model, config, plan, tensors, findings and cli; each imports only those that
stand before it. Nothing here imports a generated file: those hand over their tables, so that one
runtime serves all compiled packages of a process.
"""

from __future__ import annotations

RUNTIME = 3
"""The contract between generated files and this runtime; a package says for which it was compiled.

It changes if files that were generated before don't work with this runtime any more, because it
has moved, renamed or changed something that they import. It changes with nothing else.
"""


def require_runtime(package: str, compiled_for: int) -> None:
    """Refuse a package that was compiled for another runtime; this stays the same in all of them.

    Raises:
        ImportError: it was.
    """
    if compiled_for != RUNTIME:
        raise ImportError(
            f"{package} was compiled for runtime {compiled_for} of Loss Factory, and {__name__} is "
            f"runtime {RUNTIME}: compile {package} again with the loss-factory that is installed, "
            f"install the loss-factory that it was compiled with, or compile it with --standalone",
            name=package,
        )
