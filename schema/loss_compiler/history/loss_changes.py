"""What changes for users in losses, and in which bottleneck carries which."""

from __future__ import annotations

from collections.abc import Iterator

from ..meaning.ir import Bottleneck, Loss, Schema
from ..source.document import ENTRIES, MAPPING, SCALE
from .change import Change, Effect, wording
from .matches import Matches, definitions, weight_path


def loss_changes(old: Schema, new: Schema, matches: Matches) -> Iterator[Change]:
    """What is different in what a loss is."""
    before, after = definitions(old), definitions(new)
    for name, loss in before.items():
        there = matches.losses.get(name)
        if there is None:
            was = _loss_in_words(loss)
            yield Change(Effect.BREAKING, name, "loss removed", was, "", ("$defs", name))
            continue
        path = ("$defs", there)
        if there != name:
            yield Change(
                Effect.BREAKING, name, "loss renamed in Python", name, there, path, at_key=True
            )
        other = after[there]
        yield from wording(name, loss.description, other.description)
        parts = (*path, "properties")
        for what, was, now, at in (
            ("info key", loss.key, other.key, (*parts, "key", "const")),
            ("loss name", loss.name, other.name, (*parts, "name", "const")),
            ("scale", f"{loss.scale!r}", f"{other.scale!r}", (*path, SCALE)),
        ):
            if was != now:
                yield Change(Effect.BREAKING, name, f"{what} changed", was, now, at)
        if weight_path(loss.weight.steps, old, matches) != other.weight.path:
            was, now = loss.weight.path, other.weight.path
            at = (*parts, "weight", "$ref")
            yield Change(Effect.BREAKING, name, "weight changed", was, now, at)
    for name, loss in after.items():
        if name not in matches.losses.values():
            now = _loss_in_words(loss)
            yield Change(Effect.COMPATIBLE, name, "new loss", "", now)


def _loss_in_words(loss: Loss) -> str:
    return f"{loss.name}: {loss.origin}"


def bottleneck_changes(old: Schema, new: Schema, matches: Matches) -> Iterator[Change]:
    """What is different in bottlenecks: their names, and their losses."""
    after = {each.class_name: (index, each) for index, each in enumerate(new.bottlenecks)}
    for bottleneck in old.bottlenecks:
        name = bottleneck.class_name
        if name not in matches.bottlenecks:
            was = bottleneck.config_type
            yield Change(Effect.BREAKING, name, "bottleneck removed", was, "", ENTRIES)
            continue
        index, other = after[matches.bottlenecks[name]]
        path = (*ENTRIES, index)
        for what, was, now, at in (
            ("class", name, other.class_name, (*path, "const")),
            ("tag", bottleneck.config_type, other.config_type, (*path, "x-config-type")),
            ("enum member", bottleneck.member, other.member, (*path, "title")),
        ):
            if was != now:
                yield Change(Effect.BREAKING, name, f"{what} changed", was, now, at)
        yield from wording(name, bottleneck.description, other.description)
        yield from _mapping(bottleneck, other, old, new, matches)
    for bottleneck in new.bottlenecks:
        if bottleneck.class_name not in matches.bottlenecks.values():
            name, now = bottleneck.class_name, bottleneck.config_type
            yield Change(Effect.COMPATIBLE, name, "new bottleneck", "", now)


def _mapping(
    old: Bottleneck, new: Bottleneck, before: Schema, after: Schema, matches: Matches
) -> Iterator[Change]:
    """Whether a bottleneck carries other losses, or in another order."""
    carried = _carried(new, after)
    had = [matches.losses.get(name) for name in _carried(old, before)]
    added, removed = set(carried) - set(had), set(had) - set(carried)
    match bool(added), bool(removed):
        case True, True:
            what = "losses changed"
        case True, False:
            what = "loss added"
        case False, True:
            what = "loss removed"
        case _ if had != carried:
            what = "order of losses changed"
        case _:
            return
    was, now = (", ".join(loss.name for loss in each.losses) for each in (old, new))
    path = (*MAPPING, new.class_name)
    yield Change(Effect.BREAKING, old.class_name, what, was, now, path, at_key=True)


def _carried(bottleneck: Bottleneck, schema: Schema) -> list[str]:
    """The entries in $defs of the losses that a bottleneck carries."""
    names = {loss.constant: name for name, loss in definitions(schema).items()}
    return [names[loss.constant] for loss in bottleneck.losses]
