"""The command line of a package, for the people who write configs; it needs click and rich.

Imports all rooms but tensors: no command needs torch.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping
from importlib.util import find_spec
from typing import TYPE_CHECKING

from ..text.wording import alternatives

if TYPE_CHECKING:
    import click

    from ..model.records import BottleneckT, ConfigT, Tables

_LIBRARIES = ("click", "rich")


def main(
    tables: Tables[ConfigT, BottleneckT],
    program: str,
    install: str,
    more: Mapping[str, Callable[[], click.Command]] | None = None,
) -> None:
    """Run the command line.

    Args:
        tables: those of the package.
        program: what was typed to start it.
        install: what pip installs to have the libraries.
        more: commands beside those of this package, each made when it is asked for.
    """
    try:
        for library in _LIBRARIES:  # rich is imported late; to find it out then would be too late
            if find_spec(library) is None:
                raise ModuleNotFoundError(name=library)
        from .app import run
    except ModuleNotFoundError as error:
        if error.name not in _LIBRARIES:
            raise
        needs = alternatives(_LIBRARIES).replace(" or ", " and ")
        print(f"{program} needs {needs}; install them with: pip install {install}", file=sys.stderr)
        raise SystemExit(2) from None
    run(tables, program, more or {})
