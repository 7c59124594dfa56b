"""What people and programs do to a config: each mutation changes one place of a document."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from random import Random
from typing import TypeAlias

from loss_compiler.meaning.ir import Field, Model
from loss_compiler.source.syntax import (
    NUMBERS,
    SCHEDULES,
    Kind,
    Map,
    Objects,
    OneOrList,
    Plain,
    Values,
    innermost,
)
from loss_compiler.source.syntax import Array as ArrayKind

from .documents import Documents, bounds, lengths, one_of
from .tree import Array, Object, Tree, name_of, quoted

LONGEST_FILE = 1_000_000
"""The most bytes that load_config reads."""

_OTHERS = ("null", "true", "1", "0.5", '"x"', "[]", "{}", '[""]', '{"type":"dac"}', "-1", "1e39")
_ODD_KEYS = ('""', '"x"', '"schema_uri"', '"model_config"', '"__class__"', '"0"', '"$ref"')
_COMMENTS = ('"_comment"', '"$comment"', '"//"', '"//kl"', '"/"', '"_comments"')
_TOO_LARGE = ("1e400", "-1e400", "1e309", "1.7976931348623159e308", "123.5e400", "1E+0400")
_HUGE = (
    *(str(2**53 + 1), str(2**63), str(-(2**63)), str(2**64), str(2**1024), str(-(2**1024))),
    *("1" + "0" * 308, "1" + "0" * 400, "9" * 4300),
)
_ENDLESS = ("9" * 4301, "-" + "9" * 4301, "1" + "0" * 5000)
_ZEROS = ("-0.0", "-0", "0.0", "0e0", "-0e5", "1e-400", "-1e-400", "5e-324", "-5e-324")
_NO_NUMBERS = ("NaN", "Infinity", "-Infinity")
_HALVES = (r'"\ud800"', r'"\udc00"', r'"kl\udfff"', r'"\udc00\ud800"')
_INTEGER = re.compile("-?[0-9]{1,20}")
_DEPTHS = (80, 85, 86, 87, 88, 89, 90, 91, 95, 96, 97, 98, 99, 100, 101, 102, 150, 198, 205, 300)
_AROUND = ('"training"', '"model"', '"model_type"', '"loss_configs"')
_INSERTED = (*",:{}[]\"'\\/#", *"\t\n\r\x00\x1f\u2028\xa0\ufeff", *"+-.0eE1_x", "tru", "None")
_CYRILLIC = dict(zip("aeopcxykisjh", "аеорсхукіѕјһ", strict=True))
_FOLDED = {"k": "\u212a", "s": "\u017f", "i": "\u0131", "ss": "ß", "fi": "ﬁ", "l": "ｌ"}


@dataclass(frozen=True)
class Spot:
    """A value in a document, what holds it there, and what the schema says of it, if it does.

    `values` are there for the value of a known key, and for the items of arrays there; `model` for
    the members of a known object.
    """

    owner: Array | Object
    index: int
    values: Values | None
    model: Model | None

    @property
    def kind(self) -> Kind | None:
        """The kind of its values."""
        return self.values.kind if self.values else None

    @property
    def field(self) -> Field | None:
        """What the schema says of its key."""
        return self.values if isinstance(self.values, Field) else None

    @property
    def value(self) -> Tree:
        """The value that stands there."""
        return self.owner.values[self.index]

    def put(self, value: Tree) -> None:
        """Let another value stand there."""
        self.owner.values[self.index] = value


@dataclass(frozen=True)
class Draft:
    """A document to change: it is what `around` holds."""

    around: Array
    documents: Documents

    def spots(self) -> list[Spot]:
        """All of its values, the whole document first."""
        whole = Values(Objects((self.documents.root.name,), None), (), {})
        return list(_spots(self.around, 0, whole, None, self.documents.models))

    def members(self) -> list[Spot]:
        """Those that have a key."""
        return [spot for spot in self.spots() if isinstance(spot.owner, Object)]

    def objects(self) -> list[Object]:
        """All of its objects."""
        return [spot.value for spot in self.spots() if isinstance(spot.value, Object)]


Mutation: TypeAlias = Callable[[Random, Draft], bool]
"""Changes a draft; says whether there was something to change."""


def _spots(
    owner: Array | Object,
    index: int,
    values: Values | None,
    model: Model | None,
    models: Mapping[str, Model],
) -> Iterator[Spot]:
    yield Spot(owner, index, values, model)
    kind = values.kind if values else None
    match owner.values[index]:
        case Object() as inner:
            inside = _model_of(inner, kind, models)
            known = {each.key: each for each in inside.fields} if inside else {}
            others = kind.items if isinstance(kind, Map) else None
            for number, name in enumerate(inner.names()):
                yield from _spots(inner, number, known.get(name, others), inside, models)
        case Array() as inner:
            kind = kind.many.kind if isinstance(kind, OneOrList) else kind
            items = kind.items if isinstance(kind, ArrayKind) else None
            for number in range(len(inner.values)):
                yield from _spots(inner, number, items, None, models)
        case _:
            pass


def _model_of(value: Object, kind: Kind | None, models: Mapping[str, Model]) -> Model | None:
    match kind:
        case Objects((name,)):
            return models[name]
        case Objects(names, tag):
            said = dict(zip(value.names(), value.values, strict=True)).get(str(tag))
            for name in names:
                tags = {each.key: each.choices for each in models[name].fields}
                if said in map(quoted, tags[str(tag)]):
                    return models[name]
            return models[names[0]]
        case Plain("weight"):
            return _model_of(value, Objects(SCHEDULES, "schedule"), models)
        case _:
            return None


def _pick(rng: Random, spots: list[Spot]) -> Spot | None:
    return spots[rng.randrange(len(spots))] if spots else None


def _replaced(rng: Random, spots: list[Spot], texts: tuple[str, ...]) -> bool:
    spot = _pick(rng, spots)
    if spot is None:
        return False
    spot.put(one_of(rng, texts))
    return True


def _numbers(draft: Draft) -> list[Spot]:
    """Where a number belongs, or stands."""
    return [
        spot
        for spot in draft.spots()
        if spot.kind in (*NUMBERS, Plain("integer")) or _is_number(spot.value)
    ]


def _is_number(value: Tree) -> bool:
    return isinstance(value, str) and value[0] in "-0123456789"


# --- keys


def delete(rng: Random, draft: Draft) -> bool:
    """A value is left out."""
    spot = _pick(rng, draft.spots()[1:])
    if spot is None:
        return False
    del spot.owner.values[spot.index]
    if isinstance(spot.owner, Object):
        del spot.owner.keys[spot.index]
    return True


def _renamed(rng: Random, draft: Draft, keys_for: Callable[[str], tuple[str, ...]]) -> bool:
    spot = _pick(rng, draft.members())
    if spot is None or not isinstance(spot.owner, Object):
        return False
    key = spot.owner.keys[spot.index]
    keys = [each for each in keys_for(name_of(key)) if each != key]
    if keys:
        spot.owner.keys[spot.index] = one_of(rng, keys)
    return bool(keys)


def _all_keys(draft: Draft) -> tuple[str, ...]:
    fields = (field for model in draft.documents.models.values() for field in model.fields)
    return tuple(dict.fromkeys(quoted(field.key) for field in fields))


def rename(rng: Random, draft: Draft) -> bool:
    """A key is another one of the schema, or none."""
    return _renamed(rng, draft, lambda _: (*_ODD_KEYS, *_all_keys(draft)))


def look_alike(rng: Random, draft: Draft) -> bool:
    """A key is another one that looks like it, or that some programs take for it."""
    return _renamed(rng, draft, lambda name: tuple(map(quoted, look_alikes(name))))


def look_alikes(name: str) -> tuple[str, ...]:
    """Texts that look like `name`, or are the same when they are folded or normalised."""
    spaces = (f" {name}", f"{name} ", f"{name}\n", f"{name}\0")
    unseen = [f"{name[:1]}{sign}{name[1:]}" for sign in ("\u200b", "\u200d", "\u00ad", "\ufeff")]
    cyrillic = [name.replace(a, b, 1) for a, b in _CYRILLIC.items() if a in name]
    folded = [name.replace(a, b, 1) for a, b in _FOLDED.items() if a in name]
    wide = "".join(chr(ord(each) + 0xFEE0) if "!" <= each <= "~" else each for each in name)
    others = (
        *(name.upper(), name.capitalize(), name.replace("_", "-"), name.replace("_", ""), wide),
        *(f"{name}\u0301", f"{name}s", f"{name[:1]}{name}", name[:-1], f"\u202e{name[::-1]}"),
        unicodedata.normalize("NFD", name.replace("e", "é", 1)),
    )
    return tuple(each for each in (*spaces, *unseen, *cyrillic, *folded, *others) if each != name)


def escape_key(rng: Random, draft: Draft) -> bool:
    """A key is written with escapes, which is the same key."""

    def escaped(name: str) -> tuple[str, ...]:
        units = name.encode("utf-16-be", "surrogatepass")
        codes = [units[at : at + 2].hex() for at in range(0, len(units), 2)]
        return ('"' + "".join(rf"\u{code}" for code in codes) + '"',)

    return _renamed(rng, draft, escaped)


def add(rng: Random, draft: Draft) -> bool:
    """An object has a key more, which may be one of its own."""
    objects = draft.objects()
    if not objects:
        return False
    owner = objects[rng.randrange(len(objects))]
    keys = [each for each in (*_ODD_KEYS, *_all_keys(draft)) if name_of(each) not in owner.names()]
    owner.add(one_of(rng, keys), one_of(rng, _OTHERS))
    return True


def comment(rng: Random, draft: Draft) -> bool:
    """An object has a comment, which is no key of its own."""
    objects = draft.objects()
    if not objects:
        return False
    owner = objects[rng.randrange(len(objects))]
    owner.add(one_of(rng, _COMMENTS), one_of(rng, _OTHERS))
    return True


def duplicate(rng: Random, draft: Draft) -> bool:
    """A key stands twice in an object; the value that counts is the same, or it is another."""
    spot = _pick(rng, draft.members())
    if spot is None or not isinstance(spot.owner, Object):
        return False
    other = (spot.value, one_of(rng, _OTHERS), one_of(rng, _OTHERS))[rng.randrange(3)]
    at = rng.choice((spot.index, len(spot.owner.keys)))
    spot.owner.keys.insert(at, spot.owner.keys[spot.index])
    spot.owner.values.insert(at, other)
    return True


def whole_config(rng: Random, draft: Draft) -> bool:
    """The object has a key of those in which a model config holds it, or stands in that."""
    whole = draft.around.values[0]
    key = one_of(rng, _AROUND)
    if rng.randrange(2) or not isinstance(whole, Object):
        draft.around.values[0] = Object([key], [Object(['"loss_configs"'], [whole])])
    else:
        whole.add(key, one_of(rng, _OTHERS))
    return True


# --- levels


def move(rng: Random, draft: Draft) -> bool:
    """A member stands in another object: the right key at the wrong level."""
    spot, objects = _pick(rng, draft.members()), draft.objects()
    if spot is None or not isinstance(spot.owner, Object):
        return False
    name = name_of(spot.owner.keys[spot.index])
    others = [
        each
        for each in objects
        if each is not spot.value and each is not spot.owner and name not in each.names()
    ]
    others = [each for each in others if not _holds(spot.value, each)]
    if not others:
        return False
    target = others[rng.randrange(len(others))]
    target.add(spot.owner.keys.pop(spot.index), spot.owner.values.pop(spot.index))
    return True


def hoist(rng: Random, draft: Draft) -> bool:
    """An object is replaced by its members."""
    spots = [spot for spot in draft.members() if isinstance(spot.value, Object)]
    spot = _pick(rng, spots)
    if spot is None or not isinstance(spot.owner, Object) or not isinstance(spot.value, Object):
        return False
    inner = spot.value
    del spot.owner.keys[spot.index], spot.owner.values[spot.index]
    for key, value in zip(inner.keys, inner.values, strict=True):
        if name_of(key) not in spot.owner.names():
            spot.owner.add(key, value)
    return True


def wrap(rng: Random, draft: Draft) -> bool:
    """A value stands in an array or in an object of its own."""
    spot = _pick(rng, draft.spots())
    if spot is None:
        return False
    key = one_of(rng, _all_keys(draft))
    spot.put(rng.choice((Array([spot.value]), Object([key], [spot.value]))))
    return True


def nest(rng: Random, draft: Draft) -> bool:
    """A value is nested deeply; keyword arguments may be so."""
    spots = draft.spots()
    depth = _DEPTHS[rng.randrange(len(_DEPTHS))]
    begin, end = (("[", "]"), ('{"a":', "}"))[rng.randrange(2)]
    deep = f"{begin * depth}{'[]' if begin == '[' else '{}'}{end * depth}"
    open_ones = [spot for spot in spots if spot.kind == Plain("object")]
    if open_ones and rng.randrange(4):
        _pick(rng, open_ones).put(Object(['"a"'], [deep]))
    else:
        _pick(rng, spots).put(deep)
    return True


def _holds(tree: Tree, inner: Object) -> bool:
    if isinstance(tree, Array | Object):
        return any(each is inner or _holds(each, inner) for each in tree.values)
    return False


# --- values


def other_type(rng: Random, draft: Draft) -> bool:
    """A value is one of another type, or out of range."""
    return _replaced(rng, draft.spots(), _OTHERS)


def null(rng: Random, draft: Draft) -> bool:
    """A value is null."""
    return _replaced(rng, draft.spots()[1:], ("null",))


def empty(rng: Random, draft: Draft) -> bool:
    """A value is an empty container or string."""
    return _replaced(rng, draft.spots(), ("{}", "[]", '""'))


def exchange(rng: Random, draft: Draft) -> bool:
    """Two leaves stand in each other's place."""
    leaves = [spot for spot in draft.spots() if isinstance(spot.value, str)]
    one, other = _pick(rng, leaves), _pick(rng, leaves)
    if one is None or other is None:
        return False
    first, second = one.value, other.value
    one.put(second)
    other.put(first)
    return first != second


def boolean(rng: Random, draft: Draft) -> bool:
    """A number is a boolean, or a boolean a number."""
    spots = [spot for spot in draft.spots() if spot.value in ("true", "false")]
    if spots and rng.randrange(2):
        return _replaced(rng, spots, ("1", "0", '"true"', "1.0"))
    return _replaced(rng, _numbers(draft), ("true", "false"))


def quote(rng: Random, draft: Draft) -> bool:
    """A number, boolean or null is a string, or a string has lost its quotes."""
    spot = _pick(rng, [spot for spot in draft.spots() if isinstance(spot.value, str)])
    if spot is None or not isinstance(spot.value, str):
        return False
    bare = spot.value.strip('"')
    text = bare if spot.value.startswith('"') and bare else quoted(spot.value)
    spot.put(text)
    return True


def bound(rng: Random, draft: Draft) -> bool:
    """A number, or the length of a string, is a limit or next to one."""
    spots = [spot for spot in draft.spots() if spot.values is not None and spot.values.limits]
    spot = _pick(rng, spots)
    if spot is None or spot.values is None or not isinstance(spot.values.kind, Plain):
        return False
    limits = frozenset(spot.values.limits.items())
    spot.put(one_of(rng, (*bounds(spot.values.kind.name, limits), *lengths(limits))))
    return True


def _arrays(draft: Draft) -> list[Array]:
    return [spot.value for spot in draft.spots() if isinstance(spot.value, Array)]


def fewer(rng: Random, draft: Draft) -> bool:
    """An array has an item less."""
    arrays = [each for each in _arrays(draft) if each.values]
    if not arrays:
        return False
    values = rng.choice(arrays).values
    del values[rng.randrange(len(values))]
    return True


def repeat(rng: Random, draft: Draft) -> bool:
    """An array has an item twice; of a number, the second one may be written in another way."""
    arrays = [each for each in _arrays(draft) if each.values]
    if not arrays:
        return False
    values = rng.choice(arrays).values
    item = values[rng.randrange(len(values))]
    if isinstance(item, str) and _INTEGER.fullmatch(item):
        item += one_of(rng, ("", ".0", "e0"))
    values.insert(rng.randrange(len(values) + 1), item)
    return True


def choice(rng: Random, draft: Draft) -> bool:
    """A choice is another one, or looks like one."""
    fields = [field for model in draft.documents.models.values() for field in model.fields]
    choices = [each for field in fields for each in innermost(field).choices]
    every = tuple(quoted(each) if isinstance(each, str) else str(each) for each in choices)
    spots = [spot for spot in draft.spots() if spot.values is not None and spot.values.choices]
    spot = _pick(rng, spots)
    if spot is None or not isinstance(spot.value, str):
        return False
    if not spot.value.startswith('"'):
        spot.put(one_of(rng, (*every, "true", "false", f"{spot.value}.5", quoted(spot.value))))
        return True
    alike = tuple(quoted(each) for each in look_alikes(name_of(spot.value)))
    spot.put(one_of(rng, rng.choice((every, alike))))
    return True


def zero(rng: Random, draft: Draft) -> bool:
    """A number is zero in one of its ways, or nearly so."""
    return _replaced(rng, _numbers(draft), _ZEROS)


def backwards(rng: Random, draft: Draft) -> bool:
    """A schedule ends before it starts."""
    ends = [each for each in draft.members() if each.field and each.field.key == "end_step"]
    spot = _pick(rng, ends)
    if spot is None or not isinstance(spot.owner, Object):
        return False
    names = spot.owner.names()
    if "start_step" in names:
        spot.owner.values[names.index("start_step")] = "9"
    else:
        spot.owner.add(quoted("start_step"), "9")
    spot.put(one_of(rng, ("0", "8", "9")))
    return True


def whole_float(rng: Random, draft: Draft) -> bool:
    """An integer is written as a float: the same number, to JSON Schema."""
    spots = [spot for spot in _numbers(draft) if _INTEGER.fullmatch(str(spot.value))]
    spot = _pick(rng, spots)
    if spot is None:
        return False
    spot.put(f"{spot.value}{one_of(rng, ('.0', 'e0', '.00e+0', '0e-1'))}")
    return True


def too_large(rng: Random, draft: Draft) -> bool:
    """A number is too large for a float."""
    return _replaced(rng, _numbers(draft), _TOO_LARGE)


def huge_integer(rng: Random, draft: Draft) -> bool:
    """A number is an integer of many digits."""
    return _replaced(rng, _numbers(draft), _HUGE)


def endless_integer(rng: Random, draft: Draft) -> bool:
    """A number is an integer of so many digits that Python doesn't read it."""
    without_limits = [spot for spot in _numbers(draft) if spot.field is None]
    return _replaced(rng, without_limits or _numbers(draft), _ENDLESS)


def no_number(rng: Random, draft: Draft) -> bool:
    """A number is one of what Python writes and JSON doesn't know."""
    return _replaced(rng, _numbers(draft), _NO_NUMBERS)


def half_surrogate(rng: Random, draft: Draft) -> bool:
    """A string, or a key, holds half of a surrogate pair."""
    if rng.randrange(3) == 2:
        return _renamed(rng, draft, lambda _: _HALVES)
    return _replaced(rng, [spot for spot in draft.spots() if _is_string(spot)], _HALVES)


def _is_string(spot: Spot) -> bool:
    if spot.kind == Plain("string"):
        return True
    return isinstance(spot.value, str) and spot.value.startswith('"')


TREES: Mapping[str, Mutation] = {
    each.__name__.replace("_", " "): each
    for each in (
        *(
            delete,
            rename,
            look_alike,
            escape_key,
            add,
            comment,
            duplicate,
            move,
            hoist,
            wrap,
            other_type,
        ),
        *(null, empty, exchange, boolean, quote, bound, choice, zero, backwards, whole_float),
        *(
            fewer,
            repeat,
            too_large,
            huge_integer,
            endless_integer,
            no_number,
            half_surrogate,
            nest,
            whole_config,
        ),
    )
}
"""What is done to a document, by name."""


# --- text


def slip(rng: Random, text: str) -> str:
    """A character is missing, or one is too many."""
    at = rng.randrange(len(text))
    return text[:at] + one_of(rng, ("", *_INSERTED)) + text[at + rng.randrange(2) :]


def space(rng: Random, text: str) -> str:
    """There is space where it says nothing."""
    return one_of(rng, (" ", "\n", "\r\n", "\t")).join(("", text, ""))


def long(rng: Random, text: str) -> str:
    """The text is as long as a file may be, or longer."""
    return text.ljust(LONGEST_FILE + rng.randrange(2) - (len(text.encode()) - len(text)))


TEXTS: Mapping[str, Callable[[Random, str], str]] = {
    each.__name__: each for each in (slip, space, long)
}
"""What is done to a text, by name."""
