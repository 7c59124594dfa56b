# Generated from templates/runtime/tensors/terms/arguments.py.
# Do not edit; change it and run: python -m nox -s generate

"""Arguments of terms that are refused."""

from __future__ import annotations


class RefusedArgument(ValueError):
    """stub"""

    def __init__(self, argument: str, message: str) -> None:
        self.argument = argument
        self.message = message
        super().__init__(message)
