"""Writes the entries of a new bottleneck into a losses schema or an overlay."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from ..overlay.completion import completed
from ..overlay.patch import applied, is_overlay, keyed
from ..shared.jsontext import JsonDocument, JsonPath, JsonSyntaxError, read_json
from ..source.document import ENTRIES, MAPPING, WEIGHTS, at, bottlenecks, constant, losses
from ..source.files import SourceFile
from ..source.json_text import style_of
from ..source.problems import CompileError
from .insertion import inserted

_DEFS: JsonPath = ("$defs",)
_WEIGHTS: JsonPath = ("$defs", WEIGHTS, "properties")
_SYNTAX = "KEY[:NAME[:WEIGHT_KEY[=DEFAULT]]]"
_DEFAULT = 1.0


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
    patch = _patch(document, new)
    style = style_of(source)
    if is_overlay(source.json.value):
        for path in _paths(patch):
            source = inserted(source, path, at(patch, path), style, _neighbour(source, path))
        return source
    whole = keyed(completed(applied(document, patch), patch, document))
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


def _patch(document: Any, new: NewBottleneck) -> Any:
    """What an overlay has to say for the new bottleneck."""
    for entry in bottlenecks(document):
        if entry["const"] == new.class_name:
            raise CompileError([f"{new.class_name}: there is this bottleneck already"])
        if entry["x-config-type"] == new.tag:
            raise CompileError([f"--tag {new.tag}: {entry['const']} has this tag already"])
    known = {each["properties"]["key"]["const"]: name for name, each in losses(document).items()}
    weights: dict[str, Any] = {}
    added: dict[str, Any] = {}
    carried: list[str] = []
    for loss in new.losses:
        if loss.key in known:
            _compare(document, known[loss.key], loss)
            carried.append(known[loss.key])
            continue
        name = _loss_name(document, loss)
        weight = loss.weight or re.sub(r"\W+", "_", name.removesuffix("_loss").lower())
        _add_weight(document, weights, weight, name, loss)
        definition = _definition_name(name, new.class_name, [*document["$defs"], *added])
        added[definition] = _definition(new.class_name, loss.key, name, weight)
        carried.append(definition)
    keys = ", ".join(f"`{loss.key}`" for loss in new.losses)
    references = [{"$ref": f"#/$defs/{definition}"} for definition in carried]
    entry = {
        "title": constant(new.class_name.removesuffix("Bottleneck")),
        "x-config-type": new.tag,
        "description": f"Leaves {keys} in `info`." if keys else "Has no losses.",
    }
    mapping = {new.class_name: {"prefixItems": references} if references else {}}
    return {
        "$defs": {
            WEIGHTS: {"properties": weights},
            "BottleneckType": {"oneOf": {new.class_name: entry}},
            **added,
            "LossMapping": {"properties": mapping},
        }
    }


def _compare(document: Any, definition: str, loss: NewLoss) -> None:
    """Refuse a loss that says something else than the one that is there under its key."""
    parts = document["$defs"][definition]["properties"]
    name, reference = parts["name"]["const"], parts["weight"]["$ref"]
    weight = reference.rpartition("/")[2]
    default = at(document, tuple(reference.split("/")[1:]))["default"]
    asked = (
        loss.name or name,
        loss.weight or weight,
        default if loss.default is None else loss.default,
    )
    if asked != (name, weight, default):
        message = (
            f"info[{loss.key!r}] is {definition}'s already, which is logged as {name!r} with the "
            f"weight {weight!r}, by default {default!r}; write --loss {loss.key}"
        )
        raise CompileError([f"--loss {loss.option}: {message}"])


def _loss_name(document: Any, loss: NewLoss) -> str:
    name = loss.name or loss.key.rpartition("/")[2].removesuffix("_loss") + "_loss"
    for definition, each in losses(document).items():
        key = each["properties"]["key"]["const"]
        if each["properties"]["name"]["const"] == name:
            message = f"{name!r} is the name of {definition}, which is info[{key!r}]"
            advice = f"write --loss {key}, or another NAME"
            raise CompileError([f"--loss {loss.option}: {message}; {advice}"])
    return name


def _add_weight(
    document: Any, weights: dict[str, Any], weight: str, name: str, loss: NewLoss
) -> None:
    """Add a weight, unless it is there already."""
    known = at(document, (*_WEIGHTS, weight)) or weights.get(weight)
    if known is None:
        default = _DEFAULT if loss.default is None else loss.default
        weights[weight] = {"default": default, "description": f"Weight of `{name}`."}
    elif loss.default not in (None, known["default"]):
        message = f"the weight {weight!r} has the default {known['default']!r} already"
        raise CompileError([f"--loss {loss.option}: {message}"])


def _definition_name(loss: str, class_name: str, taken: Sequence[str]) -> str:
    """`KlSpatialLoss` for `kl_spatial_loss`, with more before it as long as that is taken."""
    words = re.split("[^A-Za-z0-9]+", loss.removesuffix("_loss"))
    name = "".join(word[:1].upper() + word[1:] for word in words) + "Loss"
    folded = [each.casefold() for each in taken]
    while constant(name) in map(constant, taken) or name.casefold() in folded:
        name = class_name.removesuffix("Bottleneck") + name
    return name


def _definition(class_name: str, key: str, name: str, weight: str) -> Any:
    return {
        "description": f"What {class_name} leaves in `info` under `{key}`.",
        "properties": {
            "key": {"const": key},
            "name": {"const": name},
            "weight": {"$ref": f"#/$defs/{WEIGHTS}/properties/{weight}"},
        },
    }


def _paths(patch: Any) -> Iterator[JsonPath]:
    """The paths to the entries that `_patch` adds."""
    for place in (_WEIGHTS, ENTRIES):
        yield from ((*place, key) for key in at(patch, place))
    yield from ((*_DEFS, name) for name in losses(patch))
    yield from ((*MAPPING, key) for key in at(patch, MAPPING))


def _neighbour(source: SourceFile, path: JsonPath) -> str | None:
    """The loss after which a new loss is written: losses stand together."""
    is_loss = path[:-1] == _DEFS and at(source.json.value, _DEFS) is not None
    return next(reversed(losses(source.json.value)), None) if is_loss else None
