# Generated from templates/runtime/lazy.py.
# Do not edit; change it and run: python -m nox -s generate

"""The public names of a package, whose modules are imported when one of them is asked for."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Mapping
from importlib.util import find_spec


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


def has_torch() -> bool:
    """Whether torch can be imported, or is; this doesn't import it."""
    try:
        return find_spec("torch") is not None
    except ModuleNotFoundError:
        return False
    except ValueError:  # something without a spec stands for it
        return True


def require_same_schema(module: str) -> None:
    """Refuse `module` if its package was compiled from another schema since it was imported.

    Each module that holds something of a schema calls this, since it may be imported late: what
    it says must not be mixed with what the others said before.

    Raises:
        ImportError: it was.
    """
    package = module.rpartition(".")[0]
    loaded: str = importlib.import_module("._version", package).SCHEMA_SHA256
    try:
        version = pkgutil.get_data(package, "_version.py")
    except OSError:  # in an archive, say, in which nobody compiles
        return
    line = f'SCHEMA_SHA256: Final = "{loaded}"'.encode()  # comments may name any schema
    if version is not None and line not in version.splitlines():
        raise ImportError(
            f"{package} was compiled anew while this process runs: restart it ({module} is of "
            "another schema than what is loaded)",
            name=module,
        )
