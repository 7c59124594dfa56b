"""`python -m loss_compiler`."""

import sys

from .entry import needs
from .shared.streams import failures_told

with failures_told("loss-factory"):
    try:
        from .cli import main
    except ModuleNotFoundError as error:
        print(f"loss-factory {needs(error)}", file=sys.stderr)
        raise SystemExit(2) from None
    main(prog_name="loss-factory")
