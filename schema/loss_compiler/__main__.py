"""`python -m loss_compiler`."""

from .cli import main
from .shared.streams import failures_told

with failures_told("loss-factory"):
    main(prog_name="loss-factory")
