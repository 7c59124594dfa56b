"""Whatever mapping a trainer holds its config in, as plain dicts, lists, strings and numbers."""

from __future__ import annotations

import math
import numbers
import re
import sys
from collections.abc import Callable, Collection, Mapping, Sequence, Sized
from typing import Any, ClassVar, NamedTuple, Protocol, cast

from pydantic import BaseModel, RootModel

from ..text.ways import JsonPath, Way, path_of
from ..text.wording import kind_of, one_line, shortened, shown, shown_pointer


class _Container(Protocol):
    def __getitem__(self, key: Any, /) -> object: ...


_DEEPEST_CONFIG = 100  # as deep as JSON is read; reading is not imported before it is needed
_DEEPEST_VALUE = 90  # so that what stands around it, in a whole model config too, can be read
_MOST_VALUES = 1_000_000  # a file that is read holds fewer; a dict that holds others twice, more
_MOST_DIGITS = 4300  # of an integer that Python reads and writes
_MOST_SAID = 500  # letters of what somebody else's error says
_TOO_LONG = 10**_MOST_DIGITS
_HALF_A_PAIR = re.compile("[\ud800-\udfff]")

_SAID_AS_THEY_ARE = frozenset({type(None), bool})
_BINARY = (bytes, bytearray, memoryview)


class Mistake(NamedTuple):
    """What is wrong in a config: the path to it, the message, and whether it is the key there.

    The message may be what makes it: of many mistakes, few are told. `cause` is what a container
    raised when it was read.
    """

    path: JsonPath
    message: str | Callable[[], str]
    at_key: bool = False
    cause: Exception | None = None

    @property
    def told(self) -> str:
        """The message."""
        return self.message if isinstance(self.message, str) else self.message()


class NoJson(NamedTuple):
    """What can't be a JSON value, and why. Each value can be such a one; paths are long.

    `cause` is what a container raised when it was read.
    """

    way: Way
    message: str
    cause: Exception | None = None

    @property
    def path(self) -> JsonPath:
        """The path to it."""
        return path_of(self.way)


def as_json(value: object) -> object:
    """`value` as JSON values, for validators.

    Raises:
        ValueError: JSON has nothing like it, or like a part of it.
    """
    said, mistakes = plain(value)
    for first in mistakes:
        where = f"{shown_pointer(first.path)}: " if first.path else ""
        message = one_line(where + first.message)  # Pydantic fails on half surrogate pairs
        raise ValueError(message) from first.cause
    return said


class ReadByField(BaseModel):
    """A model that is read field by field.

    Pydantic makes models without validation, too, and a dump drops what their fields can't hold.
    `__needs__` says which fields need which others beside them.
    """

    __needs__: ClassVar[Mapping[str, tuple[str, ...]]] = {}


def names_of_what_is_off(model: ReadByField) -> set[str]:
    """The fields that are null by default and null now, but for those that another one needs."""
    held = vars(model)
    fields = type(model).model_fields.items()
    off = {name for name, field in fields if field.default is None and held.get(name) is None}
    needs = type(model).__needs__
    kept = [name for name in needs if name not in off]
    for name in kept:  # grows while it is read
        kept += [other for other in needs.get(name, ()) if other in off]
        off.difference_update(kept)
    return off


def plain_members(
    config: Mapping[str, object] | ReadByField, *, skip: Collection[str] = ()
) -> tuple[dict[str, object], list[NoJson]]:
    """`config` as JSON values, without the keys in `skip`, which are not even looked at.

    Mappings and sequences of any kind become dict and list (OmegaConf resolves its interpolations
    on the way); real numbers of any kind become int or float, and models of others their fields
    that a dump holds, by their names. A dump would copy what is held twice before it is counted.
    What can't be a JSON value, or can't be read, is noted.
    """
    reading = _Reading(_DEEPEST_CONFIG)
    try:
        written = _referred_to(config) if isinstance(config, Mapping) else _fields(config)
        members = cast("Mapping[str, object] | None", written)
        return {} if members is None else reading.members(members, None, 0, skip), reading.mistakes
    except _TooManyValuesError:
        return {}, [_TOO_MANY_VALUES]
    except Exception as error:
        return {}, [*reading.mistakes, _unreadable(None, error)]


def plain(value: object) -> tuple[object, list[NoJson]]:
    """`value` as JSON says it, like the members of a mapping."""
    reading = _Reading(_DEEPEST_VALUE)
    try:
        return reading.value(value, None, 0), reading.mistakes
    except _TooManyValuesError:
        return None, [_TOO_MANY_VALUES]
    except Exception as error:
        return None, [*reading.mistakes, _unreadable(None, error)]


_TOO_MANY_VALUES = NoJson(None, f"holds more than {_MOST_VALUES:,} values")


class _TooManyValuesError(Exception):
    """There is perhaps no end to them."""


class _Reading:
    """Reads what is nested up to a depth, and notes what can't be a JSON value."""

    def __init__(self, deepest: int) -> None:
        self.deepest = deepest
        self.mistakes: list[NoJson] = []
        self.values = 0

    def value(self, value: object, way: Way, depth: int) -> object:
        # Most of a config is this, so it is said before any case is looked at.
        if (
            type(value) in _SAID_AS_THEY_ARE
            or (type(value) is float and math.isfinite(value))
            or (type(value) is int and -_TOO_LONG < value < _TOO_LONG)
            or (type(value) is str and value.isascii())
        ):
            return value
        match value:
            case str():
                return self._text(value, way)
            case numbers.Real():
                return self._number(value, way)
            case _ if issubclass(type(value), _BINARY):
                self._note(way, f"expected a JSON value, not {shown(value)}")
            # Before models: those of old releases of Pydantic ask a node of OmegaConf what it is.
            case Mapping() | Sequence() if (
                other := _referred_to(cast("object", value))
            ) is not value:
                return self.value(other, way, depth)
            case Mapping() | Sequence() | BaseModel() if depth >= self.deepest:
                self._note(way, f"nested more than {self.deepest} levels deep")
            case ReadByField():
                return self.members(_fields(value), way, depth)
            case RootModel():
                return self.value(cast("RootModel[object]", value).root, way, depth + 1)
            case BaseModel():
                return self.members(_dumped(value), way, depth)
            case Mapping():
                return self.members(cast("Mapping[str, object]", value), way, depth)
            case Sequence():
                items = cast("Sequence[object]", value)
                return [
                    self._item(items, index, (way, index), depth) for index in range(len(items))
                ]
            case _:
                self._note(way, f"expected a JSON value, not {shown(value)}")
        return None

    def members(
        self, mapping: Mapping[str, object], way: Way, depth: int, skip: Collection[str] = ()
    ) -> dict[str, object]:
        members: dict[str, object] = {}
        count = 0
        for key in mapping:
            count += 1
            if not isinstance(cast("object", key), str):
                self._count()
                self._note(way, f"expected strings for keys, not {shown(key)}")
            elif (name := str.__str__(key)) in skip:
                self._count()
            else:
                self._text(name, (way, name))
                members[name] = self._item(mapping, key, (way, name), depth)
        if len(mapping) != count:
            said = f"it says that it has {len(mapping)} keys, and gives {count}"
            self._note(way, f"can't be read: {said}")
        return members

    def _item(self, container: _Container, key: str | int, way: Way, depth: int) -> object:
        self._count()
        try:
            return self.value(container[key], way, depth + 1)
        except _TooManyValuesError:
            raise
        except Exception as error:  # any container, any error of its own: an interpolation, say
            self.mistakes.append(_unreadable(way, error))
            return None

    def _count(self) -> None:
        self.values += 1
        if self.values > _MOST_VALUES:
            raise _TooManyValuesError

    def _note(self, way: Way, message: str) -> None:
        self.mistakes.append(NoJson(way, message))

    def _text(self, value: str, way: Way) -> str:
        text = str.__str__(value)
        if not text.isascii() and _HALF_A_PAIR.search(text):
            self._note(way, "a string holds half of a surrogate pair")
        return text

    def _number(self, value: numbers.Real, way: Way) -> int | float | None:
        if isinstance(value, numbers.Integral):
            whole = int(value)
            if abs(whole) >= _TOO_LONG:
                self._note(way, f"expected at most {_MOST_DIGITS} digits, not {shown(whole)}")
            return whole
        try:
            number = float(value)
        except OverflowError:  # a fraction
            number = math.inf
        if not math.isfinite(number):
            self._note(way, f"expected a finite number, not {number!r}")
            return None
        return number


def _fields(model: ReadByField) -> dict[str, object]:
    """What the fields of `model` hold, by their keys; those that are off are left out."""
    fields = type(model).model_fields
    off = names_of_what_is_off(model)
    members: dict[str, object] = {}
    for name, value in vars(model).items():
        if name not in off:
            field = fields.get(name)
            members[name if field is None else field.alias or name] = value
    return members


def _dumped(model: BaseModel) -> dict[str, object]:
    """What the fields of a foreign `model` hold that a dump would not leave out."""
    held = vars(model)
    fields = type(model).model_fields.items()
    members = {name: held[name] for name, field in fields if name in held and not field.exclude}
    return members | (model.model_extra or {})


def _referred_to(value: object) -> object:
    """`value`, or what it stands for if it is a container of OmegaConf that says it is empty.

    It also says so if it is missing, or refers to something that nobody has looked up yet.

    Raises:
        Exception: of OmegaConf; it stands for nothing.
    """
    omegaconf = sys.modules.get("omegaconf")  # where it is not imported, nothing is made by it
    if (
        omegaconf is None
        or not isinstance(value, omegaconf.Container)
        or len(cast("Sized", value)) > 0
    ):
        return value
    return omegaconf.OmegaConf.to_container(value, resolve=True, throw_on_missing=True)


def _unreadable(way: Way, error: Exception) -> NoJson:
    return NoJson(way, f"can't be read: {_said(error)}", error)


def _said(error: Exception) -> str:
    """The first line of what `error` says, or what it is."""
    try:
        text = str(error).partition("\n")[0]
    except Exception:
        text = ""
    return shortened(text or kind_of(error), _MOST_SAID)
