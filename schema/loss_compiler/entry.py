"""The command `loss-factory`, also where its libraries are not installed."""

from __future__ import annotations

import sys


def main() -> None:
    """Run the command line, or say what to install for it."""
    try:
        from .cli import main as run
    except ModuleNotFoundError as error:
        if error.name == "fcntl":
            print("loss-factory needs a POSIX system, such as Linux or macOS", file=sys.stderr)
            raise SystemExit(1) from None
        if (error.name or "").partition(".")[0] == __package__:
            raise
        print(
            f"loss-factory needs {error.name}; install it with: "
            "pip install 'loss-factory[compiler]'",
            file=sys.stderr,
        )
        raise SystemExit(1) from None
    run(prog_name="loss-factory")
