"""The names of this package whose modules are imported when one of them is asked for."""

from __future__ import annotations

import importlib
from collections.abc import Mapping
from typing import Final

LAZY_NAMES: Final[Mapping[str, str]] = {
    "BottleneckLoss": "bottleneck_loss",
    "MultiLoss": "drop_in",
    "ValueLoss": "drop_in",
    "create_bottleneck_loss": "factories",
    "create_loss_modules_from_bottleneck": "factories",
    "load_config": "loading",
}
"""Each with the module that holds it. All of them but `load_config` need torch."""


def lazy_attribute(package: str, name: str, torch: str) -> object:
    """`package`'s attribute `name`; `torch` is what pip installs to have torch.

    Raises:
        AttributeError: there is no such name.
        ImportError: it needs torch, which is not installed.
    """
    if name not in LAZY_NAMES:
        raise AttributeError(f"module {package!r} has no attribute {name!r}")
    try:
        module = importlib.import_module(f"{package}.{LAZY_NAMES[name]}")
    except ModuleNotFoundError as error:
        if error.name != "torch":
            raise
        raise ImportError(
            f"{package}.{name} needs torch; install it with: pip install {torch}", name="torch"
        ) from error
    attribute: object = getattr(module, name)
    return attribute
