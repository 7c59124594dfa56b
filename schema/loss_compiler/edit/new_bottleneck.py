"""Writes the entries of a new bottleneck into a losses schema or an overlay."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from itertools import pairwise

from ..overlay.completion import completed
from ..overlay.layers import CheckedSchema
from ..overlay.patch import applied, is_overlay, keyed
from ..shared.jsontext import Json, JsonPath, JsonSyntaxError, at, object_at, read_json
from ..source.files import SourceFile
from ..source.problems import CompileError, Problem
from ..source.syntax import (
    ENTRIES,
    MAPPING,
    WEIGHTS,
    LossDefinition,
    LossesSchema,
    PropertyReference,
    constant,
    is_loss,
)
from .insertion import with_entries

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


def with_bottleneck(source: SourceFile, now: CheckedSchema, new: NewBottleneck) -> SourceFile:
    """`source` with the entries of a new bottleneck.

    Losses and weights that are there already are used; those that are not are added.

    Args:
        source: a losses schema, or an overlay.
        now: the whole schema: `source`, or what it and all that it extends say together.
        new: the bottleneck.

    Raises:
        CompileError: something that `new` asks for is there already, and is something else, or
            is removed by null.
    """
    entries = _patch(now.syntax, new)
    if not is_overlay(source.json.value):  # which says what an overlay need not say
        whole = keyed(completed(applied(now.document, entries), entries, now.document))
        for path in _paths(entries):
            object_at(entries, path[:-1])[str(path[-1])] = at(whole, path)
    if removed := list(_removed(source.json.value, entries)):
        message = "null removes it here, so nothing can be added to it; delete this entry first"
        raise source.error(Problem(path, message, at_key=True) for path in removed)
    losses = [name for name in object_at(source.json.value, _DEFS) if is_loss(name)]
    added = [name for name in object_at(entries, _DEFS) if is_loss(name)]
    together = [*losses[-1:], *added]
    after = {(*_DEFS, name): before for before, name in pairwise(together)}
    return with_entries(source, entries, after)


def _number(option: str, text: str) -> float:
    try:
        document = read_json(text)
    except JsonSyntaxError:
        document = None  # it says none
    number = None if document is None or document.defects else document.value
    if isinstance(number, bool) or not isinstance(number, int | float):
        raise CompileError([f"--loss {option}: expected a number as the default, not {text!r}"])
    return number


def _patch(schema: LossesSchema, new: NewBottleneck) -> Json:
    """What an overlay has to say for the new bottleneck."""
    for entry in schema.bottlenecks:
        if entry.class_name == new.class_name:
            raise CompileError([f"{new.class_name}: there is this bottleneck already"])
        if entry.config_type == new.tag:
            raise CompileError([f"--tag {new.tag}: {entry.class_name} has this tag already"])
    known = {each.key: each for each in schema.carried.values()}
    weights: dict[str, Json] = {}
    added: dict[str, Json] = {}
    carried: list[str] = []
    for loss in new.losses:
        if loss.key in known:
            _compare(schema, known[loss.key], loss)
            carried.append(known[loss.key].definition)
            continue
        name = _loss_name(schema, loss)
        weight = loss.weight or re.sub(r"\W+", "_", name.removesuffix("_loss").lower())
        _add_weight(schema, weights, weight, name, loss)
        definition = _definition_name(name, new.class_name, [*schema.definitions, *added])
        added[definition] = _definition(new.class_name, loss.key, name, weight)
        carried.append(definition)
    keys = ", ".join(f"`{loss.key}`" for loss in new.losses)
    references: list[Json] = [{"$ref": f"#/$defs/{definition}"} for definition in carried]
    entry_of_type: Json = {
        "title": constant(new.class_name.removesuffix("Bottleneck")),
        "x-config-type": new.tag,
        "description": f"Leaves {keys} in `info`." if keys else "Has no losses.",
    }
    mapping: Json = {"prefixItems": references} if references else {}
    with_weights: dict[str, Json] = {WEIGHTS: {"properties": weights}} if weights else {}
    return {
        "$defs": {
            **with_weights,
            "BottleneckType": {"oneOf": {new.class_name: entry_of_type}},
            **added,
            "LossMapping": {"properties": {new.class_name: mapping}},
        }
    }


def _compare(schema: LossesSchema, known: LossDefinition, loss: NewLoss) -> None:
    """Refuse a loss that says something else than the one that is there under its key."""
    assert isinstance(known.weight, PropertyReference), known
    weight = known.weight.key
    default = schema.objects[known.weight.owner].properties[weight].default
    asked = (
        loss.name or known.name,
        loss.weight or weight,
        default if loss.default is None else loss.default,
    )
    if asked != (known.name, weight, default):
        message = (
            f"info[{loss.key!r}] is {known.definition}'s already, which is logged as "
            f"{known.name!r} with the weight {weight!r}, by default {default!r}; "
            f"write --loss {loss.key}"
        )
        raise CompileError([f"--loss {loss.option}: {message}"])


def _loss_name(schema: LossesSchema, loss: NewLoss) -> str:
    name = loss.name or loss.key.rpartition("/")[2].removesuffix("_loss") + "_loss"
    for known in schema.losses.values():
        if known.name == name:
            message, advice = f"{name!r} is the name of {known.definition}", "write another NAME"
            if known.definition in schema.carried:
                message = f"{message}, which is info[{known.key!r}]"
                advice = f"write --loss {known.key}, or another NAME"
            raise CompileError([f"--loss {loss.option}: {message}; {advice}"])
    return name


def _add_weight(
    schema: LossesSchema, weights: dict[str, Json], weight: str, name: str, loss: NewLoss
) -> None:
    """Add a weight, unless it is there already."""
    known = schema.objects[WEIGHTS].properties.get(weight)
    default = object_at(weights, (weight,)).get("default") if known is None else known.default
    if known is None and weight not in weights:
        default = _DEFAULT if loss.default is None else loss.default
        weights[weight] = {"default": default, "description": f"Weight of `{name}`."}
    elif loss.default not in (None, default):
        message = f"the weight {weight!r} has the default {default!r} already"
        raise CompileError([f"--loss {loss.option}: {message}"])


def _definition_name(loss: str, class_name: str, taken: Collection[str]) -> str:
    """`KlSpatialLoss` for `kl_spatial_loss`, with more before it as long as that is taken."""
    words = re.split("[^A-Za-z0-9]+", loss.removesuffix("_loss"))
    name = "".join(word[:1].upper() + word[1:] for word in words) + "Loss"
    folded = [each.casefold() for each in taken]
    while constant(name) in map(constant, taken) or name.casefold() in folded:
        name = class_name.removesuffix("Bottleneck") + name
    return name


def _definition(class_name: str, key: str, name: str, weight: str) -> Json:
    return {
        "description": f"What {class_name} leaves in `info` under `{key}`.",
        "properties": {
            "key": {"const": key},
            "name": {"const": name},
            "weight": {"$ref": f"#/$defs/{WEIGHTS}/properties/{weight}"},
        },
    }


def _removed(there: Json, entries: Json, path: JsonPath = ()) -> Iterator[JsonPath]:
    """The paths to what an overlay removes, and new entries belong into."""
    if isinstance(there, dict) and isinstance(entries, dict):
        for key, each in entries.items():
            if key in there:
                yield from _removed(there[key], each, (*path, key))
    elif there is None:
        yield path


def _paths(patch: Json) -> Iterator[JsonPath]:
    """The paths to the entries that `_patch` adds."""
    for place in (_WEIGHTS, ENTRIES, MAPPING):
        yield from ((*place, key) for key in object_at(patch, place))
    yield from ((*_DEFS, name) for name in object_at(patch, _DEFS) if is_loss(name))
