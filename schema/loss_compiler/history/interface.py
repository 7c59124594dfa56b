"""What changes for users from one schema to another: two IRs compared."""

from __future__ import annotations

from collections.abc import Iterator

from ..meaning.ir import Schema
from ..source.syntax import NAME
from .change import Change, Effect, wording
from .class_changes import class_changes
from .loss_changes import bottleneck_changes, loss_changes
from .objective_changes import objective_changes
from .trainer_changes import trainer_changes


def changes(old: Schema, new: Schema) -> tuple[Change, ...]:
    """What is different in `new` for users of `old`, in the order of the schemas.

    What has another name in `new` is gone for them, and something else is new.
    """
    return (
        *_names(old, new),
        *class_changes(old, new),
        *loss_changes(old, new),
        *bottleneck_changes(old, new),
        *trainer_changes(old, new),
        *objective_changes(old, new),
    )


def _names(old: Schema, new: Schema) -> Iterator[Change]:
    if old.name != new.name:
        was, now = old.name or "", new.name or ""
        yield Change(Effect.BREAKING, NAME, "name changed", was, now, (NAME,))
    yield from wording("BottleneckType", old.bottleneck_description, new.bottleneck_description)
