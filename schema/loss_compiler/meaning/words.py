"""What a property takes, in words: in the reference of the config, and where it has changed."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator

from ..source.syntax import MAX_FLOAT32, Array, Kind, Map, Objects, OneOrList, Plain, Values

_BOUNDS = (
    *(("minimum", "≥"), ("exclusiveMinimum", ">")),
    *(("maximum", "≤"), ("exclusiveMaximum", "<")),
)
_LENGTHS = (("minLength", "≥"), ("maxLength", "≤"))
_LARGEST_EXACT = 1e15
_NAMES = {"object": "open object"}


def kind_in_words(kind: Kind, plural: str = "") -> str:
    """What values of a kind are called."""
    if isinstance(kind, Array):
        return f"array{plural} of {kind_in_words(kind.items.kind, 's')}"
    if isinstance(kind, OneOrList):
        return f"{kind_in_words(kind.one.kind)} or {kind_in_words(kind.many.kind)}"
    if isinstance(kind, Map):
        return f"object{plural} of {kind_in_words(kind.items.kind, 's')}"
    if isinstance(kind, Objects):
        return f"object{plural}"
    name = _NAMES.get(kind.name, kind.name)
    return f"{name}{plural}"


def range_in_words(values: Values) -> str:
    """What values, and the items of arrays, are limited to, apart from their choices."""
    if isinstance(values.kind, OneOrList):
        one, many = range_in_words(values.kind.one), range_in_words(values.kind.many)
        return "; ".join(filter(None, [one, f"array: {many}" if many else ""]))
    said = [own_range_in_words(values)]
    if isinstance(values.kind, Map):
        said += [f"each {each}" for each in [range_in_words(values.kind.items)] if each]
    if isinstance(values.kind, Array) and values.kind.items.kind != Plain("object"):
        items = values.kind.items
        with_ = "with " if isinstance(items.kind, Array) else ""
        said += [f"each {with_}{each}" for each in [range_in_words(items)] if each]
    return ", ".join(filter(None, said))


def own_range_in_words(values: Values) -> str:
    """What values are limited to, apart from their choices and from their items."""
    kind = values.kind
    if isinstance(kind, Array):
        return ", ".join([*_counts(values), *(["no two alike"] if kind.unique else [])])
    if kind == Plain("object"):
        return "any keyword arguments"
    if isinstance(kind, Map):
        return "any keys"
    if kind != Plain("string"):
        return ", ".join(_limits(values, (*_BOUNDS, ("multipleOf", "multiple of"))))
    if values.limits == {"minLength": 1}:
        return "not empty"
    return ", ".join(_limits(values, _LENGTHS)) + (" characters" if values.limits else "")


def _counts(values: Values) -> Iterator[str]:
    least, most = values.limits.get("minItems"), values.limits.get("maxItems")
    if least is not None and least == most:
        yield _items(least)
    elif least == 1 and most is None:
        yield "not empty"
    elif least is not None or most is not None:
        signs = (("minItems", "≥"), ("maxItems", "≤"))
        yield ", ".join(_limits(values, signs)) + " items"


def _items(count: int | float) -> str:
    return f"{count} item" if count == 1 else f"{count} items"


def as_json(value: object) -> str:
    """A value as a config says it."""
    return json.dumps(value, ensure_ascii=False)


def _limits(values: Values, signs: Iterable[tuple[str, str]]) -> Iterator[str]:
    for rule, sign in signs:
        if rule in values.limits:
            yield f"{sign} {_number(values.limits[rule])}"


def _number(value: int | float) -> str:
    if value == MAX_FLOAT32:
        return "max float32"
    is_whole = value == int(value) and abs(value) < _LARGEST_EXACT
    return as_json(int(value) if is_whole else value)
