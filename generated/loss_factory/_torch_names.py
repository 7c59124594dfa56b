# Generated from templates/support/_torch_names.py.
# Do not edit; change it and run: python -m nox -s generate

"""The names of this package that need torch, which is imported when one of them is asked for."""

from __future__ import annotations

TORCH_NAMES = ("MultiLoss", "ValueLoss", "create_loss_modules_from_bottleneck")


def attribute_that_needs_torch(package: str, name: str) -> object:
    """`package`'s attribute `name`.

    Raises:
        AttributeError: there is no such name.
        ImportError: torch is not installed.
    """
    if name not in TORCH_NAMES:
        raise AttributeError(f"module {package!r} has no attribute {name!r}")
    try:
        from . import modules
    except ModuleNotFoundError as error:
        if error.name != "torch":
            raise
        raise ImportError(
            f"{package}.{name} needs torch; install it with: pip install 'loss-factory[torch]'",
            name="torch",
        ) from error
    attribute: object = getattr(modules, name)
    return attribute
