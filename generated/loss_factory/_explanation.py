# Generated from templates/support/_explanation.py.
# Do not edit; change it and run: python -m nox -s generate

"""What there is to say of a mistake in a config."""

from __future__ import annotations

from typing import NamedTuple

from ._jsontext import JsonPath

AROUND_LOSS_CONFIGS = frozenset({"loss_configs", "model", "model_type", "training"})
"""Keys of a model config and of its `training` that tell them from a loss_configs object."""


class Explanation(NamedTuple):
    """A mistake: the path to it, whether it is the key there, and the message."""

    path: JsonPath
    at_key: bool
    message: str
