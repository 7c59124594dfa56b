"""`python -m loss_compiler`."""

from .cli import main

main(prog_name="loss-factory")
