"""Which known bottleneck a class, an instance or a name stands for."""

from __future__ import annotations

from collections.abc import Iterator
from typing import cast

from ._wording import did_you_mean, listed
from .dispatch import CLASS_NAMES, CONFIG_TYPES
from .errors import UnknownBottleneckError
from .models import BottleneckType

_WRAPPERS = ("_orig_mod", "module", "_checkpoint_wrapped_module")
"""Where torch.compile, (Distributed)DataParallel and checkpointing keep the module."""

_DEEPEST_WRAPPING = 16

_HOW_TO_GO_ON = (
    "name the known type that it trains like (bottleneck_type='vae', say, or its name in place of "
    "the bottleneck), or add it to the schema, or to your overlay, and compile again"
)


def resolve_bottleneck_type(bottleneck: object) -> BottleneckType:
    """The type of a BottleneckType, class name, config tag, class or (wrapped) instance.

    A class counts as the first class in its MRO whose name is known, so that subclasses get the
    losses of the nearest known type.

    Raises:
        UnknownBottleneckError: none is known, or two that are not related.
    """
    match bottleneck:
        case BottleneckType():
            return bottleneck
        case str():
            return _by_name(bottleneck)
        case type():
            found = _by_class(bottleneck)
        case _:
            return _by_instance(bottleneck)
    if found is None:
        raise UnknownBottleneckError(_unknown(bottleneck))
    return found


def _by_name(name: str) -> BottleneckType:
    found = CLASS_NAMES.get(name) or CONFIG_TYPES.get(name)
    if found is None:
        near = did_you_mean(name, (*CLASS_NAMES, *CONFIG_TYPES))
        known = near or f"; known are {listed(CONFIG_TYPES)}"
        raise UnknownBottleneckError(f"{name!r} is no bottleneck's class name or config tag{known}")
    return found


def _by_class(cls: type) -> BottleneckType | None:
    known = [base for base in cls.__mro__ if base.__name__ in CLASS_NAMES]
    if not known:
        return None
    winner = CLASS_NAMES[known[0].__name__]
    for base in known[1:]:
        if base not in known[0].__mro__ and CLASS_NAMES[base.__name__] is not winner:
            names = f"{known[0].__name__!r} and {base.__name__!r}"
            raise UnknownBottleneckError(
                f"{cls.__qualname__} is both {names}, and neither of them is a subclass of the "
                f"other; {_HOW_TO_GO_ON}"
            )
    return winner


def _by_instance(bottleneck: object) -> BottleneckType:
    inner = bottleneck
    for inner in _with_what_it_wraps(bottleneck):
        found = _by_class(type(inner))
        if found is not None:
            return found
    raise UnknownBottleneckError(_unknown(inner))


def _with_what_it_wraps(outer: object) -> Iterator[object]:
    """`outer`, what it wraps, what that wraps, and so on."""
    current: object | None = outer
    for _ in range(_DEEPEST_WRAPPING):
        if current is None:
            return
        yield current
        wrapped = (_own(current, name) for name in _WRAPPERS)
        current = next((each for each in wrapped if each is not None), None)


def _own(outer: object, name: str) -> object | None:
    """What `outer` itself has by that name.

    Some wrappers hand on whatever else they are asked for to what they wrap, and a bottleneck may
    have a `module` of its own.
    """
    members: object = getattr(outer, "__dict__", None)
    match members:
        case {"_modules": dict()}:  # where torch keeps them
            modules = cast("dict[str, dict[str, object]]", members)["_modules"]
            if name in modules:
                return modules[name]
        case _:
            pass
    try:
        found: object = object.__getattribute__(outer, name)
    except AttributeError:
        return None
    return found


def _unknown(bottleneck: object) -> str:
    match bottleneck:
        case type():
            name = bottleneck.__name__
        case _:
            name = type(bottleneck).__name__
    if getattr(bottleneck, "bottleneck", None) is not None:
        return f"a {name} is no bottleneck but has one; pass its '.bottleneck'"
    near = did_you_mean(name, CLASS_NAMES)
    known = near or f"; known are {listed(CLASS_NAMES)}"
    return f"{name!r} and its base classes are no known bottlenecks{known}; {_HOW_TO_GO_ON}"
