"""Random loss configs that a schema allows, from its IR."""

from __future__ import annotations

import functools
import json
import math
import operator
from collections.abc import Callable, Mapping, Sequence
from random import Random

from loss_compiler.meaning.ir import Field, Model, Schema
from loss_compiler.source.syntax import SCHEDULES, Map, Objects, OneOrList, Plain, Values
from loss_compiler.source.syntax import Array as ArrayKind

from .tree import Array, Object, Tree, quoted, text_of

NUMBERS = (
    *("1", "0", "0.5", "1e-6", "100", "2.0", "1e0", "1E+2", "-0.0", "-0", "-1", "-0.25", "5e-324"),
    *("1e-400", "3.4028234663852886e38", "12345678901234567", "1.7976931348623157e308", "1e22"),
)
INTEGERS = ("1", "0", "2", "64", "-1", "-0", "9007199254740993", f"{2**64}", f"{10**40}")
STRINGS = (
    *('""', '"kl"', '"x"', r'"\u006bl"', r'"\ud83c\udfb6"', '"🎶"', r'"ü\u2028"', '"\u2028\x85"'),
    *(r'"\"\\\/\b\u007f"', '"\u212a"', r'"\u0000"', '"null"', '"nan"', '"1"'),
)
KEYS = ('"a"', '"b"', '""', '"ü/~"', r'"\u0061"', '"weights"', '"type"', '"kl"', '"__class__"')
COMMENTS = ('"//"', '"_comment"')
LEAVES = ("null", "true", "false", "[]", "{}", *NUMBERS, *INTEGERS, *STRINGS)

_HOLDS: dict[str, Callable[[float, float], bool]] = {
    "minimum": operator.ge,
    "exclusiveMinimum": operator.gt,
    "maximum": operator.le,
    "exclusiveMaximum": operator.lt,
    "minLength": operator.ge,
    "maxLength": operator.le,
    "multipleOf": lambda value, divisor: value % divisor == 0,
}
_STEPS = ("start_step", "end_step")
_LENGTHS = ("minLength", "maxLength")
_Limits = frozenset[tuple[str, float]]


class Documents:
    """The loss configs that `schema` allows."""

    def __init__(self, schema: Schema) -> None:
        self.models = {model.name: model for model in (*schema.models, *schema.schedules)}
        self.root = schema.models[0]

    def valid(self, rng: Random) -> Object:
        """One of them."""
        return self._object(rng, self.root, share=3)

    def _object(self, rng: Random, model: Model, share: int = 2) -> Object:
        """An object with one in `share` of the keys that it may leave out."""
        made = Object()
        for field in model.fields:
            if field.required or rng.randrange(share) == share - 1:
                made.add(quoted(field.key), self._field(rng, field))
        fields = {field.key: field for field in model.fields}
        keys = made.names()
        for key in keys:  # grows while it is read
            for other in model.needs.get(key, ()):
                if other not in keys:
                    made.add(quoted(other), self._field(rng, fields[other]))
                    keys.append(other)
        return made

    def _field(self, rng: Random, field: Field) -> Tree:
        if field.nullable and rng.randrange(6) == 5:
            return "null"
        return self._value(rng, field)

    def _schedule(self, rng: Random) -> Object:
        made = self._object(rng, self.models[one_of(rng, SCHEDULES)])
        steps = [place for place, name in enumerate(made.names()) if name in _STEPS]
        in_order = sorted((made.values[each] for each in steps), key=_number)
        for place, text in zip(steps, in_order, strict=True):
            made.values[place] = text  # the start comes before the end
        return made

    def _value(self, rng: Random, values: Values) -> Tree:
        match values.kind:
            case Plain("weight") if rng.randrange(3) == 2:
                return self._schedule(rng)
            case Objects(classes):
                return self._object(rng, self.models[one_of(rng, classes)])
            case ArrayKind(items, unique):
                return self._array(rng, items, unique, values.limits)
            case OneOrList(one, many):
                return self._value(rng, many if rng.randrange(2) else one)
            case Map(items):
                return self._map(rng, items)
            case Plain("object"):
                return arguments(rng)
            case Plain(name):
                return one_of(rng, _allowed(name, values.choices, frozenset(values.limits.items())))

    def _map(self, rng: Random, items: Values) -> Object:
        made = Object()
        for _ in range(rng.randrange(4)):
            key = one_of(rng, (*KEYS, *COMMENTS))
            if json.loads(key) not in made.names():
                made.add(key, _any(rng, 2) if key in COMMENTS else self._value(rng, items))
        return made

    def _array(
        self, rng: Random, items: Values, unique: bool, limits: Mapping[str, float]
    ) -> Array:
        least = int(limits.get("minItems", 0))
        most = int(limits.get("maxItems", least + 3))
        made = [self._value(rng, items) for _ in range(rng.randint(least, min(most, least + 3)))]
        if unique:
            made = different(made)
            while len(made) < least:
                made = different([*made, self._value(rng, items)])
        return Array(made)


def different(trees: Sequence[Tree]) -> list[Tree]:
    """Those that are not the same as one before them, to JSON Schema."""
    kept: list[Tree] = []
    for tree in trees:
        if not any(json.loads(text_of(tree)) == json.loads(text_of(each)) for each in kept):
            kept.append(tree)
    return kept


def _number(text: Tree) -> int:
    assert isinstance(text, str)
    return int(text)


def arguments(rng: Random, depth: int = 3) -> Object:
    """Keyword arguments: any JSON values by any keys, each once."""
    made = Object()
    for _ in range(rng.randrange(4)):
        key = one_of(rng, KEYS)
        if json.loads(key) not in made.names():
            made.add(key, _any(rng, depth))
    return made


def bounds(name: str, limits: _Limits) -> tuple[str, ...]:
    """The limits of a number and what is next to them, as JSON text."""
    near: list[str] = []
    for rule, limit in limits:
        if rule == "multipleOf":
            ends = [int(each) for other, each in limits if other not in (*_LENGTHS, rule)]
            multiples = [end - end % int(limit) for end in (0, *ends)]
            near += [f"{each + int(limit) * step}" for each in multiples for step in (-1, 0, 1, 2)]
        elif rule not in _LENGTHS:
            if name == "integer":
                near += [f"{int(limit) + step}" for step in (0, 1, -1)]
            else:
                sides = (limit, math.nextafter(limit, math.inf), math.nextafter(limit, -math.inf))
                near += [repr(float(side)) for side in sides]
    return tuple(sorted(near))


def lengths(limits: _Limits) -> tuple[str, ...]:
    """Strings of the lengths that are limits and next to them, as JSON text."""
    allowed = [int(limit) for rule, limit in limits if rule in _LENGTHS]
    near = sorted({max(0, length + step) for length in allowed for step in (-1, 0, 1)})
    return tuple(quoted(each * length) for length in near for each in ("x", "🎶"))


def one_of(rng: Random, choices: Sequence[str]) -> str:
    """One of some strings."""
    return choices[rng.randrange(len(choices))]


def _any(rng: Random, depth: int) -> Tree:
    match rng.randrange(6) if depth else 0:
        case 4:
            return Array([_any(rng, depth - 1) for _ in range(rng.randrange(4))])
        case 5:
            return arguments(rng, depth - 1)
        case _:
            return one_of(rng, LEAVES)


@functools.cache
def _allowed(name: str, choices: tuple[str | int, ...], limits: _Limits) -> tuple[str, ...]:
    """The texts that a value of this kind can be."""
    match name:
        case "integer" if choices:
            return tuple(f"{each}{end}" for each in choices for end in ("", ".0"))
        case "string" if choices:
            return tuple(quoted(each) for each in choices if isinstance(each, str))
        case "string":
            texts = (*STRINGS, *lengths(limits))
            return tuple(text for text in texts if _hold(len(json.loads(text)), limits))
        case "boolean":
            return ("false", "true")
        case "integer":
            texts = (*INTEGERS, *bounds(name, limits))
            return tuple(text for text in texts if _hold(int(text), limits))
        case _:
            texts = (*NUMBERS, *bounds(name, limits))
            return tuple(text for text in texts if _hold(float(text), limits))


def _hold(value: float, limits: _Limits) -> bool:
    return all(_HOLDS[rule](value, limit) for rule, limit in limits)
