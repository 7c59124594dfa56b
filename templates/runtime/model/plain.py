"""Whatever mapping a trainer holds its config in, as plain dicts, lists, strings and numbers."""

from __future__ import annotations

import math
import numbers
import re
import sys
from collections.abc import Collection, Mapping, Sequence, Sized
from typing import TYPE_CHECKING, Any, NamedTuple, Protocol, cast

from pydantic import BaseModel

from ..text.wording import shown

if TYPE_CHECKING:
    from ..text.jsontext import JsonPath

    class _Container(Protocol):
        def __getitem__(self, key: Any, /) -> object: ...


_DEEPEST_CONFIG = 100  # as deep as JSON is read; reading is not imported before it is needed
_DEEPEST_VALUE = 90  # so that what stands around it, in a whole model config too, can be read
_MOST_DIGITS = 4300  # of an integer that Python reads and writes
_TOO_LONG = 10**_MOST_DIGITS
_HALF_A_PAIR = re.compile("[\ud800-\udfff]")

_SAID_AS_THEY_ARE = frozenset({type(None), bool})
_BINARY = (bytes, bytearray, memoryview)


class Mistake(NamedTuple):
    """What is wrong in a config: the path to it, the message, and whether it is the key there.

    `cause` is what a container raised when it was read.
    """

    path: JsonPath
    message: str
    at_key: bool = False
    cause: Exception | None = None


class ReadByField(BaseModel):
    """A model that is read field by field.

    Pydantic makes models without validation, too, and a dump drops what their fields can't hold.
    """


def plain_members(
    config: Mapping[str, object] | ReadByField,
    mistakes: list[Mistake],
    *,
    skip: Collection[str] = (),
) -> dict[str, object]:
    """`config` as JSON values, without the keys in `skip`, which are not even looked at.

    Mappings and sequences of any kind become dict and list (OmegaConf resolves its interpolations
    on the way); real numbers of any kind become int or float, and models of others what they dump.
    What can't be a JSON value, or can't be read, is noted in `mistakes`.
    """
    try:
        written = _referred_to(config) if isinstance(config, Mapping) else _fields(config)
        members = cast("Mapping[str, object] | None", written)
        return {} if members is None else _members(members, (), mistakes, _DEEPEST_CONFIG, skip)
    except Exception as error:
        mistakes.append(_unreadable((), error))
        return {}


def plain(value: object, mistakes: list[Mistake]) -> object:
    """`value` as JSON says it, like the members of a mapping."""
    return _item((value,), 0, (), mistakes, _DEEPEST_VALUE)


def _plain(value: object, path: JsonPath, mistakes: list[Mistake], deepest: int) -> object:
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
            return _text(value, path, mistakes)
        case numbers.Real():
            return _number(value, path, mistakes)
        case _ if issubclass(type(value), _BINARY):
            mistakes.append(Mistake(path, f"expected a JSON value, not {shown(value)}"))
        # Before models: those of old releases of Pydantic ask a node of OmegaConf what it is.
        case Mapping() | Sequence() if (other := _referred_to(cast("object", value))) is not value:
            return _plain(other, path, mistakes, deepest)
        case Mapping() | Sequence() | BaseModel() if len(path) >= deepest:
            mistakes.append(Mistake(path, f"nested more than {deepest} levels deep"))
        case ReadByField():
            return _members(_fields(value), path, mistakes, deepest)
        case BaseModel():
            return _plain(value.model_dump(warnings=False), path, mistakes, deepest)
        case Mapping():
            return _members(cast("Mapping[str, object]", value), path, mistakes, deepest)
        case Sequence():
            items = cast("Sequence[object]", value)
            return [
                _item(items, index, (*path, index), mistakes, deepest)
                for index in range(len(items))
            ]
        case _:
            mistakes.append(Mistake(path, f"expected a JSON value, not {shown(value)}"))
    return None


def _members(
    mapping: Mapping[str, object],
    path: JsonPath,
    mistakes: list[Mistake],
    deepest: int,
    skip: Collection[str] = (),
) -> dict[str, object]:
    members: dict[str, object] = {}
    count = 0
    for key in mapping:
        count += 1
        if not isinstance(cast("object", key), str):
            mistakes.append(Mistake(path, f"expected strings for keys, not {shown(key)}"))
        elif key not in skip:
            name = _text(key, (*path, key), mistakes)
            members[name] = _item(mapping, key, (*path, name), mistakes, deepest)
    if len(mapping) != count:
        message = f"can't be read: it says that it has {len(mapping)} keys, and gives {count}"
        mistakes.append(Mistake(path, message))
    return members


def _fields(model: ReadByField) -> dict[str, object]:
    """What the fields of `model` hold, by their keys; those that are off are left out."""
    fields = type(model).model_fields
    members: dict[str, object] = {}
    for name, value in vars(model).items():
        field = fields.get(name)
        if field is None:
            members[name] = value
        elif value is not None or field.default is not None:
            members[field.alias or name] = value
    return members


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


def _item(
    container: _Container, key: str | int, path: JsonPath, mistakes: list[Mistake], deepest: int
) -> object:
    try:
        return _plain(container[key], path, mistakes, deepest)
    except Exception as error:  # any container, any error of its own: an interpolation, say
        mistakes.append(_unreadable(path, error))
        return None


def _unreadable(path: JsonPath, error: Exception) -> Mistake:
    return Mistake(path, f"can't be read: {_said(error)}", cause=error)


def _said(error: Exception) -> str:
    """The first line of what `error` says, or what it is."""
    try:
        text = str(error)
    except Exception:
        text = ""
    return text.partition("\n")[0] or type(error).__name__


def _text(value: str, path: JsonPath, mistakes: list[Mistake]) -> str:
    text = str.__str__(value)
    if not text.isascii() and _HALF_A_PAIR.search(text):
        mistakes.append(Mistake(path, "a string holds half of a surrogate pair"))
    return text


def _number(value: numbers.Real, path: JsonPath, mistakes: list[Mistake]) -> int | float | None:
    if isinstance(value, numbers.Integral):
        whole = int(value)
        if abs(whole) >= _TOO_LONG:
            expected = f"expected at most {_MOST_DIGITS} digits"
            mistakes.append(Mistake(path, f"{expected}, not {shown(whole)}"))
        return whole
    try:
        number = float(value)
    except OverflowError:  # a fraction
        number = math.inf
    if not math.isfinite(number):
        mistakes.append(Mistake(path, f"expected a finite number, not {number!r}"))
        return None
    return number
