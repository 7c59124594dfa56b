"""Which known bottleneck a class, an instance or a name stands for."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import cast

from ..model.errors import UnknownBottleneckError
from ..model.records import BottleneckT, ConfigT, Tables
from ..text.wording import did_you_mean, listed

_WRAPPERS = ("_orig_mod", "module", "_checkpoint_wrapped_module")
"""Where torch.compile, (Distributed)DataParallel and checkpointing keep the module."""

_DEEPEST_WRAPPING = 16

_HOW_TO_GO_ON = (
    "name the known type that it trains like (bottleneck_type='vae', say, or its name in place of "
    "the bottleneck), or add it to the schema, or to your overlay, and compile again"
)


def resolve_bottleneck_type(
    tables: Tables[ConfigT, BottleneckT], bottleneck: object
) -> BottleneckT:
    """The type of a bottleneck type, class name, config tag, class or (wrapped) instance.

    A class counts as the first class in its MRO whose name is known, so that subclasses get the
    losses of the nearest known type.

    Raises:
        UnknownBottleneckError: none is known, or two that are not related.
    """
    if isinstance(bottleneck, tables.bottleneck_type):
        return bottleneck
    if isinstance(bottleneck, str):
        return _by_name(tables, bottleneck)
    if isinstance(bottleneck, type):
        found = _by_class(tables.class_names, bottleneck)
        if found is None:
            raise UnknownBottleneckError(_unknown(bottleneck, tables.class_names))
        return found
    return _by_instance(tables.class_names, bottleneck)


def _by_name(tables: Tables[ConfigT, BottleneckT], name: str) -> BottleneckT:
    found = tables.class_names.get(name) or tables.config_types.get(name)
    if found is None:
        near = did_you_mean(name, (*tables.class_names, *tables.config_types))
        known = near or f"; known are {listed(tables.config_types)}"
        raise UnknownBottleneckError(f"{name!r} is no bottleneck's class name or config tag{known}")
    return found


def _by_class(class_names: Mapping[str, BottleneckT], cls: type) -> BottleneckT | None:
    known = [base for base in cls.__mro__ if base.__name__ in class_names]
    if not known:
        return None
    winner = class_names[known[0].__name__]
    for base in known[1:]:
        if base not in known[0].__mro__ and class_names[base.__name__] is not winner:
            names = f"{known[0].__name__!r} and {base.__name__!r}"
            raise UnknownBottleneckError(
                f"{cls.__qualname__} is both {names}, and neither of them is a subclass of the "
                f"other; {_HOW_TO_GO_ON}"
            )
    return winner


def _by_instance(class_names: Mapping[str, BottleneckT], bottleneck: object) -> BottleneckT:
    inner = bottleneck
    for inner in _with_what_it_wraps(bottleneck):
        found = _by_class(class_names, type(inner))
        if found is not None:
            return found
    raise UnknownBottleneckError(_unknown(inner, class_names))


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
    members = cast("dict[str, object]", getattr(outer, "__dict__", {}))
    modules = members.get("_modules")  # where torch keeps them
    if isinstance(modules, dict) and name in modules:
        return cast("dict[str, object]", modules)[name]
    try:
        found: object = object.__getattribute__(outer, name)
    except AttributeError:
        return None
    return found


def _unknown(bottleneck: object, class_names: Iterable[str]) -> str:
    cls = bottleneck if isinstance(bottleneck, type) else type(bottleneck)
    if getattr(bottleneck, "bottleneck", None) is not None:
        return f"a {cls.__name__} is no bottleneck but has one; pass its '.bottleneck'"
    known = did_you_mean(cls.__name__, class_names) or f"; known are {listed(class_names)}"
    return f"{cls.__name__!r} and its base classes are no known bottlenecks{known}; {_HOW_TO_GO_ON}"
