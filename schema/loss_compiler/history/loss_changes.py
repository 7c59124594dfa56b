"""What changes for users in losses, and in which bottleneck carries which."""

from __future__ import annotations

from collections.abc import Iterator

from ..meaning.ir import Bottleneck, Loss, Schema
from ..source.syntax import ENTRIES, MAPPING, SCALE
from .change import Change, Effect, wording


def loss_changes(old: Schema, new: Schema) -> Iterator[Change]:
    """What is different in what a loss is."""
    before = {loss.definition: loss for loss in old.losses}
    after = {loss.definition: loss for loss in new.losses}
    for name, loss in before.items():
        path = ("$defs", name)
        if name not in after:
            was = _loss_in_words(loss)
            yield Change(Effect.BREAKING, name, "loss removed", was, "", path)
            continue
        other = after[name]
        yield from wording(name, loss.description, other.description)
        parts = (*path, "properties")
        for what, was, now, at in (
            ("info key", loss.key, other.key, (*parts, "key", "const")),
            ("loss name", loss.name, other.name, (*parts, "name", "const")),
            ("scale", f"{loss.scale!r}", f"{other.scale!r}", (*path, SCALE)),
            ("weight", loss.weight.path, other.weight.path, (*parts, "weight", "$ref")),
        ):
            if was != now:
                yield Change(Effect.BREAKING, name, f"{what} changed", was, now, at)
    for name, loss in after.items():
        if name not in before:
            now = _loss_in_words(loss)
            yield Change(Effect.COMPATIBLE, name, "new loss", "", now)


def _loss_in_words(loss: Loss) -> str:
    return f"{loss.name}: {loss.origin}"


def bottleneck_changes(old: Schema, new: Schema) -> Iterator[Change]:
    """What is different in bottlenecks: their names, and their losses."""
    after = {each.class_name: (index, each) for index, each in enumerate(new.bottlenecks)}
    for bottleneck in old.bottlenecks:
        name = bottleneck.class_name
        if name not in after:
            was = bottleneck.config_type
            yield Change(Effect.BREAKING, name, "bottleneck removed", was, "", ENTRIES)
            continue
        index, other = after[name]
        path = (*ENTRIES, index)
        for what, was, now, at in (
            ("tag", bottleneck.config_type, other.config_type, (*path, "x-config-type")),
            ("enum member", bottleneck.member, other.member, (*path, "title")),
        ):
            if was != now:
                yield Change(Effect.BREAKING, name, f"{what} changed", was, now, at)
        yield from wording(name, bottleneck.description, other.description)
        yield from _mapping(bottleneck, other)
    known = {each.class_name for each in old.bottlenecks}
    for bottleneck in new.bottlenecks:
        if bottleneck.class_name not in known:
            name, now = bottleneck.class_name, bottleneck.config_type
            yield Change(Effect.COMPATIBLE, name, "new bottleneck", "", now)


def _mapping(old: Bottleneck, new: Bottleneck) -> Iterator[Change]:
    """Whether a bottleneck carries other losses, or in another order."""
    had = [loss.definition for loss in old.losses]
    carried = [loss.definition for loss in new.losses]
    was, now = (", ".join(loss.name for loss in each.losses) for each in (old, new))
    if had == carried or was == now:
        return
    added, removed = set(carried) - set(had), set(had) - set(carried)
    if added and removed:
        what = "losses changed"
    elif added or removed:
        what = "loss added" if added else "loss removed"
    else:
        what = "order of losses changed"
    path = (*MAPPING, new.class_name)
    yield Change(Effect.BREAKING, old.class_name, what, was, now, path, at_key=True)
