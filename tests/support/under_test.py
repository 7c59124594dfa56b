"""The public names of the package under test: `from under_test import plan_losses`.

That package is loss_factory, or with `pytest --package NAME` another one, which was compiled from
the same schema with additions.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from loss_factory import *  # noqa: F403

PACKAGE = "loss_factory"
"""Its import name; `conftest.py` sets it before a test module is imported."""


if not TYPE_CHECKING:

    def __getattr__(name: str) -> object:
        """A name that the package imports when it is first asked for is not imported before."""
        package = importlib.import_module(PACKAGE)
        if name not in package.__all__:
            raise AttributeError(f"{PACKAGE} has no public name {name!r}")
        return getattr(package, name)
