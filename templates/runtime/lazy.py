"""The public names of a package, whose modules are imported when one of them is asked for."""

from __future__ import annotations

import importlib
from collections.abc import Mapping


def lazy_attribute(package: str, name: str, modules: Mapping[str, str], torch: str) -> object:
    """`package`'s attribute `name`.

    Args:
        package: the package's import name.
        name: the attribute.
        modules: the names that there are, each with the module that holds it.
        torch: what pip installs to have torch.

    Raises:
        AttributeError: there is no such name.
        ImportError: it needs torch, which is not installed.
    """
    if name not in modules:
        raise AttributeError(f"module {package!r} has no attribute {name!r}")
    try:
        module = importlib.import_module(modules[name], package)
    except ModuleNotFoundError as error:
        if error.name != "torch":
            raise
        raise ImportError(
            f"{package}.{name} needs torch; install it with: pip install {torch}", name="torch"
        ) from error
    attribute: object = getattr(module, name)
    return attribute
