"""Writes the entries of a new bottleneck into a losses schema or an overlay."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from .completion import completed
from .document import WEIGHTS, bottlenecks, constant, losses
from .jsonedit import inserted
from .jsonstyle import style_of
from .overlay import ENTRIES, MAPPING, applied, at, is_overlay, keyed
from .problems import CompileError
from .shared.jsontext import JsonDocument, JsonPath, JsonSyntaxError, read_json
from .source import SourceFile

_DEFS: JsonPath = ("$defs",)
_SYNTAX = "KEY[:NAME[:WEIGHT_KEY[=DEFAULT]]]"


@dataclass(frozen=True)
class NewLoss:
    """What `--loss KEY[:NAME[:WEIGHT_KEY[=DEFAULT]]]` says; None is what it does not say."""

    option: str
    key: str
    name: str | None
    weight: str | None
    default: float | None


@dataclass(frozen=True)
class NewBottleneck:
    """A bottleneck's class, what model configs call it, and its losses in order."""

    class_name: str
    tag: str
    losses: tuple[NewLoss, ...]


@dataclass(frozen=True)
class _Carried:
    """A loss of the new bottleneck: the name of its definition, and its parts."""

    definition: str
    key: str
    name: str
    weight: str
    default: float


def parsed_loss(option: str) -> NewLoss:
    """The loss that `option` describes.

    Raises:
        CompileError: it is no `KEY[:NAME[:WEIGHT_KEY[=DEFAULT]]]`.
    """
    match = re.fullmatch("([^:=]+)(?::([^:=]*)(?::([^:=]*)(=[^:=]*)?)?)?", option)
    if match is None:
        raise CompileError([f"--loss {option}: expected {_SYNTAX}"])
    key, name, weight, default = match.groups()
    number = None if default is None else _number(option, default[1:])
    return NewLoss(option, key, name or None, weight or None, number)


def with_bottleneck(source: SourceFile, document: Any, new: NewBottleneck) -> SourceFile:
    """`source` with the entries of a new bottleneck, formatted as it is.

    Losses and weights that are there already are used; those that are not are added.

    Args:
        source: a losses schema, or an overlay.
        document: the whole schema: `source`, or what it and all that it extends say together.
        new: the bottleneck.

    Raises:
        CompileError: something that `new` asks for is there already, and is something else.
    """
    if new.class_name in (entry["const"] for entry in bottlenecks(document)):
        raise CompileError([f"{new.class_name}: there is this bottleneck already"])
    carried = _carried(document, new)
    patch = _patch(document, new, carried)
    style = style_of(source)
    if is_overlay(source.json.value):
        for path in _paths(patch):
            source = inserted(source, path, at(patch, path), style, _neighbour(source, path))
        return source
    whole = keyed(completed(applied(document, patch)))
    for path in _paths(patch):
        place = path if path[:-1] != ENTRIES else (*ENTRIES, len(bottlenecks(document)))
        source = inserted(source, place, at(whole, path), style, _neighbour(source, path))
    return source


def _number(option: str, text: str) -> float:
    try:
        document = read_json(text)
    except JsonSyntaxError:
        document = None  # it says none
    match document:
        case JsonDocument(value=int() | float() as number, defects=()) if type(number) is not bool:
            return number
        case _:
            raise CompileError([f"--loss {option}: expected a number as the default, not {text!r}"])


def _carried(document: Any, new: NewBottleneck) -> list[_Carried]:
    """The losses of `new`, completed from what is there already."""
    by_key = {each["properties"]["key"]["const"]: name for name, each in losses(document).items()}
    names = set(losses(document))
    found: list[_Carried] = []
    for loss in new.losses:
        if loss.key in by_key:
            found.append(_known(document, by_key[loss.key], loss))
        else:
            name = loss.name or loss.key.rpartition("/")[2].removesuffix("_loss") + "_loss"
            weight = loss.weight or re.sub(r"\W+", "_", name.removesuffix("_loss").lower())
            definition = _definition_name(name, new.class_name, names)
            names.add(definition)
            default = _default(document, loss, weight)
            found.append(_Carried(definition, loss.key, name, weight, default))
    return found


def _known(document: Any, definition: str, loss: NewLoss) -> _Carried:
    """The loss that is there already under this key."""
    parts = document["$defs"][definition]["properties"]
    name, weight = parts["name"]["const"], parts["weight"]["$ref"].rpartition("/")[2]
    if loss.name not in (None, name) or loss.weight not in (None, weight):
        message = (
            f"--loss {loss.option}: info[{loss.key!r}] is {definition}'s already, which is logged "
            f"as {name!r} with the weight {weight!r}; write --loss {loss.key}"
        )
        raise CompileError([message])
    return _Carried(definition, loss.key, name, weight, _default(document, loss, weight))


def _default(document: Any, loss: NewLoss, weight: str) -> float:
    """The default of a weight, which may be there already."""
    weights = document["$defs"][WEIGHTS]["properties"]
    known = weights[weight]["default"] if weight in weights else None
    if known is not None and loss.default not in (None, known):
        message = f"the weight {weight!r} is there already, with the default {known!r}"
        raise CompileError([f"--loss {loss.option}: {message}"])
    default: float = next(each for each in (known, loss.default, 1.0) if each is not None)
    return default


def _definition_name(loss: str, class_name: str, taken: set[str]) -> str:
    """`KlSpatialLoss` for `kl_spatial_loss`, with the bottleneck before it if that is taken."""
    words = re.split("[^A-Za-z0-9]+", loss.removesuffix("_loss"))
    name = "".join(word[:1].upper() + word[1:] for word in words) + "Loss"
    if constant(name) in map(constant, taken):
        return class_name.removesuffix("Bottleneck") + name
    return name


def _patch(document: Any, new: NewBottleneck, carried: Sequence[_Carried]) -> Any:
    """What an overlay has to say for the new bottleneck."""
    definitions = document["$defs"]
    weights = {
        each.weight: {"default": each.default, "description": f"Weight of `{each.name}`."}
        for each in carried
        if each.weight not in definitions[WEIGHTS]["properties"]
    }
    added = {
        each.definition: {
            "description": f"What {new.class_name} leaves in `info` under `{each.key}`.",
            "properties": {
                "key": {"const": each.key},
                "name": {"const": each.name},
                "weight": {"$ref": f"#/$defs/{WEIGHTS}/properties/{each.weight}"},
            },
        }
        for each in carried
        if each.definition not in definitions
    }
    keys = ", ".join(f"`{each.key}`" for each in carried)
    entry = {
        "title": constant(new.class_name.removesuffix("Bottleneck")),
        "x-config-type": new.tag,
        "description": f"Leaves {keys} in `info`." if carried else "Has no losses.",
    }
    references = [{"$ref": f"#/$defs/{each.definition}"} for each in carried]
    return {
        "$defs": {
            WEIGHTS: {"properties": weights},
            "BottleneckType": {"oneOf": {new.class_name: entry}},
            **added,
            "LossMapping": {
                "properties": {new.class_name: {"prefixItems": references} if carried else {}}
            },
        }
    }


def _paths(patch: Any) -> Iterator[JsonPath]:
    """The paths to the entries that `_patch` adds."""
    for place in ((*_DEFS, WEIGHTS, "properties"), ENTRIES):
        yield from ((*place, key) for key in at(patch, place))
    yield from ((*_DEFS, name) for name in losses(patch))
    yield from ((*MAPPING, key) for key in at(patch, MAPPING))


def _neighbour(source: SourceFile, path: JsonPath) -> str | None:
    """The loss after which a new loss is written: losses stand together."""
    is_loss = path[:-1] == _DEFS and at(source.json.value, _DEFS) is not None
    return next(reversed(losses(source.json.value)), None) if is_loss else None
